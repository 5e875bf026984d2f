"""The article 35 control of an authority: purchases, duties, answers, and contracts nobody has looked at."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from essaim.accounts.models import Authority
from essaim.law.parameter import NotInForce
from essaim.law.text import Text
from essaim.procurement.models import DutyAnswer, Purchase
from essaim.procurement.queries.schemes_contracts import contracts_of
from essaim.procurement.rules.schemes_control import Answered, Controlled, Standing, standings, starts_on

MOST = 200
"""Contracts without a consultation date listed on the page."""


@dataclass(frozen=True)
class Line:
    """A purchase with its duties; `unknown_law` says why they cannot be told."""

    purchase: Purchase
    standings: list[Standing]
    unknown_law: Text | None = None

    @property
    def missing(self) -> int:
        return sum(each.is_missing for each in self.standings)


@dataclass(frozen=True)
class Control:
    """`to_date`: contracts of the open data notified since the rules began, whose consultation date nobody gave.
    `states`: how many duties in each state."""

    lines: list[Line]
    to_date: list[dict[str, Any]]
    states: Counter[str]

    @property
    def missing(self) -> int:
        return sum(each.missing for each in self.lines)


def controlled(purchase: Purchase) -> Controlled:
    return Controlled(
        kind=purchase.kind,
        consulted_on=purchase.consulted_on,
        amount_cents=purchase.amount_cents,
        duration_months=purchase.duration_months,
        is_renewable=purchase.is_renewable,
        is_defence=purchase.is_defence,
    )


def answers_of(purchase: Purchase) -> dict[str, Answered]:
    return {
        each.duty: Answered(outcome=each.outcome, text=each.text, waiver=each.waiver)
        for each in purchase.answers.all()
    }


def records_of(purchase: Purchase) -> dict[str, DutyAnswer]:
    """The answers as recorded, by duty: when and by whom."""
    return {each.duty: each for each in purchase.answers.select_related("recorded_by")}


def line_of(purchase: Purchase) -> Line:
    try:
        return Line(purchase, standings(controlled(purchase), answers_of(purchase)))
    except NotInForce as unknown:
        return Line(purchase, [], unknown.text)


def control_of(authority: Authority) -> Control:
    """Two queries whatever the number of purchases, and one reading of the contracts."""
    purchases = list(Purchase.objects.filter(authority=authority).prefetch_related("answers"))
    lines = [line_of(each) for each in purchases]
    states = Counter(standing.state for line in lines for standing in line.standings)
    return Control(lines, contracts_to_date(authority, {each.contract_key for each in purchases}), states)


def contracts_to_date(authority: Authority, known: set[str]) -> list[dict[str, Any]]:
    """Notified since the rules began: some were consulted before, only the buyer knows."""
    if not authority.siren:
        return []
    first = starts_on()
    found = contracts_of([authority.siren], first.year, None)
    return [each for each in found if each["notified_on"] >= first and each["key"] not in known][:MOST]


def contract_to_control(authority: Authority, key: str) -> dict[str, Any] | None:
    return next((each for each in contracts_to_date(authority, set()) if each["key"] == key), None)
