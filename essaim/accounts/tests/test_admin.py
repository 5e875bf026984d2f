"""The back room writes through the operations, and never the journal."""

import pytest
from django.test import Client

from essaim.accounts.models import Authority, Entry, Membership
from essaim.accounts.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def back_room(client: Client) -> Client:
    client.force_login(factories.installation_administrator())
    return client


def test_an_authority_added_in_the_back_room_is_journalled(back_room: Client) -> None:
    answer = back_room.post(
        "/admin/accounts/authority/add/",
        {"name": "Lyon", "slug": "lyon", "territory": "epci:200046977", "siren": ""},
    )
    assert answer.status_code == 302
    assert Authority.objects.get().slug == "lyon"
    assert [(entry.act, entry.by.username) for entry in Entry.objects.all()] == [
        ("authority created", "alice@exemple.fr")
    ]


def test_a_role_given_and_taken_in_the_back_room_is_journalled(back_room: Client) -> None:
    mel, bob = factories.authority(), factories.person("bob")
    back_room.post("/admin/accounts/membership/add/", {"user": bob.pk, "authority": mel.pk, "role": "agent"})
    membership = Membership.objects.get()
    back_room.post(f"/admin/accounts/membership/{membership.pk}/delete/", {"post": "yes"})
    assert not Membership.objects.exists()
    assert [entry.act for entry in Entry.objects.order_by("id")] == ["role granted", "role revoked"]


def test_the_journal_is_read_only(back_room: Client) -> None:
    assert back_room.get("/admin/accounts/entry/").status_code == 200
    assert back_room.get("/admin/accounts/entry/add/").status_code == 403


def test_a_refusal_is_explained_and_nothing_is_written(back_room: Client) -> None:
    wrong = {"name": "Lyon", "slug": "lyon", "territory": "epci:200046977", "siren": "200093202"}
    page = back_room.post(
        "/admin/accounts/authority/add/", wrong, follow=True, headers={"accept-language": "fr"}
    )
    assert "« 200093202 » n’est pas un numéro SIREN" in page.content.decode().replace("&#x27;", "’")
    assert (Authority.objects.count(), Entry.objects.count()) == (0, 0)


def test_the_last_administrator_stays_in_the_back_room_too(back_room: Client) -> None:
    mel = factories.authority()
    factories.with_role(factories.person("chloe"), mel, "administrator")
    membership = Membership.objects.get()
    page = back_room.post(f"/admin/accounts/membership/{membership.pk}/delete/", {"post": "yes"}, follow=True)
    assert page.status_code == 200
    assert Membership.objects.get() == membership
