"""The question's filters, in the index's terms."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from tantivy import FieldType, Occur, Query

from essaim.organisations.search.fields import CELLS, FACETS, TEXT
from essaim.organisations.search.place import place_of
from essaim.organisations.search.question import Bbox, Question
from essaim.ui.search import cells, language
from essaim.ui.search.near import Near, Reach
from essaim.ui.search.reader import Snapshot

MOST_KEPT = 256
MOST_TERMS = 1_000
MOST_COVERING = 12


class Kept:
    """What was worked out for one generation of the index, the least recently used forgotten first."""

    def __init__(self, size: int = MOST_KEPT) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return made

    def put(self, key: Hashable, made: Any) -> Any:
        """Keep something already worked out; what is kept from now on."""
        return self.get(key, lambda: made)


_KEPT = Kept()
forget = _KEPT.clear


def reading_of(question: Question, snapshot: Snapshot) -> language.Reading:
    """The words of the question, understood once per generation."""
    return _KEPT.get(_words(question, snapshot), lambda: language.understood(question.q, TEXT, snapshot))


def hoped_reading(question: Question, snapshot: Snapshot) -> language.Reading:
    """The words as they are written, nobody having looked whether some document holds them all: `settle` it when one
    does, which spares that look."""
    return _KEPT.get(
        ("hoped", *_words(question, snapshot)), lambda: language.hoped(question.q, TEXT, snapshot)
    )


def settle(question: Question, snapshot: Snapshot, reading: language.Reading) -> language.Reading:
    """A document answers `reading`: the question is understood so."""
    return _KEPT.put(_words(question, snapshot), reading)


def _words(question: Question, snapshot: Snapshot) -> tuple[str, str, str]:
    return snapshot.generation, "words", question.q


def matching(
    question: Question, snapshot: Snapshot, *, without: str = "", reading: language.Reading | None = None
) -> Any:
    """The documents that answer; `without` a facet leaves its choices out; `reading`: of its words, when it is not
    settled."""
    words = (reading or reading_of(question, snapshot)).matching
    return _all([*([words] if words is not None else []), *filters(question, snapshot, without=without)])


def ranking(question: Question, snapshot: Snapshot) -> Any:
    """The same documents, scored by their words alone."""
    words = reading_of(question, snapshot).ranking
    silent = [Query.const_score_query(each, 0.0) for each in filters(question, snapshot)]
    return _all([*([words] if words is not None else []), *silent])


def filters(question: Question, snapshot: Snapshot, *, without: str = "") -> list[Any]:
    schema = snapshot.schema
    found = []
    for facet in FACETS:
        values = getattr(question, Question.FACETS[facet])
        if values and facet != without:
            found.append(any_of(schema, facet, values))
    if question.territory:
        found.append(Query.term_query(schema, "territory", question.territory))
    if question.serves:
        found.append(serving(question.serves, snapshot))
    if question.around and question.within_km is not None:
        found.append(within(question.around, question.within_km, snapshot))
    if question.bbox:
        found += inside(schema, question.bbox)
    return found


def any_of(schema: Any, field: str, values: Sequence[str | int]) -> Any:
    terms = [Query.term_query(schema, field, value) for value in values]
    return terms[0] if len(terms) == 1 else Query.boolean_query([(Occur.Should, term) for term in terms])


def inside(schema: Any, bbox: Bbox) -> list[Any]:
    west, south, east, north = bbox
    return [
        *_covering(schema, bbox),
        Query.range_query(schema, "lon", FieldType.Float, west, east),
        Query.range_query(schema, "lat", FieldType.Float, south, north),
    ]


def _covering(schema: Any, bbox: Bbox) -> list[Any]:
    """The few cells that hold a box: found at once, they spare looking at the coordinates of all the others."""
    west, south, east, north = bbox
    for zoom in range(cells.HIGHEST, 0, -1):
        left, top = cells.tile_of(west, north, zoom)
        right, bottom = cells.tile_of(east, south, zoom)
        if (right - left + 1) * (bottom - top + 1) <= MOST_COVERING:
            numbers = [
                cells.number(x, y, zoom) for x in range(left, right + 1) for y in range(top, bottom + 1)
            ]
            return [any_of(schema, CELLS[zoom], numbers)] if numbers else [Query.empty_query()]
    return []


@lru_cache(maxsize=256)
def near(code: str) -> Near | None:
    """Round a place; None for a territory without outline."""
    shape = place_of(code).shape
    return None if shape is None else Near(shape)


@lru_cache(maxsize=512)
def _reach(code: str, within_km: float) -> Reach | None:
    around = near(code)
    return around and around.reach(within_km)


def within(code: str, within_km: float, snapshot: Snapshot) -> Any:
    """Documents within a distance of a place's edge: whole cells, and those of the cells astride, one by one."""
    return _KEPT.get(
        (snapshot.generation, "within", code, within_km), lambda: _within(code, within_km, snapshot)
    )


def _within(code: str, within_km: float, snapshot: Snapshot) -> Any:
    reach = _reach(code, within_km)
    if reach is None:
        # No outline to measure from: those of the territory itself are at no distance.
        return Query.term_query(snapshot.schema, "territory", code)
    wanted = _by_field(reach.inside)
    astride = _by_field(reach.astride)
    if astride:
        _, keys, lon, lat = _positions(one_of(astride, snapshot), snapshot)
        wanted["key"] = keys[near(code).are_within(lon, lat, within_km)].tolist()
    return one_of(wanted, snapshot)


def _by_field(numbered: Sequence[tuple[int, int]]) -> dict[str, list[int]]:
    by_field: dict[str, list[int]] = {}
    for zoom, number in numbered:
        by_field.setdefault(CELLS[zoom], []).append(number)
    return by_field


def one_of(wanted: Mapping[str, Sequence[int]], snapshot: Snapshot) -> Any:
    """Documents whose number, in one of these fields, is among those listed."""
    schema = snapshot.schema
    if sum(map(len, wanted.values())) <= MOST_TERMS:
        # One flat list: several times quicker than a list of sets, as long as it is short.
        terms = [
            Query.term_query(schema, name, number) for name, numbers in wanted.items() for number in numbers
        ]
    else:
        terms = [
            Query.term_set_query(schema, name, list(numbers)) for name, numbers in wanted.items() if numbers
        ]
    return Query.boolean_query([(Occur.Should, term) for term in terms]) if terms else Query.empty_query()


def measured(code: str, query: Any, snapshot: Snapshot) -> tuple[list[Any], Any, Any]:
    """Addresses, keys and distances (km) of the documents of a query that have a position."""
    around = near(code)
    if around is None:
        return [], np.zeros(0, dtype=np.int64), np.zeros(0)
    addresses, keys, lon, lat = _positions(_all([query, Query.exists_query("lon")]), snapshot)
    return addresses, keys, around.distances_km(lon, lat)


def _positions(query: Any, snapshot: Snapshot) -> tuple[list[Any], Any, Any, Any]:
    """Addresses, keys, longitudes and latitudes of documents that all have a position."""
    searcher = snapshot.searcher
    hits = searcher.search(query, limit=max(searcher.num_docs, 1), count=False, order_by_field="key").hits
    addresses = [address for _, address in hits]
    lon, lat = (np.array(searcher.fast_field_values(name, addresses), dtype=float) for name in ("lon", "lat"))
    return addresses, np.array([key for key, _ in hits], dtype=np.int64), lon, lat


def serving(code: str, snapshot: Snapshot) -> Any:
    """Those who serve the whole of a place, and those whose radius reaches it."""
    return _KEPT.get((snapshot.generation, "serves", code), lambda: _serving_anew(code, snapshot))


def _serving_anew(code: str, snapshot: Snapshot) -> Any:
    parts = [(Occur.Should, any_of(snapshot.schema, "serves", place_of(code).held_by or (code,)))]
    with_radius = Query.exists_query("reach_km")
    addresses, keys, distances = measured(code, with_radius, snapshot)
    if addresses:
        radius = np.array(snapshot.searcher.fast_field_values("reach_km", addresses))
        reaching = keys[distances <= radius].tolist()
        parts.append((Occur.Should, one_of({"key": reaching}, snapshot)))
    return Query.boolean_query(parts)


def without_position(query: Any) -> Any:
    parts = [(Occur.Must, query), (Occur.MustNot, Query.exists_query("lon"))]
    return Query.boolean_query(parts)


def _all(queries: Sequence[Any]) -> Any:
    if not queries:
        return Query.all_query()
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])
