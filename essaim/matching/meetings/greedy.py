"""The schedule a person would make with a pencil: wishes as they came, each at the first moment both are free."""

from collections.abc import Iterable

from essaim.matching.meetings.problem import Pair, Problem, Wish
from essaim.matching.meetings.room import Room

Cell = tuple[Pair, int]


def first_come(wishes: Iterable[Wish], room: Room) -> list[Cell]:
    """(pair, slot) cells, in the order they were given."""
    free, most, tables = dict(room.free), dict(room.most), list(room.tables)
    done: list[Cell] = []
    pairs = dict.fromkeys(
        pair for wish in wishes for pair in ((wish.by, wish.of), (wish.of, wish.by)) if pair in room.worth
    )
    for pair in pairs:
        buyer, supplier = pair
        if most[buyer] < 1 or most[supplier] < 1:
            continue
        slot = next((each for each in sorted(free[buyer] & free[supplier]) if tables[each] > 0), None)
        if slot is None:
            continue
        done.append((pair, slot))
        tables[slot] -= 1
        for person in pair:
            free[person] -= {slot}
            most[person] -= 1
    return done


def greedy_weight(problem: Problem, cells: Iterable[Cell]) -> int:
    return sum(problem.weights[pair] for pair, _ in cells)
