"""Rates of a scheme: how many contracts, or how much of their value, count for a category; and what if.

A contract whose answer is not known is neither yes nor no: it is counted apart, and never as "none".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from essaim.procurement.rules.schemes import NUMBER, VALUE, is_of_suppliers, measured

RESERVED, CLAUSE = "reserved", "clause"
CHANGES = {RESERVED: ("social", "inclusive"), CLAUSE: ("social",)}
"""What a hypothesis makes of a contract: reserved to SIAE, EA or ESAT it counts for both; with a clause, for one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One contract. `amount_cents` is its current value, None when unknown or not believable; an answer is True,
    False, or None when nobody knows."""

    key: str
    buyer_siren: str
    amount_cents: int | None
    social: bool | None = None
    environmental: bool | None = None
    esus: bool | None = None
    inclusive: bool | None = None

    def answer(self, category: str) -> bool | None:
        found: bool | None = getattr(self, category)
        return found


@dataclass(frozen=True, slots=True)
class Rate:
    """Contracts, or cents, that count (`positive`), whose answer is known (`known`), and all of them (`total`)."""

    positive: int = 0
    known: int = 0
    total: int = 0

    @property
    def unknown(self) -> int:
        return self.total - self.known

    @property
    def pct(self) -> float | None:
        """Of those whose answer is known, 0 to 100; None when none is."""
        return share(self.positive, self.known)

    @property
    def unknown_pct(self) -> float | None:
        return share(self.unknown, self.total)

    @property
    def floor_pct(self) -> float | None:
        """Of all of them, if every unknown one were a no."""
        return share(self.positive, self.total)

    @property
    def ceiling_pct(self) -> float | None:
        """Of all of them, if every unknown one were a yes."""
        return share(self.positive + self.unknown, self.total)

    def plus(self, other: "Rate") -> "Rate":
        return Rate(self.positive + other.positive, self.known + other.known, self.total + other.total)

    def headline_pct(self, category: str) -> float | None:
        """What is compared with a target. For declared considerations, of the contracts that declare; for labels of
        suppliers, of all contracts, since those not in the directory are mostly not of the SSE: a floor."""
        return self.floor_pct if is_of_suppliers(category) else self.pct


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot not yet awarded, as typed in a hypothesis."""

    wording: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Step:
    """The arithmetic of a hypothesis for one category and basis: `before`, what is added, `after`."""

    category: str
    basis: str
    before: Rate
    added: Rate
    after: Rate


def share(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def weight(line: Line, basis: str) -> int:
    """What a contract weighs: one, or its amount; a contract without a believable amount weighs nothing by value."""
    return 1 if basis == NUMBER else (line.amount_cents or 0)


def rate(lines: Iterable[Line], category: str, basis: str) -> Rate:
    positive = known = total = 0
    for line in lines:
        weighs, answer = weight(line, basis), line.answer(category)
        total += weighs
        known += weighs if answer is not None else 0
        positive += weighs if answer else 0
    return Rate(positive, known, total)


def rates(lines: Sequence[Line]) -> dict[str, dict[str, Rate]]:
    """Of every category contracts can be counted for: {category: {"number": Rate, "value": Rate}}."""
    return {
        category: {basis: rate(lines, category, basis) for basis in (NUMBER, VALUE)}
        for category in measured()
    }


def by_buyer(lines: Iterable[Line], sirens: Sequence[str]) -> dict[str, list[Line]]:
    """Lines of each buyer of a scheme, in the order given; a buyer without contract has an empty list."""
    found: dict[str, list[Line]] = {siren: [] for siren in sirens}
    for line in lines:
        if line.buyer_siren in found:
            found[line.buyer_siren].append(line)
    return found


def supposed(line: Line, treatment: str) -> Line:
    """The contract as the hypothesis has it."""
    return replace(line, **dict.fromkeys(CHANGES[treatment], True))


def what_if(lines: Sequence[Line], chosen: Sequence[Line], lots: Sequence[Lot], treatment: str) -> list[Step]:
    """The new rates if `chosen` contracts had been, and the new `lots` were, reserved or given a clause.

    Computed by adding to the present rate, which is the arithmetic the page shows. Cost: one pass over `lines`.
    """
    steps = []
    for category in CHANGES[treatment]:
        for basis in (NUMBER, VALUE):
            before = rate(lines, category, basis)
            turned = Rate(
                sum(weight(line, basis) for line in chosen if not line.answer(category)),
                sum(weight(line, basis) for line in chosen if line.answer(category) is None),
                0,
            )
            new = sum(1 if basis == NUMBER else lot.amount_cents for lot in lots)
            added = turned.plus(Rate(new, new, new))
            steps.append(Step(category, basis, before, added, before.plus(added)))
    return steps
