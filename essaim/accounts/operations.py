"""The acts of this room. `by` is None only from the command line, run by whoever holds the machine."""

from dataclasses import dataclass
from datetime import date

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from essaim.accounts import journal, permissions, queries, rules
from essaim.accounts.models import Authority, Membership, User
from essaim.law.text import ExplainedError, Text


class AccountRefused(ExplainedError):
    """The person cannot be registered as asked."""


class AuthorityRefused(ExplainedError):
    """The authority cannot be created as described."""


class RoleRefused(ExplainedError):
    """The role cannot be given or taken."""


@transaction.atomic
def create_administrator(*, email: str, password: str, by: User | None, on: date) -> User:
    """Register someone who administers the whole installation. Raises AccountRefused."""
    _check_may(by is None or permissions.is_administrator(by), AccountRefused)
    address = email.strip().lower()
    if User.objects.filter(username=address).exists():
        raise AccountRefused(
            Text(
                f"Un compte existe déjà pour {address}. Choisissez une autre adresse, ou changez son mot de passe avec "
                "« essaim manage changepassword ».",
                f"There is already an account for {address}. Choose another address, or change its password with "
                "'essaim manage changepassword'.",
            )
        )
    try:
        validate_password(password, User(username=address, email=address))
    except ValidationError as error:
        reason = " ".join(error.messages)
        raise AccountRefused(
            Text(
                f"Mot de passe refusé : {reason} Choisissez-en un autre.",
                f"Password refused: {reason} Choose another one.",
            )
        ) from error
    user = User.objects.create_superuser(username=address, email=address, password=password)
    # Whoever holds the machine answers for the address: no mail is awaited.
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    journal.record("administrator created", user, by=by, on=on)
    return user


@transaction.atomic
def create_authority(
    *, name: str, slug: str, territory: str, by: User | None, on: date, siren: str | None = None
) -> Authority:
    """Open the installation to a public authority. Raises AuthorityRefused."""
    _check_may(by is None or permissions.is_administrator(by), AuthorityRefused)
    if not rules.is_territory_code(territory):
        raise AuthorityRefused(
            Text(
                f"« {territory} » n'est pas un code de territoire. "
                "Écrivez par exemple epci:200093201 ou commune:59350.",
                f"'{territory}' is not a territory code. Write for instance epci:200093201 or commune:59350.",
            )
        )
    if siren is not None and not rules.is_siren(siren):
        raise AuthorityRefused(
            Text(
                f"« {siren} » n'est pas un numéro SIREN : il a neuf chiffres et une clé. "
                "Vérifiez-le ou laissez-le vide.",
                f"'{siren}' is not a SIREN number: it has nine digits and a check digit. Check it or leave it empty.",
            )
        )
    if Authority.objects.filter(slug=slug).exists():
        raise AuthorityRefused(
            Text(
                f"Une collectivité porte déjà le nom court « {slug} ». Choisissez-en un autre.",
                f"An authority already bears the short name '{slug}'. Choose another one.",
            )
        )
    authority = Authority.objects.create(
        name=name, slug=slug, territory=territory, siren=siren, created_on=on
    )
    journal.record("authority created", authority, by=by, on=on, authority=authority, territory=territory)
    return authority


@transaction.atomic
def grant_role(*, user: User, authority: Authority, role: str, by: User | None, on: date) -> Membership:
    """Give `user` a role in `authority`. Raises RoleRefused."""
    _check_may(by is None or permissions.may_manage_roles(by, authority), RoleRefused)
    if role not in rules.GRANTED_ROLES:
        known = ", ".join(rules.GRANTED_ROLES)
        raise RoleRefused(
            Text(f"Le rôle « {role} » n'existe pas. Choisissez parmi : {known}.",
                 f"There is no role '{role}'. Choose among: {known}.")
        )  # fmt: skip
    if role in queries.roles_of(user, authority):
        raise RoleRefused(
            Text(f"Cette personne a déjà le rôle « {role} » dans {authority} : rien n'est à faire.",
                 f"This person already holds the role '{role}' in {authority}: there is nothing to do.")
        )  # fmt: skip
    membership = Membership.objects.create(user=user, authority=authority, role=role, granted_on=on)
    journal.record("role granted", user, by=by, on=on, authority=authority, role=role)
    return membership


@dataclass(frozen=True)
class Given:
    """`is_invited`: there was no account at this address; one waits for its password, and a mail says so."""

    membership: Membership
    is_invited: bool


@transaction.atomic
def grant_role_by_address(*, email: str, authority: Authority, role: str, by: User | None, on: date) -> Given:
    """Give a role to whoever has this mail address, inviting them when they have no account. Raises RoleRefused."""
    _check_may(by is None or permissions.may_manage_roles(by, authority), RoleRefused)
    address = email.strip().lower()
    confirmed = EmailAddress.objects.filter(email__iexact=address, verified=True).select_related("user")
    known = (
        next((each.user for each in confirmed), None) or User.objects.filter(email__iexact=address).first()
    )
    user = known or User.objects.create_user(username=address, email=address)
    membership = grant_role(user=user, authority=authority, role=role, by=by, on=on)
    if known is None:
        EmailAddress.objects.create(user=user, email=address, verified=False, primary=True)
        journal.record("person invited", user, by=by, on=on, authority=authority)
        transaction.on_commit(lambda: _invite(user, authority))
    return Given(membership, is_invited=known is None)


def _invite(user: User, authority: Authority) -> None:
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    link = reverse("account_reset_password_from_key", kwargs=key)
    context = {"authority": authority.name, "invitation_url": f"{settings.PUBLIC_URL}{link}"}
    get_adapter().send_mail("accounts/email/invitation", user.email, context)


@transaction.atomic
def revoke_role(*, user: User, authority: Authority, role: str, by: User | None, on: date) -> None:
    """Take a role back. The last administrator of an authority stays. Raises RoleRefused."""
    _check_may(by is None or permissions.may_manage_roles(by, authority), RoleRefused)
    # Locked together: two administrators revoking each other at the same instant must not both succeed.
    Authority.objects.select_for_update().get(pk=authority.pk)
    membership = Membership.objects.filter(user=user, authority=authority, role=role).first()
    if membership is None:
        raise RoleRefused(
            Text(f"Cette personne n'a pas le rôle « {role} » dans {authority} : rien n'est à retirer.",
                 f"This person does not hold the role '{role}' in {authority}: there is nothing to take back.")
        )  # fmt: skip
    if role == "administrator" and queries.administrators_left(authority) == 1:
        raise RoleRefused(
            Text(f"{authority} n'aurait plus d'administrateur. Nommez-en un autre d'abord.",
                 f"{authority} would have no administrator left. Name another one first.")
        )  # fmt: skip
    membership.delete()
    journal.record("role revoked", user, by=by, on=on, authority=authority, role=role)


def _check_may(is_allowed: bool, refusal: type[ExplainedError]) -> None:
    if not is_allowed:
        raise refusal(
            Text("Cet acte revient à un administrateur. Demandez-le à celui de votre collectivité.",
                 "This act belongs to an administrator. Ask the one of your authority.")
        )  # fmt: skip
