"""2 million points in 1,420 QPV-like polygons: ours against points built for geopandas.sjoin, side by side.

    python bench/locate.py [--points 2000000] [--polygons 1420] [--repeat 3]

Each way runs in a process of its own, so that its peak memory is its own. Both must name the same polygon for
every point, or the bench fails.
"""

import argparse
import hashlib
import multiprocessing
import resource
import sys
import time
from typing import Any

import numpy as np
import shapely

from essaim.observatory.locate.points import cover


def simulate(points: int, polygons: int) -> tuple[Any, Any, Any]:
    """Points packed round 120 towns as establishments are, and polygons of 300 to 900 m in the same towns."""
    rng = np.random.default_rng(2026)
    towns = np.column_stack([rng.uniform(-4.5, 8.0, 120), rng.uniform(42.5, 51.0, 120)])
    at = towns[rng.integers(0, 120, points)] + rng.normal(0, 0.08, (points, 2))
    # Centres on a jittered grid, far enough apart not to overlap, as real QPV do not.
    centres: list[tuple[float, float]] = []
    taken: set[tuple[int, int]] = set()
    while len(centres) < polygons:
        x, y = towns[rng.integers(0, 120)] + rng.normal(0, 0.08, 2)
        cell = (int(x // 0.03), int(y // 0.03))
        if cell not in taken:
            taken.add(cell)
            centres.append((cell[0] * 0.03 + 0.015, cell[1] * 0.03 + 0.015))
    shapes = []
    for x, y in centres:
        corners = rng.integers(20, 120)
        angle = np.sort(rng.uniform(0, 2 * np.pi, corners))
        radius = rng.uniform(0.004, 0.012) * rng.uniform(0.6, 1.0, corners)
        shapes.append(
            shapely.Polygon(np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)]))
        )
    return at[:, 0], at[:, 1], np.array(shapes)


def ours(lon: Any, lat: Any, shapes: Any) -> Any:
    return cover(lon, lat, shapes)


def peer(lon: Any, lat: Any, shapes: Any) -> Any:
    # Imported only in the peer's process: its memory is not ours.
    import geopandas  # noqa: PLC0415

    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat), crs=4326)
    areas = geopandas.GeoDataFrame({"area": np.arange(len(shapes))}, geometry=shapes, crs=4326)
    joined = geopandas.sjoin(points, areas, how="left", predicate="intersects")
    return joined["area"].fillna(-1).to_numpy(np.int64)


def measure(way: str, points: int, polygons: int, repeat: int, answer: Any) -> None:
    lon, lat, shapes = simulate(points, polygons)
    function = {"ours": ours, "peer": peer}[way]
    function(lon[:1000], lat[:1000], shapes)  # imports and first-call costs are not the subject
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        found = function(lon, lat, shapes)
        best = min(best, time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    digest = hashlib.sha256(np.ascontiguousarray(found).tobytes()).hexdigest()
    answer.put((best, peak, peak - before, int((found >= 0).sum()), digest))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=2_000_000)
    parser.add_argument("--polygons", type=int, default=1_420)
    parser.add_argument("--repeat", type=int, default=3, help="runs of each way, the best counts")
    parser.add_argument("--at-least", type=float, default=5.0, help="fail below this ratio")
    options = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    results = {}
    for way in ("ours", "peer"):
        answer = context.SimpleQueue()
        arguments = (way, options.points, options.polygons, options.repeat, answer)
        process = context.Process(target=measure, args=arguments)
        process.start()
        process.join()
        if process.exitcode != 0:
            sys.exit(f"{way} failed")
        results[way] = answer.get()
    print(
        f"## Where points lie\n\n{options.points:,} points in {options.polygons:,} polygons, best of "
        f"{options.repeat} runs.\n\n| way | seconds | peak MiB | of which for this |\n|---|---:|---:|---:|"
    )
    names = {"ours": "`observatory.locate`", "peer": "points built, then `geopandas.sjoin`"}
    for way, (seconds, peak_kib, more_kib, _hits, _) in results.items():
        print(f"| {names[way]} | {seconds:.2f} | {peak_kib / 1024:,.0f} | {more_kib / 1024:,.0f} |")
    if results["ours"][4] != results["peer"][4]:
        sys.exit("the two ways do not name the same polygons")
    ratio = results["peer"][0] / results["ours"][0]
    print(
        f"\nSame polygon for every point ({results['ours'][3]:,} inside one). "
        f"Ratio: **{ratio:.1f}** (wanted: at least {options.at_least:g})."
    )
    if ratio < options.at_least:
        sys.exit(1)


if __name__ == "__main__":
    main()
