"""Reads across territories."""

from collections.abc import Iterable
from typing import Any

import shapely
from django.db.models import Q

from essaim.observatory.locate import locate
from essaim.observatory.reference import outlines as reference_outlines
from essaim.observatory.reference import places
from essaim.territories import kept_qpv, rules
from essaim.territories.models import Territory

MOST_RESULTS = 50


def search(text: str, kinds: Iterable[str] | None = None, limit: int = 10) -> list[Territory]:
    """Territories a person may mean, best first: see `rules.rank`. Two queries, a few tens of milliseconds.

    Finds by name, post code, INSEE code (old ones too) and former communes, whatever the accents, hyphens and case.
    Empty below two letters.
    """
    query = rules.normalise(text)
    if len(query) < rules.SHORTEST_QUERY:
        return []
    candidates = Territory.objects.current()
    for token in query.split():
        candidates = candidates.filter(Q(search_words__contains=f" {token}"))
    if kinds is not None:
        candidates = candidates.filter(kind__in=list(kinds))
    fields = ("code", "kind", "identifier", "search_name", "search_words", "population")
    ranked = []
    for code, kind, identifier, name, words, population in candidates.values_list(*fields):
        found = rules.rank(query, name=name, identifier=identifier, words=words)
        if found is not None:
            ranked.append(rules.order(found, population=population, kind=kind, code=code))
    best = [code for *_, code in sorted(ranked)[: min(limit, MOST_RESULTS)]]
    rows = {territory.code: territory for territory in Territory.objects.filter(code__in=best)}
    return [rows[code] for code in best]


def commune_and_qpv(lon: float, lat: float) -> tuple[str, str]:
    """Ids of the commune and the priority neighbourhood that hold a point ("59350", "QN05901M"); "" where there is
    none, or no layer of neighbourhoods is kept here."""
    located = locate([lon], [lat], kept_qpv.read())
    return str(located.commune[0]), str(located.qpv[0])


def outlines(kind: str, within: str | None) -> dict[str, Any]:
    """GeoJSON of the territories of a kind inside a territory, QPV of the layer kept here included.

    Raises UnknownTerritory, and ValueError for a kind that has no outlines.
    """
    if kind != "qpv":
        return reference_outlines.geojson(kind, within)
    layer = kept_qpv.read()
    rows = Territory.objects.current().filter(kind="qpv")
    if within:
        parent = places.territory(within)
        if parent.kind != "country":
            rows = rows.filter(**{parent.kind: parent.id})
    shapes = dict(zip(layer.codes, layer.shapes, strict=True)) if layer else {}
    named = list(rows.values_list("identifier", "name"))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": f"qpv:{code}",
                "properties": {"code": f"qpv:{code}", "name": name},
                "geometry": shapely.geometry.mapping(shapes[code]),
            }
            for code, name in named
            if code in shapes
        ],
        "missing": [f"qpv:{code}" for code, _ in named if code not in shapes],
    }


def qpv_outline(code: str) -> Any | None:
    """The outline of a priority neighbourhood ("qpv:QN05901M") in the layer kept here; None when it is not there."""
    layer = kept_qpv.read()
    if layer is None:
        return None
    return dict(zip(layer.codes, layer.shapes, strict=True)).get(code.removeprefix("qpv:"))
