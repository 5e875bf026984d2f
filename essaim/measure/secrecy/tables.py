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
from scipy.sparse import coo_matrix, csr_matrix

from essaim.law.text import ExplainedError, Text
from essaim.measure.secrecy import argus
from essaim.measure.secrecy.argus import TOTAL
from essaim.measure.secrecy.attack import Brackets, audit
from essaim.measure.secrecy.rules import PUBLISHED, SECONDARY, Status, Thresholds, primary_status

# Rounds over linked tables before giving up: each hides at least one more cell, a few are enough.
MOST_ROUNDS = 20

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
        return frozenset((name, code) for name, code in zip(self.dimensions, codes, strict=True) if code != TOTAL)


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Status of every cell of each table, the interval a reader can prove of each secret cell, and the
    number of runs of the engine."""

    statuses: tuple[Status, ...]
    brackets: Brackets
    runs: int


def suppress_table(table: Table, *, on: date, method: str = "optimal", minutes: int = 5) -> Suppressed:
    """Protect one table; see `suppress_linked`."""
    return suppress_linked([table], on=on, method=method, minutes=minutes)


def suppress_linked(
    tables: Sequence[Table], *, on: date, method: str = "optimal", minutes: int = 5
) -> Suppressed:
    """Protect tables that share cells: each in turn, carrying what the others hid, until none changes.

    Then attacks all tables at once: a secret cell must be able to lie 10 % under and over its value for
    a reader who knows every relation of every table. A cell found bracketed hides its cheapest
    published neighbour and the tables run again. `method`: "optimal" (fewest, one table of a few
    hundred cells) or "modular" (faster); `minutes`: limit of each run. Raises Unprotected or EngineFailed.
    """
    rules = Thresholds.on(on)
    system = _System.of(tables, on)
    hidden = system.secret.copy()
    runs = 0
    for _ in range(MOST_ROUNDS):
        runs += _settle(system, tables, hidden, rules, method, minutes)
        brackets = _attacked(system, hidden)
        weak = _weak(brackets, rules)
        if not weak.size:
            break
        for cell in brackets.cells[weak]:
            _hide_neighbour(system, int(cell), hidden)
    else:
        raise Unprotected(
            Text(
                f"{len(weak)} cases secrètes restent déductibles : ne publiez pas ces tables ensemble.",
                f"{len(weak)} secret cells can still be worked out: do not publish these tables together.",
            )
        )
    statuses = tuple(
        np.where((first == PUBLISHED) & hidden[cells], SECONDARY, first).astype(np.uint8)
        for first, cells in zip(system.first, system.cells, strict=True)
    )
    return Suppressed(statuses, brackets, runs)


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
                    raise ValueError(f"linked tables disagree on {sorted(key)}: {values[places[key]]} and {total}")
                mine.append(places[key])
            cells.append(np.array(mine, np.int64))
            first.append(primary_status(table.enterprises, table.total, table.largest, on=on))
            rows += [[(places[table.key(code)], sign) for code, sign in row] for row in _relations(table)]
        secret = np.zeros(len(values), bool)
        for mine, status in zip(cells, first, strict=True):
            secret[mine[status != PUBLISHED]] = True
        entries = [(at, place, sign) for at, row in enumerate(rows) for place, sign in row]
        at, place, sign = np.array(entries).T if entries else np.empty((3, 0), int)
        matrix = csr_matrix(coo_matrix((sign.astype(float), (at, place)), (len(rows), len(values))))
        return cls(np.array(values), matrix, cells, first, secret)


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
    """Run the engine on each table until a whole turn hides nothing new; the number of runs."""
    runs, waiting = 0, set(range(len(tables)))
    while waiting:
        number = min(waiting)
        waiting.discard(number)
        table, mine = tables[number], system.cells[number]
        told = [
            argus.Cell(
                codes,
                float(system.values[place]),
                int(count),
                bool(hidden[place]),
                # Cells hidden for another table are only covers: they ask for nothing themselves.
                float(rules.protection * system.values[place]) if system.secret[place] else 0.0,
            )
            for codes, place, count in zip(table.codes, mine, table.enterprises, strict=True)
        ]
        more = argus.run(table.dimensions, table.hierarchies, told, method=method, minutes=minutes)
        runs += 1
        new = np.array([codes in more for codes in table.codes]) & ~hidden[mine]
        hidden[mine[new]] = True
        if new.any():
            waiting |= {
                other for other, cells in enumerate(system.cells) if other != number and np.isin(cells, mine[new]).any()
            }
    return runs


def _attacked(system: _System, hidden: NDArray[np.bool_]) -> Brackets:
    """What a reader can prove of the secret cells (covers are not confidential)."""
    return audit(system.relations, system.values, hidden, wanted=system.secret)


def _weak(brackets: Brackets, rules: Thresholds) -> NDArray[np.int64]:
    slack = 1e-6
    return np.flatnonzero((brackets.below < rules.protection - slack) | (brackets.above < rules.protection - slack))


def _hide_neighbour(system: _System, cell: int, hidden: NDArray[np.bool_]) -> None:
    """Hide the smallest published cell that shares a relation with a bracketed one."""
    rows = system.relations[:, [cell]].nonzero()[0]
    near = np.unique(system.relations[rows].nonzero()[1])
    near = near[~hidden[near] & (system.values[near] > 0)]
    if near.size:
        hidden[near[np.argmin(system.values[near])]] = True
