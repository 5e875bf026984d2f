"""What the directory's index holds. One document a place: an open site, or an organisation that has none."""

import struct
from collections.abc import Iterator
from datetime import date
from hashlib import blake2b
from types import MappingProxyType

from essaim.ui.search import cells
from essaim.ui.search.language import Fields
from essaim.ui.search.reader import Reader
from essaim.ui.search.schema import CODES, EXACT, FACET, NUMBER, PAYLOAD, REAL, WORDS, Field, Schema

NAME = "organisations"
FACETS = ("status", "family", "sector", "label", "group", "public")
NAME_KEYS = tuple(f"name{part}" for part in range(5))
"""35 letters of the name, in French order."""
DAYS = 8
ROTATIONS = tuple(f"rotation{slot}" for slot in range(DAYS))
CELLS = tuple(f"cell{zoom}" for zoom in range(cells.HIGHEST + 1))
EXACT_BITS = 53
_EIGHT = struct.Struct(">8Q")

SCHEMA = Schema(
    NAME,
    version=4,
    fields=(
        Field("words", WORDS),  # everything said of the place, for finding
        Field("exact", EXACT),  # the same unstemmed, for quotations, beginnings and misspellings
        Field("name", WORDS),  # what weighs more when it holds the word
        Field("offer", WORDS),
        Field("number", CODES),  # SIREN, SIRET, RNA
        Field("territory", CODES),
        Field("serves", CODES),
        Field("cpv", CODES),  # purchase families said, to two, three and four digits
        Field("naf", CODES),  # activity code, and its beginnings
        Field("size", CODES),  # head-count band; NN when unknown
        *(Field(facet, FACET) for facet in FACETS),
        Field("lon", REAL),
        Field("lat", REAL),
        Field("reach_km", NUMBER),  # of those who serve a radius
        *(Field(name, NUMBER) for name in (*NAME_KEYS, *ROTATIONS, *CELLS)),
        Field("place", PAYLOAD),
    ),
)
TEXT = Fields("words", "exact", MappingProxyType({"name": 4.0, "offer": 1.5}), "number")
READER = Reader(SCHEMA)


def key_of(organisation_id: int, site_id: int | None) -> int:
    """The number of a document: even for a site, odd for an organisation without one."""
    return site_id * 2 if site_id is not None else organisation_id * 2 + 1


def rotation_of(key: int, day: date) -> int:
    """A place's rank in the day's rotation: drawn anew for each place and each day, the same all day long."""
    return _drawn(key, day.toordinal() // DAYS)[day.toordinal() % DAYS]


def rotations(key: int, built_on: date) -> Iterator[tuple[str, int]]:
    """The ranks of the eight days from `built_on` on, with their fields: `rotation_field(day)` holds the day's."""
    block, slot = divmod(built_on.toordinal(), DAYS)
    # Slots before the first day's are of the next block of eight days.
    ranks = _drawn(key, block + 1)[:slot] + _drawn(key, block)[slot:] if slot else _drawn(key, block)
    return zip(ROTATIONS, ranks, strict=True)


def rotation_field(day: date) -> str:
    return ROTATIONS[day.toordinal() % DAYS]


def _drawn(key: int, block: int) -> list[int]:
    drawn = _EIGHT.unpack(blake2b(b"%d %d" % (key, block)).digest())
    return [number >> 64 - EXACT_BITS for number in drawn]
