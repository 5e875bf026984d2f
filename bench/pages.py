"""How long the atlas pages take on the server: random territories of a store, one by one, then several readers at once.

    python bench/pages.py --store var/store [--pages 200] [--readers 4] [--seed 1]
    python bench/pages.py --share 0.01 --folder var/bench      simulates and builds a store of that share first

The first table is Django's own time in this process, each page asked for the first time: nothing is kept from an
earlier reader but the outlines of the maps. The second is a real server (granian, one process) on the loopback, with
so many readers at once; it includes the wait for the other readers. Printed as Markdown, with the processor's time
beside the clock's in the first table: on a machine that does something else, only the former means anything.
"""

import argparse
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from essaim.observatory.build import build
from essaim.observatory.simulate.run import NATIONAL_ESTABLISHMENTS, simulate

ROOT = Path(__file__).resolve().parent.parent
BUDGET_PAGE_MS, BUDGET_PDF_MS = 150, 3000
# How often each kind of territory is drawn: communes are many, but a reader asks for the larger ones too.
KINDS = {"commune": 45, "epci": 25, "departement": 12, "region": 8, "qpv": 7, "ept": 2, "country": 1}
SHOWN = {
    "Territory": "",
    "Establishments": "establishments/",
    "Ranking and map": "map/sse_employer_share_pct/",
    "Points (GeoJSON)": "points.geojson?status=member",
    "CSV": "data.csv",
    "PDF": "atlas.pdf",
}
MAPPED = ("country", "region", "departement", "epci", "ept")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--store", type=Path, help="default: built from a simulated register")
    parser.add_argument("--share", type=float, default=0.01, help="of the national register, when simulated")
    parser.add_argument("--folder", type=Path, default=Path("var/bench"), help="where simulated data is kept")
    parser.add_argument(
        "--pages", type=int, default=200, help="territory pages; a quarter as many of the others"
    )
    parser.add_argument("--readers", type=int, default=4, help="at once, in the second table")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    store = chosen.store or simulated(chosen.folder, chosen.share)
    os.environ |= {
        "ESSAIM_HOME": tempfile.mkdtemp(prefix="essaim-bench-"),
        "ESSAIM_STORE": str(store.absolute()),
        "ESSAIM_STATIC_HASHED": "0",
        "ESSAIM_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "essaim.site.settings",
    }
    addresses = drawn(store, chosen.pages, chosen.seed)
    title(store)
    print("\n### One reader, in this process\n")
    clock, processor = in_process(addresses)
    print(table(clock, processor))
    print(f"\n### {chosen.readers} readers at once, granian with one process\n")
    print(table(served(addresses, chosen.readers)))


def simulated(folder: Path, share: float) -> Path:
    """A store built once from a simulated register of the whole country (bench/register.py's when it is there)."""
    store = folder / f"store-{share:g}"
    if not (store / "current").exists():
        register = folder / f"register-{share:g}"
        if not register.exists():
            simulate(register, establishments=round(NATIONAL_ESTABLISHMENTS * share), scope="national")
        build(register, store)
    return store


def title(store: Path) -> None:
    from essaim.observatory.store import Store  # noqa: PLC0415  # after the environment is set

    build = Store(store).current()
    counts = ", ".join(f"{value:,} {name}" for name, value in build.manifest.counts.items())
    print(f"## Pages of the atlas\n\nBuild {build.id} ({counts}); {os.cpu_count()} cores.")


def drawn(store: Path, pages: int, seed: int) -> dict[str, list[str]]:
    """Addresses to ask for, by kind of page: territories drawn at random, the same for the same seed."""
    from essaim.observatory.atlas import places  # noqa: PLC0415  # after the environment is set
    from essaim.observatory.store import Store  # noqa: PLC0415  # the same

    chance = random.Random(seed)
    by_kind: dict[str, list[str]] = {}
    for place in places(Store(store)).values():
        by_kind.setdefault(place.kind, []).append(f"/atlas/{place.kind}/{place.id}/")
    kinds = [kind for kind in KINDS if kind in by_kind]

    def some(count: int, among: Sequence[str]) -> list[str]:
        there = [kind for kind in among if kind in kinds]
        picked = chance.choices(there, weights=[KINDS[kind] for kind in there], k=count)
        return [chance.choice(by_kind[kind]) for kind in picked]

    found = {}
    for name, end in SHOWN.items():
        among = MAPPED if name == "Ranking and map" else tuple(kinds)
        found[name] = [
            base + end for base in some(pages if name == "Territory" else max(pages // 4, 10), among)
        ]
    return found


def in_process(addresses: dict[str, list[str]]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Milliseconds of each page, clock and processor, through Django's test client; imports and outlines are paid
    for by one page before."""
    import django  # noqa: PLC0415  # after the environment is set

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  # after setup
    from django.test import Client  # noqa: PLC0415  # after setup

    call_command("migrate", verbosity=0)
    client = Client(headers={"host": "localhost"})
    for warm in (addresses["Territory"][0], addresses["PDF"][0], addresses["Ranking and map"][0], "/atlas/"):
        client.get(warm)

    def ask(address: str) -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")

    clock: dict[str, list[float]] = {}
    processor: dict[str, list[float]] = {}
    for name, asked in addresses.items():
        for address in asked:
            busy = time.process_time()
            clock.setdefault(name, []).append(timed(ask, address))
            processor.setdefault(name, []).append(1000 * (time.process_time() - busy))
    return clock, processor


def timed(act: Callable[[str], None], address: str) -> float:
    start = time.perf_counter()
    act(address)
    return 1000 * (time.perf_counter() - start)


def served(addresses: dict[str, list[str]], readers: int) -> dict[str, list[float]]:
    """Milliseconds of each page from a server of its own, as many readers asking at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "essaim.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    site = f"http://127.0.0.1:{port}"

    def ask(address: str) -> None:
        with urllib.request.urlopen(site + address, timeout=60) as answer:
            answer.read()

    try:
        wait_for(site + "/health/", server)
        ask(addresses["Territory"][0])
        times = {}
        with ThreadPoolExecutor(readers) as pool:
            for name, asked in addresses.items():
                times[name] = list(pool.map(lambda address: timed(ask, address), asked))
        return times
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(address: str, server: subprocess.Popen[bytes], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def table(times: dict[str, list[float]], processor: dict[str, list[float]] | None = None) -> str:
    more = " p95, processor | budget (p95) |" if processor else ""
    lines = [
        f"| page | asked | p50 | p95 | slowest |{more}",
        f"|---|--:|--:|--:|--:|{'--:|--:|' if more else ''}",
    ]
    for name, values in times.items():
        # The budget is for the server's time, without the wait for other readers.
        budget = (
            None
            if not processor
            else BUDGET_PDF_MS
            if name == "PDF"
            else BUDGET_PAGE_MS
            if name == "Territory"
            else None
        )
        verdict = "" if budget is None else f"{budget} ms {'kept' if p95(values) <= budget else 'missed'}"
        busy = f" {p95(processor[name]):.0f} ms | {verdict} |" if processor else ""
        lines.append(
            f"| {name} | {len(values)} | {statistics.median(values):.0f} ms | {p95(values):.0f} ms "
            f"| {max(values):.0f} ms |{busy}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
