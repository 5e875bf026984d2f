"""Who may, in social clauses. Everything belongs to one authority; a company sees what is its own, nothing else."""

from essaim.accounts.models import Authority
from essaim.accounts.permissions import Person, has_role, is_administrator
from essaim.procurement.models import ClauseCompany

READERS = ("facilitator", "buyer", "agent")


def may_read(person: Person, authority: Authority) -> bool:
    """Operations, hours by company and summaries; never a pseudonym, except for who facilitates."""
    return is_administrator(person) or has_role(person, authority, *READERS)


def may_facilitate(person: Person, authority: Authority) -> bool:
    """Set clauses up, follow beneficiaries, decide on hours."""
    return is_administrator(person) or has_role(person, authority, "facilitator")


def may_identify(person: Person, authority: Authority) -> bool:
    """Write or read a name: facilitators of that authority, not even who administers the installation."""
    return has_role(person, authority, "facilitator")


def may_declare(person: Person, company: ClauseCompany) -> bool:
    """Its contacts; the facilitator too, from a declaration on paper."""
    return is_contact(person, company) or may_facilitate(person, company.authority)


def is_contact(person: Person, company: ClauseCompany) -> bool:
    return (
        person.is_authenticated and person.is_active and company.contacts.filter(user_id=person.pk).exists()
    )
