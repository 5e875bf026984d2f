"""Questions answered from the index."""

import json
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from django.conf import settings
from tantivy import Occur, Query

from essaim.law.text import Text
from essaim.organisations.models import Import, Organisation
from essaim.organisations.search import counting, filters
from essaim.organisations.search.answer import Answer, Found
from essaim.organisations.search.documents import Directory
from essaim.organisations.search.fields import (
    DAYS,
    FACETS,
    NAME_KEYS,
    READER,
    SCHEMA,
    rotation_field,
    rotation_of,
)
from essaim.organisations.search.place import place_of
from essaim.organisations.search.question import Question
from essaim.organisations.search.why import reasons
from essaim.ui.search.folder import IndexBusy, IndexMissing
from essaim.ui.search.follow import Follower
from essaim.ui.search.order import page_of
from essaim.ui.search.reader import Snapshot

BUILT_AT_ONCE = 5_000
"""Organisations: an index this small is built by whoever asks first, in under a second or two."""
RINGS_KM = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 20_100)
MEASURED_AT_ONCE = 3_000
_TOLD = filters.Kept(4)
"""What the database told of the whole directory."""
PATIENCE_S = 30


def search(question: Question, *, on: date, facets: Sequence[str] = FACETS) -> Answer:
    """The page asked for, the exact count, and each of these facets counted with its own choices lifted.

    `on` seeds the rotation. A page beyond the last one gives the last one. Raises IndexMissing.
    """
    snapshot = ready()
    count, counted = counting.counted(question, snapshot, facets)
    pages = max(1, math.ceil(count / question.size))
    page = min(question.page, pages)
    offset = (page - 1) * question.size
    addresses = _page(question, snapshot, on, offset, min(question.size, count - offset), count)
    reading = filters.reading_of(question, snapshot)
    return Answer(
        items=found_at(addresses, question, snapshot),
        count=count,
        facets=counted,
        page=page,
        pages=pages,
        fresh_at=snapshot.fresh_at,
        place_label=_place_label(question),
        seed=on.isoformat() if question.order == "rotation" else "",
        was_loosened=reading.is_loose,
        ignored=question.ignored,
        fictitious=_is_fictitious(snapshot),
    )


def every_id(question: Question) -> list[int]:
    """Organisation ids of every place that answers, each once, growing. Raises IndexMissing."""
    snapshot = ready()
    searcher = snapshot.searcher
    hits = searcher.search(
        filters.matching(question, snapshot),
        limit=max(searcher.num_docs, 1),
        count=False,
        order_by_field="owner",
    ).hits
    return np.unique(np.array([owner for owner, _ in hits], dtype=np.int64)).tolist()


def ready() -> Snapshot:
    """The index as it now stands; a small directory's is built on the spot when there is none."""
    try:
        return READER.snapshot()
    except IndexMissing:
        if Organisation.objects.count() > BUILT_AT_ONCE:
            raise
        try:
            rebuild()
        except IndexBusy as error:
            raise IndexMissing from error
        return READER.snapshot()


def follower(**options: Any) -> Follower:
    return Follower(SCHEMA, Directory(), **options)


def bring_up_to_date() -> int:
    """Apply what changed in the database since the index was last followed, building it when it is missing.

    Returns the number of organisations read again. When a worker follows the index already, waits until it has.
    Raises IndexBusy after half a minute. For commands, and installations without a worker.
    """
    until = time.monotonic() + PATIENCE_S
    asked_at = time.time()
    while True:
        try:
            with follower() as one:
                return one.step()
        except IndexBusy:
            try:
                if READER.snapshot().fresh_at.timestamp() > asked_at:
                    return 0
            except IndexMissing:
                pass
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def rebuild() -> int:
    """Build the index anew beside the one that serves, then put it in its place. Returns the number of places.

    Raises IndexBusy when a worker is writing.
    """
    with follower() as one:
        return one.rebuild()


def _page(question: Question, snapshot: Snapshot, on: date, offset: int, size: int, count: int) -> list[Any]:
    if size <= 0:
        return []
    match question.order:
        case "name":
            query = filters.matching(question, snapshot)
            return page_of(snapshot, query, (*NAME_KEYS, "key"), offset, size)
        case "rotation":
            return _rotated(question, snapshot, on, offset, size)
        case "distance" if question.around:
            return _nearest(question, snapshot, on, offset, size, count)
        case _ if filters.reading_of(question, snapshot).matching is None:
            return _rotated(question, snapshot, on, offset, size)
    query = filters.ranking(question, snapshot)
    hits = snapshot.searcher.search(query, limit=size, offset=offset, count=False).hits
    return [address for _, address in hits]


def _rotated(question: Question, snapshot: Snapshot, on: date, offset: int, size: int) -> list[Any]:
    query = filters.matching(question, snapshot)
    if 0 <= (on - snapshot.built_on).days < DAYS:
        return page_of(snapshot, query, (rotation_field(on), "key"), offset, size)
    # Another day than those written in the index: the same draw, worked out here.
    hits = snapshot.searcher.search(
        query, limit=max(snapshot.searcher.num_docs, 1), count=False, order_by_field="key"
    ).hits
    ranked = sorted(hits, key=lambda hit: (rotation_of(hit[0], on), hit[0]))
    return [address for _, address in ranked[offset : offset + size]]


def _nearest(
    question: Question, snapshot: Snapshot, on: date, offset: int, size: int, count: int
) -> list[Any]:
    """Ring after ring round the place, so that only those of one or two rings are measured; places at the same
    distance (all those inside it) come in the day's rotation, places without position last."""
    if count <= MEASURED_AT_ONCE:
        return _measured(question, snapshot, on, offset, size)
    farthest = question.within_km
    # A ring is narrower than the distance asked: no need to ask for both.
    anywhere = filters.matching(replace(question, within_km=None), snapshot)
    radii = [radius for radius in RINGS_KM if farthest is None or radius < farthest]
    radii += [] if farthest is None else [farthest]
    page: list[Any] = []
    inner = None
    passed = 0
    for radius in radii:
        ring = _ring(question, anywhere, snapshot, inner, radius)
        inner = radius
        # Rings wholly before the page are only counted; one of which the page takes everything has told its number.
        held = snapshot.searcher.search(ring, limit=1).count if passed < offset else None
        if held is not None and passed + held <= offset:
            passed += held
            continue
        start = max(offset - passed, 0)
        part = _in_ring(question, snapshot, on, ring, radius, start, size - len(page))
        page += part
        passed += start + len(part)
        if len(page) == size:
            return page
    if farthest is None:
        nowhere = filters.without_position(anywhere)
        page += page_of(snapshot, nowhere, ("key",), max(offset - passed, 0), size - len(page))
    return page


def _ring(question: Question, anywhere: Any, snapshot: Snapshot, inner: float | None, outer: float) -> Any:
    parts = [(Occur.Must, anywhere), (Occur.Must, filters.within(question.around, outer, snapshot))]
    if inner is not None:
        parts.append((Occur.MustNot, filters.within(question.around, inner, snapshot)))
    return Query.boolean_query(parts)


def _in_ring(
    question: Question, snapshot: Snapshot, on: date, ring: Any, radius: float, offset: int, size: int
) -> list[Any]:
    if radius == 0 and 0 <= (on - snapshot.built_on).days < DAYS:
        return page_of(snapshot, ring, (rotation_field(on), "key"), offset, size)
    return _by_distance(question, snapshot, on, ring)[offset : offset + size]


def _measured(question: Question, snapshot: Snapshot, on: date, offset: int, size: int) -> list[Any]:
    """All measured, then those without position: for few answers."""
    everything = filters.matching(question, snapshot)
    near = _by_distance(question, snapshot, on, everything)
    nowhere = filters.without_position(everything)
    page = near[offset : offset + size]
    return page + page_of(snapshot, nowhere, ("key",), max(offset - len(near), 0), size - len(page))


def _by_distance(question: Question, snapshot: Snapshot, on: date, query: Any) -> list[Any]:
    addresses, keys, distances = filters.measured(question.around, query, snapshot)
    ties = [rotation_of(int(key), on) for key in keys]
    return [addresses[rank] for rank in np.lexsort((ties, distances))]


def found_at(addresses: Sequence[Any], question: Question, snapshot: Snapshot) -> list[Found]:
    """What the index handed back for these documents, with their distance and why they answer."""
    payloads = [json.loads(snapshot.searcher.doc(address).get_first("place")) for address in addresses]
    distances = _distances(question, [payload["shown"] for payload in payloads])
    reading = filters.reading_of(question, snapshot)
    return [
        replace(
            found_of(payload), distance_km=distance, why_matched=reasons(payload, reading, question, distance)
        )
        for payload, distance in zip(payloads, distances, strict=True)
    ]


def found_of(payload: dict[str, Any]) -> Found:
    shown = payload["shown"]
    return Found(**shown | {"labels": tuple(shown["labels"])})


def _distances(question: Question, places: Sequence[dict[str, Any]]) -> list[float | None]:
    around = filters.near(question.around) if question.around else None
    if around is None:
        return [None] * len(places)
    lon, lat = (
        np.array([math.nan if each[name] is None else each[name] for each in places], dtype=float)
        for name in ("lon", "lat")
    )
    known = ~np.isnan(lon)
    distances = np.full(len(places), math.nan)
    distances[known] = around.distances_km(lon[known], lat[known])
    return [None if math.isnan(each) else round(float(each), 3) for each in distances]


def _place_label(question: Question) -> Text | None:
    code = question.around or question.territory or question.serves
    return place_of(code).label if code else None


def _is_fictitious(snapshot: Snapshot) -> bool:
    """Whether the directory holds made-up data: asked once per state of the index."""
    key = (snapshot.generation, "fictitious", str(settings.HOME))
    return _TOLD.get(key, lambda: Import.objects.filter(is_fictitious=True, act__undone_by=None).exists())
