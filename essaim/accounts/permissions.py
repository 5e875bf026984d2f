"""Who may. Predicates; the installation's own administrators (superusers) may everything here."""

from django.contrib.auth.models import AnonymousUser

from essaim.accounts import queries
from essaim.accounts.models import Authority, User

Person = User | AnonymousUser


def is_administrator(person: Person) -> bool:
    """Administers the whole installation."""
    return person.is_active and person.is_superuser


def has_role(person: Person, authority: Authority, *roles: str) -> bool:
    """Holds one of `roles` in `authority`."""
    return (
        person.is_authenticated
        and person.is_active
        and not queries.roles_of(person, authority).isdisjoint(roles)
    )


def may_manage_roles(person: Person, authority: Authority) -> bool:
    return is_administrator(person) or has_role(person, authority, "administrator")
