"""What was done to one record, act by act, as people may read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch

from essaim.organisations.models import Act, Organisation, Revision
from essaim.organisations.rules.house import HISTORY_ROWS

# Tables the public reads about: never who acts for the organisation, nor how to reach a person.
PUBLIC_TABLES = frozenset(
    [
        "organisation",
        "site",
        "label",
        "profile",
        "offer",
        "servedzone",
        "photo",
        "ruling",
        "evidence",
        "support",
    ]
)
# Set by the machine, or saying nothing to a reader.
SILENT_COLUMNS = frozenset(
    ["id", "organisation_id", "updated_at", "quality", "last_seen_on", "first_seen_on", "position"]
)
FORGOTTEN = "…"
"""What `acts.ERASED` leaves in place of a personal value."""
OWNED_TABLES = frozenset({"profile", "offer", "servedzone", "contact", "photo"})


@dataclass(frozen=True, slots=True)
class Change:
    """One column before and after; None where there was, or is, no row."""

    table: str
    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Line:
    """One row of one act. `what`: created, changed or removed; `is_erased`: its content was forgotten."""

    table: str
    what: str
    changes: tuple[Change, ...]
    is_erased: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One act and its lines. `is_shared`: it changed other records too (an import, a merge)."""

    act: Act
    lines: tuple[Line, ...]
    is_shared: bool


def history_of(organisation: Organisation, page: int, *, is_public: bool) -> tuple[Page, list[Told]]:
    """The acts on the record, latest first, and what each changed of it. A fixed number of queries."""
    revisions = Revision.objects.filter(organisation_id=organisation.pk)
    if is_public:
        revisions = revisions.filter(model__in=PUBLIC_TABLES)
    acts = (
        Act.objects.filter(pk__in=revisions.values("act"))
        .select_related("by", "authority", "undone_by", "imported", "undoes")
        .prefetch_related(Prefetch("revisions", queryset=revisions.order_by("id"), to_attr="of_record"))
        .order_by("-id")
    )
    found = Paginator(acts, HISTORY_ROWS).get_page(page)
    shared = _shared(found.object_list, organisation)
    return found, [
        Told(each, tuple(line_of(row) for row in each.of_record), each.pk in shared)
        for each in found.object_list
    ]


def _shared(acts: Iterable[Act], organisation: Organisation) -> set[int]:
    imported = {each.pk for each in acts if hasattr(each, "imported")}
    others = Revision.objects.filter(act__in=[each.pk for each in acts if each.pk not in imported])
    return imported | set(
        others.exclude(organisation_id=organisation.pk).values_list("act", flat=True).distinct()
    )


def line_of(revision: Revision) -> Line:
    before, after = revision.before or {}, revision.after or {}
    what = "changed" if revision.before is not None and revision.after is not None else "removed"
    if revision.before is None:
        what = "created"
    names = [name for name in dict.fromkeys([*before, *after]) if name not in SILENT_COLUMNS]
    changes = [Change(revision.model, name, before.get(name), after.get(name)) for name in names]
    if what != "changed":
        changes = [each for each in changes if each.before not in _EMPTY or each.after not in _EMPTY]
    is_erased = revision.is_erased and (not changes or any(FORGOTTEN in (c.before, c.after) for c in changes))
    return Line(revision.model, what, tuple(changes), is_erased)


_EMPTY = (None, "", [], {}, False)


@cache
def column_of(table: str, column: str) -> Any:
    """The model's field, for its name and its choices; None when the table or the column is gone."""
    try:
        fields = apps.get_model("organisations", table)._meta.concrete_fields
    except LookupError:
        return None
    return next((each for each in fields if each.attname == column), None)
