"""The directory's search beside the usual ways, in one run: the same questions to the index, to Django's `icontains`
with one count a facet, and to PostgreSQL's full text with a GIN index.

    python bench/directory.py [--sizes 2500,25000,250000] [--postgres postgres://user@host/database]
    python bench/directory.py --site http://localhost:8000 [--readers 20]     pages and tiles of a running site

The directory is made up (directory_made.py). Each answer of ours is a page of twenty places with their reasons, the
exact count and three facets, then with all six; nothing is kept from an earlier question. The peers answer the page,
the count and the same three facets, and are asked less than we answer: no offers, labels or activities, no reasons,
distances by a box.
Milliseconds of the clock, and of the processor for ours: on a machine that does something else, only the latter and
the ratios mean anything.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

BUDGET_SEARCH_MS, BUDGET_CLUSTERS_MS, BUDGET_REBUILD_S, BUDGET_FRESH_S, WANTED_RATIO = 10, 15, 60, 2, 20
MEL, NORD = "epci:200093201", "departement:59"
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"q": "lutherie"}, {"q": "recyclerie"}, {"q": "traiteur"}, {"q": "association"}, {"q": "club sport"},
    {"q": "recyclerie roubaix"}, {"q": "jardin solidaire"}, {"q": "théâtre populaire"}, {"q": "aide domicile lyon"},
    {"q": "maison", "territory": MEL}, {"q": "association", "territory": NORD}, {"q": "vélo", "territory": "region:32"},
    {}, {"territory": MEL}, {"territory": NORD}, {"territory": "region:11"},
    {"around": "commune:59350", "within_km": 10.0}, {"around": "commune:69123", "within_km": 30.0, "q": "association"},
    {"around": "4.835,45.758", "within_km": 5.0, "q": "atelier"},
    {"q": "école", "statuses": ("member",)}, {"q": "amis", "families": ("association",), "territory": "region:84"},
    {"q": "insertion", "labels": ("siae_aci", "siae_ei")}, {"sectors": ("education",), "territory": NORD},
    {"q": "qzxwv"},
)  # fmt: skip
VIEWS = ((5, None), (8, (1.5, 49.9, 4.3, 51.1)), (11, (2.8, 50.5, 3.3, 50.8)), (14, (3.0, 50.6, 3.12, 50.67)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="2500,25000,250000", help="organisations, separated by commas")
    parser.add_argument(
        "--postgres", default=os.environ.get("ESSAIM_BENCH_POSTGRES"), help="a server's own database"
    )
    parser.add_argument("--repeat", type=int, default=5, help="times each question is asked of the index")
    parser.add_argument("--folder", type=Path, help="keeps the made-up databases between runs")
    parser.add_argument("--site", help="measures a running site instead")
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.site:
        import directory_site  # noqa: PLC0415  # beside this file

        print(directory_site.measured(options.site, options.readers))
        return
    if options.one:
        print(json.dumps(measure(int(options.one), options.repeat)))
        return
    results = [
        run(size, url, options)
        for size in map(int, options.sizes.split(","))
        for url in ([None, options.postgres] if options.postgres else [None])
    ]
    print(section(results))


def run(size: int, url: str | None, options: argparse.Namespace) -> dict[str, Any]:
    """One size on one database, in a process of its own so that its memory is its own."""
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="essaim-bench-"))) / f"directory-{size}"
    home = folder / ("postgres" if url else "sqlite")
    home.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "ESSAIM_HOME": str(home), "ESSAIM_STATIC_HASHED": "0", "ESSAIM_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "essaim.site.settings",
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
    }  # fmt: skip
    environment.pop("ESSAIM_DATABASE_URL", None)
    if url:
        environment["ESSAIM_DATABASE_URL"] = f"{url.rstrip('/')}_{size}"
    command = [sys.executable, __file__, "--one", str(size), "--repeat", str(options.repeat)]
    try:
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    finally:
        if not options.folder:
            shutil.rmtree(folder, ignore_errors=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(size: int, repeat: int) -> dict[str, Any]:
    import directory_peers as peers  # noqa: PLC0415  # beside this file
    import django  # noqa: PLC0415

    peers.make_database()
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from essaim.organisations import search as directory  # noqa: PLC0415
    from essaim.organisations.models import Organisation  # noqa: PLC0415
    from essaim.organisations.search.fields import READER  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    if Organisation.objects.count() != size:
        import directory_made  # noqa: PLC0415

        call_command("flush", verbosity=0, interactive=False)
        note(f"{size} organisations, {connection.vendor}")
        directory_made.fill(size)
    peers.prepare()
    note("rebuild")
    start, busy = time.perf_counter(), time.process_time()
    places = directory.rebuild()
    rebuild_s, rebuild_cpu_s = time.perf_counter() - start, time.process_time() - busy
    folder = READER.snapshot().folder
    result = {
        "size": size, "vendor": connection.vendor, "places": places, "rebuild_s": rebuild_s,
        "rebuild_cpu_s": rebuild_cpu_s,
        "index_mb": sum(file.stat().st_size for file in folder.iterdir()) / 1e6,
        **ours(directory, repeat),
        "icontains": timed_all(peers.icontains, 1, slow_after_s=60),
        "full_text": timed_all(peers.full_text, 3) if connection.vendor == "postgresql" else [],
        "fresh_s": freshness(directory),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip
    return result


def ours(directory: Any, repeat: int) -> dict[str, Any]:
    import directory_peers as peers  # noqa: PLC0415  # beside this file

    from essaim.organisations.search import filters  # noqa: PLC0415
    from essaim.organisations.search.fields import FACETS, READER  # noqa: PLC0415
    from essaim.organisations.search.question import Question  # noqa: PLC0415

    note("ours")
    today = READER.snapshot().built_on  # as a page asks: the rotation of the day

    def ask(asked: dict[str, Any], facets: Sequence[str] = peers.FACETS) -> None:
        directory.search(Question(**asked), on=today, facets=facets)

    for asked in QUESTIONS:  # outlines are read from disk once in a process's life
        ask(asked)
    times: list[tuple[str, float]] = []
    processor: list[float] = []
    for _ in range(repeat):
        for asked in QUESTIONS:
            filters.forget()
            busy = time.process_time()
            times.append((named(asked), timed(lambda asked=asked: ask(asked))))
            processor.append(1000 * (time.process_time() - busy))
    whole = []
    for _ in range(repeat):
        for asked in QUESTIONS:
            filters.forget()
            whole.append(timed(lambda asked=asked: ask(asked, FACETS)))
    drawn = [
        timed(
            lambda zoom=zoom, box=box, asked=asked: directory.clusters(Question(**asked), zoom=zoom, bbox=box)
        )
        for _ in range(repeat)
        for zoom, box in VIEWS
        for asked in QUESTIONS[::3]
    ]
    tiles = [
        timed(
            lambda asked=asked, at=at: directory.mapping._drawn(
                Question(**asked), *at, directory.engine.ready()
            )
        )
        for _ in range(repeat)
        for at in ((5, 16, 10), (8, 130, 86), (11, 1041, 688))
        for asked in QUESTIONS[::3]
    ]
    by_question: dict[str, list[float]] = {}
    for name, value in times:
        by_question.setdefault(name, []).append(value)
    return {
        "search": [value for _, value in times], "processor": processor, "whole": whole, "clusters": drawn,
        "tiles": tiles,
        "slowest": sorted(((statistics.median(v), n) for n, v in by_question.items()), reverse=True)[:4],
    }  # fmt: skip


def freshness(directory: Any) -> float:
    """Seconds from a saved change to its being found, with a follower stepping as the worker does."""
    from directory_made import DAY  # noqa: PLC0415

    from essaim.organisations.acts import act  # noqa: PLC0415
    from essaim.organisations.models import Organisation  # noqa: PLC0415
    from essaim.organisations.search.question import Question  # noqa: PLC0415

    note("freshness")
    waits = []
    with directory.engine.follower() as follower:
        follower.step()
        for number in range(1, 6):
            organisation = Organisation.objects.get(pk=number)
            was = organisation.name
            with act("bench", by=None, on=DAY) as deed:
                deed.update(organisation, name=f"Nouveauté quasimodesque{number}")
            start = time.perf_counter()
            time.sleep(0.5)  # the worker's rhythm, at its worst
            follower.step()
            while directory.search(Question(q=f"quasimodesque{number}"), on=DAY).count != 1:
                follower.step()
            waits.append(time.perf_counter() - start)
            with act("bench", by=None, on=DAY) as deed:
                deed.update(organisation, name=was)
        follower.step()
    return max(waits)


def named(asked: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in asked.items()) or "everything"


def timed(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def timed_all(ask: Callable[[dict[str, Any]], Any], repeat: int, slow_after_s: float = 1e9) -> list[float]:
    """Milliseconds of each question; a way too slow for patience is asked no more once the time is up."""
    note(getattr(ask, "__name__", ""))
    times: list[float] = []
    started = time.perf_counter()
    for _ in range(repeat):
        for asked in QUESTIONS:
            times.append(timed(lambda asked=asked: ask(asked)))
            if time.perf_counter() - started > slow_after_s and len(times) >= len(QUESTIONS) // 2:
                return times
    return times


def note(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def p(values: Sequence[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def section(results: Sequence[dict[str, Any]]) -> str:
    lines = [
        "## The directory's search", "",
        f"{len(QUESTIONS)} questions: a rare word, a frequent one, none, within a territory, around a place, with "
        "facets chosen. Milliseconds, median / 95th percentile.", "",
        "| organisations | database | ours: page, count, 3 facets | of which processor | 6 facets | clusters | tiles | "
        "`icontains`, 3 counts | full text, GIN | ratio at p95 |", "|---:|---|---:|---:|---:|---:|---:|---:|---:|---|",
    ]  # fmt: skip
    for one in results:
        peers = {name: one[name] for name in ("icontains", "full_text") if one[name]}
        ratios = " and ".join(
            f"**{p(values, 0.95) / p(one['search'], 0.95):.0f}**" for values in peers.values()
        )
        cells = [
            two(one[name])
            for name in ("search", "processor", "whole", "clusters", "tiles", "icontains", "full_text")
        ]
        lines.append(f"| {one['size']:,} | {one['vendor']} | {' | '.join(cells)} | {ratios} |")
    head = "| organisations | database | places | rebuilt in | processor | index | peak memory | saved to found |"
    lines += ["", head, "|---:|---|---:|---:|---:|---:|---:|---:|"]
    for one in results:
        lines.append(
            f"| {one['size']:,} | {one['vendor']} | {one['places']:,} | {one['rebuild_s']:.1f} s | "
            f"{one['rebuild_cpu_s']:.1f} s | "
            f"{one['index_mb']:.0f} MB | {one['memory_mb']:.0f} MB | {one['fresh_s']:.2f} s |"
        )
    slowest = "; ".join(f"{name} {value:.1f} ms" for value, name in results[-1]["slowest"])
    lines += ["", f"Our slowest questions at the last size: {slowest}.", "", *verdicts(results)]
    return "\n".join(lines)


def verdicts(results: Sequence[dict[str, Any]]) -> list[str]:
    """Each promise, held or not, at 250,000 organisations (or the largest size run)."""
    size = 250_000 if any(one["size"] == 250_000 for one in results) else max(one["size"] for one in results)
    lines = []
    for one in results:
        if one["size"] != size:
            continue
        checks = {
            f"search under {BUDGET_SEARCH_MS} ms": p(one["search"], 0.95) < BUDGET_SEARCH_MS,
            f"clusters under {BUDGET_CLUSTERS_MS} ms": p(one["clusters"], 0.95) < BUDGET_CLUSTERS_MS,
            f"rebuilt under {BUDGET_REBUILD_S} s": one["rebuild_s"] < BUDGET_REBUILD_S,
            f"found within {BUDGET_FRESH_S} s": one["fresh_s"] < BUDGET_FRESH_S,
            f"{WANTED_RATIO} times icontains": p(one["icontains"], 0.95)
            > WANTED_RATIO * p(one["search"], 0.95),
        }
        if one["full_text"]:
            faster = p(one["full_text"], 0.95) / p(one["search"], 0.95)
            checks[f"{WANTED_RATIO} times full text"] = faster > WANTED_RATIO
        told = ", ".join(
            f"{name}: {'held' if is_held else '**not held**'}" for name, is_held in checks.items()
        )
        lines.append(f"- {size:,} organisations on {one['vendor']}: {told}.")
    return lines


def two(values: Sequence[float]) -> str:
    return f"{p(values, 0.5):.1f} / {p(values, 0.95):.1f}" if values else "–"


if __name__ == "__main__":
    main()
