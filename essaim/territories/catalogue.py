"""What is known of every territory before any database: the reference, the QPV layer, and the words to find them.

Pure, for the same reason as `kept_qpv`: `essaim territories search` runs without Django.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pyarrow.parquet as pq
import shapely

from essaim.observatory.locate import QpvLayer, communes_at
from essaim.observatory.reference import places
from essaim.territories import rules


@dataclass(frozen=True, slots=True)
class Entry:
    """One territory with its search words; empty text where a parent is missing."""

    code: str
    kind: str
    identifier: str
    name: str
    nature: str
    search_name: str
    search_words: str
    population: int | None
    postcodes: str
    commune: str
    epci: str
    ept: str
    departement: str
    region: str


@cache
def _former_names() -> dict[str, str]:
    """Commune -> names and codes of what it absorbed or holds, arrondissements included."""
    columns = ("insee_code", "commune", "how", "name")
    table = pq.ParquetFile(places.COMMUNES).read(columns=list(columns))
    former: dict[str, list[str]] = {}
    for code, commune, how, name in zip(*(table[column].to_pylist() for column in columns), strict=True):
        if how != "current":
            former.setdefault(commune, []).extend([code, name or ""])
    return {commune: " ".join(words) for commune, words in former.items()}


@cache
def reference_entries() -> tuple[Entry, ...]:
    """Every territory of the reference."""
    former = _former_names()
    return tuple(
        Entry(
            code=place.code,
            kind=place.kind,
            identifier=place.id,
            name=place.name,
            nature=place.nature,
            search_name=rules.normalise(place.name),
            search_words=rules.search_words(
                place.name,
                place.code,
                places.NATURE_LABELS[place.nature].fr,
                place.postcodes,
                former.get(place.id) if place.kind == "commune" else None,
            ),
            population=place.population,
            postcodes=place.postcodes or "",
            commune="",
            epci=place.epci or "",
            ept=place.ept or "",
            departement=place.departement or "",
            region=place.region or "",
        )
        for place in places.all_territories().values()
    )


def qpv_entries(layer: QpvLayer) -> Iterator[Entry]:
    """Every QPV of a layer, attached to the commune in which a point of its surface lies."""
    inside = shapely.get_coordinates(shapely.point_on_surface(layer.shapes))
    communes = communes_at(inside[:, 0], inside[:, 1])
    for code, name, commune_id in zip(layer.codes, layer.names, communes, strict=True):
        commune = places.territory(f"commune:{commune_id}") if commune_id else None
        shown = name or code
        yield Entry(
            code=f"qpv:{code}",
            kind="qpv",
            identifier=code,
            name=shown,
            nature="qpv",
            search_name=rules.normalise(shown),
            search_words=rules.search_words(
                shown, f"qpv:{code}", places.NATURE_LABELS["qpv"].fr, commune.name if commune else None
            ),
            population=None,
            postcodes="",
            commune=commune_id,
            epci=(commune and commune.epci) or "",
            ept=(commune and commune.ept) or "",
            departement=(commune and commune.departement) or "",
            region=(commune and commune.region) or "",
        )
