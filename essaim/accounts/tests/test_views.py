"""One's account and the roles of an authority."""

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from essaim.accounts.models import Authority, Entry, Membership, User
from essaim.accounts.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def mel() -> Authority:
    return factories.authority()


@pytest.fixture
def keeper(client: Client, mel: Authority) -> User:
    chloe = factories.with_role(factories.person("chloe"), mel, "administrator")
    client.force_login(chloe)
    return chloe


def acts() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("act", flat=True))


def test_ones_account_says_ones_roles_and_leads_to_those_one_keeps(
    client: Client, keeper: User, mel: Authority
) -> None:
    factories.with_role(keeper, factories.authority("lyon", "epci:200046977", "Lyon"), "elected")
    page = client.get("/accounts/").content.decode()
    assert "chloe@exemple.fr" in page
    assert "<strong>Métropole de Lille</strong> : administrateur" in page
    assert "<strong>Lyon</strong> : élu" in page
    assert ("/accounts/mel/roles/" in page, "/accounts/lyon/roles/" in page) == (True, False)


def test_a_role_is_given_by_mail_address(client: Client, keeper: User, mel: Authority) -> None:
    bob = factories.person("bob")
    client.post("/accounts/mel/roles/", {"email": "BOB@exemple.fr", "role": "agent"})
    assert Membership.objects.filter(user=bob, authority=mel, role="agent").exists()
    assert acts() == ["role granted"]
    assert mail.outbox == []


def test_someone_without_account_is_invited_chooses_a_password_and_comes_in(
    client: Client, keeper: User, mel: Authority,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/mel/roles/", {"email": "new@exemple.fr", "role": "agent"})
    assert acts() == ["role granted", "person invited"]
    assert Entry.objects.latest("id").details == {}
    [message] = mail.outbox
    assert (message.to, "Métropole de Lille" in message.body) == (["new@exemple.fr"], True)
    link = next(word for word in message.body.split() if word.startswith("http")).split("localhost:8000")[1]
    invited = Client()
    form = invited.get(link, follow=True)
    chosen = {"password1": factories.PASSWORD, "password2": factories.PASSWORD}
    invited.post(form.redirect_chain[-1][0], chosen)
    entered = invited.post("/accounts/login/", {"login": "new@exemple.fr", "password": factories.PASSWORD})
    assert entered.url == "/"


def test_a_refusal_is_explained_on_the_form(client: Client, keeper: User) -> None:
    page = client.post("/accounts/mel/roles/?lang=en", {"email": "chloe@exemple.fr", "role": "administrator"})
    assert "already holds the role" in page.content.decode()
    assert acts() == []


def test_a_role_is_taken_back_but_not_the_last_administrators(
    client: Client, keeper: User, mel: Authority
) -> None:
    bob = factories.with_role(factories.person("bob"), mel, "agent")
    for held in (bob.memberships.get(), keeper.memberships.get()):
        assert client.post(f"/accounts/mel/roles/{held.pk}/revoke/").url == "/accounts/mel/roles/"
    assert list(Membership.objects.values_list("user__email", flat=True)) == ["chloe@exemple.fr"]
    assert acts() == ["role revoked"]


def test_a_role_of_another_authority_is_not_revoked_from_here(client: Client, keeper: User) -> None:
    lyon = factories.authority("lyon", "epci:200046977", "Lyon")
    held = factories.with_role(factories.person("bob"), lyon, "agent").memberships.get()
    assert client.post(f"/accounts/mel/roles/{held.pk}/revoke/").status_code == 404
    assert client.post(f"/accounts/lyon/roles/{held.pk}/revoke/").status_code == 403
    assert Membership.objects.filter(pk=held.pk).exists()


@pytest.mark.parametrize("people", [1, 30])
def test_the_page_of_roles_asks_the_database_as_often_for_one_as_for_thirty(
    client: Client,
    keeper: User,
    mel: Authority,
    people: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(people):
        factories.with_role(factories.person(f"p{number}"), mel, "agent")
    with django_assert_num_queries(5):
        client.get("/accounts/mel/roles/")
