"""Hours of social clauses, computed exactly: due, shared between members, completed, missing.

Amounts are integer cents, shares and efforts percentages written as decimal text ("12.5"), hours due whole hours
rounded down, hours worked integer minutes. The formulas are those of the facilitators' guides; what binds is the
contract, so each clause keeps the figures it was computed from.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from essaim.law.parameter import parameter
from essaim.law.text import ExplainedError, Text

MINUTES = 60
MOST_HOURS = 100_000_000
MOST_CENTS = 10**15
MOST_RATE_CENTS = 10_000_000
"""Nobody pays more than that for an hour."""


class WrongFigures(ExplainedError):
    """A formula cannot be computed from these figures."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure a formula needs; `kind` is "cents", "percent" or "hours"."""

    name: str
    kind: str
    label: Text
    may_be_zero: bool = False


AMOUNT = Figure("amount_cents", "cents", Text("Montant du marché (HT)", "Amount of the contract (excl. VAT)"))
LABOUR = Figure("labour_share_pct", "percent", Text("Part de main-d'œuvre", "Labour share"))
EFFORT = Figure("effort_pct", "percent", Text("Effort d'insertion", "Insertion effort"))
COST = Figure("hourly_cost_cents", "cents", Text("Coût horaire", "Hourly cost"))
STAFF = Figure("staff_hours", "hours", Text("Heures du personnel sur la durée", "Staff hours over the term"))
KEPT = Figure(
    "transferred_hours", "hours", Text("dont heures du personnel repris", "of which transferred staff"), True
)
RATE = Figure(
    "cents_per_hour", "cents", Text("Montant facturé pour une heure", "Invoiced amount for one hour")
)
STATED = Figure("hours", "hours", Text("Heures fixées par le marché", "Hours set by the contract"))


@dataclass(frozen=True, slots=True)
class Formula:
    """`is_billed`: what is due grows with the invoices, and what is expected with the orders."""

    label: Text
    figures: tuple[Figure, ...]
    is_billed: bool = False


FORMULAS: Mapping[str, Formula] = MappingProxyType({
    "works": Formula(Text("Travaux et services", "Works and services"), (AMOUNT, LABOUR, EFFORT, COST)),
    "cleaning": Formula(Text("Nettoyage, personnel repris", "Cleaning, transferred staff"), (STAFF, KEPT, EFFORT)),
    "intellectual": Formula(Text("Prestations intellectuelles", "Intellectual services"), (RATE,), True),
    "orders": Formula(
        Text("Accord-cadre à bons de commande", "Purchase-order framework"), (LABOUR, EFFORT, COST), True
    ),
    "stated": Formula(Text("Heures fixées par le marché", "Hours set by the contract"), (STATED,)),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Policy:
    invitation_days: int
    identity_kept_months: int
    reminder_wait_days: int
    most_import_rows: int
    most_import_bytes: int
    most_validated_at_once: int
    reminder_from_day: int


POLICY = Policy(**yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")))


def checked_figures(formula: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of `formula`, and no other, as they are kept. Raises WrongFigures, naming the figure."""
    if formula not in FORMULAS:
        known = ", ".join(FORMULAS)
        raise WrongFigures(
            Text(f"La formule « {formula} » n'existe pas. Choisissez parmi : {known}.",
                 f"There is no formula '{formula}'. Choose among: {known}.")
        )  # fmt: skip
    figures = {each.name: _checked(each, given.get(each.name)) for each in FORMULAS[formula].figures}
    if formula == "cleaning" and figures["transferred_hours"] > figures["staff_hours"]:
        raise WrongFigures(
            Text("Les heures du personnel repris dépassent les heures totales. Vérifiez les deux.",
                 "The hours of transferred staff are above the total hours. Check both.")
        )  # fmt: skip
    return figures


def _checked(figure: Figure, value: Any) -> Any:
    if figure.kind == "percent":
        found = _decimal(value)
        if found is not None and 0 < found <= 100:
            return format(found.normalize(), "f")
        ask = Text("un pourcentage de plus de 0 à 100", "a percentage above 0, up to 100")
    else:
        least = 0 if figure.may_be_zero else 1
        most = MOST_CENTS if figure.kind == "cents" else MOST_HOURS
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        ask = Text("un nombre positif", "a positive number")
    raise WrongFigures(
        Text(f"« {figure.label.fr} » manque ou n'est pas valable. Donnez {ask.fr}.",
             f"'{figure.label.en}' is missing or not valid. Give {ask.en}.")
    )  # fmt: skip


def _decimal(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def exact_hours(formula: str, figures: Mapping[str, Any], billed_cents: int = 0) -> Fraction:
    """The hours before rounding; `billed_cents` is what was invoiced (or ordered), for the formulas that follow it."""
    kept = checked_figures(formula, figures)
    if formula == "stated":
        return Fraction(kept["hours"])
    if formula == "cleaning":
        return Fraction(kept["staff_hours"] - kept["transferred_hours"]) * _part(kept["effort_pct"])
    if formula == "intellectual":
        return Fraction(billed_cents, kept["cents_per_hour"])
    amount = billed_cents if formula == "orders" else kept["amount_cents"]
    labour = amount * _part(kept["labour_share_pct"]) * _part(kept["effort_pct"])
    return labour / kept["hourly_cost_cents"]


def hours_due(formula: str, figures: Mapping[str, Any], billed_cents: int = 0) -> int:
    """Whole hours, rounded down: 1,000,000 x 50 % x 5 % / 30 = 833. Raises WrongFigures beyond all reason."""
    hours = int(exact_hours(formula, figures, billed_cents))
    if hours > MOST_HOURS:
        raise WrongFigures(
            Text("Ces chiffres donnent plus de cent millions d'heures. Vérifiez le montant et le coût horaire.",
                 "These figures make more than a hundred million hours. Check the amount and the hourly cost.")
        )  # fmt: skip
    return hours


def _part(percentage: str) -> Fraction:
    return Fraction(percentage) / 100


def split_hours(hours: int, weights: Sequence[int]) -> list[int]:
    """`hours` between members in proportion to `weights` (>= 0), by largest remainder: the parts add up to `hours`.

    Equal remainders go to the first member. All weights zero: equal parts.
    """
    if not weights:
        return []
    total = sum(weights)
    if total == 0:
        return split_hours(hours, [1] * len(weights))
    parts = [hours * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(hours * weights[i] % total), i))
    for index in by_remainder[: hours - sum(parts)]:
        parts[index] += 1
    return parts


def missing_minutes(due_hours: int, validated_minutes: int) -> int:
    """The base of penalties: what is due and not validated, never below zero."""
    return max(0, due_hours * MINUTES - validated_minutes)


def completion_pct(due_hours: int, validated_minutes: int) -> Fraction | None:
    """Validated over due, in percent; None when nothing is due."""
    return Fraction(validated_minutes * 100, due_hours * MINUTES) if due_hours else None


def penalty_cents(missing: int, cents_per_hour: int | None) -> int | None:
    """What the missing minutes cost at the contract's price, rounded to the cent; None when it states none."""
    if cents_per_hour is None:
        return None
    exact = Decimal(missing * cents_per_hour) / MINUTES
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def fte_hours(on: date) -> int:
    """Hours of one year of full-time work."""
    return int(parameter("insertion.fte_hours", on).value)


def full_time_equivalents(minutes: int, on: date) -> Fraction:
    """Years of full-time work."""
    return Fraction(minutes, MINUTES * fte_hours(on))


DURATION = re.compile(r"(?:(\d{1,4})\s*[h:]\s*(\d{1,2})?|(\d{1,4})(?:[.,](\d{1,4}))?)\s*h?", re.IGNORECASE)


def minutes_of(words: str) -> int | None:
    """ "151,67", "151h40", "151:40", "151 h" -> whole minutes, to the nearest; None when it is not a duration."""
    found = DURATION.fullmatch(words.strip())
    if found is None:
        return None
    clock_hours, clock_minutes, hours, decimals = found.groups()
    if clock_hours is not None:
        minutes = int(clock_minutes or 0)
        return int(clock_hours) * MINUTES + minutes if minutes < MINUTES else None
    exact = Decimal(f"{hours}.{decimals or 0}") * MINUTES
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def show_minutes(minutes: int) -> str:
    """9100 -> "151 h 40"."""
    sign, minutes = ("\u2212" if minutes < 0 else ""), abs(minutes)
    hours, left = divmod(minutes, MINUTES)
    return f"{sign}{hours:,}".replace(",", "\u202f") + " h" + (f" {left:02}" if left else "")
