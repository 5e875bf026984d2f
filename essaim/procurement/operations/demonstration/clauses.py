"""An operation with social clauses: its companies, the people who work there under pseudonyms, their hours."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from essaim.accounts.models import Authority, User
from essaim.observatory.simulate.contracts import firm_of
from essaim.procurement.models import Beneficiary, Clause, ClauseOperation, ClauseShare
from essaim.procurement.operations.clauses import hours, people, setting_up
from essaim.procurement.queries.fictitious import organisations_of
from essaim.procurement.rules.clauses import MINUTES
from essaim.procurement.rules.demonstration import marked, month_from, script

UNDECIDED_MONTHS = 2
"""The last months, whose hours wait for a decision."""


def demonstrate_clauses(*, authority: Authority, by: User | None, on: date) -> ClauseOperation:
    """Hours were validated until two months ago; since then they wait, one is refused, one is missing."""
    told = script()["clauses"]
    starts, ends = (
        month_from(on, told["starts_month"]),
        month_from(on, told["ends_month"]) - timedelta(days=1),
    )
    operation = setting_up.create_operation(
        authority=authority, name=marked(told["name"]), starts_on=starts, ends_on=ends, is_fictitious=True, by=by, on=on
    )  # fmt: skip
    proofs, spent = cycle(told["proofs"]), cycle(told["hours"])
    for lot in told["lots"]:
        clause = setting_up.add_clause(
            operation=operation, lot=lot["lot"], contract=lot["contract"], formula=lot["formula"],
            figures=lot["figures"], penalty_cents=lot.get("penalty_cents"), by=by, on=on,
        )  # fmt: skip
        for company in lot["companies"]:
            share = _bound(clause, company, authority, by, on)
            _bills(share, lot, by, on)
            for _ in range(company["people"]):
                person = _engaged(share, next(proofs), by, on)
                _months(share, person, spent, by, on)
    return operation


def _bound(
    clause: Clause, told: Mapping[str, Any], authority: Authority, by: User | None, on: date
) -> ClauseShare:
    """An invented company of a trade, or the first organisation of the directory not yet bound here."""
    found = organisations_of(told.get("naf", ()), authority.territory, 20)
    bound = set(
        ClauseShare.objects.filter(clause__operation=clause.operation).values_list(
            "company__siren", flat=True
        )
    )
    free = [(each.siren, each.name) for each in found if each.siren not in bound]
    firm = firm_of(told.get("trade", "works"))
    siren, name = free[0] if free else (firm.siret[:9], firm.name)
    return setting_up.bind_company(
        clause=clause, siren=siren, name=name, part_cents=told["part"], by=by, on=on
    )


def _bills(share: ClauseShare, lot: Mapping[str, Any], by: User | None, on: date) -> None:
    for kind, listed in (("order", lot.get("orders", ())), ("invoice", lot.get("invoices", ()))):
        for number, (months, amount) in enumerate(listed, 1):
            setting_up.record_bill(
                share=share, kind=kind, number=f"{kind[0].upper()}-{number:03d}", amount_cents=amount,
                dated_on=month_from(on, months), by=by, on=on,
            )  # fmt: skip


def _engaged(share: ClauseShare, proof: str, by: User | None, on: date) -> Beneficiary:
    operation = share.clause.operation
    person = people.register_beneficiary(authority=operation.authority, identity=None, by=by, on=on)
    people.add_proof(
        beneficiary=person, kind=proof, valid_from=operation.starts_on, valid_to=None, by=by, on=on
    )
    people.engage_beneficiary(
        share=share, beneficiary=person, starts_on=operation.starts_on, ends_on=operation.ends_on,
        expected_minutes=700 * MINUTES, by=by, on=on,
    )  # fmt: skip
    return person


def _months(share: ClauseShare, person: Beneficiary, spent: Iterator[int], by: User | None, on: date) -> None:
    """From the start to last month. The first person of a company has not said last month's hours yet; those of the
    month before were refused."""
    told = script()["clauses"]
    is_first = share.engagements.count() == 1
    for months in range(told["starts_month"], 0):
        if is_first and months == -1:
            continue
        row = hours.declare_hours(
            share=share, beneficiary=person, month=month_from(on, months), minutes=next(spent) * MINUTES, by=by, on=on
        )  # fmt: skip
        if months < -UNDECIDED_MONTHS:
            hours.validate_hours(hours=row, by=by, on=on)
        elif is_first:
            hours.refuse_hours(hours=row, reason=told["reason"], by=by, on=on)
