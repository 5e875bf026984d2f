"""Must this buyer adopt a SPASER? The answer of `law.rules.procurement_duties`, with its arithmetic."""

from dataclasses import dataclass
from datetime import date

from essaim.law.parameter import NotInForce, Value
from essaim.law.rules.procurement import known_gaps
from essaim.law.rules.procurement_duties import Duty, spaser_duty
from essaim.law.rules.procurement_need import cents, in_law
from essaim.law.rules.procurement_words import euros
from essaim.law.text import Text

VERDICTS = {
    True: Text("Oui, le SPASER est obligatoire", "Yes, the scheme is compulsory"),
    False: Text("Non, le SPASER n'est pas obligatoire", "No, the scheme is not compulsory"),
    None: Text("Il manque les achats de l'année", "The purchases of the year are missing"),
}


@dataclass(frozen=True, slots=True)
class Spent:
    """Purchases of a year, in cents without VAT. From contracts when `year` is given: how many, and how many of them
    have no amount one can believe, which weigh nothing; `vintage`: the last day of publication."""

    cents: int
    year: int | None = None
    contracts: int = 0
    without_amount: int = 0
    vintage: date | None = None


@dataclass(frozen=True, slots=True)
class DutyAnswer:
    """`sum`: the comparison that the reader can redo. `problem`: why the law of that day does not answer."""

    on: date
    duty: Duty | None
    spent: Spent | None
    sum: Text | None = None
    gaps: tuple[Value, ...] = ()
    problem: Text | None = None

    @property
    def verdict(self) -> Text | None:
        return VERDICTS[self.duty.due] if self.duty else None


def duty_answer(spent: Spent | None, on: date, buyer: str) -> DutyAnswer:
    """`buyer`: one of SPASER_BUYERS."""
    try:
        duty = spaser_duty(spent.cents if spent else None, on, buyer)
        limit = cents(in_law("spaser.threshold", on))
    except NotInForce as unknown:
        return DutyAnswer(on, None, spent, problem=unknown.text)
    return DutyAnswer(on, duty, spent, compared(spent.cents, limit) if spent else None, known_gaps(on))


def compared(spent: int, limit: int) -> Text:
    """Purchases, the threshold, and what separates them."""
    gap = abs(spent - limit)
    sides = (
        Text("au-dessus du seuil", "above the threshold")
        if spent > limit
        else Text("sous le seuil, ou juste à lui", "under the threshold, or exactly at it")
    )
    parts = [euros(each) for each in (max(spent, limit), min(spent, limit), gap)]
    whole = Text(" − ".join(each.fr for each in parts[:2]), " − ".join(each.en for each in parts[:2]))
    return Text(
        f"Achats de l'année : {euros(spent).fr}. Seuil : {euros(limit).fr}. {whole.fr} = {parts[2].fr} {sides.fr}.",
        f"Purchases of the year: {euros(spent).en}. Threshold: {euros(limit).en}. "
        f"{whole.en} = {parts[2].en} {sides.en}.",
    )
