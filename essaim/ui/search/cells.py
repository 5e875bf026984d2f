"""The square cells of web maps: tile x/y of a zoom, as one number."""

import math

HIGHEST = 17
NORTHMOST = 85.05112878
"""Latitude where the Mercator square ends."""


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column and row of the tile that holds a point, as web maps number them."""
    side = 1 << zoom
    x = int((lon + 180) / 360 * side)
    sine = math.sin(math.radians(min(max(lat, -NORTHMOST), NORTHMOST)))
    y = int((0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * side)
    return min(max(x, 0), side - 1), min(max(y, 0), side - 1)


def number(x: int, y: int, zoom: int) -> int:
    return x << zoom | y


def cells_of(lon: float, lat: float, highest: int = HIGHEST) -> list[int]:
    """The number of the point's cell at each zoom, 0 to `highest`."""
    x, y = tile_of(lon, lat, highest)
    return [x >> highest - zoom << zoom | y >> highest - zoom for zoom in range(highest + 1)]


def bounds(x: int, y: int, zoom: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a tile, degrees."""
    side = 1 << zoom
    return (
        x / side * 360 - 180, _latitude((y + 1) / side), (x + 1) / side * 360 - 180, _latitude(y / side),
    )  # fmt: skip


def _latitude(share: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * share))))
