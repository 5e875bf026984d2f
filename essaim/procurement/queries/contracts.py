"""Where the essential contract data of this installation is, and what it says."""

from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from essaim.accounts.models import Authority, Membership, User
from essaim.observatory.contracts.store import ContractStore
from essaim.procurement.models import ContractImport


def contract_store() -> ContractStore:
    """The contracts of the whole installation: open data, the same for every authority."""
    return ContractStore(Path(settings.HOME) / "contracts")


BUYERS = ("buyer", "agent", "administrator")
"""Roles that bring contracts in and correct them."""


def authorities_of_buyer(person: User) -> list[Authority]:
    """The authorities for which `person` may bring contracts in; all of them for the installation's administrators."""
    if person.is_superuser:
        return list(Authority.objects.all())
    held = Membership.objects.filter(user=person, role__in=BUYERS).values("authority")
    return list(Authority.objects.filter(pk__in=held))


def imports_of(authorities: list[Authority]) -> QuerySet[ContractImport]:
    return ContractImport.objects.filter(authority__in=authorities).select_related("authority", "by")
