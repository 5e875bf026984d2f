"""How long the register takes to enter the directory: first import, the same again, then a month later.

    python bench/imports.py [--size 250000] [--database sqlite|postgres|both] [--growth]

A fictitious register of that many organisations (one establishment each, a fifth of them two more), the same at every
run. PostgreSQL: the server of ESSAIM_BENCH_POSTGRES (postgres://postgres@127.0.0.1:5432 by default), in a database made
and dropped here. Clock seconds, with the processor's beside: on a busy machine only the latter means anything.
Fails beyond 3 minutes for the first import of 250,000, 30 seconds for the second.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
SIZE = 250_000
BUDGET_FIRST_S, BUDGET_SECOND_S = 180.0, 30.0
GROWTH = (2_500, 25_000, 250_000)
POSTGRES = os.environ.get("ESSAIM_BENCH_POSTGRES", "postgres://postgres@127.0.0.1:5432")
NAME = "essaim_bench_imports"
FORMS = (("9220", "88.99B", "O", True), ("9220", "94.99Z", "", False), ("5458", "38.11Z", "O", True),
         ("5710", "62.01Z", "O", False), ("9300", "85.59A", "", True))  # fmt: skip
FIRST, LATER = date(2026, 10, 1), date(2026, 11, 1)


def checked(body: np.ndarray, odd: bool) -> np.ndarray:
    """Numbers with their Luhn digit put last; `odd`: whether the body has an odd number of digits."""
    total, left, double = np.zeros(len(body), np.int64), body.copy(), True
    while left.any():
        digit = left % 10
        total += np.where(digit * 2 > 9, digit * 2 - 9, digit * 2) if double else digit
        left //= 10
        double = not double
    return body * 10 + (-total) % 10


def register(size: int, path: Path, changed: float = 0.0) -> int:
    """Write the establishments of `size` organisations, a share of them with another address; rows."""
    rng = np.random.default_rng(2026)
    siren = checked(10_000_000 + np.arange(size, dtype=np.int64), False)
    siren = np.concatenate([siren, siren[::5], siren[::5]])
    number = np.repeat([1, 2, 3], [size, len(siren[:size:5]), len(siren[:size:5])])
    siret = checked(siren * 10_000 + number, True)
    count = len(siret)
    form = (siren // 10) % len(FORMS)
    communes = np.array(["59350", "59512", "59599", "59009", "62041", "75056", "13055"])
    street = rng.integers(1, 300, count)
    street = np.where(rng.random(count) < changed, street + 1, street)
    columns = {
        "siret": [f"{n:014d}" for n in siret],
        "siren": [f"{n:09d}" for n in siren],
        "name": [f"ASSOCIATION DU QUARTIER {n % 99_991}" for n in siren],
        "legal_category": [FORMS[f][0] for f in form],
        "naf": [FORMS[f][1] for f in form],
        "flag": [FORMS[f][2] for f in form],
        "listed": [FORMS[f][3] for f in form],
        "status": ["member"] * count,
        "commune": communes[rng.integers(0, len(communes), count)],
        "address": [f"{n} RUE NATIONALE" for n in street],
        "postcode": ["59000"] * count,
        "employer": rng.random(count) < 0.2,
        "size_band": ["01"] * count,
        "created_on": [date(2000 + int(n) % 25, 1, 1) for n in siren],
        "lon": rng.uniform(2.9, 3.2, count),
        "lat": rng.uniform(50.5, 50.8, count),
    }
    pq.write_table(pa.table(columns), path)
    return count


def measure(folder: Path, size: int) -> dict[str, object]:
    """In a process of its own, on an empty database."""
    import django  # noqa: PLC0415  # the settings read the environment set by the parent

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  # see above

    from essaim.organisations.models import Import, Organisation, Revision  # noqa: PLC0415  # see above
    from essaim.organisations.operations.importing import import_file, undo_import  # noqa: PLC0415  # see above

    call_command("migrate", verbosity=0)
    results: dict[str, object] = {"rows": register(size, folder / "first.parquet")}
    register(size, folder / "later.parquet", changed=0.02)

    def timed(name: str, work: object) -> object:
        clock, cpu = time.perf_counter(), time.process_time()
        found = work()  # type: ignore[operator]
        results[name] = [time.perf_counter() - clock, time.process_time() - cpu]
        return found

    def bring(file: str, vintage: date, apply: bool = True) -> object:
        return import_file(
            path=folder / file,
            format="register",
            by=None,
            on=date(2026, 11, 22),
            apply=apply,
            vintage=vintage,
        )

    first = timed("first", lambda: bring("first.parquet", FIRST))
    assert first.counts["created"] == size, first.counts
    again = timed("second", lambda: bring("first.parquet", FIRST))
    assert (again.changes, again.counts["unchanged"]) == (0, size), again.counts
    dry = timed("dry", lambda: bring("later.parquet", LATER, apply=False))
    month = timed("month", lambda: bring("later.parquet", LATER))
    assert month.counts == dry.counts
    timed("undo", lambda: undo_import(imported=Import.objects.latest("pk"), by=None, on=date(2026, 11, 22)))
    results["month_updated"] = month.counts["updated"]
    results["organisations"], results["revisions"] = Organisation.objects.count(), Revision.objects.count()
    results["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return results


def run(database: str, size: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="essaim-bench-") as home:
        environment = {**os.environ, "ESSAIM_HOME": home, "DJANGO_SETTINGS_MODULE": "essaim.site.settings"}
        environment.pop("ESSAIM_DATABASE_URL", None)
        if database == "postgres":
            environment["ESSAIM_DATABASE_URL"] = f"{POSTGRES}/{NAME}"
            psql(f"DROP DATABASE IF EXISTS {NAME}", f"CREATE DATABASE {NAME}")
        try:
            done = subprocess.run(
                [sys.executable, __file__, "--measure", home, "--size", str(size)],
                env={**environment, "PYTHONPATH": str(ROOT)},
                capture_output=True,
                text=True,
            )
        finally:
            if database == "postgres":
                psql(f"DROP DATABASE IF EXISTS {NAME}")
        if done.returncode:
            sys.exit(done.stderr)
        return json.loads(done.stdout)


def psql(*statements: str) -> None:
    import psycopg  # noqa: PLC0415  # only where PostgreSQL is measured

    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--database", choices=["sqlite", "postgres", "both"], default="both")
    parser.add_argument("--growth", action="store_true", help=f"sizes {GROWTH} instead of one")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.measure, options.size)))
        return
    print("## The register enters the directory\n")
    print("Seconds by the clock (processor's seconds of our process in brackets).\n")
    print("| database | organisations | establishments | first import | same again | dry run, a month later "
          "| applied | undone | peak MiB |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|")  # fmt: skip
    late = []
    for database in ("sqlite", "postgres") if options.database == "both" else (options.database,):
        for size in GROWTH if options.growth else (options.size,):
            found = run(database, size)
            times = [found[name] for name in ("first", "second", "dry", "month", "undo")]
            cells = " | ".join(f"{clock:.1f} ({cpu:.1f})" for clock, cpu in times)
            print(
                f"| {database} | {size:,} | {found['rows']:,} | {cells} | {found['peak_mib']:,.0f} |",
                flush=True,
            )
            first, second = found["first"][0], found["second"][0]
            if first > BUDGET_FIRST_S * max(1, size / SIZE) or second > BUDGET_SECOND_S * max(1, size / SIZE):
                late.append(f"{database} {size}")
    if late:
        sys.exit(f"over budget: {', '.join(late)}")


if __name__ == "__main__":
    main()
