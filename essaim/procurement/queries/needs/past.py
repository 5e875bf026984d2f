"""Past contracts of suppliers, from the essential contract data imported here."""

from collections.abc import Collection

from essaim.matching.suppliers import Won
from essaim.observatory.contracts.store import NoContracts
from essaim.observatory.contracts.winners import winners
from essaim.organisations.models import Organisation
from essaim.procurement.queries.contracts import contract_store

MOST = 500
"""Identifiers in one query: SQLite takes no more than a thousand parameters on old builds."""


def published_wins(divisions: Collection[str], buyer: str | None) -> tuple[dict[int, Won], Won | None]:
    """(organisation -> contracts won in these CPV divisions, what holds for any other that has a SIREN). `buyer`: the
    authority's SIREN. The second is None when no file was imported: nothing is known, which is not a zero."""
    if not divisions:
        return {}, None
    try:
        found = winners(contract_store().table(), sorted(divisions), buyer)
    except NoContracts:
        return {}, None
    none = Won(here=0 if buyer else None, vintage=found.vintage)
    wins: dict[int, Won] = {}
    for id, siren in _directory_ids(found.by_siren):
        one = found.by_siren[siren]
        here = one.here if buyer else None
        wins[id] = Won(here, one.here_since, one.elsewhere, one.elsewhere_since, found.vintage)
    return wins, none


def _directory_ids(sirens: Collection[str]) -> list[tuple[int, str]]:
    """Records with one of these SIREN, as (id, siren)."""
    wanted, found = sorted(sirens), []
    for start in range(0, len(wanted), MOST):
        some = Organisation.objects.published().filter(siren__in=wanted[start : start + MOST])
        found += list(some.values_list("pk", "siren"))
    return found
