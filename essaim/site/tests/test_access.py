"""Every address x every role, walked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.fixtures import Settings

from essaim.accounts.models import User
from essaim.accounts.rules import ROLES
from essaim.accounts.tests import factories
from essaim.observatory.tests.stores import StoreFactory
from essaim.organisations.models import Support
from essaim.organisations.tests.factories import make_organisation, make_site
from essaim.site.access import ACCESS, ADMIN, RECORD


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every URL name, with its namespace; an address without a name is reported by its pattern."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inside = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from names(entry, inside)
        elif isinstance(entry, URLPattern):
            yield prefix + (entry.name or f"({entry.pattern})")


ALL_NAMES = sorted(set(names(get_resolver())))
# The admin's own doors: its login page is open, its catch-all and redirections have no page of their own.
ADMIN_DOORS = {"admin:login", "admin:logout", "admin:(^(?P<url>.*)$)", "admin:view_on_site"}


def test_every_address_is_in_the_access_table() -> None:
    assert [name for name in ALL_NAMES if name not in ACCESS and not name.startswith("admin:")] == []


def test_the_access_table_names_no_address_that_is_gone() -> None:
    assert [name for name in ACCESS if name not in ALL_NAMES] == []


def test_every_row_speaks_of_every_role() -> None:
    assert [name for name, row in {**ACCESS, "admin": ADMIN}.items() if tuple(row.expect) != ROLES] == []


@pytest.fixture
def people(db: None) -> dict[str, User | None]:
    """One person a role, all in the same authority; the visitor has no account."""
    mel = factories.authority()
    held = {
        role: factories.with_role(factories.person(role), mel, role)
        for role in ROLES
        if role not in ("visitor", "administrator")
    }
    return {"visitor": None, **held, "administrator": factories.installation_administrator()}


@pytest.fixture
def figures(tmp_path: Path, settings: Settings) -> None:
    StoreFactory().write(tmp_path / "store")
    settings.STORE = tmp_path / "store"


@pytest.fixture
def record(db: None) -> None:
    """The published organisation of the rows about one, with a support."""
    organisation = make_site(make_organisation(pk=int(RECORD["id"]))).organisation
    Support.objects.create(pk=1, organisation=organisation, kind="funder", title="Prêt d'honneur")


def answer(person: User | None, address: str, method: str = "GET") -> int:
    client = Client()
    if person:
        client.force_login(person)
    said = client.generic(method, address)
    if said.streaming:
        said.getvalue()  # read to its end, a file is closed
    return said.status_code


@pytest.mark.parametrize("name", sorted(ACCESS))
def test_each_role_gets_the_answer_of_the_table(
    name: str, people: dict[str, User | None], figures: None, record: None
) -> None:
    row = ACCESS[name]
    address = reverse(name, kwargs=dict(row.kwargs)) + (f"?{row.query}" if row.query else "")
    assert {role: answer(person, address, row.method) for role, person in people.items()} == dict(row.expect)


def test_the_back_room_is_for_administrators_only(people: dict[str, User | None]) -> None:
    plain = [
        name for name in ALL_NAMES
        if name.startswith("admin:") and name not in ADMIN_DOORS
        and name.rsplit("_", 1)[-1] in ("admin:index", "changelist", "password_change", "index")
    ]  # fmt: skip
    assert {"admin:index", "admin:accounts_user_changelist", "admin:accounts_entry_changelist"} <= set(plain)
    for name in plain:
        expected = dict(ADMIN.expect)
        assert {role: answer(person, reverse(name)) for role, person in people.items()} == expected, name
