"""Clauses for tests: one call, plausible and fictitious. Through the operations, as people do."""

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from essaim.accounts.models import Authority, User
from essaim.accounts.tests import factories
from essaim.organisations.tests.factories import siren_number
from essaim.procurement.clauses_seal import Identity
from essaim.procurement.models import (
    Beneficiary,
    Clause,
    ClauseOperation,
    ClauseShare,
    CompanyContact,
)
from essaim.procurement.operations.clauses import people, setting_up

TODAY = date(2026, 11, 22)
MONTH = date(2026, 10, 1)
WORKS = {
    "amount_cents": 100_000_000,
    "labour_share_pct": "50",
    "effort_pct": "5",
    "hourly_cost_cents": 3_000,
}
_numbers = count(1)


def make_authority(name: str = "Métropole de Lille") -> Authority:
    return factories.authority(slug=f"aut{next(_numbers)}", name=name)


def make_person(authority: Authority | None = None, role: str = "facilitator") -> User:
    person = factories.person(f"clause{next(_numbers)}")
    return factories.with_role(person, authority, role) if authority else person


def make_operation(authority: Authority | None = None, **values: Any) -> ClauseOperation:
    defaults = {
        "name": f"École {next(_numbers)}", "starts_on": date(2026, 1, 1), "ends_on": date(2027, 12, 31),
        "is_fictitious": True, "by": None, "on": TODAY,
    }  # fmt: skip
    return setting_up.create_operation(authority=authority or make_authority(), **defaults | values)


def make_clause(operation: ClauseOperation | None = None, **values: Any) -> Clause:
    defaults = {"lot": f"Lot {next(_numbers)}", "formula": "works", "figures": WORKS, "by": None, "on": TODAY}
    return setting_up.add_clause(operation=operation or make_operation(), **defaults | values)


def make_share(clause: Clause | None = None, **values: Any) -> ClauseShare:
    number = next(_numbers)
    defaults = {
        "siren": siren_number(500_000 + number), "name": f"Entreprise {number}", "part_cents": 0, "by": None,
        "on": TODAY,
    }  # fmt: skip
    return setting_up.bind_company(clause=clause or make_clause(), **defaults | values)


def make_contact(share: ClauseShare) -> User:
    person = make_person()
    CompanyContact.objects.create(company=share.company, user=person, since=TODAY)
    return person


def make_beneficiary(
    authority: Authority, name: str = "", since: date = date(2026, 1, 1), until: date | None = None
) -> Beneficiary:
    """With a proof; with a name, an identity written by a facilitator."""
    by = make_person(authority) if name else None
    identity = Identity(name, "1990-05-01", "06 00 00 00 00") if name else None
    found = people.register_beneficiary(authority=authority, identity=identity, by=by, on=TODAY)
    people.add_proof(
        beneficiary=found, kind="RSA", valid_from=since, valid_to=until, by=None, on=max(TODAY, since)
    )
    return found


def make_engaged(share: ClauseShare, beneficiary: Beneficiary | None = None, **values: Any) -> Beneficiary:
    defaults = {
        "starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "expected_minutes": 6_000, "by": None,
        "on": TODAY,
    }  # fmt: skip
    found = beneficiary or make_beneficiary(share.clause.operation.authority)
    people.engage_beneficiary(share=share, beneficiary=found, **defaults | values)
    return found


@dataclass(frozen=True)
class World:
    """One authority at work: a facilitator, a company with its contact, someone with a name."""

    authority: Authority
    facilitator: User
    share: ClauseShare
    contact: User
    beneficiary: Beneficiary


def make_world(authority_name: str = "Métropole de Lille", person_name: str = "") -> World:
    authority = make_authority(authority_name)
    share = make_share(make_clause(make_operation(authority)))
    beneficiary = make_engaged(share, make_beneficiary(authority, person_name))
    return World(authority, make_person(authority), share, make_contact(share), beneficiary)
