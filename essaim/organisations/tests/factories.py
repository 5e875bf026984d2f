"""Rows for tests, plausible and short to write."""

from datetime import date
from itertools import count
from typing import Any

from essaim.accounts.models import Authority, Membership, User
from essaim.organisations.models import Organisation, Site

TODAY = date(2026, 11, 22)
_numbers = count(1)


def siren_number(position: int) -> str:
    """A SIREN with its right check digit, the same for the same position."""
    body = f"9{position:07d}"
    total = sum(int(d) if i % 2 == 0 else sum(divmod(int(d) * 2, 10)) for i, d in enumerate(body))
    return f"{body}{-total % 10}"


def siret_number(siren: str, position: int = 1) -> str:
    body = f"{siren}{position:04d}"
    total = sum(int(d) if i % 2 else sum(divmod(int(d) * 2, 10)) for i, d in enumerate(body))
    return f"{body}{-total % 10}"


def make_organisation(**values: Any) -> Organisation:
    """A published association member of the SSE, with no site."""
    position = next(_numbers)
    defaults = {
        "siren": siren_number(position),
        "name": f"Association {position}",
        "legal_category": "9220",
        "naf": "88.99B",
        "sector": "social_action",
        "status": "member",
        "family": "association",
        "reason_code": "category",
        "first_seen_on": TODAY,
        "last_seen_on": TODAY,
    }
    return Organisation.objects.create(**defaults | values)


def make_site(organisation: Organisation | None = None, **values: Any) -> Site:
    """Its head office, in Lille."""
    organisation = organisation or make_organisation()
    position = organisation.sites.count() + 1
    defaults = {
        "siret": siret_number(organisation.siren, position) if organisation.siren else None,
        "address": f"{position} rue Nationale",
        "postcode": "59000",
        "commune": "59350",
        "lon": 3.0573,
        "lat": 50.6292,
        "is_head_office": position == 1,
    }
    return Site.objects.create(organisation=organisation, **defaults | values)


def make_user(name: str = "", **values: Any) -> User:
    address = f"{name or f'personne{next(_numbers)}'}@exemple.fr"
    return User.objects.create_user(username=address, email=address, password="une phrase de passe", **values)


def make_authority(**values: Any) -> Authority:
    defaults = {"name": "Métropole de Lille", "slug": f"mel{next(_numbers)}", "territory": "epci:200093201"}
    return Authority.objects.create(**defaults | {"created_on": TODAY} | values)


def make_agent(authority: Authority | None = None, role: str = "agent") -> User:
    """A person holding `role` in `authority` (a new one unless given)."""
    user = make_user()
    authority = authority or make_authority()
    Membership.objects.create(user=user, authority=authority, role=role, granted_on=TODAY)
    return user
