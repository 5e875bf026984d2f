"""Pages and tiles of a running site, so many readers at once; called by directory.py --site."""

import itertools
import random
import threading
import time

import httpx

PAGES = (
    "/organisations/", "/organisations/?q=recyclerie", "/organisations/?q=association&territory=departement:59",
    "/organisations/?territory=epci:200093201", "/organisations/?q=traiteur&family=cooperative",
    "/organisations/?around=commune:59350&within=10",
)  # fmt: skip
TILES = ("5/16/10", "6/32/21", "8/130/86", "9/260/172", "11/1041/688", "12/2083/1377")
BUDGETS = {"pages": 120, "tiles": 60}
REQUESTS = 600


def measured(site: str, readers: int) -> str:
    """A Markdown table: median and 95th percentile of each kind, in milliseconds."""
    chance = random.Random(2026)
    tiles = [
        f"/organisations/tiles/{at}.pbf?q={word}" for at in TILES for word in ("", "recyclerie", "sport")
    ]
    lines = [
        f"### A running site, {readers} readers at once", "",
        "| what | requests | median | p95 | promised | |", "|---|---:|---:|---:|---:|---|",
    ]  # fmt: skip
    for name, addresses in {"pages": PAGES, "tiles": tiles}.items():
        asked = chance.choices(addresses, k=REQUESTS)
        times = sorted(_all(site, asked, readers))
        middle, high = times[len(times) // 2], times[int(0.95 * len(times))]
        told = "held" if high < BUDGETS[name] else "**not held**"
        lines.append(
            f"| {name} | {len(times)} | {middle:.0f} ms | {high:.0f} ms | {BUDGETS[name]} ms | {told} |"
        )
    return "\n".join(lines)


def _all(site: str, addresses: list[str], readers: int) -> list[float]:
    turn, times, lock = iter(addresses), [], threading.Lock()

    def read() -> None:
        with httpx.Client(base_url=site, timeout=30) as client:
            while True:
                with lock:
                    address = next(turn, None)
                if address is None:
                    return
                start = time.perf_counter()
                client.get(address).raise_for_status()
                times.append(1000 * (time.perf_counter() - start))

    threads = [threading.Thread(target=read) for _ in itertools.repeat(None, readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) != len(addresses):
        raise SystemExit("some addresses did not answer")
    return times
