"""Outlines of territories as Shapely geometries or GeoJSON, longitude and latitude in WGS 84.

Communes share their borders exactly; EPCI, EPT, departments and regions are coarser, made for drawing.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import shapely
import yaml

from essaim.law.text import Text
from essaim.observatory.reference import places

DRAWN_KINDS = ("region", "departement", "epci", "ept", "commune")


@cache
def outlines_of_kind(kind: str) -> Mapping[str, Any]:
    """id -> geometry of every outlined territory of that kind, sorted by id; ValueError for another kind."""
    if kind not in DRAWN_KINDS:
        raise ValueError(f"no outlines of kind {kind!r}, only of {', '.join(DRAWN_KINDS)}")
    table = pq.ParquetFile(places.OUTLINES if kind == "commune" else places.DISSOLVED).read()
    # Chosen here rather than by Arrow, whose filter imports pandas.
    rows = zip(*(table[name].to_pylist() for name in ("kind", "id", "geometry")), strict=True)
    wkb = {identifier: geometry for each, identifier, geometry in rows if each == kind}
    return MappingProxyType(dict(zip(wkb, shapely.from_wkb(list(wkb.values())), strict=True)))


@cache
def gaps() -> Mapping[str, Text]:
    """Communes without an outline -> why."""
    with places.OUTLINE_GAPS.open(encoding="utf-8") as file:
        entries = yaml.safe_load(file)["no_outline"]
    return MappingProxyType(
        {commune: Text.of(entry["reason"]) for entry in entries for commune in entry["communes"]}
    )


def within(kind: str, code: str) -> list[str]:
    """Ids of the territories of a kind inside a territory (an EPCI is in one region, see `Territory`)."""
    parent = places.territory(code)
    if parent.kind == kind:
        return [parent.id]
    if kind == "commune":
        return places.communes_of(code)
    everywhere = parent.kind == "country"
    return [
        place.id
        for place in places.all_territories().values()
        if place.kind == kind and (everywhere or getattr(place, parent.kind, None) == parent.id)
    ]


def outline(code: str) -> Any | None:
    """The outline of one territory, France included; None where there is none (see `gaps`)."""
    place = places.territory(code)
    if place.kind == "country":
        return _france()
    return outlines_of_kind(place.kind).get(place.id)


@cache
def _france() -> Any:
    return shapely.union_all(list(outlines_of_kind("region").values()))


def geojson(
    kind: str | None = None, within_code: str | None = None, *, codes: Iterable[str] | None = None
) -> dict[str, Any]:
    """A FeatureCollection: the territories of `kind` inside `within_code` (all if None), or those of `codes`.

    Each feature has its code as `id` and `code`, `name` as properties; territories without outline are
    listed under the collection's `missing` member, never dropped in silence.
    Raises UnknownTerritory, and ValueError for a kind that has no outlines.
    """
    if codes is None:
        if kind is None or kind not in DRAWN_KINDS:
            raise ValueError(f"no outlines of kind {kind!r}, only of {', '.join(DRAWN_KINDS)}")
        ids = within(kind, within_code) if within_code else list(outlines_of_kind(kind))
        codes = [f"{kind}:{identifier}" for identifier in ids]
    drawn, missing = [], []
    for code in codes:
        shape = outline(code)
        if shape is None:
            missing.append(code)
        else:
            drawn.append((places.territory(code), shape))
    features = [
        {
            "type": "Feature",
            "id": place.code,
            "properties": {"code": place.code, "name": place.name},
            "geometry": shapely.geometry.mapping(shape),
        }
        for place, shape in drawn
    ]
    collection: dict[str, Any] = {"type": "FeatureCollection", "features": features, "missing": missing}
    if drawn:
        bounds = shapely.total_bounds(np.array([shape for _, shape in drawn]))
        collection["bbox"] = [round(float(edge), 4) for edge in bounds]
    return collection


@cache
def _tree(kind: str) -> tuple[shapely.STRtree, list[str], Any]:
    shapes = outlines_of_kind(kind)
    array = np.array(list(shapes.values()))
    return shapely.STRtree(array), list(shapes), array


def neighbours(code: str) -> list[str]:
    """Codes of the territories of the same kind that share a length of border (a corner is not enough)."""
    place = places.territory(code)
    if place.kind == "country" or (shape := outline(code)) is None:
        return []
    tree, ids, shapes = _tree(place.kind)
    near = tree.query(shape, predicate="intersects")
    near = near[[ids[index] != place.id for index in near]]
    shared = shapely.length(shapely.intersection(shapely.boundary(shape), shapely.boundary(shapes[near])))
    return sorted(f"{place.kind}:{ids[index]}" for index in near[shared > 0])
