"""Acts of the article 35 control: a purchase is entered, each duty answered."""

from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import Authority, User
from essaim.law.text import ExplainedError, Text
from essaim.procurement.models import DutyAnswer, Lot, Need, Purchase
from essaim.procurement.operations.schemes import NOT_YOURS
from essaim.procurement.permissions.schemes import may_keep_schemes
from essaim.procurement.queries.needs.duties import need_duties, purchase_of
from essaim.procurement.queries.schemes_control import controlled
from essaim.procurement.rules.schemes_control import WAIVED, Answered, refusal

FIELDS = (
    "reference",
    "contract_key",
    "wording",
    "kind",
    "is_renewable",
    "is_defence",
    "consulted_on",
    "amount_cents",
    "duration_months",
)

ALREADY = Text(
    "Un achat porte déjà cette référence. Ouvrez-le, ou choisissez-en une autre.",
    "A purchase already has this reference. Open it, or choose another.",
)
NOTHING_DUE = Text(
    "Aucune obligation de l'article 35 ne s'impose à ce besoin à sa date : il n'y a rien à contrôler.",
    "No duty of article 35 binds this need on its date: there is nothing to control.",
)
NOT_JUSTIFIED = Text(
    "Écrivez ce que dit le contrat, ou les motifs de la dérogation : ils doivent être conservés au dossier.",
    "Write what the contract says, or the reasons of the waiver: they must be kept on file.",
)


class ControlRefused(ExplainedError):
    """The purchase or the answer cannot be recorded as asked."""


def enter_purchase(*, authority: Authority, by: User | None, on: date, **values: object) -> Purchase:
    """Enter a purchase (`FIELDS`). Raises ControlRefused when its reference is taken."""
    with transaction.atomic():
        _check_keeper(authority, by)
        _check_reference(authority, values.get("reference"), None)
        row = Purchase.objects.create(
            authority=authority, **{name: values[name] for name in FIELDS if name in values}
        )
        journal.record("purchase entered", row, by=by, on=on, authority=authority)
    return row


def control_need(*, need: Need, by: User | None, on: date, lot: Lot | None = None) -> Purchase:
    """The control of a need, or of one of its lots: the one already open, else one made of what the need says. Raises
    ControlRefused when the need does not say enough, or owes nothing."""
    with transaction.atomic():
        row = Need.objects.select_for_update(of=("self",)).select_related("authority").get(pk=need.pk)
        _check_keeper(row.authority, by)
        known = purchase_of(row, lot)
        if known is not None:
            return known
        found = need_duties(row, lot)
        if found.problem is not None or found.asked is None:
            raise ControlRefused(found.problem or NOTHING_DUE)
        if not found.is_due:
            raise ControlRefused(NOTHING_DUE)
        purchase = Purchase.objects.create(
            authority=row.authority,
            need=row,
            lot_number=lot.number if lot else None,
            reference=_reference(row, lot),
            wording=f"{row.title} · {lot}" if lot else row.title,
            kind=found.asked.kind,
            consulted_on=found.asked.consulted_on,
            amount_cents=found.asked.amount_cents,
            duration_months=found.asked.duration_months,
        )
        journal.record("purchase entered", purchase, by=by, on=on, authority=row.authority)
    return purchase


def _reference(need: Need, lot: Lot | None) -> str:
    """The buyer's own, unless another purchase has it already."""
    part = f" lot {lot.number}" if lot else ""
    own = f"besoin {need.pk}"
    wanted = f"{need.reference or own}{part}"
    is_taken = Purchase.objects.filter(authority=need.authority, reference=wanted).exists()
    return f"{wanted} ({own})" if is_taken else wanted


def change_purchase(*, purchase: Purchase, by: User | None, on: date, **values: object) -> Purchase:
    """Change some of `FIELDS`; answers stay, and are judged again. Raises ControlRefused."""
    with transaction.atomic():
        row = Purchase.objects.select_for_update().get(pk=purchase.pk)
        _check_keeper(row.authority, by)
        _check_reference(row.authority, values.get("reference", row.reference), row)
        for name in FIELDS:
            if name in values:
                setattr(row, name, values[name])
        row.save()
        journal.record("purchase changed", row, by=by, on=on, authority=row.authority)
    return row


def answer_duty(
    *,
    purchase: Purchase,
    duty: str,
    outcome: str,
    text: str,
    by: User | None,
    on: date,
    waiver: str = "",
) -> DutyAnswer:
    """Record how a duty is met, over an earlier answer (the journal keeps that there was one). `outcome`: "satisfied"
    or "waived", then `waiver` is the legal reason. Raises ControlRefused when the law does not accept it."""
    with transaction.atomic():
        row = Purchase.objects.select_for_update().get(pk=purchase.pk)
        _check_keeper(row.authority, by)
        if not text.strip():
            raise ControlRefused(NOT_JUSTIFIED)
        kept_waiver = waiver if outcome == WAIVED else ""
        refused = refusal(controlled(row), duty, Answered(outcome=outcome, text=text, waiver=kept_waiver))
        if refused is not None:
            raise ControlRefused(refused)
        answer, _ = DutyAnswer.objects.update_or_create(
            purchase=row,
            duty=duty,
            defaults={
                "outcome": outcome, "waiver": kept_waiver, "text": text, "recorded_by": by, "recorded_on": on,
            },
        )  # fmt: skip
        journal.record(
            "duty answered", row, by=by, on=on, authority=row.authority,
            duty=duty, outcome=outcome, waiver=kept_waiver,
        )  # fmt: skip
    return answer


def _check_keeper(authority: Authority, by: User | None) -> None:
    if by is not None and not may_keep_schemes(by, authority):
        raise ControlRefused(NOT_YOURS)


def _check_reference(authority: Authority, reference: object, but: Purchase | None) -> None:
    taken = Purchase.objects.filter(authority=authority, reference=reference)
    if (taken.exclude(pk=but.pk) if but else taken).exists():
        raise ControlRefused(ALREADY)
