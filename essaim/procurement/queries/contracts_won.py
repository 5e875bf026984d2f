"""Public contracts of an organisation of the directory, from the essential data imported here."""

from essaim.law.text import Text
from essaim.observatory.contracts.store import NoContracts
from essaim.observatory.contracts.winners import Held, contracts_won, held_by
from essaim.organisations.models import Organisation
from essaim.procurement.queries.contracts import contract_store
from essaim.ui.tables import Column, Table

MOST_SHOWN = 100
"""Contracts on the page; the file has them all."""
COLUMNS = (
    Column(Text("Objet", "Object")),
    Column(Text("Acheteur", "Buyer")),
    Column(Text("SIREN de l'acheteur", "SIREN of the buyer")),
    Column(Text("Notifié le", "Notified on"), "date"),
    Column(Text("CPV", "CPV")),
    Column(Text("Montant hors taxe", "Amount without VAT"), "euros"),
    Column(Text("Titulaires", "Suppliers"), "number"),
    Column(Text("Contrat", "Contract")),
)


def won_by(organisation: Organisation) -> Held | None:
    """Its contracts summed up; None when there is none, when nothing was imported, or without a SIREN."""
    if not organisation.siren:
        return None
    try:
        found = held_by(contract_store().table(), organisation.siren)
    except NoContracts:
        return None
    return found if found.contracts else None


def won_table(organisation: Organisation, most: int | None = None) -> Table:
    """One line a contract, the newest first. An amount one cannot believe is left empty."""
    try:
        found = list(contracts_won(contract_store().table(), organisation.siren or "", most))
    except NoContracts:
        found = []
    rows = [
        (
            each["object"] or each["id"],
            each["buyer_name"] or "",
            each["buyer_siren"],
            each["notified_on"],
            each["cpv"] or "",
            None if each["amount_cents"] is None or each["amount_flag"] else each["amount_cents"] / 100,
            each["suppliers"],
            each["id"],
        )
        for each in found
    ]
    return Table(COLUMNS, rows, Text("Marchés publics", "Public contracts"))
