"""What is still open: slots, seats and tables, before a plan or beside the meetings that stay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
