"""Distances in kilometres from the edge of a place (0 inside), and which cells of a map lie within reach of it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from essaim.ui.search import cells

FINEST = 15
"""Cells are not cut below this zoom (800 m wide in France): points of the cells astride are measured one by one."""
# Cells are squares in Mercator, slightly bent in kilometres round the place: what is near the limit is measured.
MARGIN_SHARE, MARGIN_KM = 0.01, 0.05


@dataclass(frozen=True)
class Reach:
    """Cells as (zoom, number): those wholly within reach, and those astride its limit."""

    inside: tuple[tuple[int, int], ...]
    astride: tuple[tuple[int, int], ...]


class Near:
    """Round one place. Coordinates are projected about its centre, keeping distances to it: the error stays under a
    thousandth within 500 km."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape

    @cached_property
    def _to_metres(self) -> Transformer:
        centre = shapely.centroid(self.shape)
        return Transformer.from_crs(
            "EPSG:4326",
            f"+proj=aeqd +lat_0={centre.y} +lon_0={centre.x} +datum=WGS84 +units=m",
            always_xy=True,
        )

    @cached_property
    def _flat(self) -> Any:
        flat = shapely.transform(self.shape, lambda points: self._project(points[:, 0], points[:, 1]))
        shapely.prepare(flat)
        return flat

    @cached_property
    def _edge(self) -> Any | None:
        edge = shapely.boundary(self._flat)
        if edge is None or edge.is_empty:
            return None
        shapely.prepare(edge)
        return edge

    def _project(self, lon: Any, lat: Any) -> Any:
        return np.column_stack(self._to_metres.transform(lon, lat))

    def distances_km(self, lon: Any, lat: Any) -> Any:
        """From the edge of the place to each point, 0 inside; arrays of degrees in, array out."""
        lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
        if not len(lon):
            return np.zeros(0)
        return shapely.distance(self._flat, shapely.points(self._project(lon, lat))) / 1000

    def are_within(self, lon: Any, lat: Any, within_km: float) -> Any:
        """Which points lie no farther than this from the edge of the place: `distances_km` compared, but quicker."""
        if not len(lon):
            return np.zeros(0, dtype=bool)
        return shapely.dwithin(self._flat, shapely.points(self._project(lon, lat)), within_km * 1000)

    def reach(self, within_km: float) -> Reach:
        """Cells within `within_km` of the place, cut finer and finer towards the limit."""
        inside: list[tuple[int, int]] = []
        astride: list[tuple[int, int]] = []
        columns, rows = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
        for zoom in range(FINEST + 1):
            centre, half = self._measured(columns, rows, zoom)
            slack = within_km * MARGIN_SHARE + MARGIN_KM
            is_inside = (centre + half <= within_km - slack) if zoom else np.zeros(len(columns), dtype=bool)
            is_open = ~is_inside & (centre - half <= within_km + slack)
            inside += [
                (zoom, cells.number(int(x), int(y), zoom)) for x, y in _pairs(columns, rows, is_inside)
            ]
            columns, rows = columns[is_open], rows[is_open]
            if zoom == FINEST:
                astride = [
                    (zoom, cells.number(int(x), int(y), zoom)) for x, y in zip(columns, rows, strict=True)
                ]
                break
            columns, rows = (
                np.repeat(columns * 2, 4) + np.tile([0, 0, 1, 1], len(columns)),
                np.repeat(rows * 2, 4) + np.tile([0, 1, 0, 1], len(rows)),
            )
        return Reach(tuple(inside), tuple(astride))

    def _measured(self, columns: Any, rows: Any, zoom: int) -> tuple[Any, Any]:
        """Distance of each cell's centre, and half its diagonal, kilometres. Distance changes by no more than the
        way travelled, so a cell lies within centre ± half diagonal."""
        side = 1 << zoom
        if zoom < 5:
            # The projection is of no use half a world away: every large cell is cut.
            return np.zeros(len(columns)), np.full(len(columns), np.inf)
        lon = (columns + 0.5) / side * 360 - 180
        lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * (rows + 0.5) / side))))
        widest = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.array([rows, rows + 1]) / side))))
        width = 40_075 / side * np.cos(np.radians(np.abs(widest).min(axis=0)))
        distance = self.distances_km(lon, lat)
        within = distance == 0
        if within.any() and self._edge is not None:
            # Inside, what counts is how far the edge is: the cell may be wholly inside too.
            points = shapely.points(self._project(lon[within], lat[within]))
            distance[within] = -shapely.distance(self._edge, points) / 1000
        return distance, width * 0.75


def _pairs(columns: Any, rows: Any, chosen: Any) -> Any:
    return zip(columns[chosen], rows[chosen], strict=True)
