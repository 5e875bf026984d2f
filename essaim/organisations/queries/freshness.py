"""How fresh and how whole the directory is, source by source, and where sources disagree. Public figures only."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from essaim.law.rules.sse_perimeter import category_class
from essaim.organisations.models import Act, Evidence, Import, Organisation, Statement
from essaim.organisations.rules.statements import Told, disagreements


@dataclass(frozen=True)
class SourceState:
    """One source. `updated_at`: last import applied (None when it came otherwise); `vintage`: the newest day it tells;
    `organisations`: how many published records it speaks of; `share_pct`: of all of them."""

    source: str
    updated_at: datetime | None
    vintage: date | None
    organisations: int
    statements: int
    share_pct: float
    rejected: int
    read_rows: int
    is_fictitious: bool


@dataclass(frozen=True)
class Pair:
    """Records on which two sources disagree about `field`."""

    field: str
    low: str
    high: str
    count: int


def source_states() -> list[SourceState]:
    """Largest first. Worked out again when something was done to the directory, or imported."""
    return list(_states(*_moment()))


def _moment() -> tuple[int, int]:
    """What changes whenever the figures may: the last act and the last import."""
    last = (
        model.objects.order_by("-id").values_list("id", flat=True).first() or 0 for model in (Act, Import)
    )
    act, imported = last
    return act, imported


@lru_cache(maxsize=4)
def _states(_last_act: int, _last_import: int) -> tuple[SourceState, ...]:
    shown = Organisation.objects.published()
    total = shown.count()
    said = (
        Statement.objects.filter(organisation__hidden="", organisation__merged_into__isnull=True)
        .order_by()
        .values("source")
        .annotate(
            organisations=Count("organisation", distinct=True), statements=Count("id"), vintage=Max("on")
        )
    )
    last = {row.dataset: row for row in applied_imports().order_by("id")}
    states = [
        SourceState(
            row["source"],
            last[row["source"]].at if row["source"] in last else None,
            row["vintage"],
            row["organisations"],
            row["statements"],
            100 * row["organisations"] / total if total else 0.0,
            last[row["source"]].rejected if row["source"] in last else 0,
            last[row["source"]].read_rows if row["source"] in last else 0,
            last[row["source"]].is_fictitious if row["source"] in last else False,
        )
        for row in said
    ]
    return tuple(sorted(states, key=lambda state: (-state.organisations, state.source)))


def applied_imports() -> QuerySet[Import]:
    """Imports that were written and not undone."""
    return Import.objects.filter(summary__is_applied=True, act__undone_by__isnull=True)


def rejections() -> Counter[tuple[str, str]]:
    """(source, reason) -> rows refused by the last import of each source."""
    last = {row.dataset: row for row in applied_imports().order_by("id")}
    counts: Counter[tuple[str, str]] = Counter()
    for source, row in last.items():
        for reason, count in row.summary.get("reasons", {}).items():
            counts[source, reason] = count
    return counts


def disagreeing_pairs() -> tuple[Pair, ...]:
    """By field and pair of sources, largest first. Worked out again when something was done to the directory."""
    return _pairs(*_moment(), timezone.localdate())


@lru_cache(maxsize=4)
def _pairs(_last_act: int, _last_import: int, on: date) -> tuple[Pair, ...]:
    counts: Counter[tuple[str, str, str]] = Counter()
    several = (
        Statement.objects.filter(organisation__hidden="", organisation__merged_into__isnull=True)
        .order_by()
        .values("organisation")
        .annotate(sources=Count("source", distinct=True))
        .filter(sources__gt=1)
        .values("organisation")
    )
    rows = Statement.objects.filter(organisation__in=several).order_by("organisation", "id")
    group: list[Told] = []
    for owner, source, key, day, said in rows.values_list(
        "organisation", "source", "key", "on", "said"
    ).iterator():
        if group and group[0].owner != owner:
            _count(group, counts)
            group = []
        group.append(Told(owner, source, key, day, json.loads(said)))
    _count(group, counts)
    counts += _membership(on)
    pairs = [Pair(*names, count) for names, count in counts.items()]
    return tuple(sorted(pairs, key=lambda pair: (-pair.count, pair.field, pair.low, pair.high)))


def _count(group: list[Told], counts: Counter[tuple[str, str, str]]) -> None:
    """Records, not establishments: one record disagrees once on each thing."""
    counts.update({(each.field, each.low, each.high) for each in disagreements(group)})


def _membership(on: date) -> Counter[tuple[str, str, str]]:
    """Which of the sources that speak of the SSE contradict each other."""
    says: dict[int, dict[str, bool]] = {}
    torn = Organisation.objects.published().filter(reason_code="sources_disagree")
    for id, category in torn.values_list("id", "legal_category"):
        by_form = category_class(category, on).member
        says[id] = {} if by_form is None else {"category": by_form}
    rows = Evidence.objects.filter(organisation__in=torn).exclude(says="")
    for id, source, said in rows.values_list("organisation", "source", "says"):
        says[id][source] = said == "member"
    counts: Counter[tuple[str, str, str]] = Counter()
    for voices in says.values():
        names = sorted(voices)
        for at, low in enumerate(names):
            counts.update(
                ("membership", low, high) for high in names[at + 1 :] if voices[low] != voices[high]
            )
    return counts
