"""May an enterprise be approved as a "solidarity enterprise of social utility" (ESUS)? Labour code, L3332-17-1.

A self-check, not a decision: the prefect decides. Each condition is met, not met, to be verified (the person does not
know, or did not say), or not needed (structures approved by right are spared three of them). Two routes lead to the
approval; the better one is the answer. An amount is in cents; percentages are percentages (66, not 0.66).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from essaim.law.finding import Citation, Finding
from essaim.law.parameter import parameter
from essaim.law.rules.esus_words import LABELS, NEXT, REASONS
from essaim.law.text import ExplainedError, Text

STATES = ("not_met", "to_verify", "met")
"""Worst first. A condition may also be "not_needed"."""

# Conditions of each route, in the order of the law. The by-right route keeps these four only.
BY_RIGHT = ("sse", "pay_top_five", "pay_highest", "unlisted")
FULL = ("sse", "aim", "cost", "pay_top_five", "pay_highest", "unlisted", "statutes")

# The parameters each condition rests on; the first gives its figure when it has one.
PARAMETERS = {
    "sse": ("esus.conditions",),
    "aim": ("esus.social_utility_aims", "esus.conditions"),
    "cost": ("esus.cost_share", "esus.return_margin", "esus.reference_years"),
    "pay_top_five": ("esus.pay_cap_top_five", "esus.top_paid_people"),
    "pay_highest": ("esus.pay_cap_highest",),
    "unlisted": ("esus.conditions",),
    "statutes": ("esus.conditions",),
}


class InconsistentAnswers(ExplainedError):
    """Amounts that cannot all be true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EsusAnswers:
    """What the person says; None is "I do not know".

    `minimum_pay_cents`: the annual minimum wage for full time, or the branch minimum if higher. The pays are annual,
    bonuses included. Costs and return are those of the last closed years together: `social_cost_cents` of
    `total_cost_cents`; dividends and cost of non-bank finance, over equity and that finance; `bond_rate_pct`, the
    reference bond rate.
    """

    sse_member: bool | None = None
    by_right: bool | None = None
    aim: bool | None = None
    statutes: bool | None = None
    unlisted: bool | None = None
    minimum_pay_cents: int | None = None
    top_five_mean_cents: int | None = None
    highest_pay_cents: int | None = None
    social_cost_cents: int | None = None
    total_cost_cents: int | None = None
    finance_paid_cents: int | None = None
    finance_base_cents: int | None = None
    bond_rate_pct: Decimal | None = None
    is_young: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EsusCondition(Finding):
    """One condition. `next_step` says what to do when it is not met or to be verified; None otherwise."""

    code: str
    label: Text
    state: str
    next_step: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EsusFinding(Finding):
    """`state`: of the better route; `route`: "by_right" or "full", the one to take or to complete; `years`: length of
    the approval, shorter first when the age of the enterprise is not known."""

    state: str
    route: str
    conditions: tuple[EsusCondition, ...]
    years: tuple[int, ...]


def esus_check(answers: EsusAnswers, on: date) -> EsusFinding:
    """A finding for each condition and for the whole, on the law of a day. Raises InconsistentAnswers, and NotInForce
    before the version of the law that was read."""
    check_answers(answers)
    states = {
        "sse": _state(answers.sse_member),
        "aim": _state(answers.aim),
        "cost": _cost(answers, on),
        "pay_top_five": _pay(
            answers.top_five_mean_cents, answers.minimum_pay_cents, "esus.pay_cap_top_five", on
        ),
        "pay_highest": _pay(answers.highest_pay_cents, answers.minimum_pay_cents, "esus.pay_cap_highest", on),
        "unlisted": _state(answers.unlisted),
        "statutes": _state(answers.statutes),
    }
    by_right = _worst(_state(answers.by_right), *(states[code] for code in BY_RIGHT))
    full = _worst(*(states[code] for code in FULL))
    # By right asks for a part of the same conditions: whoever may take that route has no use for the other.
    route = "by_right" if answers.by_right else "full"
    state = max(by_right, full, key=STATES.index)
    needed = BY_RIGHT if route == "by_right" else FULL
    conditions = tuple(
        _condition(code, states[code] if code in needed else "not_needed", answers, on) for code in FULL
    )
    return EsusFinding(
        allowed=state == "met",
        reasons=(REASONS["whole"][state],),
        citations=tuple(_citation(id, on) for id in ("esus.conditions", "esus.by_right")),
        state=state,
        route=route,
        conditions=conditions,
        years=_years(answers.is_young, on),
    )


def _condition(code: str, state: str, answers: EsusAnswers, on: date) -> EsusCondition:
    return EsusCondition(
        allowed=state in ("met", "not_needed"),
        reasons=(_reason(code, state, answers, on),),
        citations=tuple(
            _citation(id, on) for id in (PARAMETERS[code] if state != "not_needed" else ("esus.by_right",))
        ),
        code=code,
        label=LABELS[code],
        state=state,
        next_step=NEXT[code] if state in ("not_met", "to_verify") else None,
    )


def _reason(code: str, state: str, answers: EsusAnswers, on: date) -> Text:
    said = REASONS["not_needed" if state == "not_needed" else code]
    if state == "not_needed":
        return said["not_needed"]
    amounts: dict[str, object] = {}
    if code in ("pay_top_five", "pay_highest"):
        pay = answers.top_five_mean_cents if code == "pay_top_five" else answers.highest_pay_cents
        amounts["cap"] = parameter(PARAMETERS[code][0], on).value
        if pay is not None and answers.minimum_pay_cents:
            amounts["times"] = Times(pay, answers.minimum_pay_cents)
    if code == "cost":
        amounts["share"] = parameter("esus.cost_share", on).value
        amounts["margin"] = parameter("esus.return_margin", on).value
    return Text(said[state].fr.format(**amounts), said[state].en.format(**_english(amounts)))


@dataclass(frozen=True, slots=True)
class Times:
    """How many times one amount is in another, to one decimal, never rounded to the good side of a cap."""

    amount: int
    unit: int

    def __str__(self) -> str:
        tenths = -(-self.amount * 10 // self.unit)
        return f"{tenths // 10},{tenths % 10}" if tenths % 10 else str(tenths // 10)


def _english(amounts: dict[str, object]) -> dict[str, object]:
    return {
        name: str(each).replace(",", ".") if isinstance(each, Times) else each
        for name, each in amounts.items()
    }


def _state(answer: bool | None) -> str:
    return "to_verify" if answer is None else "met" if answer else "not_met"


def _worst(*states: str) -> str:
    return min(states, key=STATES.index)


def _pay(pay: int | None, minimum: int | None, cap: str, on: date) -> str:
    if pay is None or minimum is None:
        return "to_verify"
    return "met" if pay <= parameter(cap, on).value * minimum else "not_met"


def _cost(answers: EsusAnswers, on: date) -> str:
    """One of the two criteria is enough; it takes both to fail."""
    share = margin = None
    if answers.social_cost_cents is not None and answers.total_cost_cents:
        least = parameter("esus.cost_share", on).value
        share = answers.social_cost_cents * 100 >= least * answers.total_cost_cents
    known = answers.finance_paid_cents, answers.finance_base_cents, answers.bond_rate_pct
    if known[0] is not None and known[1] and known[2] is not None:
        most = known[2] + parameter("esus.return_margin", on).value
        margin = known[0] * 100 < most * known[1]
    if share or margin:
        return "met"
    return "not_met" if share is False and margin is False else "to_verify"


def _years(is_young: bool | None, on: date) -> tuple[int, ...]:
    short = parameter("esus.approval_years_young", on).value
    long = parameter("esus.approval_years", on).value
    return (short, long) if is_young is None else (short,) if is_young else (long,)


def _citation(id: str, on: date) -> Citation:
    return parameter(id, on).citation


def check_answers(answers: EsusAnswers) -> None:
    """Raises InconsistentAnswers for amounts that are negative or contradict each other."""
    amounts = (
        answers.top_five_mean_cents,
        answers.highest_pay_cents,
        answers.social_cost_cents,
        answers.total_cost_cents,
        answers.finance_paid_cents,
        answers.finance_base_cents,
    )
    minimum = answers.minimum_pay_cents
    if any(each is not None and each < 0 for each in amounts) or (minimum is not None and minimum <= 0):
        raise InconsistentAnswers(
            Text(
                "Un montant est négatif, ou le SMIC est nul. Corrigez-le.",
                "An amount is negative, or the minimum wage is zero. Correct it.",
            )
        )
    mean, highest = answers.top_five_mean_cents, answers.highest_pay_cents
    if mean is not None and highest is not None and mean > highest:
        raise InconsistentAnswers(
            Text(
                "La moyenne des cinq plus hautes rémunérations dépasse la plus haute. Vérifiez les deux montants.",
                "The mean of the five highest pays is above the highest one. Check both amounts.",
            )
        )
    part, whole = answers.social_cost_cents, answers.total_cost_cents
    if part is not None and whole is not None and part > whole:
        raise InconsistentAnswers(
            Text(
                "Les charges d'utilité sociale dépassent le total des charges. Vérifiez les deux montants.",
                "The costs of social utility are above the total costs. Check both amounts.",
            )
        )
