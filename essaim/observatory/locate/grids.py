"""French projections: which metric grid serves which place, and what a pair of numbers really is.

Grids are the legal ones (decree 2000-1276 as amended): Lambert 93 on the mainland, UTM overseas.
Elsewhere (Pacific) the WGS 84 UTM zone of the point. On any of them lengths are true to 4 per thousand.
"""

from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

LAMBERT_93 = 2154
# epsg -> west, south, east, north in degrees
GRIDS: dict[int, tuple[float, float, float, float]] = {
    LAMBERT_93: (-5.6, 41.2, 10.0, 51.3),
    5490: (-63.5, 14.2, -60.6, 18.3),  # Guadeloupe, Martinique, Saint-Martin, Saint-Barthélemy
    2972: (-54.9, 2.0, -51.4, 6.1),  # Guyane
    2975: (54.9, -21.6, 56.1, -20.6),  # La Réunion
    4471: (44.7, -13.3, 45.6, -12.4),  # Mayotte
    4467: (-56.7, 46.6, -56.0, 47.3),  # Saint-Pierre-et-Miquelon
}
FAR_AWAY = (
    (158.0, -23.5, 172.5, -17.5),  # Nouvelle-Calédonie
    (-155.5, -28.5, -134.0, -7.5),  # Polynésie française
    (-178.6, -14.6, -175.9, -13.0),  # Wallis et Futuna
)
# metres: west, south, east, north of everything projected in Lambert 93
LAMBERT_93_BOX = (0.0, 6_000_000.0, 1_300_000.0, 7_200_000.0)


def _inside(x: Floats, y: Floats, box: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    west, south, east, north = box
    found: NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return found


def in_france(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Whether points lie in a box drawn round some part of France (boxes also hold neighbours and sea)."""
    boxes = [_inside(lon, lat, box) for box in (*GRIDS.values(), *FAR_AWAY)]
    found: NDArray[np.bool_] = np.logical_or.reduce(boxes)
    return found


def looks_like_lambert_93(x: Floats, y: Floats) -> NDArray[np.bool_]:
    return _inside(x, y, LAMBERT_93_BOX)


def grid_of(lon: Floats, lat: Floats) -> Integers:
    """EPSG number of the metric grid for each point."""
    zone = np.clip(np.floor((lon + 180) / 6).astype(np.int64) + 1, 1, 60)
    found: Integers = np.where(lat >= 0, 32600, 32700) + zone
    for epsg, box in GRIDS.items():
        found[_inside(lon, lat, box)] = epsg
    return found


@cache
def _transformer(origin: int | str, target: int) -> Transformer:
    return Transformer.from_crs(origin, target, always_xy=True)


def project(x: Any, y: Any, origin: int, target: int) -> tuple[Floats, Floats]:
    """Coordinates from one EPSG to another, always x (or longitude) first. Raises pyproj's CRSError."""
    if origin == target:
        return np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    found_x, found_y = _transformer(origin, target).transform(x, y)
    return np.asarray(found_x), np.asarray(found_y)


def project_shapes(shapes: Any, origin: int | str, target: int) -> Any:
    """An array of geometries, reprojected vertex by vertex."""
    if origin == target:
        return shapes
    return shapely.transform(shapes, _transformer(origin, target).transform, interleaved=False)
