"""Who would meet whom, and when they can: what a schedule of business meetings is made from and made of.

Plain values. A person is one seat at a table: a buyer's side or a supplier's. Slots are numbered from 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

STRENGTHS = (1, 2, 3)
"""How much a meeting is wished: 1 interested, 2 important, 3 a priority."""
MUTUAL_BONUS = 2
"""Added when both ask: the faintest mutual wish (1 + 1 + 2) then weighs more than the strongest lonely one (3)."""

Pair = tuple[int, int]
"""(buyer, supplier)"""


@dataclass(frozen=True)
class Person:
    """`free`: the slots they can attend. `most`: how many meetings they accept."""

    key: int
    free: frozenset[int]
    most: int


@dataclass(frozen=True)
class Wish:
    """`by` would like to meet `of`, who is on the other side."""

    by: int
    of: int
    strength: int = 1


@dataclass(frozen=True)
class Problem:
    """`wishes` in the order they were made. Raises ValueError when it contradicts itself."""

    buyers: tuple[Person, ...]
    suppliers: tuple[Person, ...]
    wishes: tuple[Wish, ...]
    slots: int
    tables: int

    def __post_init__(self) -> None:
        people = [*self.buyers, *self.suppliers]
        if len({each.key for each in people}) != len(people):
            raise ValueError("a person is there twice")
        if self.slots < 0 or self.tables < 0 or any(each.most < 0 for each in people):
            raise ValueError("a number is negative")
        if any(slot not in range(self.slots) for each in people for slot in each.free):
            raise ValueError("someone is free at a slot that does not exist")
        sides = {each.key: "buyer" for each in self.buyers} | {
            each.key: "supplier" for each in self.suppliers
        }
        for wish in self.wishes:
            if wish.by not in sides or wish.of not in sides or sides[wish.by] == sides[wish.of]:
                raise ValueError(f"{wish} does not go from one side to the other")
            if wish.strength not in STRENGTHS:
                raise ValueError(f"{wish} has a strength outside {STRENGTHS}")
        if len({(wish.by, wish.of) for wish in self.wishes}) != len(self.wishes):
            raise ValueError("a wish is there twice")

    @cached_property
    def people(self) -> Mapping[int, Person]:
        return {each.key: each for each in (*self.buyers, *self.suppliers)}

    @cached_property
    def weights(self) -> Mapping[Pair, int]:
        """What each wished pair is worth: the strengths added, and the bonus when both ask. In order of keys."""
        buyers = {each.key for each in self.buyers}
        asked: dict[Pair, list[int]] = {}
        for wish in self.wishes:
            pair = (wish.by, wish.of) if wish.by in buyers else (wish.of, wish.by)
            asked.setdefault(pair, []).append(wish.strength)
        return {
            pair: sum(asked[pair]) + (MUTUAL_BONUS if len(asked[pair]) == 2 else 0) for pair in sorted(asked)
        }

    @cached_property
    def asking(self) -> frozenset[int]:
        """Everyone who asked for at least one meeting."""
        return frozenset(wish.by for wish in self.wishes)

    def common(self, pair: Pair) -> frozenset[int]:
        """The slots both can attend."""
        return self.people[pair[0]].free & self.people[pair[1]].free


@dataclass(frozen=True, order=True)
class Meeting:
    """`table` counts from 1."""

    slot: int
    table: int
    buyer: int
    supplier: int

    @property
    def pair(self) -> Pair:
        return (self.buyer, self.supplier)


Proof = Literal["optimal", "bounded", "greedy"]
"""`optimal`: nothing better exists. `bounded`: time ran out, `gap_pct` says how much better it could be at most.
`greedy`: time ran out before any exact answer."""


@dataclass(frozen=True)
class Schedule:
    """A plan and what is known of it. `met` of the people who asked have a meeting, at most `met_bound` could.
    `weight` is what the meetings are worth together, `upper_bound` the most they could be with as many people met."""

    meetings: tuple[Meeting, ...]
    proof: Proof
    met: int
    met_bound: int
    weight: int
    upper_bound: int
    seconds: float

    @property
    def gap_pct(self) -> float:
        """How much is perhaps missing, in percent of the upper bound."""
        if self.upper_bound <= self.weight:
            return 0.0
        return 100 * (self.upper_bound - self.weight) / self.upper_bound


def met_among(asking: Iterable[int], pairs: Iterable[Pair]) -> int:
    seated = {person for pair in pairs for person in pair}
    return len(seated & set(asking))


def granted(problem: Problem, pairs: Iterable[Pair]) -> int:
    """How many wishes (one direction each) these meetings grant."""
    seated = set(pairs)
    return sum((wish.by, wish.of) in seated or (wish.of, wish.by) in seated for wish in problem.wishes)


def faults(problem: Problem, meetings: Iterable[Meeting]) -> list[str]:
    """What is impossible in these meetings: someone or a table twice in a slot, a pair twice, someone absent, too
    many meetings, a pair nobody wished. Empty for a plan that can be held."""
    found: list[str] = []
    seen: set[tuple[object, ...]] = set()
    count: dict[int, int] = {}
    for each in meetings:
        marks: tuple[tuple[object, ...], ...] = (
            ("person", each.slot, each.buyer), ("person", each.slot, each.supplier),
            ("table", each.slot, each.table), ("pair", each.buyer, each.supplier),
        )  # fmt: skip
        found += [f"twice: {mark}" for mark in marks if mark in seen]
        seen.update(marks)
        if each.pair not in problem.weights:
            found.append(f"nobody wished {each.pair}")
        elif each.slot not in problem.common(each.pair):
            found.append(f"{each.pair} cannot both attend slot {each.slot}")
        if not 1 <= each.table <= problem.tables:
            found.append(f"there is no table {each.table}")
        for key in each.pair:
            count[key] = count.get(key, 0) + 1
    people = problem.people
    found += [f"{key} meets {n} times" for key, n in count.items() if key in people and n > people[key].most]
    return found


Reason = Literal["asked_nobody", "no_common_slot", "no_room"]


def why_without(problem: Problem, meetings: Iterable[Meeting]) -> dict[int, Reason]:
    """Everyone without a meeting, and why: nobody asked on either side; never free together with those of a wish (or
    accepting no meeting); or those they could meet, or the tables, were taken by others."""
    seated = {person for each in meetings for person in each.pair}
    partners: dict[int, list[Pair]] = {}
    for pair in problem.weights:
        for key in pair:
            partners.setdefault(key, []).append(pair)
    reasons: dict[int, Reason] = {}
    for key, person in sorted(problem.people.items()):
        if key in seated:
            continue
        if key not in partners:
            reasons[key] = "asked_nobody"
        elif person.most == 0 or not any(problem.common(pair) for pair in partners[key]):
            reasons[key] = "no_common_slot"
        else:
            reasons[key] = "no_room"
    return reasons
