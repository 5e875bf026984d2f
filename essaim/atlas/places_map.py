"""Maps of the reference's territories: a locator, a map to choose from, a map of one figure.

Pure. Outlines are read once per process (a second for the communes); laid-out sheets are kept, so that a page only
fills in shades.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import shapely

from essaim.atlas import maps
from essaim.atlas.readings import Reading
from essaim.atlas.words import both, decimal
from essaim.law.text import Text
from essaim.observatory.atlas import Figure, Place
from essaim.observatory.reference import places as reference
from essaim.observatory.reference.outlines import DRAWN_KINDS, outlines_of_kind
from essaim.ui.words import language, say

LOCATOR_KINDS = ("epci", "ept", "departement", "region")


def shapes(codes: Sequence[str]) -> list[maps.Shape]:
    """Outlines of these territories; those without one (a qpv, an uninhabited island) are left out."""
    found = []
    for code in codes:
        kind, _, id_ = code.partition(":")
        geometry = outlines_of_kind(kind).get(id_) if kind in DRAWN_KINDS else None
        if geometry is not None:
            found.append(maps.Shape(code, reference.territory(code).name, geometry))
    return found


@lru_cache(maxsize=512)
def sheet(codes: tuple[str, ...]) -> maps.Sheet:
    """These territories laid out together, kept in memory."""
    return maps.lay_out(shapes(codes))


@cache
def _regions() -> tuple[maps.Shape, ...]:
    return tuple(shapes([code for code, one in reference.all_territories().items() if one.kind == "region"]))


def address(code: str) -> str:
    kind, _, id_ = code.partition(":")
    return f"/atlas/{kind}/{id_}/"


@cache
def _france() -> maps.Sheet:
    return maps.lay_out(_regions(), 200, 200, margin=14)


@lru_cache(maxsize=1024)
def locator(place: Place, spoken: str) -> str | None:
    """The place of a territory in France; None when nothing is known of its shape (and for France itself)."""
    own = shapes([place.code])
    if not own:
        around = [f"{kind}:{getattr(place, kind)}" for kind in LOCATOR_KINDS if getattr(place, kind)]
        own = shapes(around[:1])
    if not own:
        return None
    title = Text(f"{place.name} sur la carte de France", f"{place.name} on the map of France").in_(spoken)
    return maps.locator(_france(), _regions(), own[0], title)


def chooser(codes: Sequence[str], title: Text, links: Mapping[str, str]) -> str:
    """A map to click on: each shape leads where `links` says."""
    return maps.links_map(sheet(tuple(codes)), links, say(title))


def figure_map(values: Mapping[str, Figure], title: Text, *, links: Mapping[str, str] | None = None) -> str:
    """One figure over several territories, hidden ones hatched, with its scale. Said in the active language."""
    spoken = language()
    laid = sheet(tuple(values))
    names = {drawn.code: drawn.name for drawn in laid.shapes}
    numbers = {code: one.value if one.status == "ok" else None for code, one in values.items()}
    said = {code: f"{names[code]} – {_said(one, spoken)}" for code, one in values.items() if code in names}
    hidden = frozenset(code for code, one in values.items() if one.status == "secret")
    known = [number for code, number in numbers.items() if number is not None and code in names]
    decimals = next(iter(values.values())).unit.decimals if values else 0
    legend = maps.legend(known, lambda number: decimal(number, spoken, decimals))
    if hidden:
        legend.append((None, Text("Secret", "Secret").in_(spoken)))
    if len(known) < len(names) - len(hidden & set(names)):
        legend.append((-1, Text("Non connu", "Not known").in_(spoken)))
    return maps.choropleth(laid, numbers, say(title), said=said, links=links, hidden=hidden, legend=legend)


def _said(figure: Figure, spoken: str) -> str:
    if figure.status != "ok" or figure.value is None:
        note = figure.note_text
        return note.in_(spoken) if note else Text("non connu", "not known").in_(spoken)
    unit = figure.unit
    return both(
        lambda tongue: f"{decimal(figure.value, tongue, unit.decimals)} {unit.label.in_(tongue)}"
    ).in_(spoken)  # type: ignore[arg-type]


def density_map(reading: Reading, title: Text) -> str:
    """Establishments per 10,000 inhabitants over what the territory is made of."""
    values = {
        code: reading.inside[code]["sse_density_per_10000"]
        for code in reading.inside_places
        if "sse_density_per_10000" in reading.inside.get(code, {})
    }
    return figure_map(values, title, links={code: address(code) for code in values})


def collection(codes: Sequence[str]) -> dict[str, Any]:
    """GeoJSON of the outlines of these territories, to four decimals (11 m): they are no more precise."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": shapely.geometry.mapping(shapely.set_precision(shape.geometry, 1e-4)),
                "properties": {"code": shape.code, "name": shape.name},
            }
            for shape in shapes(codes)
        ],
    }
