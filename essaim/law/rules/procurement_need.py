"""A need of a public buyer, the answer for one route, and three-valued reasoning over what was not said.

Amounts are cents excluding VAT. None means "not said": an answer that depends on it is None too, never a guess.
"""

import re
from dataclasses import dataclass
from datetime import date

from essaim.law.finding import Finding
from essaim.law.parameter import NotInForce, Value, parameter, parameters
from essaim.law.text import ExplainedError, Text

KINDS = ("works", "supplies", "services")
BUYERS = ("local", "central", "utilities")
"""Contracting authority other than central, the State, contracting entity (networks)."""
STATUSES = ("sse", "esus", "siae", "ea", "esat", "prison", "young_innovative")
"""What a supplier may be: SSE enterprise, ESUS approval, work-integration structure, adapted company, ESAT, employer of
prisoners, young innovative firm."""


class BadNeed(ExplainedError):
    """A need the law cannot be asked about: what is missing or contradicts itself, and what to do."""


class UnknownLaw(NotInForce):
    """The date is outside the law we hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What is bought. `amount_cents`: the whole need, or the lot when `is_lot`.

    `is_lot`: True for a lot of a divided operation, False when the amount is the whole need, None when not said.
    `operation_cents`: all lots together; `small_lots_cents`: the lots taken out under the 20 % rule, this one included.
    `cpv`: main code, eight digits. `relies_on`: statuses of the supplier in mind (STATUSES), when the question is
    whether one of them opens a reservation. `buyer`: one of BUYERS.
    """

    amount_cents: int
    kind: str
    cpv: str | None = None
    is_lot: bool | None = False
    operation_cents: int | None = None
    small_lots_cents: int | None = None
    innovative: bool | None = None
    buyer: str = "local"
    relies_on: tuple[str, ...] = ()

    @property
    def whole_cents(self) -> int | None:
        """Value of the whole operation; None when not said."""
        return self.amount_cents if self.is_lot is False else self.operation_cents

    @property
    def family(self) -> str:
        """How ceilings are told apart: works, or supplies and services."""
        return "works" if self.kind == "works" else "supplies_services"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Finding):
    """Whether the law opens one route for the need. `open`: True, False, or None when the answer needs what was not
    said. `compulsory`: of the formalised route alone, True when no other ordinary route is open, None when that cannot
    be told."""

    route: str
    label: Text
    open: bool | None
    compulsory: bool | None = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A route before it is made a finding: the answer, its reasons, the values of law it rests on."""

    open: bool | None
    reasons: tuple[Text, ...]
    values: tuple[Value | None, ...]


def cpv_code(text: str) -> str:
    """Eight digits from "85311300" or "85311300-4"; raises BadNeed."""
    found = re.fullmatch(r"(\d{8})(?:-\d)?", text.strip().replace(" ", ""))
    if found is None:
        raise BadNeed(
            Text(
                f"« {text} » n'est pas un code CPV : il faut huit chiffres, par exemple 85311300. "
                "Cherchez-le par son libellé, ou laissez le champ vide.",
                f"'{text}' is not a CPV code: eight digits are needed, for example 85311300. "
                "Look for it by its label, or leave it empty.",
            )
        )
    return found[1]


def check(need: Need) -> None:
    """Raises BadNeed when the need contradicts itself."""
    if need.cpv is not None:
        cpv_code(need.cpv)
    for word, known in (
        (need.kind, KINDS),
        (need.buyer, BUYERS),
        *((each, STATUSES) for each in need.relies_on),
    ):
        if word not in known:
            raise BadNeed(
                Text(
                    f"« {word} » n'est pas connu. Choisissez parmi : {', '.join(known)}.",
                    f"'{word}' is not known. Choose one of: {', '.join(known)}.",
                )
            )
    if need.amount_cents <= 0:
        raise BadNeed(
            Text(
                "Le montant doit être supérieur à zéro. Indiquez une estimation, en euros hors taxes.",
                "The amount must be above zero. Give an estimate, in euros excluding VAT.",
            )
        )
    whole, small = need.operation_cents, need.small_lots_cents
    if need.is_lot is False and (whole is not None or small is not None):
        raise BadNeed(
            Text(
                "Le montant est celui du besoin entier, et des lots sont décrits. Dites si le montant est celui "
                "d'un lot, ou retirez les totaux.",
                "The amount is that of the whole need, and lots are described. Say that the amount is that of one "
                "lot, or remove the totals.",
            )
        )
    upward = [each for each in (need.amount_cents, small, whole) if each is not None]
    if upward != sorted(upward):
        raise BadNeed(
            Text(
                "Les montants se contredisent : le lot est compris dans les petits lots, et ceux-ci dans l'opération. "
                "Vérifiez les trois sommes.",
                "The amounts contradict each other: the lot is part of the small lots, and these of the operation. "
                "Check the three sums.",
            )
        )


def in_law(id: str, on: date) -> Value:
    """The value of `procurement.<id>` on a day; raises NotInForce."""
    return parameter(f"procurement.{id}", on)


def held(id: str, on: date) -> Value | None:
    """The same, None when there was none that day or it was not entered."""
    try:
        return in_law(id, on)
    except NotInForce:
        return None


def first_value(id: str) -> Value:
    """The first value of a parameter: what is cited to say that it did not exist yet."""
    return parameters()[f"procurement.{id}"].values[0]


def cents(value: Value) -> int:
    """A sum of law, in euros, as cents."""
    whole: int = round(value.value * 100)
    return whole


def both(*answers: bool | None) -> bool | None:
    """And, where None is "not known": False wins, then None."""
    return False if False in answers else None if None in answers else True


def either(*answers: bool | None) -> bool | None:
    """Or, where None is "not known": True wins, then None."""
    return True if True in answers else None if None in answers else False


def whole_below(need: Need, ceiling: Value) -> bool | None:
    """Whether the whole operation is strictly below a sum. A lot that reaches it settles the question."""
    if need.whole_cents is not None:
        return need.whole_cents < cents(ceiling)
    return False if need.amount_cents >= cents(ceiling) else None


def lot_below(need: Need, ceiling: Value | None) -> bool | None:
    """Whether this is a lot strictly below a sum; never when no sum was set for lots that day."""
    if ceiling is None or need.is_lot is False or need.amount_cents >= cents(ceiling):
        return False
    return need.is_lot


def share_fits(need: Need, most: Value) -> bool | None:
    """Whether the small lots together stay within their share of all lots."""
    whole = need.operation_cents
    small = need.small_lots_cents
    if whole is None:
        return None
    if small is not None:
        return bool(small * 100 <= most.value * whole)
    # The lot itself is one of the small lots: alone above the share, they all are.
    return False if need.amount_cents * 100 > most.value * whole else None
