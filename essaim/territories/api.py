"""Territories as an API: anonymous, read-only. Mounted by the site under /api/territories/."""

import math
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from essaim.observatory.locate import locate as locate_points
from essaim.territories import kept_qpv, queries
from essaim.ui.words import say

router = Router(tags=["territories"])


class FoundOut(Schema):
    """One territory that answers to the words; `nature` in the reader's language."""

    code: str
    kind: str
    id: str
    name: str
    nature: str
    departement: str
    population: int | None


class PlaceOut(Schema):
    """Bare codes, null where there is none. `qpv_distance_m` is 0 inside a QPV, null when no layer is installed."""

    lon: float
    lat: float
    commune: str | None
    epci: str | None
    qpv: str | None
    nearest_qpv: str | None
    qpv_distance_m: float | None


@router.get("/search", response=list[FoundOut], summary="Territories by name, post code or Insee code")
def find_territories(
    request: HttpRequest,
    q: Annotated[str, Query(description="What a person types; two letters at least.", max_length=100)],
    limit: Annotated[int, Query(ge=1, le=queries.MOST_RESULTS)] = 10,
) -> list[FoundOut]:
    return [
        FoundOut(
            code=each.code,
            kind=each.kind,
            id=each.identifier,
            name=each.name,
            nature=say(each.nature_label),
            departement=each.departement,
            population=each.population,
        )
        for each in queries.search(q, limit=limit)
    ]


@router.get("/locate", response=PlaceOut, summary="Commune, EPCI and priority neighbourhood of a point")
def locate_point(
    request: HttpRequest,
    lon: Annotated[float, Query(ge=-180, le=180, description="Longitude in degrees, WGS 84.")],
    lat: Annotated[float, Query(ge=-90, le=90, description="Latitude in degrees, WGS 84.")],
) -> PlaceOut:
    located = locate_points(lon, lat, kept_qpv.read())
    metres = float(located.qpv_distance_m[0])
    return PlaceOut(
        lon=lon,
        lat=lat,
        commune=located.commune[0] or None,
        epci=located.epci[0] or None,
        qpv=located.qpv[0] or None,
        nearest_qpv=located.nearest_qpv[0] or None,
        qpv_distance_m=None if math.isnan(metres) else round(metres, 1),
    )
