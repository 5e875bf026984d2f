"""Contracts as an OCDS 1.1 release package, with the sustainability extension and the eForms codes of the aims."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from essaim.procurement.rules.crosswalk import (
    AIMS,
    crosswalk,
    eforms_codes,
    ocds_category,
    ocds_method,
    ocds_strategies,
)

Row = Mapping[str, Any]
VERSION = "1.1"
UNREGISTERED_PREFIX = "ocds-000000"
"""Not a registered prefix: a publisher asks the Open Contracting Partnership for its own."""
SUSTAINABILITY = "https://raw.githubusercontent.com/open-contracting-extensions/ocds_sustainability_extension/master/extension.json"
SIRENE = "FR-INSEE"


def package(
    contracts: Iterable[Row],
    *,
    publisher: str,
    uri: str,
    on: date,
    prefix: str = UNREGISTERED_PREFIX,
    purposes: Mapping[str, Mapping[str, list[str]]] | None = None,
) -> dict[str, Any]:
    """A release package published by `publisher` on that day. `purposes` gives, by contract key, the eForms codes
    of the aims its buyer wrote. A contract that has no date at all is dated by the package."""
    said = purposes or {}
    return {
        "uri": uri,
        "version": VERSION,
        "extensions": [SUSTAINABILITY],
        "publishedDate": instant(on),
        "publisher": {"name": publisher},
        "license": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        "releases": [release(each, prefix, on, said.get(each["key"], {})) for each in contracts],
    }


def release(contract: Row, prefix: str, on: date, purposes: Mapping[str, list[str]]) -> dict[str, Any]:
    key = contract["key"].replace("/", "-").replace("#", "-")
    published_on = latest(contract) or on
    buyer = organisation(contract["buyer_siret"], "SIRET", contract.get("buyer_name"))
    suppliers = [
        organisation(each["id"], each.get("kind"), each.get("name"))
        for each in contract.get("suppliers") or []
        if each.get("id")
    ]
    is_amended = bool(contract.get("amendments"))
    return {
        "ocid": f"{prefix}-{key}",
        "id": f"{key}-{published_on.isoformat()}",
        "date": instant(published_on),
        "tag": ["award", "contractAmendment" if is_amended else "contract"],
        "initiationType": "tender",
        "language": "fr",
        "parties": parties(buyer, suppliers),
        "buyer": {name: buyer[name] for name in ("id", "name") if name in buyer},
        "tender": tender(contract, key, purposes),
        "awards": [award(contract, key, suppliers)],
        "contracts": [signed(contract, key)],
    }


def tender(contract: Row, key: str, purposes: Mapping[str, list[str]]) -> dict[str, Any]:
    found = {
        "id": key,
        "title": contract.get("object"),
        "procurementMethod": ocds_method(contract.get("procedure")),
        "procurementMethodDetails": contract.get("procedure"),
        "mainProcurementCategory": ocds_category(contract.get("cpv")),
        "hasSustainability": has_sustainability(contract),
        "sustainability": sustainability(contract),
    }
    # The standard has no place for the eForms codes: they stay beside, under the names of the regulation.
    codes = eforms_codes(contract, purposes)
    if codes["BT-06"] is not None:
        found["eForms"] = {name: value for name, value in codes.items() if value is not None}
    return {name: value for name, value in found.items() if value not in (None, [])}


def award(contract: Row, key: str, suppliers: list[dict[str, Any]]) -> dict[str, Any]:
    found = {
        "id": f"{key}-1",
        "title": contract.get("object"),
        "status": "active",
        "date": instant(contract["notified_on"]) if contract.get("notified_on") else None,
        "value": money(contract.get("initial_amount_cents") or contract.get("amount_cents")),
        "suppliers": [
            {name: each[name] for name in ("id", "name") if name in each} for each in unique(suppliers)
        ],
        "items": items(contract),
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def signed(contract: Row, key: str) -> dict[str, Any]:
    amendments = [
        {
            "id": str(each.get("id") or number),
            "date": instant(each["notified_on"]) if each.get("notified_on") else None,
            "description": "Modification du contrat",
        }
        for number, each in enumerate(contract.get("amendments") or [], 1)
    ]
    found = {
        "id": key,
        "awardID": f"{key}-1",
        "title": contract.get("object"),
        "value": money(contract.get("amount_cents")),
        "dateSigned": instant(contract["notified_on"]) if contract.get("notified_on") else None,
        "amendments": [
            {name: value for name, value in each.items() if value is not None} for each in amendments
        ],
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def parties(buyer: dict[str, Any], suppliers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each organisation once, with all its roles: a buyer may supply another part of itself."""
    roles: dict[str, list[str]] = {}
    known = {}
    for each, role in ((buyer, "buyer"), *((each, "supplier") for each in suppliers)):
        known.setdefault(each["id"], each)
        held = roles.setdefault(each["id"], [])
        held += [role] if role not in held else []
    return [{**each, "roles": roles[identifier]} for identifier, each in known.items()]


def organisation(identifier: str, kind: str | None, name: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {"id": f"{SIRENE if kind == 'SIRET' else kind or 'ID'}-{identifier}"}
    if name:
        found["name"] = name
    found["identifier"] = {"id": identifier}
    if kind == "SIRET":
        found["identifier"]["scheme"] = SIRENE
    return found


def unique(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return list({each["id"]: each for each in rows}.values())


def items(contract: Row) -> list[dict[str, Any]]:
    cpv = contract.get("cpv")
    return [{"id": "1", "classification": {"scheme": "CPV", "id": cpv}}] if cpv else []


def sustainability(contract: Row) -> list[dict[str, Any]]:
    found = []
    for aim in AIMS:
        strategies = ocds_strategies(aim, contract.get(aim) or ())
        if strategies:
            found.append({"goal": crosswalk()["goals"][aim], "strategies": strategies})
    return found


def has_sustainability(contract: Row) -> bool | None:
    """None when neither answer is a yes and one is not known."""
    if sustainability(contract):
        return True
    return None if any(contract.get(aim) is None for aim in AIMS) else False


def money(cents: int | None) -> dict[str, Any] | None:
    return None if cents is None else {"amount": cents / 100, "currency": "EUR"}


def latest(contract: Row) -> date | None:
    """The last day something was published, or failing that happened."""
    amendments = contract.get("amendments") or []
    days = [contract.get("published_on"), *(each.get("published_on") for each in amendments)]
    days = [day for day in days if day] or [contract.get("notified_on")]
    return max((day for day in days if day), default=None)


def instant(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
