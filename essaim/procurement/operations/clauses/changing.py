"""Operations, clauses and engagements are changed or withdrawn, with a reason; what they were is kept for good.

Nothing here touches hours that were validated: what they rest on cannot be taken away from under them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import Min, QuerySet

from essaim.accounts import journal
from essaim.accounts.models import Authority, User
from essaim.law.text import Text
from essaim.procurement.clauses_refusals import (
    NEEDS_REASON,
    NOT_YOURS,
    WRONG_ENGAGEMENT,
    ClauseRefused,
    PersonRefused,
    check_followed,
    check_rates,
)
from essaim.procurement.models import (
    Beneficiary,
    Clause,
    ClauseChange,
    ClauseOperation,
    Engagement,
    MonthlyHours,
)
from essaim.procurement.permissions.clauses import may_facilitate
from essaim.procurement.queries.clauses_people import hours_without_engagement
from essaim.procurement.queries.clauses_sums import due_and_expected
from essaim.procurement.rules.clauses import checked_figures, show_minutes
from essaim.ui.spreadsheet import plain


@transaction.atomic
def change_operation(
    *,
    operation: ClauseOperation,
    name: str,
    starts_on: date,
    ends_on: date,
    reason: str,
    by: User | None,
    on: date,
) -> ClauseOperation:
    """Another name or other dates, which must still hold the months validated. Raises ClauseRefused."""
    row = ClauseOperation.objects.select_for_update().get(pk=operation.pk)
    why = _checked(row.authority, reason, by)
    check_followed(row)
    kept = " ".join(name.split())
    if not kept or ends_on < starts_on:
        raise _refused(
            "Donnez un nom, et une fin qui suive le début.", "Give a name, and an end after the beginning."
        )
    others = ClauseOperation.objects.filter(authority=row.authority, name=kept, withdrawn_on=None)
    if others.exclude(pk=row.pk).exists():
        raise _refused(
            f"Une opération s'appelle déjà « {kept} ». Choisissez un autre nom.",
            f"There is already an operation called '{kept}'. Choose another name.",
        )
    validated = MonthlyHours.objects.filter(share__clause__operation=row, state="validated")
    outside = validated.exclude(month__gte=starts_on.replace(day=1), month__lte=ends_on)
    _check_none(outside, "hors de ces dates", "outside these dates", "Gardez des dates", "Keep dates")
    _apply(row, {"name": kept, "starts_on": starts_on, "ends_on": ends_on}, why, by, on, operation=row)
    return row


@transaction.atomic
def withdraw_operation(
    *, operation: ClauseOperation, reason: str, by: User | None, on: date
) -> ClauseOperation:
    """It is followed no more, nor are its clauses; its page and its history stay. Raises ClauseRefused."""
    row = ClauseOperation.objects.select_for_update().get(pk=operation.pk)
    why = _checked(row.authority, reason, by)
    check_followed(row)
    # Whoever declares hours locks the clause: none are added meanwhile.
    clauses = list(Clause.objects.select_for_update().filter(operation=row, withdrawn_on=None).order_by("pk"))
    _check_withdrawable(MonthlyHours.objects.filter(share__clause__operation=row))
    for clause in clauses:
        _withdraw(clause, why, by, on, operation=row, clause=clause)
    _withdraw(row, why, by, on, operation=row)
    return row


@transaction.atomic
def change_clause(
    *,
    clause: Clause,
    lot: str,
    formula: str,
    figures: Mapping[str, Any],
    since: date,
    reason: str,
    by: User | None,
    on: date,
    contract: str = "",
    penalty_cents: int | None = None,
    internal_cost_cents: int | None = None,
) -> Clause:
    """What the contract says now. With another formula or figures, what is due is computed again, on the whole, and the
    clause keeps `since` when and what was due before. Raises ClauseRefused, WrongFigures."""
    row = Clause.objects.select_for_update().get(pk=clause.pk)
    operation = row.operation
    why = _checked(operation.authority, reason, by)
    check_followed(row)
    kept, checked = " ".join(lot.split()), checked_figures(formula, figures)
    if not kept:
        raise _refused("Dites de quel lot il s'agit.", "Say which lot it is.")
    if operation.clauses.filter(lot=kept, withdrawn_on=None).exclude(pk=row.pk).exists():
        raise _refused(
            f"Le lot « {kept} » a déjà une clause dans cette opération.",
            f"The lot '{kept}' already has a clause in this operation.",
        )
    if not operation.starts_on <= since <= on:
        raise _refused(
            f"Le changement vaut depuis un jour entre le début de l'opération ({operation.starts_on:%d/%m/%Y}) et "
            "aujourd'hui. Corrigez cette date.",
            f"The change holds from a day between the start of the operation ({operation.starts_on}) and today. "
            "Correct this date.",
        )
    check_rates(penalty_cents, internal_cost_cents)
    values: dict[str, Any] = {
        "lot": kept, "contract": contract.strip(), "formula": formula, "figures": checked,
        "penalty_cents": penalty_cents, "internal_cost_cents": internal_cost_cents,
    }  # fmt: skip
    if (row.formula, row.figures) != (formula, checked):
        due, expected = due_and_expected(Clause(pk=row.pk, formula=formula, figures=checked))
        values |= {
            "hours_due": due, "hours_expected": expected,
            "formula_since": since, "hours_before": row.hours_due,
        }  # fmt: skip
    _apply(row, values, why, by, on, operation=operation, clause=row)
    return row


@transaction.atomic
def withdraw_clause(*, clause: Clause, reason: str, by: User | None, on: date) -> Clause:
    """It counts nowhere from now on; what it was stays in the history. Raises ClauseRefused."""
    row = Clause.objects.select_for_update().get(pk=clause.pk)
    why = _checked(row.operation.authority, reason, by)
    check_followed(row)
    _check_withdrawable(MonthlyHours.objects.filter(share__clause=row))
    _withdraw(row, why, by, on, operation=row.operation, clause=row)
    return row


@transaction.atomic
def change_engagement(
    *,
    engagement: Engagement,
    starts_on: date,
    ends_on: date,
    expected_minutes: int,
    reason: str,
    by: User | None,
    on: date,
) -> Engagement:
    """Other dates or another forecast; an earlier end closes it. The months declared must stay within an engagement of
    that person. Raises PersonRefused."""
    operation = engagement.share.clause.operation
    if by is not None and not may_facilitate(by, operation.authority):
        raise PersonRefused(NOT_YOURS)
    why = _kept_reason(reason)
    if not why:
        raise PersonRefused(NEEDS_REASON)
    if ends_on < starts_on or expected_minutes < 0:
        raise PersonRefused(WRONG_ENGAGEMENT)
    # Whoever declares hours for the person waits, then finds the engagement as it is now.
    Beneficiary.objects.select_for_update().get(pk=engagement.beneficiary_id)
    row = Engagement.objects.select_for_update().get(pk=engagement.pk)
    others = Engagement.objects.filter(share=row.share_id, beneficiary=row.beneficiary_id).exclude(pk=row.pk)
    if others.filter(starts_on=starts_on).exists():
        raise PersonRefused(
            Text(
                "Un autre engagement de cette personne commence ce jour-là. Choisissez un autre début.",
                "Another engagement of this person starts that day. Choose another start.",
            )
        )
    act = "closed" if starts_on == row.starts_on and ends_on < row.ends_on else "changed"
    _apply(
        row,
        {"starts_on": starts_on, "ends_on": ends_on, "expected_minutes": expected_minutes},
        why, by, on, operation=operation, engagement=row, act=act,
    )  # fmt: skip
    left = hours_without_engagement(row)
    if left:
        months = ", ".join(f"{each.month:%m/%Y} ({show_minutes(each.minutes)})" for each in left[:6])
        raise PersonRefused(
            Text(
                f"Des heures sont déclarées ou validées hors de ces dates : {months}. Gardez un engagement qui les "
                "couvre, ou refusez-les d'abord si elles ne sont pas validées.",
                f"Hours are declared or validated outside these dates: {months}. Keep an engagement that covers them, "
                "or refuse them first if they are not validated.",
            )
        )
    return row


def _withdraw(
    row: Clause | ClauseOperation, why: str, by: User | None, on: date, **subject: models.Model
) -> None:
    _apply(row, {"withdrawn_on": on}, why, by, on, act="withdrawn", **subject)


def _apply(
    row: Clause | ClauseOperation | Engagement,
    values: dict[str, Any],
    why: str,
    by: User | None,
    on: date,
    *,
    operation: ClauseOperation,
    act: str = "changed",
    **subject: models.Model,
) -> None:
    """Write what differs, its history and the journal; the reason, people's own words, stays out of the journal."""
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    if not before:
        refusal = PersonRefused if isinstance(row, Engagement) else ClauseRefused
        raise refusal(
            Text("Rien n'a changé : corrigez au moins une valeur.", "Nothing changed: correct at least one value.")
        )  # fmt: skip
    for name in before:
        setattr(row, name, values[name])
    row.save(update_fields=list(before))
    old = {name: _as_json(value) for name, value in before.items()}
    new = {name: _as_json(values[name]) for name in before}
    ClauseChange.objects.create(
        operation=operation, act=act, before=old, after=new, reason=why, by=by, made_on=on, **subject
    )
    noun = {Clause: "clause", ClauseOperation: "clause operation", Engagement: "engagement"}[type(row)]
    # Names of operations and lots are people's own words too.
    told = [name for name in old if name not in ("name", "lot")]
    journal.record(
        f"{noun} {act}", row, by=by, on=on, authority=operation.authority,
        before={name: old[name] for name in told}, after={name: new[name] for name in told},
    )  # fmt: skip


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _checked(authority: Authority, reason: str, by: User | None) -> str:
    if by is not None and not may_facilitate(by, authority):
        raise ClauseRefused(NOT_YOURS)
    kept = _kept_reason(reason)
    if not kept:
        raise ClauseRefused(NEEDS_REASON)
    return kept


def _kept_reason(reason: str) -> str:
    return " ".join(plain(reason).split())[:500]


def _check_withdrawable(hours: QuerySet[MonthlyHours]) -> None:
    _check_none(
        hours.filter(state="validated"), "sous elle", "under it",
        "Elles comptent dans le bilan : changez-la plutôt", "They count in the summary: change it instead",
    )  # fmt: skip
    waiting = hours.filter(state="declared").count()
    if waiting:
        raise _refused(
            f"{waiting} déclaration(s) d'heures attendent une décision. Validez-les ou refusez-les d'abord.",
            f"{waiting} declaration(s) of hours await a decision. Validate or refuse them first.",
        )


def _check_none(hours: QuerySet[MonthlyHours], where: str, where_en: str, then: str, then_en: str) -> None:
    count, first = hours.count(), hours.aggregate(first=Min("month"))["first"]
    if count:
        raise _refused(
            f"Des heures sont validées {where} : {count} déclaration(s), dès {first:%m/%Y}. {then}.",
            f"Hours are validated {where_en}: {count} declaration(s), from {first:%m/%Y}. {then_en}.",
        )


def _refused(fr: str, en: str) -> ClauseRefused:
    return ClauseRefused(Text(fr, en))
