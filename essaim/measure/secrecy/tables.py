"""Secondary secrecy of general tables: crossed, hierarchical, linked by shared cells.

For tables that are not communes in territories (`territories` is faster and proved by hand): activity
by size, activity by legal form... The engine proposes; primary rules and the final attack are ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, csr_matrix, hstack

from essaim.law.text import ExplainedError, Text
from essaim.measure.secrecy import argus
from essaim.measure.secrecy.argus import METHODS, TOTAL
from essaim.measure.secrecy.attack import Brackets, audit
from essaim.measure.secrecy.rules import PUBLISHED, SECONDARY, Status, Thresholds, primary_status

Key = frozenset[tuple[str, str]]


class Unprotected(ExplainedError):
    """The attack still brackets a secret cell: the tables may not be published as they are."""


@dataclass(frozen=True, slots=True)
class Table:
    """One published table. `codes`: one tuple of codes a cell, in the order of `dimensions`, "Total" for
    a margin; cells left out are zeros every reader knows. `hierarchies`: dimension -> {code: parent}."""

    dimensions: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    total: NDArray[np.float64]
    enterprises: NDArray[np.int64]
    largest: NDArray[np.float64]
    hierarchies: Mapping[str, Mapping[str, str]]

    def key(self, codes: tuple[str, ...]) -> Key:
        """A cell's name whatever the table: the same cell has the same key in every linked table."""
        return frozenset(
            (name, code) for name, code in zip(self.dimensions, codes, strict=True) if code != TOTAL
        )


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Status of every cell of each table, the interval a reader can prove of each secret cell, the number
    of runs of the engine, and of secret cells it had left open to deduction, which we closed;
    `proposed`: the statuses as the engine left them."""

    statuses: tuple[Status, ...]
    brackets: Brackets
    runs: int
    repaired: int
    proposed: tuple[Status, ...]


def suppress_table(table: Table, *, on: date, method: str = "best", minutes: int = 5) -> Suppressed:
    """Protect one table; see `suppress_linked`."""
    return suppress_linked([table], on=on, method=method, minutes=minutes)


def suppress_linked(
    tables: Sequence[Table], *, on: date, method: str = "best", minutes: int = 5
) -> Suppressed:
    """Protect tables that share cells: each in turn, carrying what the others hid, until none changes.

    Then attacks all tables at once: a secret cell must be able to lie 10 % under and over its value for
    a reader who knows every relation of every table; where the engine fell short, more is hidden.
    `method`: "optimal", "modular", or "best", which runs both and keeps what hides least ("optimal" is
    not always the better of the two); `minutes`: limit of each run. Raises Unprotected or EngineFailed.
    """
    rules = Thresholds.on(on)
    system = _System.of(tables, on)
    tried = METHODS if method == "best" else (method,)
    found = [_protected(system, tables, rules, one, minutes) for one in tried]
    hidden, engine, runs, repaired = min(found, key=lambda one: float(system.values[one[0]].sum()))
    brackets = _attacked(system, hidden)
    weak = _weak(brackets, rules)
    if weak.size:
        raise Unprotected(
            Text(
                f"{len(weak)} cases secrètes restent déductibles : ne publiez pas ces tables ensemble.",
                f"{len(weak)} secret cells can still be worked out: do not publish these tables together.",
            )
        )
    return Suppressed(system.statuses(hidden), brackets, runs, repaired, system.statuses(engine))


@dataclass(frozen=True, slots=True)
class _System:
    """All tables as one set of cells and relations. `cells`: place of each table's cells in it."""

    values: NDArray[np.float64]
    relations: csr_matrix
    cells: list[NDArray[np.int64]]
    first: list[Status]
    secret: NDArray[np.bool_]

    @classmethod
    def of(cls, tables: Sequence[Table], on: date) -> "_System":
        places: dict[Key, int] = {}
        values: list[float] = []
        cells, first, rows = [], [], []
        for table in tables:
            mine = []
            for codes, total in zip(table.codes, table.total, strict=True):
                key = table.key(codes)
                if key not in places:
                    places[key] = len(values)
                    values.append(float(total))
                elif abs(values[places[key]] - total) > 1e-6 * (1 + abs(total)):
                    raise ValueError(
                        f"linked tables disagree on {sorted(key)}: {values[places[key]]} and {total}"
                    )
                mine.append(places[key])
            cells.append(np.array(mine, np.int64))
            first.append(primary_status(table.enterprises, table.total, table.largest, on=on))
            rows += [[(places[table.key(code)], sign) for code, sign in row] for row in _relations(table)]
        secret = np.zeros(len(values), bool)
        for place, status in zip(cells, first, strict=True):
            secret[place[status != PUBLISHED]] = True
        entries = [(at, place, sign) for at, row in enumerate(rows) for place, sign in row]
        row_of, column, sign = np.array(entries).T if entries else np.empty((3, 0), int)
        matrix = csr_matrix(coo_matrix((sign.astype(float), (row_of, column)), (len(rows), len(values))))
        return cls(np.array(values), matrix, cells, first, secret)

    def statuses(self, hidden: NDArray[np.bool_]) -> tuple[Status, ...]:
        return tuple(
            np.where((first == PUBLISHED) & hidden[cells], SECONDARY, first).astype(np.uint8)
            for first, cells in zip(self.first, self.cells, strict=True)
        )


def _relations(table: Table) -> Iterator[list[tuple[tuple[str, ...], int]]]:
    """Every "children add up to their parent" of a table, over the cells it has."""
    present = set(table.codes)
    seen = [sorted({codes[at] for codes in table.codes}) for at in range(len(table.dimensions))]
    for at, name in enumerate(table.dimensions):
        parents = table.hierarchies.get(name) or {code: TOTAL for code in seen[at] if code != TOTAL}
        children: dict[str, list[str]] = {}
        for code, parent in parents.items():
            children.setdefault(parent, []).append(code)
        others = [codes if other != at else [""] for other, codes in enumerate(seen)]
        for parent, under in children.items():
            for rest in product(*others):

                def cell(code: str, rest: tuple[str, ...] = rest, at: int = at) -> tuple[str, ...]:
                    return (*rest[:at], code, *rest[at + 1 :])

                parts = [(cell(code), 1) for code in under if cell(code) in present]
                if parts and cell(parent) in present:
                    yield [*parts, (cell(parent), -1)]


def _settle(
    system: _System,
    tables: Sequence[Table],
    hidden: NDArray[np.bool_],
    rules: Thresholds,
    method: str,
    minutes: int,
) -> int:
    """Run the engine on each table, then again where another one hid shared cells; the number of runs.

    On its first run a table protects the covers it inherits as if they were secret; later ones only
    keep them hidden. This is the order of work that gives INSEE's published counts on linked tables.
    """
    runs, waiting, seen = 0, list(range(len(tables))), set[int]()
    while waiting:
        number = waiting.pop(0)
        table, mine = tables[number], system.cells[number]
        asking = system.secret[mine] | (hidden[mine] & (number not in seen))
        room = np.where(asking, rules.protection * system.values[mine], 0.0)
        told = map(argus.Cell, table.codes, system.values[mine], table.enterprises, hidden[mine], room)
        more = argus.run(table.dimensions, table.hierarchies, told, method=method, minutes=minutes)
        runs += 1
        seen.add(number)
        new = np.array([codes in more for codes in table.codes]) & ~hidden[mine]
        hidden[mine[new]] = True
        for other, cells in enumerate(system.cells):
            if other != number and other not in waiting and np.isin(cells, mine[new]).any():
                waiting.append(other)
    return runs


def _attacked(system: _System, hidden: NDArray[np.bool_]) -> Brackets:
    """What a reader can prove of the secret cells (covers are not confidential)."""
    return audit(system.relations, system.values, hidden, wanted=system.secret)


def _weak(brackets: Brackets, rules: Thresholds) -> NDArray[np.int64]:
    slack = 1e-6
    return np.flatnonzero(
        (brackets.below < rules.protection - slack) | (brackets.above < rules.protection - slack)
    )


def _protected(
    system: _System, tables: Sequence[Table], rules: Thresholds, method: str, minutes: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], int, int]:
    """What is hidden in the end, what one method of the engine hid, its runs, and the cells it left weak."""
    hidden = system.secret.copy()
    runs = _settle(system, tables, hidden, rules, method, minutes)
    engine = hidden.copy()
    brackets = _attacked(system, hidden)
    weak = _weak(brackets, rules)
    for cell in brackets.cells[weak]:
        for sign in (1, -1):
            _make_room(system, hidden, int(cell), sign * rules.protection * float(system.values[cell]))
    return hidden, engine, runs, len(weak)


def _make_room(system: _System, hidden: NDArray[np.bool_], cell: int, shift: float) -> None:
    """Hide what must move for `cell` to move by `shift`, moving published cells as little as can be.

    The shift then leaves every published cell unchanged, so a reader cannot exclude it.
    """
    size = len(system.values)
    cost = np.where(hidden, 0.0, 1.0)
    bounds = np.column_stack([np.zeros(2 * size), np.concatenate([np.full(size, np.inf), system.values])])
    up, down = (cell, cell + size) if shift > 0 else (cell + size, cell)
    bounds[up], bounds[down] = (abs(shift), abs(shift)), (0, 0)
    answer = linprog(
        np.concatenate([cost, cost]),
        A_eq=hstack([system.relations, -system.relations]),
        b_eq=np.zeros(system.relations.shape[0]),
        bounds=bounds,
        method="highs",
    )
    if answer.status == 0:
        moved = np.abs(answer.x[:size] - answer.x[size:])
        hidden |= moved > 1e-7 * (1 + system.values)
