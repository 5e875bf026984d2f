"""Who may, in the directory. Predicates on a person and an organisation."""

from essaim.accounts.models import Authority
from essaim.accounts.permissions import Person, has_role, is_administrator
from essaim.organisations.models import Organisation, Proposal
from essaim.organisations.queries.places import authorities_over, territories_of_commune

MODERATORS = ("agent", "administrator")


def may_moderate(person: Person, organisation: Organisation) -> bool:
    """An agent or administrator of an authority whose territory holds the organisation."""
    return authority_of_moderator(person, organisation) is not None or is_administrator(person)


def may_merge(person: Person, one: Organisation, other: Organisation) -> bool:
    """Whoever may moderate both: one record takes over the other's places and people."""
    return may_moderate(person, one) and may_moderate(person, other)


def authority_of_moderator(person: Person, organisation: Organisation) -> Authority | None:
    """For which authority `person` may act on the organisation."""
    if not person.is_authenticated:
        return None
    return next(
        (each for each in authorities_over(organisation) if has_role(person, each, *MODERATORS)), None
    )


def is_moderator(person: Person) -> bool:
    """Whether the person has a desk at all."""
    if not (person.is_authenticated and person.is_active):
        return False
    return person.is_superuser or person.memberships.filter(role__in=MODERATORS).exists()


def may_edit(person: Person, organisation: Organisation) -> bool:
    """Its stewards, and whoever may moderate it."""
    return is_steward(person, organisation) or may_moderate(person, organisation)


def is_steward(person: Person, organisation: Organisation) -> bool:
    if not (person.is_authenticated and person.is_active):
        return False
    return organisation.stewards.filter(user=person).exists()


def is_owner(person: Person, organisation: Organisation) -> bool:
    if not (person.is_authenticated and person.is_active):
        return False
    return organisation.stewards.filter(user=person, role="owner").exists()


def may_decide(person: Person, proposal: Proposal) -> bool:
    """Answer a proposal: who may moderate the record, or, for a new place, the commune it would lie in."""
    if proposal.organisation is not None:
        return may_moderate(person, proposal.organisation)
    if is_administrator(person):
        return True
    codes = territories_of_commune(proposal.changes.get("commune") or "")
    over = Authority.objects.filter(territory__in=codes)
    return any(has_role(person, each, *MODERATORS) for each in over)
