"""Runs every benchmark in this folder and writes docs/performance.md.

    python bench/run.py                    # everything, national size: about half an hour on two cores
    python bench/run.py --share 0.01       # a hundredth of it, to try
    python bench/run.py locate pages       # some only

Each benchmark is a program of its own that prints one Markdown section on stdout, and times the product and its
peers in the same run. Simulated data is kept in $ESSAIM_HOME/bench.
"""

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"


def commands(share: float, folder: Path) -> dict[str, list[list[str]]]:
    """The programs of each benchmark. The register is measured at three sizes, to show the growth."""
    sizes = (share / 100, share / 10, share)
    return {
        "register": [["register.py", "--size", f"{size:g}", "--cache", str(folder)] for size in sizes],
        "locate": [["locate.py"]],
        "pages": [["pages.py", "--share", f"{share:g}", "--folder", str(folder)]],
        "directory": [["directory.py", "--sizes", "2500,25000,250000", "--folder", str(folder)]],
        "imports": [["imports.py", "--size", "250000"]],
        "matching": [["matching.py"]],
        "contracts": [["contracts.py", "--share", f"{share:g}", "--cache", str(folder)]],
        "meetings": [["meetings.py"]],
    }


BENCHMARKS = tuple(commands(1, Path()))


def machine() -> str:
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory_gib:.0f} GiB of memory, Python {platform.python_version()}"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", default=BENCHMARKS, help=f"among {', '.join(BENCHMARKS)}")
    parser.add_argument("--share", type=float, default=1.0, help="share of the national size (default 1)")
    parser.add_argument("--output", type=Path, default=PAGE)
    arguments = parser.parse_args()
    home = Path(os.environ.get("ESSAIM_HOME") or ROOT / "var") / "bench"
    home.mkdir(parents=True, exist_ok=True)
    sections = []
    for name in arguments.names:
        for command in commands(arguments.share, home)[name]:
            print(*command, file=sys.stderr)
            program = [sys.executable, str(ROOT / "bench" / command[0]), *command[1:]]
            done = subprocess.run(program, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            if done.returncode:
                print(
                    f"bench/{name}.py failed with code {done.returncode}: nothing was written",
                    file=sys.stderr,
                )
                return 1
            sections.append(done.stdout.strip())
    head = (
        "# Performance\n\nWritten by `make bench` (`bench/run.py`): the product and its peers, in the same run, on "
        f"{machine()}. Share of the national size: {arguments.share:g}. Compare ratios rather than seconds.\n"
    )
    arguments.output.write_text("\n\n".join([head, *sections]) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
