"""The article 35 control of one purchase: each duty, what was answered, and what is missing.

What the law asks comes from `law.rules.procurement_duties`; this file sets answers beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from essaim.law.parameter import NotInForce, parameters
from essaim.law.rules.procurement_duties import CLIMATE, WAIVERS, Duty, Waiver, climate_duties, sole_price
from essaim.law.rules.procurement_need import Need
from essaim.law.text import Text

SATISFIED, WAIVED = "satisfied", "waived"
WAIVABLE = ("social_condition",)
"""The only duty the law lets a buyer do without, for its four reasons."""

STATES: Mapping[str, Text] = {
    "not_due": Text("ne s'impose pas", "not compulsory"),
    SATISFIED: Text("respectée", "met"),
    WAIVED: Text("dérogation motivée", "waived with reasons"),
    "missing": Text("à répondre", "to be answered"),
    "unknown": Text("valeur à préciser", "value to be given"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Controlled:
    """What the law needs to know of a purchase. `amount_cents`: of the whole operation, None when not given."""

    kind: str
    consulted_on: date
    amount_cents: int | None = None
    duration_months: int | None = None
    is_renewable: bool = False
    is_defence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How a duty was met. `waiver`: of WAIVERS, when waived."""

    outcome: str
    text: str
    waiver: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """One duty, its state (of STATES) and the answer that was recorded, even when it is not compulsory."""

    duty: Duty
    state: str
    answer: Answered | None

    @property
    def is_missing(self) -> bool:
        return self.state in ("missing", "unknown")

    @property
    def may_waive(self) -> bool:
        return self.duty.code in WAIVABLE


def starts_on() -> date:
    """The first day article 35 binds anyone but renewable energy."""
    first = [parameters()[f"procurement.climate.{code}"].values[0].since for code in CLIMATE]
    return min(*first, parameters()["procurement.climate.sole_price"].values[-1].since)


def waiver_labels() -> dict[str, Text]:
    texts: Sequence[Text] = parameters()["procurement.climate.social_waivers"].values[0].value
    return dict(zip(WAIVERS, texts, strict=True))


def duties_of(purchase: Controlled, waivers: Sequence[Waiver] = ()) -> tuple[Duty, ...]:
    """Raises NotInForce when the thresholds of that day are not held. Defence is outside: no duty."""
    if purchase.is_defence:
        return ()
    need = Need(
        amount_cents=purchase.amount_cents or 1,
        kind=purchase.kind,
        is_lot=False if purchase.amount_cents else None,
    )
    on = purchase.consulted_on
    return (*climate_duties(need, on, waivers, renewable=purchase.is_renewable), sole_price(on))


def standings(purchase: Controlled, answers: Mapping[str, Answered]) -> list[Standing]:
    """Each duty in the order of the law. Raises NotInForce."""
    found = []
    waived = waivers_of(purchase, answers)
    for before, after in zip(duties_of(purchase), duties_of(purchase, waived), strict=True):
        answer = answers.get(before.code)
        found.append(Standing(after, state_of(before, after, answer), answer))
    return found


def waivers_of(purchase: Controlled, answers: Mapping[str, Answered]) -> list[Waiver]:
    return [
        Waiver(code=each.waiver, why=each.text, months=purchase.duration_months)
        for duty, each in answers.items()
        if duty in WAIVABLE and each.outcome == WAIVED
    ]


def state_of(before: Duty, after: Duty, answer: Answered | None) -> str:
    """`before`: the duty alone; `after`: with the waivers recorded, which the law may not accept."""
    if before.due is False:
        return "not_due"
    if answer is not None and answer.outcome == SATISFIED:
        return SATISFIED
    if before.due and after.due is False:
        return WAIVED
    return "unknown" if before.due is None else "missing"


def refusal(purchase: Controlled, duty: str, answer: Answered) -> Text | None:
    """Why the law does not accept this answer; None when it does."""
    if answer.outcome != WAIVED:
        return None
    if duty not in WAIVABLE:
        return Text(
            "La loi n'admet aucune dérogation à cette obligation. Dites comment elle est respectée.",
            "The law admits no waiver of this duty. Say how it is met.",
        )
    try:
        alone, after = (
            next(each for each in duties_of(purchase, some) if each.code == duty)
            for some in ((), waivers_of(purchase, {duty: answer}))
        )
    except NotInForce as unknown:
        return unknown.text
    if alone.due is False:
        return Text(
            "Cette obligation ne s'impose pas à cet achat : il n'y a rien à motiver.",
            "This duty does not bind this purchase: there is nothing to justify.",
        )
    return None if after.due is False else after.reasons[-1]
