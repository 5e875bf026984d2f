"""Acts on the purchase calendar: write, cut into lots, publish, close, repeat."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from essaim.accounts import journal
from essaim.accounts.models import Authority, User
from essaim.law.text import Text
from essaim.organisations.models import Organisation
from essaim.procurement.models import Award, Lot, Need
from essaim.procurement.needs_acting import NeedRefused, check_buyer, check_open
from essaim.procurement.rules import needs as rules

FIELDS = ("reference", "title", "description", "kind", "cpv", "amount_cents", "starts_on", "duration_months",
          "recurs_months", "places")  # fmt: skip
LOT_FIELDS = ("title", "cpv", "amount_cents", "places")


@transaction.atomic
def create_need(
    *,
    authority: Authority,
    values: Mapping[str, Any],
    by: User | None,
    on: date,
    previous: Need | None = None,
) -> Need:
    """Add a need, as a draft. `values`: of FIELDS. Raises NeedRefused."""
    check_buyer(by, authority)
    chosen = {name: values[name] for name in FIELDS if name in values}
    _check_reference(authority, chosen.get("reference", ""))
    need = Need.objects.create(authority=authority, previous=previous, **chosen)
    journal.record("need created", need, by=by, on=on, authority=authority)
    return need


@transaction.atomic
def change_need(*, need: Need, values: Mapping[str, Any], by: User | None, on: date) -> Need:
    """Write what changed. A closed need no longer changes. Raises NeedRefused."""
    check_buyer(by, need.authority)
    check_open(need)
    changed = [name for name in FIELDS if name in values and getattr(need, name) != values[name]]
    if "reference" in changed:
        _check_reference(need.authority, values["reference"])
    for name in changed:
        setattr(need, name, values[name])
    if changed:
        need.save(update_fields=changed)
        journal.record("need changed", need, by=by, on=on, authority=need.authority, fields=changed)
    return need


def _check_reference(authority: Authority, reference: str) -> None:
    if reference and Need.objects.filter(authority=authority, reference=reference).exists():
        raise NeedRefused(
            Text(
                f"La référence « {reference} » est déjà celle d'un autre besoin. Choisissez-en une autre.",
                f"Reference “{reference}” already belongs to another need. Choose another one.",
            )
        )


@transaction.atomic
def save_lot(
    *, need: Need, values: Mapping[str, Any], by: User | None, on: date, lot: Lot | None = None
) -> Lot:
    """Add a lot (the next number) or change one. Raises NeedRefused."""
    check_buyer(by, need.authority)
    check_open(need)
    chosen = {name: values[name] for name in LOT_FIELDS if name in values}
    if lot is None:
        number = (need.lots.aggregate(last=Max("number"))["last"] or 0) + 1
        lot = Lot.objects.create(need=need, number=number, **chosen)
    else:
        for name, value in chosen.items():
            setattr(lot, name, value)
        lot.save(update_fields=list(chosen))
    journal.record("lot saved", lot, by=by, on=on, authority=need.authority, number=lot.number)
    return lot


@transaction.atomic
def remove_lot(*, lot: Lot, by: User | None, on: date) -> None:
    """Raises NeedRefused when the lot has a holder."""
    check_buyer(by, lot.need.authority)
    check_open(lot.need)
    if lot.awards.exists():
        raise NeedRefused(
            Text(
                "Ce lot est attribué : il ne peut plus être retiré.",
                "This lot is awarded: it can no longer be removed.",
            )
        )
    journal.record("lot removed", lot, by=by, on=on, authority=lot.need.authority, number=lot.number)
    lot.delete()


@transaction.atomic
def publish_need(*, need: Need, by: User | None, on: date) -> Need:
    """Show it to everyone, with what it does not say yet shown as such. Twice is once. Raises NeedRefused."""
    check_buyer(by, need.authority)
    check_open(need)
    if need.status != "published":
        need.status, need.published_on = "published", on
        need.save(update_fields=["status", "published_on"])
        journal.record("need published", need, by=by, on=on, authority=need.authority)
    return need


@transaction.atomic
def withdraw_need(*, need: Need, by: User | None, on: date) -> Need:
    """Back to a draft: no longer in the public calendar. Raises NeedRefused."""
    check_buyer(by, need.authority)
    check_open(need)
    if need.status == "published":
        need.status, need.published_on = "draft", None
        need.save(update_fields=["status", "published_on"])
        journal.record("need withdrawn", need, by=by, on=on, authority=need.authority)
    return need


@transaction.atomic
def close_need(*, need: Need, by: User | None, on: date) -> Need:
    """Raises NeedRefused when it is closed already."""
    check_buyer(by, need.authority)
    check_open(need)
    need.status, need.closed_on = "closed", on
    need.save(update_fields=["status", "closed_on"])
    journal.record("need closed", need, by=by, on=on, authority=need.authority)
    return need


@transaction.atomic
def repeat_need(*, need: Need, by: User | None, on: date) -> Need:
    """Write the next occurrence of a recurring need, as a draft with its lots. Raises NeedRefused."""
    check_buyer(by, need.authority)
    start = rules.next_start(need.starts_on, need.recurs_months)
    if start is None:
        raise NeedRefused(
            Text(
                "Ce besoin n'a pas de date ou de récurrence : dites-les d'abord.",
                "This need has no date or no recurrence: say them first.",
            )
        )
    if Need.objects.filter(previous=need).exists():
        raise NeedRefused(
            Text(
                "La prochaine occurrence est déjà au calendrier.",
                "The next occurrence is already in the calendar.",
            )
        )
    values = {name: getattr(need, name) for name in FIELDS} | {"reference": "", "starts_on": start}
    # The amount of last time is not that of next time: it is asked again.
    made = create_need(
        authority=need.authority, values=values | {"amount_cents": None}, by=by, on=on, previous=need
    )
    for lot in need.lots.all():
        Lot.objects.create(need=made, number=lot.number, title=lot.title, cpv=lot.cpv, places=lot.places)
    return made


@transaction.atomic
def award_need(
    *,
    need: Need,
    organisation: Organisation,
    lot: Lot | None = None,
    basis: str = "",
    amount_cents: int | None = None,
    awarded_on: date,
    by: User | None,
    on: date,
) -> Award:
    """Say who holds a need or a lot. Raises NeedRefused: a lot of another need, a future day, said already."""
    check_buyer(by, need.authority)
    if awarded_on > on or (lot is not None and lot.need_id != need.pk):
        raise NeedRefused(
            Text(
                "L'attribution ne peut pas être à venir, et le lot doit être de ce besoin.",
                "The award cannot be to come, and the lot must be of this need.",
            )
        )
    if Award.objects.filter(need=need, lot=lot, organisation=organisation).exists():
        raise NeedRefused(Text("Cette attribution est déjà notée.", "This award is already recorded."))
    award = Award.objects.create(
        need=need,
        lot=lot,
        organisation=organisation,
        basis=basis,
        amount_cents=amount_cents,
        awarded_on=awarded_on,
    )
    journal.record(
        "need awarded",
        award,
        by=by,
        on=on,
        authority=need.authority,
        organisation=organisation.pk,
        basis=basis,
    )
    return award
