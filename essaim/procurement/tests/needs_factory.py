"""Needs and their suppliers, for tests: two authorities that share the platform."""

from datetime import date
from typing import Any

from essaim.accounts.models import Authority, User
from essaim.accounts.tests import factories as people
from essaim.organisations.models import Contact, Label, Organisation
from essaim.organisations.tests.factories import make_organisation, make_site
from essaim.procurement.models import Need
from essaim.procurement.operations.needs.calendar import create_need

TODAY = date(2026, 11, 22)
VALUES = {
    "title": "Nettoyage des locaux de la mairie",
    "kind": "services",
    "cpv": ["90910000"],
    "amount_cents": 12_000_000,
    "starts_on": date(2027, 1, 15),
    "duration_months": 24,
    "places": ["commune:59350"],
}


def make_buyer(authority: Authority | None = None, name: str = "bruno") -> User:
    return people.with_role(people.person(name), authority or people.authority(), "buyer")


def make_need(authority: Authority | None = None, **values: Any) -> Need:
    owner = authority or Authority.objects.first() or people.authority()
    return create_need(authority=owner, values=VALUES | values, by=None, on=TODAY)


def make_supplier(name: str = "Propreté solidaire", *, label: str = "", **values: Any) -> Organisation:
    """A cleaning association of Lille with a mail address of its own, and a label if asked."""
    organisation = make_site(make_organisation(**{"name": name, "naf": "81.21Z"} | values)).organisation
    Contact.objects.create(
        organisation=organisation, email=f"contact{organisation.pk}@exemple.org", is_personal=False
    )
    if label:
        Label.objects.create(organisation=organisation, kind=label, seen_on=TODAY)
    return organisation
