"""What one act changed, row by row, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from essaim.organisations.models import Organisation, Revision


@dataclass(frozen=True, slots=True)
class Change:
    """One row. `fields`: (column, before, after); `kind`: created, removed or changed."""

    table: str
    row_id: int
    organisation_id: int | None
    name: str
    kind: str
    is_erased: bool
    fields: tuple[tuple[str, Any, Any], ...]


def changes_of(revisions: Iterable[Revision]) -> list[Change]:
    """In one query whatever their number. A revision whose content was erased has no fields."""
    found = list(revisions)
    names = dict(
        Organisation.objects.filter(pk__in={each.organisation_id for each in found}).values_list("pk", "name")
    )
    return [_change(each, names.get(each.organisation_id, "")) for each in found]


def _change(revision: Revision, name: str) -> Change:
    before, after = revision.before or {}, revision.after or {}
    kind = "created" if revision.before is None else "removed" if revision.after is None else "changed"
    # A row created or removed shows what it holds; its empty columns teach nothing.
    columns = [
        each for each in dict.fromkeys((*before, *after)) if kind == "changed" or _of(before, after, each)
    ]
    fields = tuple((each, before.get(each), after.get(each)) for each in columns if each != "id")
    return Change(
        revision.model,
        revision.row_id,
        revision.organisation_id,
        name,
        kind,
        revision.is_erased,
        () if revision.is_erased else fields,
    )


def _of(before: dict, after: dict, column: str) -> Any:
    return after.get(column) or before.get(column)
