"""The same answers on a map: clusters and vector tiles."""

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import mapbox_vector_tile
from tantivy import Occur, Query

from essaim.law.text import ExplainedError, Text
from essaim.organisations.search import filters
from essaim.organisations.search.answer import Cluster, Found
from essaim.organisations.search.engine import found_of, ready
from essaim.organisations.search.fields import CELLS
from essaim.organisations.search.question import Bbox, Question
from essaim.ui.search import cells
from essaim.ui.search.reader import Snapshot

LAYER = "places"
HIGHEST_ZOOM = 20
FINER = 3
"""A tile of 512 px is cut into 8 x 8 cells of 64 px, one cluster each."""
SEPARATE_FROM = cells.HIGHEST - FINER + 1
"""From this zoom on, only places at the very same spot are gathered."""
MOST_POINTS = 4_000
MOST_CELLS = 4_096
EXTENT = 4_096
WORLD: Bbox = (-180.0, -90.0, 180.0, 90.0)
_TILES = filters.Kept(512)
_MEAN = {"lon": {"avg": {"field": "lon"}}, "lat": {"avg": {"field": "lat"}}}


class TileOutside(ExplainedError):
    """A tile number that does not exist."""

    def __init__(self, z: int, x: int, y: int) -> None:
        super().__init__(
            Text(
                f"La tuile {z}/{x}/{y} n'existe pas : le zoom va de 0 à {HIGHEST_ZOOM}, les colonnes et les lignes "
                "de 0 à 2^zoom - 1.",
                f"Tile {z}/{x}/{y} does not exist: zooms go from 0 to {HIGHEST_ZOOM}, columns and rows from 0 to "
                "2^zoom - 1.",
            )
        )


def clusters(question: Question, *, zoom: int, bbox: Bbox | None) -> list[Cluster]:
    """Places that answer inside `bbox` (the world when None), gathered by cells of the zoom. Sum of counts = places
    with a position. `zoom` is a map's (tiles of 512 px), cut to 0..20; a wide box is given wider cells."""
    snapshot = ready()
    box = bbox or WORLD
    query = filters.matching(replace(question, bbox=_both(question.bbox, bbox)), snapshot)
    zoom = min(max(zoom, 0), HIGHEST_ZOOM)
    if zoom >= SEPARATE_FROM and _count(query, snapshot) <= MOST_POINTS:
        return _spots(query, snapshot)
    return _gathered(query, min(zoom + FINER, cells.HIGHEST, _widest(box)), snapshot)


def tile(question: Question, z: int, x: int, y: int) -> bytes:
    """The clusters of one tile as a Mapbox vector tile (gzip), layer "places": `count`, and for a single place
    `organisation`, `site`, `name`, `status`. Raises TileOutside, IndexMissing."""
    if not (0 <= z <= HIGHEST_ZOOM and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise TileOutside(z, x, y)
    snapshot = ready()
    asked = replace(question, sort="", page=1, size=20, ignored=())
    return _TILES.get((snapshot.generation, asked, z, x, y), lambda: _drawn(asked, z, x, y, snapshot))


def generation() -> str:
    """Names the present state of the index: put in the address of a tile, it lets browsers keep it."""
    return ready().generation.rpartition(".")[2]


def _drawn(question: Question, z: int, x: int, y: int, snapshot: Snapshot) -> bytes:
    held = min(z, cells.HIGHEST)
    cell = cells.number(x >> z - held, y >> z - held, held)
    parts = [filters.matching(question, snapshot), Query.term_query(snapshot.schema, CELLS[held], cell)]
    if z > held:
        parts += filters.inside(snapshot.schema, cells.bounds(x, y, z))
    query = Query.boolean_query([(Occur.Must, part) for part in parts])
    if z >= SEPARATE_FROM and _count(query, snapshot) <= MOST_POINTS:
        found = _spots(query, snapshot)
    else:
        found = _gathered(query, min(z + FINER, cells.HIGHEST), snapshot)
    return gzip.compress(encoded(found, z, x, y), 5, mtime=0)


def encoded(found: Iterable[Cluster], z: int, x: int, y: int) -> bytes:
    """Clusters in the tile's own coordinates, rows growing southward."""
    side = 1 << z
    features = []
    for cluster in found:
        across = ((cluster.lon + 180) / 360 * side - x) * EXTENT
        sine = math.sin(math.radians(min(max(cluster.lat, -cells.NORTHMOST), cells.NORTHMOST)))
        down = ((0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)) * side - y) * EXTENT
        point = (min(max(round(across), 0), EXTENT), min(max(round(down), 0), EXTENT))
        features.append({"geometry": f"POINT({point[0]} {point[1]})", "properties": properties(cluster)})
    return mapbox_vector_tile.encode(
        {"name": LAYER, "features": features}, default_options={"extents": EXTENT, "y_coord_down": True}
    )


def properties(cluster: Cluster) -> dict[str, Any]:
    """What a map needs of a cluster: how many, and which place when there is one."""
    if cluster.found is None:
        return {"count": cluster.count}
    found = cluster.found
    place = {"organisation": found.organisation_id, "name": found.name, "status": found.sse_status}
    site = {} if found.site_id is None else {"site": found.site_id}
    return {"count": 1, **place, **site}


def _gathered(query: Any, zoom: int, snapshot: Snapshot) -> list[Cluster]:
    field = CELLS[zoom]
    asked = {"cells": {"terms": {"field": field, "size": 65_000}, "aggs": _MEAN}}
    buckets = snapshot.searcher.aggregate(query, asked)["cells"]["buckets"]
    alone = [int(bucket["key"]) for bucket in buckets if bucket["doc_count"] == 1]
    singles = dict(_alone(query, field, alone, snapshot))
    return [
        Cluster(
            bucket["lon"]["value"],
            bucket["lat"]["value"],
            bucket["doc_count"],
            singles.get(int(bucket["key"])),
        )
        for bucket in buckets
    ]


def _alone(query: Any, field: str, numbers: list[int], snapshot: Snapshot) -> Iterable[tuple[int, Found]]:
    """The one place of each of these cells."""
    if not numbers:
        return
    among = Query.boolean_query(
        [(Occur.Must, query), (Occur.Must, Query.term_set_query(snapshot.schema, field, numbers))]
    )
    hits = snapshot.searcher.search(among, limit=len(numbers), count=False, order_by_field=field).hits
    for cell, address in hits:
        yield int(cell), found_of(_payload(address, snapshot))


def _spots(query: Any, snapshot: Snapshot) -> list[Cluster]:
    """Places one by one, those at the very same spot together."""
    positioned = Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.exists_query("lon"))])
    hits = snapshot.searcher.search(positioned, limit=MOST_POINTS, count=False, order_by_field="key").hits
    at: dict[tuple[float, float], list[Found]] = defaultdict(list)
    for _, address in hits:
        found = found_of(_payload(address, snapshot))
        at[found.lon, found.lat].append(found)
    return [
        Cluster(lon, lat, len(found), found[0] if len(found) == 1 else None)
        for (lon, lat), found in at.items()
    ]


def _payload(address: Any, snapshot: Snapshot) -> dict[str, Any]:
    return json.loads(snapshot.searcher.doc(address).get_first("place"))


def _count(query: Any, snapshot: Snapshot) -> int:
    return snapshot.searcher.search(query, limit=1).count


def _widest(box: Bbox) -> int:
    """The finest zoom whose cells in the box stay few enough."""
    west, south, east, north = box
    for zoom in range(cells.HIGHEST, 0, -1):
        left, top = cells.tile_of(west, north, zoom)
        right, bottom = cells.tile_of(east, south, zoom)
        if (right - left + 1) * (bottom - top + 1) <= MOST_CELLS:
            return zoom
    return 0


def _both(one: Bbox | None, other: Bbox | None) -> Bbox | None:
    """What two boxes share; a box may be empty (west beyond east), and then holds nothing."""
    if one is None or other is None:
        return one or other
    return (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))
