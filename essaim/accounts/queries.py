"""Reads across people, authorities and roles."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import models
from django.db.models import QuerySet

from essaim.accounts.models import Authority, Entry, Membership, User


def roles_of(user: User, authority: Authority) -> set[str]:
    return set(Membership.objects.filter(user=user, authority=authority).values_list("role", flat=True))


def all_roles_of(user: User) -> set[str]:
    """The roles a person holds anywhere in this installation."""
    return set(Membership.objects.filter(user=user).values_list("role", flat=True))


def memberships_of(authority: Authority) -> QuerySet[Membership]:
    return Membership.objects.filter(authority=authority).select_related("user", "authority")


def administrators_left(authority: Authority) -> int:
    return Membership.objects.filter(authority=authority, role="administrator").count()


def history_of(subject: models.Model) -> QuerySet[Entry]:
    """The acts done on one object, latest first."""
    return Entry.objects.filter(object_type=subject._meta.label, object_id=str(subject.pk)).select_related(
        "by"
    )


@dataclass(frozen=True)
class Mine:
    """One's account: `address`; `pending`, the one to come; `totp_since` None without a second factor."""

    address: str
    pending: str
    has_password: bool
    totp_since: datetime | None
    codes_left: int
    providers: list[str]


def account_of(user: User) -> Mine:
    addresses = EmailAddress.objects.filter(user=user)
    factors = {each.type: each for each in Authenticator.objects.filter(user=user)}
    totp = factors.get(Authenticator.Type.TOTP)
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    return Mine(
        address=user.email,
        pending=next((each.email for each in addresses if not each.verified and not each.primary), ""),
        has_password=user.has_usable_password(),
        totp_since=totp.created_at if totp else None,
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
        providers=[each.provider for each in SocialAccount.objects.filter(user=user)],
    )


@dataclass(frozen=True)
class Held:
    """An authority and what one is there."""

    authority: Authority
    roles: list[str]
    may_manage: bool


def roles_by_authority(user: User) -> list[Held]:
    """The authorities where a person holds a role; all of them, for who administers the installation."""
    held: dict[Authority, list[Membership]] = {}
    if user.is_superuser:
        held = {authority: [] for authority in Authority.objects.all()}
    for membership in Membership.objects.filter(user=user).select_related("authority"):
        held.setdefault(membership.authority, []).append(membership)
    return [
        Held(
            authority,
            [membership.get_role_display() for membership in memberships],
            user.is_superuser or any(each.role == "administrator" for each in memberships),
        )
        for authority, memberships in held.items()
    ]
