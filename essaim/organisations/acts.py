"""How the directory's rows are written: inside an act, which remembers each row before and after.

    with act("organisation edited", by=user, on=today) as deed:
        deed.update(organisation.profile, summary="...")

On leaving, the revisions, the line of the journal and the change log of the search index are written in the same
transaction. `undo` puts back what an act changed, and refuses when someone has changed it since.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models, transaction

from essaim.accounts import journal
from essaim.accounts.models import Authority, User
from essaim.law.text import ExplainedError, Text
from essaim.organisations import bulk
from essaim.organisations.completeness import refresh_quality
from essaim.organisations.models import (
    Act,
    Claim,
    Contact,
    DuplicatePair,
    ListItem,
    Organisation,
    Proposal,
    Request,
    Revision,
)
from essaim.organisations.models.history import Exact
from essaim.ui.search.changes import note_changes

INDEX = "organisations"
BATCH_ROWS = 1_000
# What must never be remembered: a history of personal contacts would be a second, hidden publication of them.
FORGOTTEN = {Contact: ("person", "email", "phone")}
ERASED = "…"
# Rows that follow a record without being part of it (a merge moves them): people go on using them, and what they did
# since never stands in the way of an undo; such a row is then left as it is.
LOOSE = (Claim, DuplicatePair, ListItem, Proposal, Request)
# Tables that imports fill by hundreds of thousands of rows: put back together. None of them is personal.
BULK = {"organisation", "site", "evidence", "label", "statement", "succession"}
# What is worked out again from the rows: it leaves with them.
DEDUCED = {"duplicatepair", "listitem", "steppresence"}
RUN_ROWS = 2_000
WORKED_OUT = {Organisation: frozenset({"quality"})}  # not remembered: never in the way of an undo
FEW = 200  # organisations an act of people touches at most: larger ones, imports, write the score themselves

Values = dict[str, Any]


class CannotUndo(ExplainedError):
    """The act cannot be put back as it was."""


def values_of(row: models.Model, names: Iterable[str] | None = None) -> Values:
    """The row's columns as plain values ("organisation_id", not "organisation"), primary key included when unnamed."""
    fields = row._meta.concrete_fields
    wanted = None if names is None else set(names)
    return {
        each.attname: getattr(row, each.attname)
        for each in fields
        if wanted is None or each.attname in wanted or each.name in wanted
    }


def organisation_of(row: models.Model) -> int | None:
    return row.pk if isinstance(row, Organisation) else getattr(row, "organisation_id", None)


@dataclass
class Deed:
    """An act being done. Rows go through `create`, `update`, `delete`, or their bulk twins."""

    act: Act
    revisions: list[Revision] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    written: int = 0
    """Revisions already in the database (see `flush`)."""

    def create(self, row: models.Model) -> models.Model:
        row.save(force_insert=True)
        self._remember(row, None, values_of(row))
        return row

    def create_many(self, rows: Sequence[models.Model]) -> Sequence[models.Model]:
        """All of one model. They have their primary keys afterwards."""
        if rows:
            type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH_ROWS)
        for row in rows:
            self._remember(row, None, values_of(row))
        return rows

    def update(self, row: models.Model, **values: Any) -> bool:
        """Set columns of `row`; says whether anything changed. `row` must hold what the database holds."""
        before, after = self._difference(row, values)
        if not after:
            return False
        automatic = [each.name for each in row._meta.concrete_fields if getattr(each, "auto_now", False)]
        was = values_of(row, automatic)
        row.save(update_fields=[*after, *automatic])
        self._remember(row, before | was, after | values_of(row, automatic))
        return True

    def update_many(self, changes: Sequence[tuple[models.Model, Values]]) -> int:
        """Rows of one model with their new values; returns how many changed."""
        changed, names = [], set()
        for row, values in changes:
            before, after = self._difference(row, values)
            if after:
                self._remember(row, before, after)
                changed.append(row)
                names.update(after)
        if changed:
            type(changed[0])._default_manager.bulk_update(changed, sorted(names), batch_size=BATCH_ROWS)
        return len(changed)

    def delete(self, row: models.Model) -> None:
        """Remove one row that nothing else hangs on; remove what hangs on it first, through this same deed."""
        before = values_of(row)
        self._remember(row, before, None)
        row.delete()

    def create_rows(self, model: type[models.Model], rows: Sequence[Values]) -> None:
        """Hundreds of thousands of rows, without an object each: every column by attribute name, primary key included
        (`bulk.reserve_ids`)."""
        bulk.insert(model, rows)
        self._note_rows(model, ((row["id"], _owner(model, row), None, row) for row in rows))

    def update_rows(
        self, model: type[models.Model], changes: Sequence[tuple[int, int | None, Values, Values]]
    ) -> None:
        """(primary key, organisation id, columns before, columns after), only what changes."""
        bulk.update(model, ((id, after) for id, _, _, after in changes))
        self._note_rows(model, changes)

    def delete_rows(self, model: type[models.Model], rows: Sequence[Values]) -> None:
        """Rows with every column, that nothing hangs on."""
        bulk.delete(model, [row["id"] for row in rows])
        self._note_rows(model, ((row["id"], _owner(model, row), row, None) for row in rows))

    def flush(self) -> None:
        """Write the revisions so far: a large act does not keep them all in memory."""
        Revision.objects.bulk_create(self.revisions, batch_size=BATCH_ROWS)
        self.written += len(self.revisions)
        self.revisions = []

    def _note_rows(
        self,
        model: type[models.Model],
        changes: Iterable[tuple[int, int | None, Values | None, Values | None]],
    ) -> None:
        if model in FORGOTTEN:
            raise ValueError(f"{model.__name__} rows go one by one: their columns are not all remembered")
        self.flush()
        rows = [
            {
                "act_id": self.act.pk,
                "organisation_id": organisation,
                "model": model._meta.model_name,
                "row_id": id,
                "before": _json(before),
                "after": _json(after),
                "is_erased": False,
            }
            for id, organisation, before, after in changes
        ]
        for row, id in zip(rows, bulk.reserve_ids(Revision, len(rows)), strict=True):
            row["id"] = id
        bulk.insert(Revision, rows)
        self.written += len(rows)
        self.touched.update(row["organisation_id"] for row in rows if row["organisation_id"] is not None)

    def _difference(self, row: models.Model, values: Values) -> tuple[Values, Values]:
        known = {each.name: each.attname for each in row._meta.concrete_fields}
        before, after = {}, {}
        for name, value in values.items():
            column = known.get(name, name)
            plain = value.pk if isinstance(value, models.Model) else value
            if getattr(row, column) != plain:
                before[column] = getattr(row, column)
                after[column] = plain
                setattr(row, name, value)
        return before, after

    def _remember(self, row: models.Model, before: Values | None, after: Values | None) -> None:
        forgotten = FORGOTTEN.get(type(row), ())
        organisation = organisation_of(row)
        if organisation is not None:
            self.touched.add(organisation)
        self.revisions.append(
            Revision(
                act=self.act,
                organisation_id=organisation,
                model=row._meta.model_name,
                row_id=row.pk,
                before=_without(before, forgotten),
                after=_without(after, forgotten),
                is_erased=_holds(before, forgotten) or _holds(after, forgotten),
            )
        )


def _holds(values: Values | None, forgotten: Sequence[str]) -> bool:
    """Whether any forgotten column has something in it: a contact moved elsewhere tells nothing of the person."""
    return values is not None and any(values.get(name) for name in forgotten)


def _owner(model: type[models.Model], row: Values) -> int | None:
    return row["id"] if model is Organisation else row.get("organisation_id")


def _json(values: Values | None) -> str | None:
    return None if values is None else json.dumps(values, cls=Exact)


def _without(values: Values | None, forgotten: Sequence[str]) -> Values | None:
    if values is None:
        return None
    return {name: ERASED if name in forgotten and value else value for name, value in values.items()}


@contextmanager
def act(
    verb: str,
    *,
    by: User | None,
    on: date,
    authority: Authority | None = None,
    reason: str = "",
    undoes: Act | None = None,
    **details: Any,
) -> Iterator[Deed]:
    """Everything done inside is one act, one transaction, one line of the journal. An act that changes nothing
    leaves no trace. `details` go to the journal: never personal data."""
    with transaction.atomic():
        made = Act.objects.create(verb=verb, by=by, on=on, authority=authority, reason=reason, undoes=undoes)
        deed = Deed(made)
        yield deed
        count = deed.written + len(deed.revisions)
        if not count:
            made.delete()
            return
        Revision.objects.bulk_create(deed.revisions, batch_size=BATCH_ROWS)
        if len(deed.touched) <= FEW:
            refresh_quality(deed.touched)
        note_changes(INDEX, deed.touched)
        journal.record(verb, made, by=by, on=on, authority=authority, rows=count, **details)


def undo(
    done: Act, *, by: User | None, on: date, authority: Authority | None = None, reason: str = ""
) -> Act:
    """Put back every row `done` changed, byte for byte. Raises CannotUndo when it was undone already, when a row has
    changed since, or when its content was erased at the organisation's request.

    Permission is the caller's to check (see `permissions`)."""
    with transaction.atomic():
        locked = Act.objects.select_for_update().get(pk=done.pk)
        if locked.is_undone:
            raise CannotUndo(
                Text(
                    "Cet acte a déjà été annulé : rien n'est à faire.",
                    "This act is already undone: nothing to do.",
                )
            )
        with act(
            f"undo: {locked.verb}"[:80], by=by, on=on, authority=authority, reason=reason, undoes=locked
        ) as deed:
            for run in _runs(locked.revisions.order_by("-id").iterator(chunk_size=RUN_ROWS)):
                _put_back_many(deed, run)
        return deed.act


def _runs(revisions: Iterable[Revision]) -> Iterator[list[Revision]]:
    """Neighbours that are of one kind (created, changed or removed rows of one table), each row once."""
    run: list[Revision] = []
    seen: set[int] = set()
    for each in revisions:
        if run and (_kind(each) != _kind(run[0]) or each.row_id in seen or len(run) >= RUN_ROWS):
            yield run
            run, seen = [], set()
        run.append(each)
        seen.add(each.row_id)
    if run:
        yield run


def _kind(revision: Revision) -> tuple[str, bool, bool]:
    return (revision.model, revision.before is None, revision.after is None)


def _put_back_many(deed: Deed, run: Sequence[Revision]) -> None:
    """As `_put_back` on each, with a few queries for all: an import is undone in seconds, not in an hour."""
    model = apps.get_model("organisations", run[0].model)
    if model._meta.model_name not in BULK or run[0].after is None or any(each.is_erased for each in run):
        for revision in run:
            _put_back(deed, revision)
        return
    rows = model._default_manager.select_for_update().in_bulk([each.row_id for each in run])
    for each in run:
        row = rows.get(each.row_id)
        if row is None or _differs(row, each.after):
            raise _changed_since()
    if run[0].before is None:
        _refuse_orphans(model, list(rows))
        deed.delete_rows(model, [values_of(rows[each.row_id]) for each in run])
        return
    changes = []
    for each in run:
        row, before = rows[each.row_id], _typed(model, each.before)
        now = {name: getattr(row, name) for name in before}
        changes.append((row.pk, organisation_of(row), now, before))
    deed.update_rows(model, changes)


def _refuse_orphans(model: type[models.Model], ids: Sequence[int]) -> None:
    """What people added to a row since stands in the way of removing it; what was only deduced from it goes with it."""
    for relation in model._meta.related_objects:
        hanging = relation.related_model._default_manager.filter(**{f"{relation.field.name}__in": ids})
        if relation.related_model._meta.model_name in DEDUCED:
            hanging.delete()
        elif relation.related_model in LOOSE and relation.field.null:
            hanging.update(**{relation.field.name: None})
        elif relation.on_delete is not models.SET_NULL and hanging.exists():
            raise CannotUndo(
                Text(
                    "Des personnes ont ajouté quelque chose à une fiche créée par cet acte (contact, demande…) : "
                    "elle ne peut pas disparaître. Retirez d'abord cet ajout, ou masquez la fiche.",
                    "People have added something to a record created by this act (profile, contact, request…): it "
                    "cannot go away. Remove that first, or hide the record.",
                )
            )
        elif relation.on_delete is models.SET_NULL:
            hanging.update(**{relation.field.name: None})


def _changed_since() -> CannotUndo:
    return CannotUndo(
        Text(
            "Une ligne touchée par cet acte a changé depuis. Annulez d'abord ce qui l'a changée.",
            "A row touched by this act has changed since. Undo first what changed it.",
        )
    )


def _put_back(deed: Deed, revision: Revision) -> None:
    if revision.is_erased:
        raise CannotUndo(
            Text(
                "Cet acte touchait des données personnelles, qui ne sont pas gardées : il ne peut pas être annulé. "
                "Ressaisissez les contacts.",
                "This act touched personal data, which is not kept: it cannot be undone. Enter the contacts again.",
            )
        )
    model = apps.get_model("organisations", revision.model)
    row = model._default_manager.select_for_update().filter(pk=revision.row_id).first()
    if issubclass(model, LOOSE) and (row is None or _differs(row, revision.after or {})):
        return
    if revision.after is not None and (row is None or _differs(row, revision.after)):
        raise _changed_since()
    if revision.before is None:
        deed.delete(row)
    elif revision.after is None:
        deed.create(model(**_typed(model, revision.before)))
    else:
        _restore(deed, row, _typed(model, revision.before))


def _restore(deed: Deed, row: models.Model, values: Values) -> None:
    """As `Deed.update`, but automatic dates are put back too."""
    before, after = deed._difference(row, values)
    if after:
        type(row)._default_manager.filter(pk=row.pk).update(**after)
        deed._remember(row, before, after)


def _typed(model: type[models.Model], values: Values) -> Values:
    """JSON back to Python: dates and instants are text in JSON."""
    columns = {each.attname: each for each in model._meta.concrete_fields}
    return {
        name: value
        if value is None
        else columns[name].target_field.to_python(value)
        if columns[name].is_relation
        else columns[name].to_python(value)
        for name, value in values.items()
    }


def _differs(row: models.Model, expected: Values) -> bool:
    compared = expected.keys() - WORKED_OUT.get(type(row), frozenset())
    typed = _typed(type(row), {name: expected[name] for name in compared})
    return any(getattr(row, name) != value for name, value in typed.items())
