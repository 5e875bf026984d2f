"""The purchase calendar of the demonstration: needs published, drafted and awarded."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from essaim.accounts.models import Authority, User
from essaim.procurement.models import Need
from essaim.procurement.operations.needs import calendar
from essaim.procurement.queries.fictitious import organisations_of
from essaim.procurement.rules.demonstration import cents, marked, script


def demonstrate_calendar(*, authority: Authority, by: User | None, on: date) -> list[Need]:
    """Every need of the script, with its lots, in the state it says."""
    return [_need(each, authority, by, on) for each in script()["needs"]]


def _need(told: Mapping[str, Any], authority: Authority, by: User | None, on: date) -> Need:
    need = calendar.create_need(authority=authority, values=_values(told, on), by=by, on=on)
    for each in told.get("lots", ()):
        values = {"title": each["title"], "cpv": each["cpv"], "amount_cents": cents(each["euros"])}
        calendar.save_lot(need=need, values=values, by=by, on=on)
    if told["status"] != "draft":
        calendar.publish_need(need=need, by=by, on=on)
    if award := told.get("award"):
        (holder,) = organisations_of(award["naf"], authority.territory, 1) or (None,)
        if holder is not None:
            calendar.award_need(
                need=need, organisation=holder, basis=award["basis"], amount_cents=cents(award["euros"]),
                awarded_on=on + timedelta(days=award["awarded"]), by=by, on=on,
            )  # fmt: skip
    if told["status"] == "closed":
        calendar.close_need(need=need, by=by, on=on)
    return need


def _values(told: Mapping[str, Any], on: date) -> dict[str, Any]:
    return {
        "reference": told["reference"],
        "title": marked(told["title"]),
        "description": told.get("description", ""),
        "kind": told["kind"],
        "cpv": told["cpv"],
        "amount_cents": cents(told.get("euros")),
        "starts_on": on + timedelta(days=told["starts"]) if "starts" in told else None,
        "duration_months": told["months"],
        "recurs_months": told.get("recurs"),
        "places": told.get("places", []),
    }
