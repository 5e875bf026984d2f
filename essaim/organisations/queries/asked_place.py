"""A territory as people type it: a code, a name, a post code."""

from dataclasses import dataclass

from essaim.observatory.reference import places
from essaim.territories import queries as territories

SUGGESTED = 5
LONGEST = 80


@dataclass(frozen=True)
class AskedPlace:
    """`text` as typed; `place`, the territory it is taken for (None: nothing typed, or nothing found); `others` that
    it may also be."""

    text: str
    place: places.Territory | None
    others: tuple[places.Territory, ...] = ()

    @property
    def code(self) -> str:
        return self.place.code if self.place else ""

    @property
    def is_unknown(self) -> bool:
        return bool(self.text) and self.place is None


def asked_place(text: str) -> AskedPlace:
    """What `text` means. A code is taken as such; a name is taken for the first territory that search finds."""
    typed = " ".join(text.split())[:LONGEST]
    if not typed:
        return AskedPlace("", None)
    known = places.all_territories()
    if typed in known:
        return AskedPlace(typed, known[typed])
    found = [known[row.code] for row in territories.search(typed, limit=SUGGESTED) if row.code in known]
    return AskedPlace(typed, found[0] if found else None, tuple(found[1:]))
