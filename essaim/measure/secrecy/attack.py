"""The attack: what a reader who knows every published relation can deduce of the hidden cells.

Exact, by linear programming (HiGHS), for systems of up to a few thousand cells.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix


@dataclass(frozen=True, slots=True)
class Brackets:
    """For each hidden cell, by its index, the interval a reader can prove; `upper` may be infinite."""

    cells: NDArray[np.int64]
    values: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]

    @property
    def below(self) -> NDArray[np.float64]:
        """How far under its value a cell may lie, as a share of the value (infinite for a zero)."""
        return _share(self.values - self.lower, self.values, zero=np.inf)

    @property
    def above(self) -> NDArray[np.float64]:
        """How far over its value a cell may lie, as a share of the value; a zero pinned to zero gives 0."""
        return _share(self.upper - self.values, self.values)

    @property
    def width(self) -> NDArray[np.float64]:
        """Width of the interval as a share of the value; a zero pinned to zero gives 0."""
        return _share(self.upper - self.lower, self.values)


def audit(
    relations: Any,
    values: ArrayLike,
    hidden: ArrayLike,
    *,
    known_zero: ArrayLike | None = None,
    wanted: ArrayLike | None = None,
) -> Brackets:
    """Lower and upper bound of each hidden cell, given `relations @ cells == 0` and cells >= 0.

    `relations`: (relations x cells) matrix, dense or scipy sparse, of coefficients (+1 for each part,
    -1 for the total); `values`: the true cells; `hidden`: mask of the cells not published;
    `known_zero`: mask of cells a reader knows to be zero though not printed (no contributor);
    `wanted`: mask of the hidden cells to bracket, all by default.
    Raises ValueError when the values do not satisfy the relations. Cost: two linear programmes a
    hidden cell, after reduction to the hidden cells alone.
    """
    matrix = csr_matrix(relations)
    cells = np.asarray(values, float)
    mask = np.asarray(hidden, bool)
    if known_zero is not None:
        mask = mask & ~np.asarray(known_zero, bool)
    scale = max(1.0, float(np.abs(cells).max(initial=0)))
    if np.abs(matrix @ cells).max(initial=0) > 1e-6 * scale:
        raise ValueError("the values do not satisfy the relations: correct the totals before auditing")
    index = np.flatnonzero(mask)
    left = matrix[:, index]
    touched = np.diff(left.indptr) > 0
    left, right = left[touched], (left @ cells[index])[touched]
    sought = np.arange(len(index)) if wanted is None else np.flatnonzero(np.asarray(wanted, bool)[index])
    bounds = [_extremes(left, right, int(position)) for position in sought]
    lower, upper = np.array(bounds).reshape(-1, 2).T
    return Brackets(index[sought], cells[index[sought]], lower, upper)


def _extremes(left: csr_matrix, right: NDArray[np.float64], position: int) -> tuple[float, float]:
    """Smallest and largest value of one unknown."""
    goal = np.zeros(left.shape[1])
    goal[position] = 1
    found = []
    for sign in (1, -1):
        answer = linprog(sign * goal, A_eq=left, b_eq=right, bounds=(0, None), method="highs")
        if answer.status == 3:
            found.append(-sign * np.inf)
        elif answer.status == 0:
            found.append(sign * answer.fun)
        else:
            raise ArithmeticError(f"the attack could not be solved: {answer.message}")
    return found[0], found[1]


def _share(part: NDArray[np.float64], whole: NDArray[np.float64], zero: float = 0.0) -> NDArray[np.float64]:
    """part / whole, where a whole of 0 gives infinity for a positive part and `zero` for a null one."""
    tiny = 1e-9 * max(1.0, float(np.abs(whole).max(initial=0)))
    of_zero = np.where(part > tiny, np.inf, zero)
    return np.where(whole > 0, np.divide(part, whole, out=np.zeros_like(part), where=whole > 0), of_zero)
