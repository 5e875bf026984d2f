"""The place a search is about: a territory, a priority neighbourhood, or a point."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import shapely

from essaim.law.text import ExplainedError, Text
from essaim.observatory.reference import outlines, places
from essaim.territories import queries as territories
from essaim.territories.models import Territory

PARENTS = ("qpv", "commune", "ept", "epci", "departement", "region")
QPV = re.compile(r"^Q[NP][0-9A-Z]{6}$")
POINT = re.compile(r"^(-?\d{1,3}(?:\.\d{1,15})?),(-?\d{1,2}(?:\.\d{1,15})?)$")
HERE = Text("le point choisi", "the chosen point")


class NoSuchPlace(ExplainedError):
    """A code that names no place we know."""

    def __init__(self, code: str) -> None:
        super().__init__(
            Text(
                f"Lieu inconnu : « {code[:60]} ». Écrivez par exemple commune:59350, epci:200093201 ou 3.06,50.63.",
                f"Unknown place: “{code[:60]}”. Write for example commune:59350, epci:200093201 or 3.06,50.63.",
            )
        )


@dataclass(frozen=True)
class Place:
    """`code` as in addresses ("epci:200093201", "3.06,50.63"), `held_by` itself and every territory that holds it."""

    code: str
    label: Text
    held_by: tuple[str, ...] = ()
    point: tuple[float, float] | None = None

    @cached_property
    def shape(self) -> Any | None:
        """Its outline, or the point; None for a territory that has no outline (see `outlines.gaps`)."""
        if self.point:
            return shapely.Point(self.point)
        if self.code.startswith("qpv:"):
            return territories.qpv_outline(self.code)
        return outlines.outline(self.code)


def place_of(code: str) -> Place:
    """From a territory code (an old commune code is followed) or "lon,lat" in degrees. Raises NoSuchPlace."""
    point = POINT.match(code.replace(" ", ""))
    if point:
        lon, lat = float(point[1]), float(point[2])
        if abs(lon) > 180 or abs(lat) > 90:
            raise NoSuchPlace(code)
        lon, lat = round(lon, 6), round(lat, 6)  # a tenth of a metre
        return Place(f"{lon},{lat}", HERE, point=(lon, lat))
    kind, _, identifier = code.partition(":")
    if kind == "qpv" and QPV.match(identifier):
        return _neighbourhood(code)
    return _territory(code)


@lru_cache(maxsize=4_000)
def _territory(code: str) -> Place:
    kind, _, identifier = code.partition(":")
    if kind == "commune" and (current := places.current_commune(identifier)):
        code = f"commune:{current[0]}"
    try:
        found = places.territory(code)
    except places.UnknownTerritory as error:
        raise NoSuchPlace(code) from error
    parents = [f"{each}:{getattr(found, each)}" for each in PARENTS[2:] if getattr(found, each, None)]
    held_by = dict.fromkeys([found.code, *parents, "country:FR"])
    return Place(found.code, Text(found.name, found.name), tuple(held_by))


def _neighbourhood(code: str) -> Place:
    row = Territory.objects.filter(code=code).first()
    if row is None:
        return Place(code, Text(code[4:], code[4:]), (code, "country:FR"))
    parents = [f"{each}:{getattr(row, each)}" for each in PARENTS[1:] if getattr(row, each)]
    return Place(code, Text(row.name, row.name), (code, *parents, "country:FR"))
