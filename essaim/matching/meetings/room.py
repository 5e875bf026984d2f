"""What is still open: slots, seats and tables, before a plan or beside the meetings that stay."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace

from essaim.matching.meetings.problem import Meeting, Pair, Problem


@dataclass(frozen=True)
class Room:
    """`worth`: the pairs that may be seated, with their weights. `free` and `most` per person; `tables` per slot."""

    worth: Mapping[Pair, int]
    free: Mapping[int, frozenset[int]]
    most: Mapping[int, int]
    tables: tuple[int, ...]

    def common(self, pair: Pair) -> frozenset[int]:
        return self.free[pair[0]] & self.free[pair[1]]

    def blocks(self) -> list[tuple[int, ...]]:
        """Slots in lists that nobody tells apart: the same people are free, the same number of tables is. What is
        chosen for a whole block can always be spread over its slots (`colouring`)."""
        people = sorted({person for pair in self.worth for person in pair})
        alike: dict[tuple[object, ...], list[int]] = {}
        for slot, tables in enumerate(self.tables):
            signature = (tables, *(slot in self.free[person] for person in people))
            alike.setdefault(signature, []).append(slot)
        return [tuple(each) for each in alike.values()]

    def without_hours(self) -> "Room":
        """A looser room: everyone there all day, as many meetings as they have hours, the tables shared out evenly.
        Whatever fits in this room fits in that one."""
        slots = range(len(self.tables))
        return Room(
            worth={pair: worth for pair, worth in self.worth.items() if self.common(pair)},
            free=dict.fromkeys(self.free, frozenset(slots)),
            most={person: min(most, len(self.free[person])) for person, most in self.most.items()},
            tables=(-(-sum(self.tables) // max(1, len(self.tables))),) * len(self.tables),
        )

    def narrowed(self, wanted: Set[Pair], best: int) -> "Room":
        """Only the `wanted` pairs and each person's `best` ones; of equal ones, spread over the people."""
        of: dict[int, list[Pair]] = {}
        for pair in self.worth:
            if self.common(pair):
                for person in pair:
                    of.setdefault(person, []).append(pair)
        kept = set(wanted)
        for pairs in of.values():
            kept.update(sorted(pairs, key=lambda pair: (-self.worth[pair], _spread(pair)))[:best])
        return replace(self, worth={pair: worth for pair, worth in self.worth.items() if pair in kept})

    def coarse_bound(self) -> int:
        """No schedule weighs more: each side alone, each person with their best pairs, in all the tables there are."""
        bounds = []
        for side in (0, 1):
            of: dict[int, list[int]] = {}
            for pair, worth in self.worth.items():
                of.setdefault(pair[side], []).append(worth)
            best = [
                w for key, all_ in of.items() for w in sorted(all_, reverse=True)[: max(0, self.most[key])]
            ]
            bounds.append(sum(sorted(best, reverse=True)[: sum(self.tables)]))
        return min(bounds)


def _spread(pair: Pair) -> int:
    """An order without pattern, the same each time."""
    return (pair[0] * 7919 + pair[1] * 104_729) % 65_521


def whole_room(problem: Problem) -> Room:
    return Room(
        worth=problem.weights,
        free={key: person.free for key, person in problem.people.items()},
        most={key: person.most for key, person in problem.people.items()},
        tables=(problem.tables,) * problem.slots,
    )


def room_beside(problem: Problem, kept: Iterable[Meeting]) -> Room:
    """What the kept meetings leave open."""
    whole = whole_room(problem)
    worth, free, most = dict(whole.worth), dict(whole.free), dict(whole.most)
    tables = list(whole.tables)
    for each in kept:
        worth.pop(each.pair, None)
        tables[each.slot] -= 1
        for person in each.pair:
            free[person] -= {each.slot}
            most[person] -= 1
    return Room(worth, free, most, tuple(tables))
