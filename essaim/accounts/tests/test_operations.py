import pytest
from django.db import IntegrityError, transaction

from essaim.accounts import operations, queries
from essaim.accounts.models import Authority, Entry, Membership, User
from essaim.accounts.tests import factories
from essaim.accounts.tests.factories import PASSWORD, TODAY

pytestmark = pytest.mark.django_db


def acts() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("act", flat=True))


def test_an_administrator_is_created_from_the_command_line_and_journalled() -> None:
    user = operations.create_administrator(email=" Alice@Exemple.fr ", password=PASSWORD, by=None, on=TODAY)
    assert (user.username, user.is_superuser, user.check_password(PASSWORD)) == (
        "alice@exemple.fr",
        True,
        True,
    )
    assert acts() == ["administrator created"]
    assert Entry.objects.get().details == {}


def test_a_weak_password_is_refused_with_its_reason() -> None:
    with pytest.raises(operations.AccountRefused) as refused:
        operations.create_administrator(email="alice@exemple.fr", password="12345", by=None, on=TODAY)
    assert refused.value.text.fr.startswith("Mot de passe refusé : ")
    assert not User.objects.exists()


def test_an_address_is_registered_once() -> None:
    operations.create_administrator(email="alice@exemple.fr", password=PASSWORD, by=None, on=TODAY)
    with pytest.raises(operations.AccountRefused, match="already an account"):
        operations.create_administrator(email="ALICE@exemple.fr", password=PASSWORD, by=None, on=TODAY)


def test_only_an_administrator_registers_another() -> None:
    bob = factories.person("bob")
    with pytest.raises(operations.AccountRefused, match="belongs to an administrator"):
        operations.create_administrator(email="chloe@exemple.fr", password=PASSWORD, by=bob, on=TODAY)


def test_an_authority_is_created_and_journalled() -> None:
    made = operations.create_authority(
        name="Métropole de Lille",
        slug="mel",
        territory="epci:200093201",
        siren="200093201",
        by=None,
        on=TODAY,
    )
    assert Authority.objects.get() == made
    entry = Entry.objects.get()
    assert (entry.act, entry.authority, entry.details) == (
        "authority created",
        made,
        {"territory": "epci:200093201"},
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"territory": "Lille"}, "is not a territory code"),
        ({"siren": "200093202"}, "is not a SIREN number"),
        ({"slug": "mel"}, "already bears the short name"),
    ],
)
def test_an_authority_badly_described_is_refused(wrong: dict[str, str], message: str) -> None:
    factories.authority(slug="mel")
    described = {"name": "Lyon", "slug": "lyon", "territory": "epci:200046977", "siren": "200046977"} | wrong
    with pytest.raises(operations.AuthorityRefused, match=message):
        operations.create_authority(**described, by=None, on=TODAY)
    assert (Authority.objects.count(), acts()) == (1, [])


def test_a_role_is_given_then_taken_back_and_both_are_remembered() -> None:
    mel, bob, alice = factories.authority(), factories.person("bob"), factories.installation_administrator()
    operations.grant_role(user=bob, authority=mel, role="agent", by=alice, on=TODAY)
    assert queries.roles_of(bob, mel) == {"agent"}
    operations.revoke_role(user=bob, authority=mel, role="agent", by=alice, on=TODAY)
    assert queries.roles_of(bob, mel) == set()
    assert acts() == ["role granted", "role revoked"]
    assert {entry.details["role"] for entry in queries.history_of(bob)} == {"agent"}


def test_a_role_is_given_once_and_must_exist() -> None:
    mel, bob = factories.authority(), factories.person("bob")
    operations.grant_role(user=bob, authority=mel, role="agent", by=None, on=TODAY)
    with pytest.raises(operations.RoleRefused, match="already holds"):
        operations.grant_role(user=bob, authority=mel, role="agent", by=None, on=TODAY)
    with pytest.raises(operations.RoleRefused, match="There is no role 'king'"):
        operations.grant_role(user=bob, authority=mel, role="king", by=None, on=TODAY)


def test_a_role_not_held_cannot_be_taken() -> None:
    with pytest.raises(operations.RoleRefused, match="does not hold the role"):
        operations.revoke_role(
            user=factories.person("bob"), authority=factories.authority(), role="agent", by=None, on=TODAY
        )


def test_an_agent_gives_no_role_and_an_administrator_gives_them_at_home_only() -> None:
    mel, lyon = factories.authority(), factories.authority("lyon", "epci:200046977", "Lyon")
    bob = factories.with_role(factories.person("bob"), mel, "agent")
    chloe = factories.with_role(factories.person("chloe"), mel, "administrator")
    with pytest.raises(operations.RoleRefused, match="belongs to an administrator"):
        operations.grant_role(user=bob, authority=mel, role="buyer", by=bob, on=TODAY)
    with pytest.raises(operations.RoleRefused, match="belongs to an administrator"):
        operations.grant_role(user=bob, authority=lyon, role="buyer", by=chloe, on=TODAY)
    assert operations.grant_role(user=bob, authority=mel, role="buyer", by=chloe, on=TODAY).role == "buyer"


def test_the_last_administrator_stays() -> None:
    mel = factories.authority()
    chloe = factories.with_role(factories.person("chloe"), mel, "administrator")
    with pytest.raises(operations.RoleRefused, match="no administrator left"):
        operations.revoke_role(user=chloe, authority=mel, role="administrator", by=chloe, on=TODAY)
    assert queries.administrators_left(mel) == 1


def test_the_database_refuses_an_unknown_role_and_a_role_twice() -> None:
    mel, bob = factories.authority(), factories.person("bob")
    factories.with_role(bob, mel, "agent")
    for role in ("king", "agent"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(user=bob, authority=mel, role=role, granted_on=TODAY)


def test_a_role_given_by_address_finds_the_confirmed_owner_or_invites() -> None:
    mel, bob = factories.authority(), factories.person("bob", password=PASSWORD)
    known = operations.grant_role_by_address(
        email=" Bob@exemple.fr", authority=mel, role="agent", by=None, on=TODAY
    )
    new = operations.grant_role_by_address(
        email="new@exemple.fr", authority=mel, role="agent", by=None, on=TODAY
    )
    assert (known.membership.user, known.is_invited) == (bob, False)
    assert (new.membership.user.email, new.is_invited) == ("new@exemple.fr", True)
    assert not new.membership.user.has_usable_password()
    with pytest.raises(operations.RoleRefused, match="belongs to an administrator"):
        operations.grant_role_by_address(
            email="other@exemple.fr", authority=mel, role="agent", by=bob, on=TODAY
        )
    assert User.objects.count() == 2
