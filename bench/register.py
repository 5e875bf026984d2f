"""Build the figures of every territory from a simulated register, beside a plain scan and beside peers.

    python bench/register.py --size 0.01 --cache /somewhere/big
    python bench/register.py --size 1 --cache /somewhere/big --with pandas,polars,spark

`--size` is a share of the national register (42 million establishments, 29 million legal units). The register
is simulated once in `--cache`. Each program runs in a process of its own, after the files have been read once
so that all find them in memory; its peak memory is that process's. Prints a Markdown table.

What each does
- scan: DuckDB reads every value of every column the build reads (the length of texts, a hash of the rest).
- build: `essaim.observatory.build`, from the files to the served store: checks, all territories, secrecy, files.
- pandas: the same tables but for the secrecy gate, written plainly.
- polars: the main tables only (SSE enterprises and establishments by territory, in all and by family, sector and
  size; employers of all legal persons): no row check, no age, no list, nothing written.
- spark: the build with the other engine (its Java memory is not in the figure).
"""

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from peers import COLUMNS, ESTABLISHMENTS, ON, with_pandas, with_polars  # noqa: E402  # the path comes first

NATIONAL_ESTABLISHMENTS = 42_000_000


def simulated(cache: Path, size: float) -> Path:
    """The folder of a simulated register of that size, made when it is not there yet.

    In another process: what this one had used would pass for its children's peak memory.
    """
    folder = cache / f"register-{size:g}"
    if not (folder / "FICTIF.json").exists() or not (folder / ESTABLISHMENTS).exists():
        print(f"simulating {folder} ...", file=sys.stderr)
        rows = int(NATIONAL_ESTABLISHMENTS * size)
        code = (
            "from pathlib import Path; from essaim.observatory.simulate import simulate; "
            f"simulate(Path({str(folder)!r}), establishments={rows}, scope='national', format='parquet', "
            "history=False, geolocation=False, qpv=False, ess_list=False)"
        )
        subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    return folder


def scan(folder: Path) -> dict[str, Any]:
    import duckdb  # noqa: PLC0415  # each program pays for its own imports only

    with duckdb.connect() as database:
        database.execute("SET threads = 2")
        for file, columns in COLUMNS.items():
            rows = f"read_parquet('{folder / file}')"
            types = dict(
                database.execute(f"SELECT column_name, column_type FROM (DESCRIBE FROM {rows})").fetchall()
            )
            # A maximum would be read from the file's statistics: every value has to be looked at.
            looks = [
                f"sum(strlen({name}))" if types[name] == "VARCHAR" else f"bit_xor(hash({name}))"
                for name in columns
            ]
            database.execute(f"SELECT {', '.join(looks)} FROM {rows}").fetchall()
    return {}


def whole_build(folder: Path, engine: str = "duckdb") -> dict[str, Any]:
    from essaim.observatory.build import build  # noqa: PLC0415

    with tempfile.TemporaryDirectory(dir=folder.parent) as store:
        report = build(folder, Path(store), engine=engine, on=ON)
        rows = report.build.read("figures", where=[("territory", "==", "country:FR")]).to_pylist()
        families = report.build.read(
            "breakdowns", where=[("territory", "==", "country:FR"), ("dimension", "==", "family")]
        ).to_pylist()
    wanted = (
        "sse_enterprises",
        "sse_establishments",
        "sse_employer_establishments",
        "employer_establishments",
    )
    found = {row["figure"]: int(row["value"]) for row in rows if row["figure"] in wanted}
    return found | {row["category"]: row["enterprises"] for row in families}


PROGRAMS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "scan": scan,
    "build": whole_build,
    "pandas": with_pandas,
    "polars": with_polars,
    "spark": lambda folder: whole_build(folder, "spark"),
}


def measured(program: str, folder: Path, limit: float | None = None) -> dict[str, Any]:
    """Run one program in a process of its own: seconds, peak memory in MiB, what it found.

    One still running after `limit` seconds is stopped: what it had used by then is a lower bound.
    """
    command = [sys.executable, __file__, "--run", program, "--data", str(folder)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit)
    except subprocess.TimeoutExpired:
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        # The system keeps the highest peak of all children: it is this one's only when it has just grown.
        peak = after.ru_maxrss / 1024 if after.ru_maxrss > before.ru_maxrss else None
        return {"program": program, "stopped": limit, "cpu_seconds": used, "peak_mib": peak}
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["killed"])[-1]
        return {"program": program, "failed": f"exit {done.returncode}: {last[:80]}"}
    return {"program": program, **json.loads(done.stdout.strip().splitlines()[-1])}


def run_here(program: str, folder: Path) -> None:
    """The child: run, then print one line of JSON."""
    start = time.perf_counter()
    found = PROGRAMS[program](folder)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime
    print(json.dumps({"seconds": seconds, "cpu_seconds": cpu, "peak_mib": peak, "found": found}))


def warm(folder: Path) -> None:
    """Read the files once, so that every program finds them in memory."""
    for name in COLUMNS:
        with (folder / name).open("rb") as raw:
            while raw.read(1 << 24):
                pass


def table(results: list[dict[str, Any]], size: float) -> str:
    """The results as Markdown, with the ratios asked of the project."""
    by_name = {one["program"]: one for one in results if "seconds" in one}
    base = by_name["scan"]["seconds"]
    lines = [
        f"## Register of {int(NATIONAL_ESTABLISHMENTS * size):,} establishments to figures, "
        f"{os.cpu_count()} cores",
        "",
        "| program | seconds | times the scan | processor seconds | peak memory (MiB) | same numbers |",
        "|---|---:|---:|---:|---:|---|",
    ]
    lines += [row(one, base, by_name.get("build", {}).get("found")) for one in results]
    return "\n".join(lines)


def row(one: dict[str, Any], base: float, reference: dict[str, Any] | None) -> str:
    """One program's line. `base`: seconds of the scan; `reference`: what the build found."""
    name = one["program"]
    if "failed" in one:
        return f"| {name} | {one['failed']} | | | | |"
    cpu, peak = f"{one['cpu_seconds']:.1f}", f"{one['peak_mib']:,.0f}" if one["peak_mib"] else ""
    if limit := one.get("stopped"):
        more = f"more than {limit / base:.1f}"
        return f"| {name} | stopped at {limit:.0f} | {more} | more than {cpu} | {peak} | unfinished |"
    same = "" if name in ("scan", "build") else "yes" if one["found"] == reference else "NO"
    return f"| {name} | {one['seconds']:.1f} | {one['seconds'] / base:.1f} | {cpu} | {peak} | {same} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--size", type=float, default=0.01, help="share of the national register: 0.01, 0.1, 1"
    )
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "essaim-bench")
    parser.add_argument("--with", dest="peers", default="pandas,polars", help="pandas, polars, spark")
    parser.add_argument("--limit", type=float, default=400, help="seconds after which a peer is stopped")
    parser.add_argument("--pairs", type=int, default=1, help="times the scan and the build are run in turn")
    parser.add_argument("--run", choices=sorted(PROGRAMS), help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        run_here(asked.run, asked.data)
        return
    asked.cache.mkdir(parents=True, exist_ok=True)
    folder = simulated(asked.cache, asked.size)
    warm(folder)
    turns = [(measured("scan", folder), measured("build", folder)) for _ in range(asked.pairs)]
    # The pair in the middle, so that neither gains from the other's bad luck; a build that failed comes last.
    order = sorted(turns, key=lambda turn: turn[1].get("seconds", math.inf) / turn[0]["seconds"])
    scanned, built = order[len(turns) // 2]
    peers = [measured(name, folder, asked.limit) for name in asked.peers.split(",") if name]
    print(table([scanned, built, *peers], asked.size))


if __name__ == "__main__":
    main()
