"""Reads across people, authorities and roles."""

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
