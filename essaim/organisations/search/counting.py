"""How many answer, in all and for each value of each facet."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from essaim.law.rules.sse_words import STATUS_LABELS
from essaim.law.text import Text
from essaim.observatory import categories
from essaim.organisations.rules import LABELS
from essaim.organisations.search import filters
from essaim.organisations.search.answer import FacetCount
from essaim.organisations.search.fields import FACETS
from essaim.organisations.search.question import Question
from essaim.ui.search.language import Reading
from essaim.ui.search.reader import Snapshot
from essaim.ui.search.schema import BETWEEN, SET

MOST_SETS = 20_000
"""Different sets of values in one facet; far more than an installation's labels combine into."""
GROUPS = {
    "siae": Text("Insertion par l'activité économique (SIAE)", "Work integration (SIAE)"),
    "disability": Text("Handicap et travail adapté", "Disability and adapted work"),
    "employers": Text("Groupements d'employeurs", "Employers' groups"),
    "approval": Text("Agrément ESUS", "ESUS approval"),
    "status": Text("Coopératives de salariés et d'habitants", "Cooperatives by statute"),
    "place": Text("Tiers-lieux", "Third places"),
}


ALWAYS_ONE = ("status", "family")
"""Facets of which every document holds one value, so that their counts add up to the documents."""


Counted = tuple[int, Mapping[str, list[FacetCount]]]


def counted(question: Question, snapshot: Snapshot, facets: Sequence[str] = FACETS) -> Counted:
    """How many answer, and each of these facets counted as if nothing were chosen in it; values that count, and those
    chosen, most first."""
    hoped = filters.hoped_reading(question, snapshot)
    found = _counted(question, snapshot, hoped, facets)
    if found[0]:
        filters.settle(question, snapshot, hoped)
        return found
    reading = filters.reading_of(question, snapshot)
    return _counted(question, snapshot, reading, facets) if reading.is_loose else found


def _counted(question: Question, snapshot: Snapshot, reading: Reading, facets: Sequence[str]) -> Counted:
    chosen = {facet: frozenset(getattr(question, Question.FACETS[facet])) for facet in facets}
    free = [facet for facet in facets if not chosen[facet]]
    matching = filters.matching(question, snapshot, reading=reading)
    counted = _counts(free, matching, snapshot) if free else {}
    told = next((facet for facet in ALWAYS_ONE if facet in counted), None)
    count = sum(counted[told].values()) if told else snapshot.searcher.search(matching, limit=1).count
    for facet in facets:
        if chosen[facet]:
            query = filters.matching(question, snapshot, without=facet, reading=reading)
            counted |= _counts([facet], query, snapshot)
    return count, {facet: _listed(facet, counted[facet], chosen[facet]) for facet in facets}


def _counts(names: Iterable[str], query: Any, snapshot: Snapshot) -> dict[str, Counter[str]]:
    wanted = {name: {"terms": {"field": name + SET, "size": MOST_SETS}} for name in names}
    answer = snapshot.searcher.aggregate(query, wanted)
    return {name: _spread(answer[name]["buckets"]) for name in wanted}


def _spread(buckets: Iterable[dict[str, Any]]) -> Counter[str]:
    """The index counts sets of values; each value of a set counts."""
    values: Counter[str] = Counter()
    for bucket in buckets:
        for value in bucket["key"].split(BETWEEN):
            if value:
                values[value] += bucket["doc_count"]
    return values


def _listed(facet: str, counted: Counter[str], chosen: frozenset[str]) -> list[FacetCount]:
    known = labels_of(facet)
    ranks = {code: rank for rank, code in enumerate(known)}
    codes = [*counted, *(code for code in chosen if code not in counted)]
    rows = [
        FacetCount(code, known.get(code) or Text(code, code), counted[code], code in chosen) for code in codes
    ]
    return sorted(rows, key=lambda row: (-row.count, ranks.get(row.code, len(ranks)), row.code))


@cache
def labels_of(facet: str) -> Mapping[str, Text]:
    """The words for each code of a facet, in reading order."""
    if facet == "status":
        return STATUS_LABELS
    if facet in ("family", "sector"):
        return categories.labels()[facet]
    if facet == "label":
        return {code: kind.label for code, kind in LABELS.items()}
    return GROUPS if facet == "group" else {}
