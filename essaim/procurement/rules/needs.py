"""What a need still lacks, when it comes back, and the house policy. Plain values."""

import calendar
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from essaim.law.text import Text
from essaim.organisations.rules.cpv import families
from essaim.ui.search.analysis import stems

FOLDER = Path(__file__).resolve().parent
_READ = yaml.safe_load((FOLDER / "needs_policy.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class AdvicePolicy:
    counts_from: int
    reserve_more_than: int
    lot_more_than: int
    clause_more_than: int
    dependency_below_pct: int
    turnovers_at_least: int


ADVICE = AdvicePolicy(**_READ["advice"])
CENTS_PER_JOB: int = _READ["capacity"]["cents_per_job"]
WARN_DEPENDENCY_PCT: int = _READ["dependency"]["warn_from_pct"]
MOST_MESSAGES: int = _READ["messages"]["most_at_once"]
REMIND_AFTER_DAYS: int = _READ["messages"]["remind_after_days"]
MOST_ROWS: int = _READ["calendar"]["most_rows"]
MOST_BYTES: int = _READ["calendar"]["most_bytes"]
SMALL_WORDS = frozenset(stems(_READ["small_words"]))
REFUSALS: Mapping[str, Text] = MappingProxyType(
    {code: Text(**words) for code, words in _READ["refusals"].items()}
)

MISSING: Mapping[str, Text] = MappingProxyType(
    {
        "kind": Text(
            "sa nature : travaux, fournitures ou services ? Les seuils en dépendent.",
            "its kind: works, supplies or services? Thresholds depend on it.",
        ),
        "cpv": Text(
            "ce qui est acheté (code CPV) : sans lui, aucun fournisseur ne peut être proposé par activité.",
            "what is bought (CPV code): without it no supplier can be proposed by activity.",
        ),
        "amount_cents": Text(
            "son montant estimé hors taxe : la voie légale et la capacité des fournisseurs en dépendent.",
            "its estimated amount without VAT: the legal route and the capacity of suppliers depend on it.",
        ),
        "starts_on": Text(
            "la date de lancement de la consultation : le droit applicable est celui de ce jour.",
            "the day the consultation starts: the law that applies is that of this day.",
        ),
        "duration_months": Text(
            "sa durée : sans elle, le budget annuel est inconnu.",
            "its duration: without it the yearly budget is unknown.",
        ),
    }
)


def missing(values: Mapping[str, Any]) -> list[tuple[str, Text]]:
    """(field, what is asked) for each thing the need does not say. Nothing is ever filled in its place."""
    return [(name, words) for name, words in MISSING.items() if not values.get(name)]


def yearly_cents(amount_cents: int | None, duration_months: int | None) -> int | None:
    """What one year costs: the whole amount when it lasts a year or less; None when either is not said."""
    if amount_cents is None or not duration_months:
        return None
    return amount_cents if duration_months <= 12 else amount_cents * 12 // duration_months


def jobs_of(yearly: int | None) -> int | None:
    """Head-count that a yearly budget keeps busy, at least one."""
    return None if yearly is None else max(1, -(-yearly // CENTS_PER_JOB))


def months_later(day: date, months: int) -> date:
    """The same day so many months later, the last of the month when there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def next_start(starts_on: date | None, recurs_months: int | None) -> date | None:
    """When a recurring need comes back; None when it does not, or when its first day is not said."""
    return months_later(starts_on, recurs_months) if starts_on and recurs_months else None


def cpv_code(typed: str) -> str:
    """The code as kept: two to eight digits, without check digit nor spaces; "" for what is no code.

    "90910000-9" is "90910000", "909" stays "909"."""
    digits = typed.strip().replace(" ", "").partition("-")[0]
    known = families()
    is_code = digits.isascii() and digits.isdigit() and 2 <= len(digits) <= 8
    return digits if is_code and (digits[:2] in known) else ""


def dependency_pct(yearly: int | None, turnover_cents: int | None) -> int | None:
    """Share of a supplier's turnover that the need would make, in percent; None when either is unknown."""
    return None if yearly is None or not turnover_cents else round(100 * yearly / turnover_cents)


def new_token() -> tuple[str, str]:
    """(what goes into a link, what is kept of it)."""
    token = secrets.token_urlsafe(24)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
