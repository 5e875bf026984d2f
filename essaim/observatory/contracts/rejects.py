"""What was wrong in an entry, where, and what to do next."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from essaim.law.text import Text

REASONS: dict[str, tuple[Text, Text]] = {
    "no_buyer": (
        Text("L'acheteur n'est pas donné.", "The buyer is not given."),
        Text("Ajoutez le SIRET de l'acheteur (14 chiffres).", "Add the buyer's SIRET (14 digits)."),
    ),
    "bad_buyer": (
        Text("Le SIRET de l'acheteur n'a pas 14 chiffres.", "The buyer's SIRET does not have 14 digits."),
        Text("Corrigez le SIRET de l'acheteur.", "Correct the buyer's SIRET."),
    ),
    "no_id": (
        Text("Le contrat n'a pas d'identifiant.", "The contract has no identifier."),
        Text("Ajoutez l'identifiant du contrat.", "Add the contract's identifier."),
    ),
    "bad_amount": (
        Text("Le montant est illisible.", "The amount cannot be read."),
        Text(
            "Écrivez un nombre en euros, ou retirez le montant.",
            "Write a number of euros, or remove the amount.",
        ),
    ),
    "bad_date": (
        Text("La date est illisible ou impossible.", "The date cannot be read or is impossible."),
        Text("Écrivez la date sous la forme AAAA-MM-JJ.", "Write the date as YYYY-MM-DD."),
    ),
    "bad_amendment": (
        Text("Une modification est illisible.", "An amendment cannot be read."),
        Text("Corrigez le montant ou la date de la modification.", "Correct the amendment's amount or date."),
    ),
    "not_an_entry": (
        Text("Ce n'est pas la description d'un contrat.", "This does not describe a contract."),
        Text(
            "Remplacez par un objet qui décrit un contrat.", "Replace it by an object describing a contract."
        ),
    ),
    "broken": (
        Text("Le fichier est abîmé à cet endroit.", "The file is damaged at this place."),
        Text(
            "Réparez l'entrée, ou demandez le fichier entier.", "Repair the entry, or ask for the whole file."
        ),
    ),
    "bad_value": (
        Text(
            "La valeur n'est pas comprise : elle reste inconnue.",
            "The value is not understood: it stays unknown.",
        ),
        Text(
            "Corrigez la valeur à la source si elle compte.", "Correct the value at the source if it matters."
        ),
    ),
}
"""Code -> (what is wrong, what next). All but `bad_value` reject the entry; `bad_value` is only noted."""

NOTED = "bad_value"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `field`: as the file names it. `value`: what was read, cut to 120 characters."""

    field: str
    reason: str
    value: str = ""


def problem(field: str, reason: str, value: Any = "") -> Problem:
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return Problem(field, reason, words[:120])


@dataclass(frozen=True, slots=True)
class Rejected:
    """One entry left out, whole, so that it can be corrected and replayed.

    `position`: number of the entry in the file, from 1 (a row of data for CSV). `line`: of its first character, when
    known. `entry`: the object as published, or the raw text when it could not be parsed.
    """

    file: str
    sha256: str
    format: str
    position: int
    line: int | None
    problems: tuple[Problem, ...]
    entry: Any

    @property
    def id(self) -> str:
        """Stable name of the rejection: the same file read again rejects the same ids."""
        return hashlib.sha256(f"{self.sha256}:{self.position}".encode()).hexdigest()[:24]

    def as_dict(self) -> dict[str, Any]:
        shown = [
            {
                **asdict(one),
                "why": {"fr": REASONS[one.reason][0].fr, "en": REASONS[one.reason][0].en},
                "next": {"fr": REASONS[one.reason][1].fr, "en": REASONS[one.reason][1].en},
            }
            for one in self.problems
        ]
        return {
            "rejected": self.id,
            "file": self.file,
            "sha256": self.sha256,
            "format": self.format,
            "position": self.position,
            "line": self.line,
            "problems": shown,
            "entry": self.entry,
        }
