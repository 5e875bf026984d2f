"""Who keeps a scheme, its control and its exports: buyers, agents and administrators of the authority."""

from django.db.models import QuerySet

from essaim.accounts.models import Authority
from essaim.accounts.permissions import Person, has_role, is_administrator

KEEPERS = ("buyer", "agent", "administrator")


def may_keep_schemes(person: Person, authority: Authority) -> bool:
    return is_administrator(person) or has_role(person, authority, *KEEPERS)


def authorities_kept(person: Person) -> QuerySet[Authority]:
    """For which authorities a person keeps schemes: all of them, for who administers the installation."""
    if not (person.is_authenticated and person.is_active):
        return Authority.objects.none()
    if is_administrator(person):
        return Authority.objects.all()
    return Authority.objects.filter(memberships__user=person, memberships__role__in=KEEPERS).distinct()
