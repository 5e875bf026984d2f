"""One need against the directory: the suppliers of a need, scored with their reasons, from the index and the database.

    python bench/matching.py [--sizes 25000,250000] [--repeat 5] [--folder kept]

The directory is made up (directory_made.py). Each answer is the best 100 organisations with every part of their
score, for needs of different breadths: a rare activity, a frequent one, a commune, a metropolis, a region, the country.
Nothing is kept from an earlier question. Beside it, at the smallest size, scoring every organisation one by one.
Milliseconds of the clock, median and 95th percentile, and of the processor (median / 95th percentile): on a machine
that does something else, only the latter mean anything.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BUDGET_MS = 300
MOST = 100
NEEDS: tuple[tuple[str, str, str], ...] = (
    ("Nettoyage des locaux", "90910000", "commune:59350"),
    ("Nettoyage des locaux", "90910000", "epci:200093201"),
    ("Entretien des espaces verts", "77310000", "departement:59"),
    ("Traiteur pour les réceptions", "55520000", "region:32"),
    ("Développement de logiciel", "72200000", "epci:200046977"),
    ("Formation professionnelle", "80530000", "region:11"),
    ("Aide à domicile", "85312000", "country:FR"),
    ("Spectacle et théâtre", "92310000", "region:84"),
    ("Activités sportives pour les jeunes", "92600000", "epci:200093201"),
    ("Activités sportives pour les jeunes", "92600000", "country:FR"),
    ("Recyclage et réemploi", "90514000", "region:93"),
    ("Jardin solidaire", "", "region:32"),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="25000,250000", help="organisations, separated by commas")
    parser.add_argument("--repeat", type=int, default=5, help="times each need is asked")
    parser.add_argument("--folder", type=Path, help="keeps the made-up databases between runs")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(int(options.one), options.repeat)))
        return
    with tempfile.TemporaryDirectory(prefix="essaim-bench-") as temporary:
        folder = options.folder or Path(temporary)
        results = [run(int(size), folder, options.repeat) for size in options.sizes.split(",")]
    print(section(results))


def run(size: int, folder: Path, repeat: int) -> dict[str, Any]:
    """One size, in a process of its own so that nothing is warm from another."""
    home = folder / f"directory-{size}" / "sqlite"
    home.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "ESSAIM_HOME": str(home), "ESSAIM_STATIC_HASHED": "0", "ESSAIM_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "essaim.site.settings", "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
    }  # fmt: skip
    environment.pop("ESSAIM_DATABASE_URL", None)
    command = [sys.executable, __file__, "--one", str(size), "--repeat", str(repeat)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(size: int, repeat: int) -> dict[str, Any]:
    import django  # noqa: PLC0415

    django.setup()
    import directory_made  # noqa: PLC0415  # beside this file
    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from essaim.matching import suppliers as matching  # noqa: PLC0415
    from essaim.organisations import search  # noqa: PLC0415
    from essaim.organisations.models import Organisation  # noqa: PLC0415
    from essaim.organisations.queries.suppliers import best_suppliers, supplier_places  # noqa: PLC0415
    from essaim.organisations.search import filters  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    if Organisation.objects.count() != size:
        call_command("flush", verbosity=0, interactive=False)
        directory_made.fill(size)
    search.rebuild()
    today = timezone.localdate()
    asked = [asked_of(*need) for need in NEEDS]
    for one in asked:  # outlines are read from disk once in a process's life
        best_suppliers(one, on=today, seed=1, most=MOST)
    times: dict[str, list[float]] = {}
    processor: list[float] = []
    found = {}
    for turn in range(repeat):
        for need, one in zip(NEEDS, asked, strict=True):
            filters.forget()
            start, busy = time.perf_counter(), time.process_time()
            answer = best_suppliers(one, on=today, seed=turn, most=MOST)
            times.setdefault(" ".join(need), []).append(1000 * (time.perf_counter() - start))
            processor.append(1000 * (time.process_time() - busy))
            found[" ".join(need)] = len(answer)
    slow = []
    if size <= 30_000:
        everyone = list(Organisation.objects.values_list("id", flat=True))
        for one in asked[:3]:
            start = time.perf_counter()
            matching.rank(one, supplier_places(everyone, one, on=today), on=today, seed=1, most=MOST)
            slow.append(1000 * (time.perf_counter() - start))
    return {"size": size, "times": times, "processor": processor, "found": found, "slow": slow}


def asked_of(title: str, cpv: str, place: str) -> Any:
    from essaim.matching.suppliers import Asked, plain_cpv  # noqa: PLC0415
    from essaim.procurement.rules.needs_cpv import activities_of, need_stems  # noqa: PLC0415

    codes = [cpv] if cpv else []
    return Asked(
        tuple(map(plain_cpv, codes)), activities_of(codes), need_stems(title), (place,), 12_000_000, 2
    )


def p(values: list[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def section(results: list[dict[str, Any]]) -> str:
    lines = [
        "## Suppliers of a need", "",
        f"{len(NEEDS)} needs, the best {MOST} organisations with the reasons of their score. Milliseconds.", "",
        "| organisations | median | 95th percentile | of which processor | slowest need | scoring everyone | promise |",
        "|---:|---:|---:|---:|---|---:|---|",
    ]  # fmt: skip
    for one in results:
        every = [value for values in one["times"].values() for value in values]
        slowest = max(one["times"], key=lambda name: p(one["times"][name], 0.5))
        high = p(every, 0.95)
        slow = f"{p(one['slow'], 0.5):,.0f}" if one["slow"] else "–"
        lines.append(
            f"| {one['size']:,} | {p(every, 0.5):.0f} | {high:.0f} | "
            f"{p(one['processor'], 0.5):.0f} / {p(one['processor'], 0.95):.0f} | {slowest} "
            f"({p(one['times'][slowest], 0.5):.0f}, {one['found'][slowest]} found) | {slow} | "
            f"under {BUDGET_MS} ms: {'held' if high < BUDGET_MS else '**not held**'} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
