"""What an import does to each organisation, counted, with the first cases of each kind."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from essaim.organisations.rules.statements import Disagreement

MOST_SHOWN = 100
KINDS = ("created", "updated", "closed")


class Outcome(NamedTuple):
    """`organisation`: its id, None before it is created. `changes`: (column, before, after) as text."""

    organisation: int | None
    name: str
    siren: str
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass
class Tally:
    """`kept`: values that people entered and that the source would have changed."""

    counts: Counter[str] = field(default_factory=Counter)
    shown: dict[str, list[Outcome]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    confirmed: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    kept: int = 0
    disagreeing: int = 0
    pairs: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    disagreements: list[Disagreement] = field(default_factory=list)

    def note(self, kind: str, outcome: Outcome) -> None:
        self.counts[kind] += 1
        if len(self.shown[kind]) < MOST_SHOWN:
            self.shown[kind].append(outcome)

    def note_disagreements(self, found: Iterable[Disagreement]) -> None:
        keys = set()
        for each in found:
            keys.add(each.key)
            self.pairs[each.field, each.low, each.high] += 1
            if len(self.disagreements) < MOST_SHOWN:
                self.disagreements.append(each)
        self.disagreeing += len(keys)

    def add(self, other: "Tally") -> None:
        self.counts += other.counts
        for kind, outcomes in other.shown.items():
            self.shown[kind] += outcomes[: MOST_SHOWN - len(self.shown[kind])]
        self.confirmed |= other.confirmed
        self.touched |= other.touched
        self.kept += other.kept
        self.disagreeing += other.disagreeing
        self.pairs += other.pairs
        self.disagreements += other.disagreements[: MOST_SHOWN - len(self.disagreements)]


def as_text(value: Any) -> str:
    return "" if value is None else str(value)
