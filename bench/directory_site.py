"""Pages and tiles of a running site, so many readers at once; called by directory.py --site."""

import itertools
import random
import threading
import time

import httpx

WORDS = (
    "", "recyclerie", "association", "traiteur", "lutherie", "club sport", "jardin solidaire", "atelier", "maison",
    "école", "vélo", "insertion", "amis", "théâtre populaire", "couture", "bois", "culture", "solidarité",
)  # fmt: skip
PLACES = (
    "", "&territory=epci:200093201", "&territory=departement:59", "&territory=region:32", "&territory=region:84",
    "&territory=commune:59350", "&around=commune:59350&within=10", "&around=commune:69123&within=30",
)  # fmt: skip
CHOICES = ("", "&family=association", "&family=cooperative", "&page=2", "&sort=name")
PAGES = tuple(
    f"/organisations/?q={word}{place}{choice}" for word in WORDS for place in PLACES for choice in CHOICES
)
TILES = ("5/16/10", "6/32/21", "8/130/86", "9/260/172", "11/1041/688", "12/2083/1377")
BUDGETS = {"pages": 120, "tiles": 60}
REQUESTS = 600
PAUSE_S = 2.0
"""Between two pages of one reader, on average: time to read. Measured without any pause too."""


def measured(site: str, readers: int) -> str:
    """A Markdown table: median and 95th percentile of each kind, in milliseconds."""
    tiles = [f"/organisations/tiles/{at}.pbf?q={word}" for at in TILES for word in WORDS]
    lines = [
        f"### A running site, {readers} readers at once", "",
        f"{len(PAGES)} pages and {len(tiles)} tiles, drawn at random: few are asked twice.", "",
        "| what | requests | median | p95 | promised | |", "|---|---:|---:|---:|---:|---|",
    ]  # fmt: skip
    for seed, (pause, told_pause) in enumerate(
        ((PAUSE_S, f"a pause of {PAUSE_S:g} s on average"), (0.0, "no pause"))
    ):
        chance = random.Random(2026 + seed)
        for name, addresses in {"pages": PAGES, "tiles": tiles}.items():
            asked = [(address, chance.expovariate(1 / pause) if pause else 0.0)
                     for address in chance.choices(addresses, k=REQUESTS)]  # fmt: skip
            times = sorted(_all(site, asked, readers))
            middle, high = times[len(times) // 2], times[int(0.95 * len(times))]
            told = "held" if high < BUDGETS[name] else "**not held**"
            lines.append(
                f"| {name}, {told_pause} | {len(times)} | {middle:.0f} ms | {high:.0f} ms | {BUDGETS[name]} ms "
                f"| {told} |"
            )
    return "\n".join(lines)


def _all(site: str, addresses: list[tuple[str, float]], readers: int) -> list[float]:
    turn, times, lock = iter(addresses), [], threading.Lock()

    def read() -> None:
        with httpx.Client(base_url=site, timeout=30) as client:
            while True:
                with lock:
                    address, pause = next(turn, (None, 0.0))
                if address is None:
                    return
                time.sleep(pause)
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
