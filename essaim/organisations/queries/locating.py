"""Where an address lies, from what is here: no outside service is asked."""

import re
from functools import cache
from typing import NamedTuple

import shapely

from essaim.observatory.reference import outlines, places
from essaim.organisations.models import Site
from essaim.territories.queries import commune_and_qpv
from essaim.territories.rules import normalise

SAME_ADDRESS, COMMUNE_ONLY, PEOPLE = "same_address", "commune", "people"
"""Values of `Site.position_source` written here: another site of the same address, the middle of the commune, a point
its people placed."""


class Point(NamedTuple):
    lon: float
    lat: float
    source: str


@cache
def _by_postcode() -> dict[str, list[places.Territory]]:
    found: dict[str, list[places.Territory]] = {}
    for place in places.all_territories().values():
        if place.kind == "commune":
            for postcode in (place.postcodes or "").split():
                found.setdefault(postcode, []).append(place)
    return found


def communes_of_postcode(postcode: str) -> list[places.Territory]:
    return _by_postcode().get(postcode.strip(), [])


def commune_named(postcode: str, name: str) -> places.Territory | None:
    """The commune of that post code and name (accents and hyphens forgiven); the only one of its post code when no
    name is given; None when it stays in doubt."""
    candidates = communes_of_postcode(postcode)
    if not name.strip():
        return candidates[0] if len(candidates) == 1 else None
    # CEDEX 2, LYON 03: what follows the name of the place.
    wanted = normalise(re.sub(r"(?i)\b(cedex|arrondissement)\b.*$|\s+\d+\w*$", "", name.strip()))
    return next((each for each in candidates if normalise(each.name) == wanted), None)


def plain_address(address: str) -> str:
    """What two writings of one address share: "12 bis, rue de l'Église" is "12 bis rue de l eglise"."""
    return normalise(address)


def point_of_address(address: str, commune: str) -> Point | None:
    """Where another open site of the same commune and address lies, else the middle of the commune, else None."""
    wanted = plain_address(address)
    near = Site.objects.filter(commune=commune, closed_on__isnull=True, lon__isnull=False).exclude(address="")
    number = re.match(r"\d+", address.strip())
    if number and wanted:
        rows = near.filter(address__startswith=number[0]).exclude(position_source=COMMUNE_ONLY)
        for text, lon, lat in rows.values_list("address", "lon", "lat")[:2_000]:
            if plain_address(text) == wanted:
                return Point(lon, lat, SAME_ADDRESS)
    shape = outlines.outlines_of_kind("commune").get(commune)
    if shape is None:
        return None
    middle = shapely.point_on_surface(shape)
    return Point(round(middle.x, 6), round(middle.y, 6), COMMUNE_ONLY)


def held_by(lon: float, lat: float) -> tuple[str, str]:
    """(commune, qpv) that hold a point, "" where there is none."""
    return commune_and_qpv(lon, lat)


def commune_name(commune: str) -> str:
    """Its name today; "" for a code nobody knows."""
    found = places.all_territories().get(f"commune:{commune}")
    return found.name if found else ""
