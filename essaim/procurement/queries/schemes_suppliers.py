"""What the directory knows of the suppliers of contracts: their dated labels, read in a few queries."""

from collections.abc import Iterable, Mapping
from typing import Any

from essaim.organisations.models import Label, Organisation
from essaim.procurement.rules.schemes_suppliers import HeldLabel, KnownSupplier

MOST = 500
"""Identifiers in one query: SQLite takes no more than a thousand parameters on old builds."""


def supplier_identifiers(contract: Mapping[str, Any]) -> list[str]:
    """SIRET of the suppliers; the others (VAT numbers, overseas registers) say nothing to the directory."""
    return [
        each["id"] if each.get("kind") == "SIRET" and each.get("id") else ""
        for each in contract.get("suppliers") or []
    ]


def known_suppliers(contracts: Iterable[Mapping[str, Any]]) -> dict[str, KnownSupplier]:
    """By SIREN, the suppliers that have a published record, with their labels. Two queries for 500 suppliers."""
    sirens = sorted({siret[:9] for each in contracts for siret in supplier_identifiers(each) if siret})
    found: dict[str, KnownSupplier] = {}
    for start in range(0, len(sirens), MOST):
        some = sirens[start : start + MOST]
        records = dict(Organisation.objects.published().filter(siren__in=some).values_list("pk", "siren"))
        labels: dict[str, list[HeldLabel]] = {siren: [] for siren in records.values()}
        rows = Label.objects.filter(organisation__in=records).values_list(
            "organisation_id", "kind", "site__siret", "valid_from", "valid_to"
        )
        for organisation, kind, siret, valid_from, valid_to in rows:
            labels[records[organisation]].append(HeldLabel(kind, siret or "", valid_from, valid_to))
        found |= {siren: KnownSupplier(siren, tuple(held)) for siren, held in labels.items()}
    return found
