"""Which pairs meet, and in which block of slots: an integer programme, solved by HiGHS one aim after the other.

Let x[p, k] say that pair p meets in block k, a block being slots that nobody tells apart (`Room.blocks`). A person
has at most as many meetings in a block as it has slots, a block at most its slots times its tables; each pair meets
once, each person at most their number. Any x within these bounds can be spread over the slots of each block without a
double booking (`colouring`): leaving slots out of the programme loses nothing, and when all are always there it is
one block, hence a network flow. With everyone's hours different, each slot is a block of its own.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from essaim.matching.meetings.problem import Pair
from essaim.matching.meetings.room import Room

RELATIVE_GAP = 1e-6
LEAST_SECONDS = 0.05
FEW_COLUMNS, MOST_COLUMNS = 20_000, 80_000
BEST_PAIRS = 4
"""Beyond so few columns, only each person's best pairs are looked at first, with those a looser problem chose; beyond
so many, nothing else is."""
AIMS = ("met", "held", "preferred", "weight")
SOLVED = 0  # scipy.optimize.milp, `status`

Progress = Callable[[str], None]


class Stopped(Exception):
    """`should_stop` said so before any answer."""


@dataclass
class Clock:
    """Seconds left, and whether someone asked to stop."""

    limit_s: float
    should_stop: Callable[[], bool] = lambda: False
    started: float = field(default_factory=time.monotonic)

    @property
    def spent(self) -> float:
        return time.monotonic() - self.started

    @property
    def left(self) -> float:
        return max(LEAST_SECONDS, self.limit_s - self.spent)

    @property
    def is_over(self) -> bool:
        return self.spent >= self.limit_s or self.should_stop()


@dataclass(frozen=True)
class Answer:
    """The chosen cells, (pair, number of the block). `values` and `bounds`: what each aim reached and could reach."""

    cells: list[tuple[Pair, int]]
    values: list[int]
    bounds: list[int]
    is_proven: bool


class Programme:
    """The constraints of a room as a sparse matrix. `cells` are its columns, in order; then one column a person of
    `needing` who can be met at all: 1 when they are."""

    def __init__(
        self,
        room: Room,
        needing: frozenset[int],
        *,
        is_by_slot: bool = False,
        slots_of: Mapping[Pair, int] | None = None,
    ) -> None:
        """`is_by_slot`: each slot is its own block. `slots_of`: so too, and these pairs have only that slot."""
        one_each = is_by_slot or slots_of is not None
        self.blocks: list[tuple[int, ...]] = (
            [(slot,) for slot in range(len(room.tables))] if one_each else room.blocks()
        )
        self.cells = [
            (pair, number)
            for pair in room.worth
            for number, block in enumerate(self.blocks)
            if (slots_of is None or slots_of.get(pair, block[0]) == block[0])
            and block[0] in room.common(pair)
            and room.tables[block[0]] > 0
        ]
        self.worth = [room.worth[pair] for pair, _ in self.cells]
        self._rows: list[int] = []
        self._columns: list[int] = []
        self._values: list[float] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._bound(room)
        mine: dict[int, list[int]] = {}
        for column, (pair, _) in enumerate(self.cells):
            for person in pair:
                if person in needing:
                    mine.setdefault(person, []).append(column)
        self.met = {person: len(self.cells) + rank for rank, person in enumerate(sorted(mine))}
        for person, column in self.met.items():
            self.row([*mine[person], column], [1.0] * len(mine[person]) + [-1.0], 0, np.inf)

    @property
    def width(self) -> int:
        return len(self.cells) + len(self.met)

    def row(self, columns: Sequence[int], values: Sequence[float], low: float, high: float) -> None:
        self._rows += [len(self._low)] * len(columns)
        self._columns += columns
        self._values += values
        self._low.append(low)
        self._high.append(high)

    def _bound(self, room: Room) -> None:
        groups: dict[tuple[object, ...], tuple[list[int], int]] = {}
        for column, (pair, number) in enumerate(self.cells):
            block = self.blocks[number]
            groups.setdefault(("pair", pair), ([], 1))[0].append(column)
            groups.setdefault(("block", number), ([], len(block) * room.tables[block[0]]))[0].append(column)
            for person in pair:
                groups.setdefault(("most", person), ([], room.most[person]))[0].append(column)
                groups.setdefault(("seat", person, number), ([], len(block)))[0].append(column)
        for columns, most in groups.values():
            if len(columns) > most:
                self.row(columns, [1.0] * len(columns), 0, most)

    def solve(self, aim: Sequence[float], clock: Clock) -> Any:
        """HiGHS's answer to maximising `aim`."""
        shape = (len(self._low), self.width)
        matrix = coo_matrix((self._values, (self._rows, self._columns)), shape=shape).tocsr()
        is_cell = np.arange(self.width) < len(self.cells)
        return milp(
            -np.asarray(aim, dtype=float),
            constraints=LinearConstraint(matrix, self._low, self._high) if shape[0] else None,
            bounds=Bounds(0, 1),
            integrality=is_cell.astype(int),
            options={"time_limit": clock.left, "mip_rel_gap": RELATIVE_GAP},
        )


def choose(
    room: Room,
    needing: frozenset[int],
    clock: Clock,
    *,
    holding: frozenset[tuple[Pair, int]] = frozenset(),
    preferred: frozenset[Pair] = frozenset(),
    progress: Progress = lambda stage: None,
) -> tuple[Answer | None, Programme]:
    """As many of `needing` met as can be; then as many of the `holding` meetings (pair, slot) as can be; then of the
    `preferred` pairs; then the greatest weight. The values and bounds are in that order.

    None for an answer when time ran out first. Cost: well under a second when people are there all day; some seconds
    when 420 people each have hours of their own over 16 slots, or when meetings are held.
    """
    blocks = len(room.tables) if holding else len(room.blocks())
    columns = 0 if blocks <= 1 else blocks * len(room.worth)
    if columns > (MOST_COLUMNS if holding else FEW_COLUMNS):
        answer, programme = _narrowed(room, needing, clock, holding, preferred, progress)
        if columns > MOST_COLUMNS or (answer is not None and answer.is_proven):
            return answer, programme
    programme = Programme(room, needing, is_by_slot=bool(holding))
    return _solved(programme, holding, preferred, clock, progress), programme


def fairer_cells(
    room: Room, needing: frozenset[int], held: Mapping[Pair, int], clock: Clock
) -> list[tuple[Pair, int]] | None:
    """(pair, slot) cells where as many of `needing` as can be are met, giving up as few `held` meetings as can be:
    each held pair stays in its slot or goes, and others of the room may be added anywhere. None when time runs out."""
    programme = Programme(room, needing, slots_of=held)
    answer = _solved(programme, frozenset(held.items()), frozenset(), clock, lambda stage: None)
    return answer.cells if answer is not None and answer.is_proven else None


def _narrowed(
    room: Room,
    needing: frozenset[int],
    clock: Clock,
    holding: frozenset[tuple[Pair, int]],
    preferred: frozenset[Pair],
    progress: Progress,
) -> tuple[Answer | None, Programme]:
    """With many columns: the same without hours says which pairs are worth looking at, and bounds what any schedule
    can reach. Reaching that bound is a proof."""
    progress("narrowing")
    loose = Programme(room.without_hours(), needing)
    dreamt = _solved(loose, frozenset(), preferred, clock, lambda stage: None)
    wanted = {pair for pair, _ in dreamt.cells} if dreamt else set()
    wanted |= preferred | {pair for pair, _ in holding}
    programme = Programme(room.narrowed(wanted, BEST_PAIRS), needing, is_by_slot=bool(holding))
    answer = _solved(programme, holding, preferred, clock, progress)
    if answer is None or len(answer.values) < len(AIMS):
        return answer, programme
    if holding or dreamt is None or len(dreamt.bounds) < len(AIMS):
        bounds = [len(loose.met), len(holding), len(preferred), room.coarse_bound()]
    else:
        bounds = list(dreamt.bounds)
        if answer.values[:-1] != bounds[:-1]:
            bounds[-1] = room.coarse_bound()
    bounds = [max(each) for each in zip(bounds, answer.values, strict=True)]
    return Answer(answer.cells, answer.values, bounds, bounds == answer.values), programme


def _solved(
    programme: Programme,
    holding: frozenset[tuple[Pair, int]],
    preferred: frozenset[Pair],
    clock: Clock,
    progress: Progress,
) -> Answer | None:
    """One aim after the other, each held while the next is sought."""
    if not programme.cells:
        return Answer([], [0] * len(AIMS), [0] * len(AIMS), True)
    values, bounds, chosen, is_proven = [], [], None, True
    for stage, aim in zip(AIMS, _aims(programme, holding, preferred), strict=True):
        if not any(aim):
            values.append(0)
            bounds.append(0)
            continue
        if clock.is_over:
            is_proven = False
            break
        progress(stage)
        said = programme.solve(aim, clock)
        if said.x is None:
            is_proven = False
            break
        chosen = [round(value) for value in said.x]
        reached = sum(int(a) for a, x in zip(aim, chosen, strict=True) if x)
        bound = int(np.floor(-said.mip_dual_bound + RELATIVE_GAP * max(1.0, abs(said.mip_dual_bound))))
        values.append(reached)
        bounds.append(max(reached, bound))
        is_proven = is_proven and said.status == SOLVED
        wanted = [j for j, value in enumerate(aim) if value]
        programme.row(wanted, [aim[j] for j in wanted], reached, np.inf)
    if chosen is None:
        return None
    cells = [cell for cell, x in zip(programme.cells, chosen, strict=False) if x]
    return Answer(cells, values, bounds, is_proven)


def _aims(
    programme: Programme, holding: frozenset[tuple[Pair, int]], preferred: frozenset[Pair]
) -> list[list[float]]:
    """For each of `AIMS`, one number a column."""
    others = [0.0] * len(programme.met)
    cells = programme.cells
    return [
        [0.0] * len(cells) + [1.0] * len(programme.met),
        [float((pair, number) in holding) for pair, number in cells] + others,
        [float(pair in preferred) for pair, _ in cells] + others,
        [float(worth) for worth in programme.worth] + others,
    ]
