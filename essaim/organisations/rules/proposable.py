"""What may be proposed of a record: fields, the table each lives in, and whether its own people may change it alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import yaml
from stdnum.fr import siren as siren_number

from essaim.law.text import ExplainedError, Text
from essaim.observatory.categories import sectors
from essaim.observatory.reference import places
from essaim.organisations.rules.vocabulary import FOLDER, LABELS

MOST_LETTERS = {"usual_name": 200, "summary": 280, "sigle": 100, "postcode": 5}


@dataclass(frozen=True, slots=True)
class Proposable:
    """`table`: organisation, site (its head office unless `site` says which), profile, contact, label or evidence."""

    field: str
    table: str
    kind: str
    sensitive: bool
    label: Text


PROPOSABLE: Mapping[str, Proposable] = MappingProxyType(
    {
        field: Proposable(field, row["table"], row["kind"], row["sensitive"], Text.of(row["label"]))
        for field, row in yaml.safe_load((FOLDER / "proposable.yaml").read_text(encoding="utf-8")).items()
    }
)
"""`Proposal.changes` holds these fields, and may hold "site": the id of the site its address fields speak of."""


class NotProposable(ExplainedError):
    """A proposed value that cannot be one."""


def checked(changes: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The changes as they may be kept: known fields, trimmed, of the right shape. Raises NotProposable."""
    unknown = set(changes) - set(PROPOSABLE) - {"site"}
    if unknown:
        raise NotProposable(
            Text(
                f"On ne peut pas proposer de changer : {', '.join(sorted(unknown))}.",
                f"A change of these cannot be proposed: {', '.join(sorted(unknown))}.",
            )
        )
    return {
        field: value if field == "site" else _checked(PROPOSABLE[field], value, on)
        for field, value in changes.items()
    }


def _checked(what: Proposable, value: Any, on: date) -> Any:
    if isinstance(value, str):
        value = value.strip()
    if what.kind in ("label", "evidence"):
        return _checked_parts(what, value)
    if value in ("", None):
        return value if what.field not in ("name", "closed_on") else _wrong(what)
    is_right = {
        "text": lambda: isinstance(value, str) and len(value) <= MOST_LETTERS.get(what.field, 300),
        "url": lambda: bool(re.fullmatch(r"https?://[^\s/$.?#][^\s]*\.[^\s]+", value)) and len(value) <= 300,
        "phone": lambda: bool(re.fullmatch(r"\+?[0-9 .()-]{4,20}", value)),
        "email": lambda: bool(re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value)) and len(value) <= 254,
        "commune": lambda: f"commune:{value}" in places.all_territories(),
        "degrees": lambda: (
            isinstance(value, (int, float)) and abs(value) <= (90 if what.field == "lat" else 180)
        ),
        "siren": lambda: bool(re.fullmatch(r"\d{9}", value)) and siren_number.is_valid(value),
        "rna": lambda: bool(re.fullmatch(r"W[0-9A-Z]{9}", value)),
        "sector": lambda: value in sectors(),
        "date": lambda: date.fromisoformat(str(value)) <= on,
    }[what.kind]
    try:
        return value if is_right() else _wrong(what)
    except (TypeError, ValueError):
        return _wrong(what)


def _checked_parts(what: Proposable, value: Any) -> dict[str, Any]:
    allowed = {"label": ("kind", "valid_from", "valid_to", "proof"), "evidence": ("text", "link")}[what.kind]
    if not isinstance(value, dict) or not set(value) <= set(allowed):
        return _wrong(what)
    if what.kind == "label" and value.get("kind") not in LABELS:
        return _wrong(what)
    return {name: part for name, part in value.items() if part not in ("", None)}


def _wrong(what: Proposable) -> Any:
    raise NotProposable(
        Text(
            f"{what.label.fr} : cette valeur ne convient pas. Vérifiez-la et recommencez.",
            f"{what.label.en}: this value does not fit. Check it and try again.",
        )
    )
