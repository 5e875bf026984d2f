"""What is asked of the directory: a value, made from an address and written back as one."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from essaim.law.rules.sse_perimeter import SSE_STATUSES
from essaim.law.text import Text
from essaim.observatory import categories
from essaim.organisations.rules import FAMILIES, LABEL_KINDS, LABELS
from essaim.organisations.search.place import NoSuchPlace, place_of

SORTS = ("relevance", "distance", "name", "rotation")
PAGE_SIZE = 20
MOST_A_PAGE = 100
LONGEST_QUERY = 200
"""Characters of text kept; beyond, words only slow the search down and never sharpen it."""
FARTHEST_KM = 1_000
MOST_PAGES = 1_000_000

Bbox = tuple[float, float, float, float]

CUT = Text(
    f"Votre recherche était trop longue : seuls ses {LONGEST_QUERY} premiers caractères ont été lus.",
    f"Your search was too long: only its first {LONGEST_QUERY} characters were read.",
)
DROPPED = Text(
    "Le critère « {name} = {value} » n'est pas compris : la recherche n'en tient pas compte.",
    "The criterion “{name} = {value}” is not understood: the search leaves it aside.",
)
NO_PLACE = Text(
    "Sans lieu, la distance ne veut rien dire : indiquez autour de quel lieu chercher.",
    "Without a place, distance means nothing: say around which place to search.",
)


@dataclass(frozen=True)
class Question:
    """A search. `q` words; `territory` and `serves` territory codes; `around` a territory code or "lon,lat".

    Values of one facet are alternatives; facets, words and places add up. `sort` "" means relevance when there are
    words, distance when there is a place around, the day's rotation otherwise. `bbox` is (west, south, east, north).
    Build it by hand with right values, or by `from_query` from anything a reader may type.
    """

    q: str = ""
    territory: str = ""
    around: str = ""
    within_km: float | None = None
    serves: str = ""
    statuses: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    label_groups: tuple[str, ...] = ()
    sort: str = ""
    page: int = 1
    size: int = PAGE_SIZE
    bbox: Bbox | None = None
    ignored: tuple[Text, ...] = field(default=(), compare=False)

    FACETS: ClassVar[Mapping[str, str]] = {
        "status": "statuses",
        "family": "families",
        "sector": "sectors",
        "label": "labels",
        "group": "label_groups",
        "public": "publics",
    }
    """Name of the facet, as in the address and in `Answer.facets` -> field of the question."""

    @classmethod
    def from_query(cls, query: Mapping[str, Any]) -> "Question":
        """From a QueryDict or a mapping of texts (or lists of texts). Never fails: what is not understood is left
        out and said in `.ignored`."""
        return _Reader(query).question()

    def to_query(self) -> str:
        """The address's query, the same for equal questions; defaults are left out, so `Question()` gives ""."""
        pairs: list[tuple[str, str]] = []
        for name in ("q", "territory", "around", "serves"):
            pairs.append((name, getattr(self, name)))
        pairs.append(("within", "" if self.within_km is None else f"{self.within_km:g}"))
        for name, field_name in self.FACETS.items():
            pairs += [(name, value) for value in sorted(getattr(self, field_name))]
        pairs.append(("bbox", "" if self.bbox is None else ",".join(f"{edge:.6g}" for edge in self.bbox)))
        pairs.append(("sort", self.sort))
        pairs.append(("size", "" if self.size == PAGE_SIZE else str(self.size)))
        pairs.append(("page", "" if self.page == 1 else str(self.page)))
        return urlencode([(name, value) for name, value in pairs if value])

    @property
    def order(self) -> str:
        """The sort that applies."""
        if self.sort:
            return self.sort
        if self.around:
            return "distance"
        return "relevance" if self.q.strip() else "rotation"

    @property
    def is_blank(self) -> bool:
        """Nothing asked: everything answers."""
        return replace(self, sort="", page=1, size=PAGE_SIZE) == Question()

    def lifted(self, facet: str) -> "Question":
        """The same without the choices of one facet."""
        return replace(self, **{self.FACETS[facet]: ()})


def known_values() -> dict[str, frozenset[str] | None]:
    """Facet -> its closed list of codes; None for publics, which are each installation's own words."""
    return {
        "status": frozenset(SSE_STATUSES),
        "family": frozenset((*FAMILIES, categories.UNKNOWN)),
        "sector": frozenset((*categories.sectors(), categories.UNKNOWN)),
        "label": frozenset(LABEL_KINDS),
        "group": frozenset(kind.group for kind in LABELS.values()),
        "public": None,
    }


class _Reader:
    """Reads one query, remembering what it leaves aside."""

    def __init__(self, query: Mapping[str, Any]) -> None:
        self.query = query
        self.ignored: list[Text] = []

    def question(self) -> Question:
        q = self.words()
        values = {name: self.place(name) for name in ("territory", "serves")}
        around = self.around()
        within = self.number("within", 0, FARTHEST_KM) if self.one("within") else self.number(
            "within_km", 0, FARTHEST_KM
        )  # fmt: skip
        facets = {field_name: self.chosen(name) for name, field_name in Question.FACETS.items()}
        sort = self.one("sort")
        if sort and sort not in SORTS:
            self.drop("sort", sort)
            sort = ""
        if (sort == "distance" or within is not None) and not around:
            self.ignored.append(NO_PLACE)
            sort, within = "" if sort == "distance" else sort, None
        return Question(
            q=q, around=around, within_km=within, sort=sort, bbox=self.bbox(),
            page=int(self.number("page", 1, MOST_PAGES) or 1),
            size=int(self.number("size", 1, MOST_A_PAGE) or PAGE_SIZE),
            ignored=tuple(self.ignored), **values, **facets,
        )  # fmt: skip

    def all(self, name: str) -> list[str]:
        getlist = getattr(self.query, "getlist", None)
        found = getlist(name) if getlist else self.query.get(name, [])
        if found is None:
            return []
        listed = found if isinstance(found, Iterable) and not isinstance(found, str | bytes) else [found]
        return [text for text in (str(each).replace("\x00", " ").strip() for each in listed) if text]

    def one(self, name: str) -> str:
        found = self.all(name)
        return found[-1] if found else ""

    def drop(self, name: str, value: str) -> None:
        self.ignored.append(DROPPED.format(name=name, value=value[:60]))

    def words(self) -> str:
        q = " ".join(self.one("q").split())
        if len(q) > LONGEST_QUERY:
            self.ignored.append(CUT)
            return q[:LONGEST_QUERY]
        return q

    def place(self, name: str) -> str:
        code = self.one(name)
        if not code:
            return ""
        try:
            place = place_of(code)
        except NoSuchPlace:
            place = None
        if place is None or place.point:
            self.drop(name, code)
            return ""
        return place.code

    def around(self) -> str:
        given = self.one("around")
        if not given:
            return ""
        try:
            return place_of(given).code
        except NoSuchPlace:
            self.drop("around", given)
            return ""

    def number(self, name: str, low: float, high: float) -> float | None:
        given = self.one(name)
        if not given:
            return None
        try:
            value = float(given.replace(",", "."))
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or value < low:
            self.drop(name, given)
            return None
        return min(value, high)

    def chosen(self, name: str) -> tuple[str, ...]:
        known = known_values()[name]
        kept = []
        for value in dict.fromkeys(self.all(name)):
            if len(value) <= 80 and (known is None or value in known):
                kept.append(value)
            else:
                self.drop(name, value)
        return tuple(sorted(kept))

    def bbox(self) -> Bbox | None:
        given = self.one("bbox")
        if not given:
            return None
        try:
            west, south, east, north = (float(edge) for edge in given.split(","))
        except ValueError:
            west = south = east = north = math.nan
        if not all(map(math.isfinite, (west, south, east, north))) or west > east or south > north:
            self.drop("bbox", given)
            return None
        return (max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))
