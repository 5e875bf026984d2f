"""Where points lie: commune, EPCI, priority neighbourhood, and metres to the nearest neighbourhood's edge.

Works on arrays, never on Point objects: points are sorted by longitude once, each polygon then looks only
at the points of its own box (2 million points in 1,420 polygons: half a second; see `bench/locate.py`).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from essaim.observatory.locate import grids
from essaim.observatory.locate.qpv_layer import QpvLayer
from essaim.observatory.reference import outlines, places

# A simplified coastline cuts quays and capes off: a point in no commune belongs to one this close.
COAST_TOLERANCE_M = 500.0
# Below that, preparing a polygon costs more than it saves.
WORTH_PREPARING = 20
# Many points are first sieved through a grid of the layer's box; a few are sorted at once.
WORTH_SIEVING, SIEVE_CELLS = 20_000, 4_096

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class CommuneLayer:
    """Communes to locate in: `ids` (array of text, sorted) and `shapes` (WGS 84)."""

    ids: Any
    shapes: Any


@dataclass(frozen=True)
class Located:
    """One value a point, "" or NaN where there is none; bare ids: 59350, 200093201, QN05901M.

    `qpv_distance_m`: metres to the nearest QPV's edge, 0 inside one; NaN without a layer, or where the layer
    has no QPV on the same side of the sea. `nearest_qpv` is that QPV.
    """

    commune: Any
    epci: Any
    qpv: Any
    qpv_distance_m: Floats
    nearest_qpv: Any


def cover(lon: Floats, lat: Floats, shapes: Any) -> Integers:
    """For each point the index of the first shape that holds it (edge included), -1 where none does.

    lon, lat: degrees, any order, NaN allowed (never inside). shapes: array of valid polygons.
    """
    found = np.full(len(lon), -1, dtype=np.int64)
    if not len(shapes) or not len(lon):
        return found
    boxes = shapely.bounds(shapes)
    order = _near(lon, lat, boxes) if len(lon) >= WORTH_SIEVING else np.arange(len(lon))
    order = order[np.argsort(lon[order])]  # NaN go last, beyond every box
    x, y = lon[order], lat[order]
    first = np.searchsorted(x, boxes[:, 0], side="left")
    last = np.searchsorted(x, boxes[:, 2], side="right")
    # Backwards, so that where two shapes overlap the first of them is written last.
    for index in np.flatnonzero(first < last)[::-1]:
        start, stop = first[index], last[index]
        slice_y = y[start:stop]
        inside = np.flatnonzero((slice_y >= boxes[index, 1]) & (slice_y <= boxes[index, 3])) + start
        if not len(inside):
            continue
        shape = shapes[index]
        if len(inside) >= WORTH_PREPARING:
            shapely.prepare(shape)
        hits = inside[shapely.intersects_xy(shape, x[inside], y[inside])]
        found[order[hits]] = index
    return found


def _near(lon: Floats, lat: Floats, boxes: Any) -> Integers:
    """Points in a cell that some box touches: most points of a country are far from any QPV."""
    west, south = boxes[:, 0].min(), boxes[:, 1].min()
    across = (SIEVE_CELLS - 1) / max(boxes[:, 2].max() - west, 1e-9)
    upward = (SIEVE_CELLS - 1) / max(boxes[:, 3].max() - south, 1e-9)
    touched = np.zeros((SIEVE_CELLS, SIEVE_CELLS), dtype=bool)
    corners = ((boxes - (west, south, west, south)) * (across, upward, across, upward)).astype(np.int64)
    for left, bottom, right, top in corners:
        touched[left : right + 1, bottom : top + 1] = True
    column, row = (lon - west) * across, (lat - south) * upward
    # NaN compares false: a point without coordinates is in no cell.
    candidates = np.flatnonzero((column >= 0) & (row >= 0) & (column < SIEVE_CELLS) & (row < SIEVE_CELLS))
    cells = touched[column[candidates].astype(np.int64), row[candidates].astype(np.int64)]
    kept: Integers = candidates[cells]
    return kept


@cache
def simplified_communes() -> CommuneLayer:
    """The committed outlines, true to some 200 m."""
    shapes = outlines.outlines_of_kind("commune")
    return CommuneLayer(np.array(list(shapes), dtype=object), np.array(list(shapes.values()), dtype=object))


def _nearest_commune(lon: Floats, lat: Floats, shapes: Any, tolerance_m: float) -> Integers:
    """Index of the nearest shape within a tolerance, for points that are in none; -1 beyond."""
    found = np.full(len(lon), -1, dtype=np.int64)
    if not len(lon):
        return found
    boxes = shapely.bounds(shapes)
    for epsg in np.unique(grids.grid_of(lon, lat)):
        here = np.flatnonzero(grids.grid_of(lon, lat) == epsg)
        # Only shapes whose box comes near one of these points are worth projecting.
        margin = tolerance_m / 111_000 / np.maximum(np.cos(np.radians(lat[here])), 0.1)
        probes = shapely.box(lon[here] - margin, lat[here] - margin, lon[here] + margin, lat[here] + margin)
        tree = shapely.STRtree(probes)
        candidates = np.unique(tree.query(shapely.box(*boxes.T))[0])
        if not len(candidates):
            continue
        metric = shapely.STRtree(grids.project_shapes(shapes[candidates], 4326, int(epsg)))
        points = shapely.points(*grids.project(lon[here], lat[here], 4326, int(epsg)))
        which, nearest = metric.query_nearest(points, max_distance=tolerance_m, all_matches=False)
        found[here[which]] = candidates[nearest]
    return found


def communes_at(lon: Any, lat: Any, layer: CommuneLayer | None = None) -> Any:
    """Commune id of each point, "" where there is none within COAST_TOLERANCE_M.

    lon, lat: arrays of degrees, NaN allowed. Without a layer, the committed outlines.
    """
    layer = layer or simplified_communes()
    lon, lat = _as_floats(lon), _as_floats(lat)
    index = cover(lon, lat, layer.shapes)
    lost = np.flatnonzero((index < 0) & np.isfinite(lon) & np.isfinite(lat))
    lost = lost[grids.in_france(lon[lost], lat[lost])]
    index[lost] = _nearest_commune(lon[lost], lat[lost], layer.shapes, COAST_TOLERANCE_M)
    return _pick(layer.ids, index)


def qpv_at(lon: Any, lat: Any, layer: QpvLayer) -> Any:
    """QPV code of each point, "" outside; points on an edge are inside."""
    return _pick(layer.codes, cover(_as_floats(lon), _as_floats(lat), layer.shapes))


def distances_to_qpv(lon: Any, lat: Any, layer: QpvLayer) -> tuple[Floats, Any]:
    """(metres to the nearest QPV's edge, code of that QPV) for each point; 0 and its own code inside.

    Measured in the metric grid of the point (Lambert 93 on the mainland), to the QPV of the same grid: where
    the layer has none, NaN and "". Costs 10 to 20 s a million points outside, on one core.
    """
    lon, lat = _as_floats(lon), _as_floats(lat)
    inside = cover(lon, lat, layer.shapes)
    metres = np.where(inside >= 0, 0.0, np.nan)
    nearest = inside.copy()
    outside = np.flatnonzero((inside < 0) & np.isfinite(lon) & np.isfinite(lat))
    zones = grids.grid_of(lon[outside], lat[outside])
    for epsg, (tree, owners) in layer.edges.items():
        here = outside[zones == epsg]
        if len(here):
            points = shapely.points(*grids.project(lon[here], lat[here], 4326, epsg))
            (which, segment), distance = tree.query_nearest(points, all_matches=False, return_distance=True)
            metres[here[which]] = distance
            nearest[here[which]] = owners[segment]
    return metres, _pick(layer.codes, nearest)


def locate(lon: Any, lat: Any, qpv: QpvLayer | None = None, communes: CommuneLayer | None = None) -> Located:
    """Commune, EPCI, QPV and distance of every point, in the order given.

    lon, lat: arrays of degrees (WGS 84), NaN for a point that has none: it gets empty answers.
    """
    lon, lat = _as_floats(lon), _as_floats(lat)
    commune = communes_at(lon, lat, communes)
    epci = epci_of(commune)
    if qpv is None:
        nothing = np.full(len(lon), "", dtype=object)
        return Located(commune, epci, nothing, np.full(len(lon), np.nan), nothing.copy())
    metres, nearest = distances_to_qpv(lon, lat, qpv)
    return Located(commune, epci, np.where(metres == 0, nearest, ""), metres, nearest)


def epci_of(commune: Any) -> Any:
    """EPCI id of each commune id, "" for the few communes outside any (islands, overseas collectivities)."""
    known = places.all_territories()
    ids, where = np.unique(commune.astype(str), return_inverse=True)
    epci = [(known[f"commune:{i}"].epci or "") if f"commune:{i}" in known else "" for i in ids]
    return np.array([*epci, ""], dtype=object)[where]


def _as_floats(values: Any) -> Floats:
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def _pick(labels: Any, index: Integers) -> Any:
    """labels[index], "" where the index is -1."""
    return np.append(labels, "").astype(object)[index]
