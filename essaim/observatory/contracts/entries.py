"""One entry, whatever its version and its nesting, into one statement (or the reasons why not)."""

import re
from collections.abc import Callable
from typing import Any

from essaim.observatory.contracts import values
from essaim.observatory.contracts.rejects import NOTED, Problem, problem
from essaim.observatory.contracts.statements import priority

SIRET = re.compile(r"\d{14}")


class Reading:
    """Reads the fields of one entry and keeps what was wrong."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.entry = entry
        self.problems: list[Problem] = []

    def get(self, *names: str) -> Any:
        """The first field present and not null among `names`."""
        for name in names:
            if (value := self.entry.get(name)) is not None:
                return value
        return None

    def take(self, read: Callable[[Any], Any], *names: str, reason: str = NOTED) -> Any:
        """The field read by `read`; None, and a problem, when it cannot be."""
        value = self.get(*names)
        try:
            return read(value)
        except values.Unreadable:
            self.problems.append(problem(names[0], reason, value))
            return None

    def words(self, plural: str, singular: str, *others: str) -> list[str]:
        return values.words_of(self.get(plural, singular, *others), singular)


def read_entry(
    entry: Any, form: str, file: str, kind: str | None = None
) -> tuple[dict[str, Any] | None, list[Problem]]:
    """The statement of an entry and what was noted; None and the reasons when the entry is rejected.

    `form`: one of FORMATS. `file`: named as the source when the entry names none. `kind`: contract or concession when
    the wrapper says so.
    """
    if not isinstance(entry, dict):
        return None, [problem("", "not_an_entry", entry)]
    if len(entry) == 1 and isinstance(inner := next(iter(entry.values())), dict) and "id" not in entry:
        kind = kind or ("concession" if "concession" in next(iter(entry)) else "contract")
        entry = inner
    reading = Reading(entry)
    concession = kind == "concession" or _is_concession(entry)
    siret, identifier, name = _identity(reading, concession)
    statement = {
        "key": f"{siret}/{identifier}",
        "id": identifier,
        "buyer_siret": siret,
        "buyer_name": name,
        "kind": "concession" if concession else "contract",
        **_what(reading),
        **_when_and_how_much(reading),
        **_how(reading),
        **_who(reading),
        "format": form,
        "source": values.text(entry.get("source")) or file,
    }
    if any(one.reason != NOTED for one in reading.problems):
        return None, reading.problems
    statement["priority"] = priority(statement)
    return statement, reading.problems


def _is_concession(entry: dict[str, Any]) -> bool:
    return "autoriteConcedante" in entry or "oncession" in str(entry.get("_type") or "")


def _identity(reading: Reading, concession: bool) -> tuple[str, str, str | None]:
    names = ("autoriteConcedante", "acheteur") if concession else ("acheteur", "autoriteConcedante")
    buyer = reading.get(*names)
    inside = buyer if isinstance(buyer, dict) else {}
    siret = values.identifier(inside.get("id")) or ""
    digits = re.sub(r"[\s.]", "", siret)
    if not siret:
        reading.problems.append(problem(f"{names[0]}.id", "no_buyer"))
    elif not SIRET.fullmatch(digits):
        reading.problems.append(problem(f"{names[0]}.id", "bad_buyer", siret))
    identifier = values.identifier(reading.entry.get("id"))
    if identifier is None:
        reading.problems.append(problem("id", "no_id"))
    return digits, identifier or "", values.text(inside.get("nom"))


def _what(reading: Reading) -> dict[str, Any]:
    place = reading.get("lieuExecution")
    inside = place if isinstance(place, dict) else {}
    return {
        "nature": values.text(reading.get("nature")),
        "object": values.text(reading.get("objet")),
        "cpv": reading.take(values.cpv, "codeCPV"),
        "place_code": values.text(inside.get("code")),
        "place_kind": values.text(inside.get("typeCode")),
        "framework_id": values.identifier(reading.get("idAccordCadre")),
    }


def _when_and_how_much(reading: Reading) -> dict[str, Any]:
    return {
        "notified_on": reading.take(
            values.day, "dateNotification", "dateSignature", "dateDebutExecution", reason="bad_date"
        ),
        "published_on": reading.take(values.day, "datePublicationDonnees"),
        "duration_months": reading.take(values.whole, "dureeMois"),
        "amount_cents": reading.take(values.cents, "montant", "valeurGlobale", reason="bad_amount"),
        "amendments": [
            one
            for raw in values.listed(reading.get("modifications"), "modification")
            if (one := _amendment(raw, reading))
        ],
    }


def _amendment(raw: Any, reading: Reading) -> dict[str, Any] | None:
    if not isinstance(raw, dict):
        if values.text(raw) is not None:
            reading.problems.append(problem("modifications", "bad_amendment", raw))
        return None
    inside = Reading(raw)
    names = ("dateNotificationModification", "dateSignatureModification")
    amendment = {
        "id": values.identifier(raw.get("id")),
        "notified_on": inside.take(values.day, *names, reason="bad_amendment"),
        "published_on": inside.take(
            values.day, "datePublicationDonneesModification", "datePublicationDonnees"
        ),
        "duration_months": inside.take(values.whole, "dureeMois"),
        "amount_cents": inside.take(values.cents, "montant", "valeurGlobale", reason="bad_amendment"),
        "suppliers": suppliers(raw),
    }
    reading.problems += [
        Problem(f"modifications.{one.field}", one.reason, one.value) for one in inside.problems
    ]
    return amendment


def _how(reading: Reading) -> dict[str, Any]:
    return {
        "procedure": values.text(reading.get("procedure")),
        "techniques": reading.words("techniques", "technique"),
        "modalities": reading.words("modalitesExecution", "modaliteExecution"),
        "ccag": values.text(reading.get("ccag")),
        "offers_received": reading.take(values.whole, "offresRecues"),
        "innovative": reading.take(values.yes_no, "marcheInnovant"),
        "price_kinds": reading.words("typesPrix", "typePrix", "TypePrix"),
        "price_form": values.text(reading.get("formePrix")),
        "advance": reading.take(values.yes_no, "attributionAvance"),
        "grouping": values.text(reading.get("typeGroupementOperateurs")),
        "subcontracting": reading.take(values.yes_no, "sousTraitanceDeclaree"),
    }


def _who(reading: Reading) -> dict[str, Any]:
    def social(value: Any) -> list[str] | None:
        return values.codes(value, "considerationSociale", values.SOCIAL)

    def environmental(value: Any) -> list[str] | None:
        return values.codes(value, "considerationEnvironnementale", values.ENVIRONMENTAL)

    return {
        "suppliers": suppliers(reading.entry),
        "social": reading.take(social, "considerationsSociales"),
        "environmental": reading.take(environmental, "considerationsEnvironnementales"),
    }


def suppliers(entry: dict[str, Any]) -> list[dict[str, str | None]]:
    """Suppliers named by a contract, a concession or an amendment: each once, sorted."""
    raw = entry.get("titulaires") or entry.get("concessionnaires")
    items = values.listed(values.listed(raw, "titulaire"), "concessionnaire")
    found = [_supplier(one) for one in items if isinstance(one, dict)]
    return in_order([one for one in found if one["id"] or one["name"]])


def _supplier(raw: dict[str, Any]) -> dict[str, str | None]:
    kind = values.text(raw.get("typeIdentifiant"))
    return {
        "kind": kind.upper() if kind else None,
        "id": values.identifier(raw.get("id")),
        "name": values.text(raw.get("denominationSociale")),
    }


def in_order(found: list[dict[str, str | None]]) -> list[dict[str, str | None]]:
    """Suppliers each once, by kind, identifier and name (nothing first): the order of a file says nothing."""
    once = {(one["kind"] or "", one["id"] or "", one["name"] or ""): one for one in found}
    return [once[key] for key in sorted(once)]
