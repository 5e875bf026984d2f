"""Contracts as the official DECP v2.0.3 file (order of 22 December 2022, amended 22 December 2023).

What the schema makes compulsory and we do not know is never filled in: the contract is left out, with its reasons.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from essaim.law.text import Text
from essaim.procurement.rules.crosswalk import decp_considerations, decp_values

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A contract that could not be written, and every reason why."""

    key: str
    wording: str
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A compulsory field: its official name, how it is written, and when our value will do."""

    name: str
    column: str
    write: Callable[[Any], object]
    fits: Callable[[Any], bool]


def _as_is(value: Any) -> object:
    return value


def _euros(cents: int) -> float | int:
    return cents // 100 if cents % 100 == 0 else cents / 100


def _one_of(name: str) -> Callable[[Any], bool]:
    return lambda value: value in decp_values(name)


def _all_of(name: str) -> Callable[[Any], bool]:
    return lambda values: bool(values) and set(values) <= set(decp_values(name))


def _under(name: str) -> Callable[[Any], object]:
    return lambda values: {name: list(dict.fromkeys(values))}


def _shaped(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, flags=re.S) is not None


def _at_least(floor: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= floor


def _said(value: Any) -> bool:
    return isinstance(value, bool)


def _dated(value: Any) -> bool:
    return value is not None


def _iso(value: Any) -> object:
    return value.isoformat()


def _suppliers_fit(suppliers: Any) -> bool:
    return bool(suppliers) and all(
        each.get("id") and each.get("kind") in decp_values("supplier_kind") for each in suppliers
    )


def _suppliers(suppliers: Any) -> object:
    written = [{"titulaire": {"typeIdentifiant": each["kind"], "id": each["id"]}} for each in suppliers]
    return [each for index, each in enumerate(written) if each not in written[:index]]


def _considered(aim: str) -> Callable[[Any], object]:
    name = {"social": "considerationSociale", "environmental": "considerationEnvironnementale"}[aim]
    return lambda codes: {name: decp_considerations(aim, codes)}


def _considerations_fit(aim: str) -> Callable[[Any], bool]:
    return lambda codes: bool(codes) and bool(decp_considerations(aim, codes))


FIELDS = (
    Field("id", "id", _as_is, _shaped(r".{1,16}")),
    Field("acheteur", "buyer_siret", lambda value: {"id": value}, _shaped(r"[0-9]{14}")),
    Field("nature", "nature", _as_is, _one_of("nature")),
    Field("objet", "object", _as_is, _shaped(r".{1,1000}")),
    Field("codeCPV", "cpv", _as_is, _shaped(r"[0-9]{8}(-[0-9])?")),
    Field("techniques", "techniques", _under("technique"), _all_of("techniques")),
    Field("modalitesExecution", "modalities", _under("modaliteExecution"), _all_of("modalities")),
    Field("marcheInnovant", "innovative", _as_is, _said),
    Field("ccag", "ccag", _as_is, _one_of("ccag")),
    Field("offresRecues", "offers_received", _as_is, _at_least(1)),
    Field("attributionAvance", "advance", _as_is, _said),
    Field("typeGroupementOperateurs", "grouping", _as_is, _one_of("grouping")),
    Field("procedure", "procedure", _as_is, _one_of("procedure")),
    Field("dureeMois", "duration_months", _as_is, _at_least(1)),
    Field("dateNotification", "notified_on", _iso, _dated),
    Field("datePublicationDonnees", "published_on", _iso, _dated),
    Field("montant", "initial_amount_cents", _euros, _at_least(100)),
    Field("typesPrix", "price_kinds", _under("typePrix"), _all_of("price_kinds")),
    Field("formePrix", "price_form", _as_is, _one_of("price_form")),
    Field("sousTraitanceDeclaree", "subcontracting", _as_is, _said),
    Field("titulaires", "suppliers", _suppliers, _suppliers_fit),
    Field("considerationsSociales", "social", _considered("social"), _considerations_fit("social")),
    Field(
        "considerationsEnvironnementales",
        "environmental",
        _considered("environmental"),
        _considerations_fit("environmental"),
    ),
)


def marche(contract: Row) -> tuple[dict[str, Any], list[Text]]:
    """The contract as an official entry, and the reasons why it is not one (empty when it is)."""
    if contract.get("kind") == "concession":
        return {}, [
            Text(
                "les concessions ont d'autres champs obligatoires, qui ne sont pas conservés ici",
                "concessions have other compulsory fields, which are not kept here",
            )
        ]
    values = dict(contract)
    if values.get("initial_amount_cents") is None and not values.get("amendments"):
        values["initial_amount_cents"] = values.get("amount_cents")
    reasons, found = _lost_to_amendments(values), {}
    for field in FIELDS:
        value = values.get(field.column)
        if value is None or value == []:
            reasons.append(Text(f"{field.name} manque", f"{field.name} is missing"))
        elif not field.fits(value):
            reasons.append(
                Text(
                    f"{field.name} n'a pas une valeur admise par la version 2.0.3",
                    f"{field.name} has no value that version 2.0.3 admits",
                )
            )
        else:
            found[field.name] = field.write(value)
    reasons += _place(values, found)
    changes, wrong = _modifications(values.get("amendments") or [])
    if changes:
        found["modifications"] = changes
    if _shaped(r".{1,16}")(values.get("framework_id")):
        found["idAccordCadre"] = values["framework_id"]
    return found, [*reasons, *wrong]


def decp_file(contracts: Iterable[Row]) -> tuple[dict[str, Any], list[LeftOut]]:
    """The official file of the contracts that can be written, and those left out."""
    found = [entry_or_left_out(contract) for contract in contracts]
    left_out = [each for each in found if isinstance(each, LeftOut)]
    written = [each for each in found if not isinstance(each, LeftOut)]
    return {"marches": {"marche": written}}, left_out


def entry_or_left_out(contract: Row) -> dict[str, Any] | LeftOut:
    entry, reasons = marche(contract)
    return LeftOut(contract["key"], contract.get("object") or "", tuple(reasons)) if reasons else entry


def _lost_to_amendments(contract: Row) -> list[Text]:
    """The official entry holds the first duration and suppliers; we keep those in force."""
    amendments, reasons = contract.get("amendments") or [], []
    if any(each.get("duration_months") is not None for each in amendments):
        reasons.append(
            Text(
                "la durée initiale n'est pas conservée : une modification l'a changée",
                "the first duration is not kept: an amendment changed it",
            )
        )
    if any(each.get("suppliers") for each in amendments):
        reasons.append(
            Text(
                "les premiers titulaires ne sont pas conservés : une modification les a changés",
                "the first suppliers are not kept: an amendment changed them",
            )
        )
    return reasons


def _place(contract: Row, found: dict[str, Any]) -> list[Text]:
    code, kind = contract.get("place_code"), contract.get("place_kind")
    kind = kind if kind in decp_values("place_kind") else f"Code {(kind or '').lower()}"
    if not code or kind not in decp_values("place_kind"):
        return [Text("lieuExecution manque", "lieuExecution is missing")]
    found["lieuExecution"] = {"code": code, "typeCode": kind}
    return []


def _modifications(amendments: Iterable[Row]) -> tuple[list[dict[str, Any]], list[Text]]:
    written, reasons = [], []
    for number, amendment in enumerate(amendments, 1):
        if amendment.get("notified_on") is None or amendment.get("published_on") is None:
            reasons.append(
                Text(f"la modification {number} n'est pas datée", f"amendment {number} is not dated")
            )
            continue
        raw = str(amendment.get("id") or number)
        one: dict[str, Any] = {
            "id": int(raw) if raw.isdigit() and int(raw) else number,
            "dateNotificationModification": amendment["notified_on"].isoformat(),
            "datePublicationDonneesModification": amendment["published_on"].isoformat(),
        }
        amount = amendment.get("amount_cents")
        if amount is not None and amount >= 100:
            one["montant"] = _euros(amount)
        elif amount is not None:
            reasons.append(
                Text(
                    f"le montant de la modification {number} est inférieur à 1 euro",
                    f"the amount of amendment {number} is under one euro",
                )
            )
        written.append({"modification": one})
    return written, reasons
