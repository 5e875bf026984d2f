import pytest
from django.contrib.auth.models import AnonymousUser

from essaim.accounts import permissions
from essaim.accounts.tests import factories

pytestmark = pytest.mark.django_db


def test_nobody_may_manage_roles_without_an_account() -> None:
    assert not permissions.may_manage_roles(AnonymousUser(), factories.authority())
    assert not permissions.is_administrator(AnonymousUser())


def test_a_role_counts_in_its_authority_only() -> None:
    mel, lyon = factories.authority(), factories.authority("lyon", "epci:200046977", "Lyon")
    bob = factories.with_role(factories.person("bob"), mel, "agent")
    assert permissions.has_role(bob, mel, "agent", "buyer")
    assert not permissions.has_role(bob, mel, "buyer")
    assert not permissions.has_role(bob, lyon, "agent")


def test_a_closed_account_may_nothing() -> None:
    mel = factories.authority()
    bob = factories.with_role(factories.person("bob", is_active=False), mel, "administrator")
    assert not permissions.may_manage_roles(bob, mel)
