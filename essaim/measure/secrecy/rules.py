"""Primary secrecy: which cells may not be published for themselves.

A cell is secret when fewer than 3 enterprises contribute to it, or when one of them makes more than
85 % of its total (thresholds dated in `law/parameters/statistical_secrecy.yaml`). A contributor is
an enterprise (SIREN): its establishments in a cell are added up before anything is tested.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from essaim.law.parameter import parameter

PUBLISHED, FREQUENCY, DOMINANCE, SECONDARY = 0, 1, 2, 3
REASONS = {PUBLISHED: None, FREQUENCY: "frequency", DOMINANCE: "dominance", SECONDARY: "secondary"}

Status = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The rules in force on a day; `dominance` and `protection` are fractions."""

    enterprises: int
    dominance: float
    protection: float

    @classmethod
    def on(cls, on: date) -> "Thresholds":
        return cls(
            enterprises=int(parameter("secrecy.minimum_enterprises", on).value),
            dominance=float(parameter("secrecy.dominance_pct", on).value) / 100,
            protection=float(parameter("secrecy.protection_pct", on).value) / 100,
        )


@dataclass(frozen=True, slots=True)
class Cells:
    """One entry a cell: its name, number of distinct enterprises, total, largest contribution, status."""

    cell: NDArray[np.generic]
    enterprises: NDArray[np.int64]
    total: NDArray[np.float64]
    largest: NDArray[np.float64]
    status: Status


def primary_status(enterprises: ArrayLike, total: ArrayLike, largest: ArrayLike, *, on: date) -> Status:
    """PUBLISHED, FREQUENCY or DOMINANCE for each cell, frequency first.

    `enterprises` counts distinct contributors, `largest` is the largest contribution of one of them,
    in the unit of `total`. Cells without a contributor are known zeros: published.
    """
    rules = Thresholds.on(on)
    count, sums, tops = np.asarray(enterprises), np.asarray(total, float), np.asarray(largest, float)
    status = np.zeros(count.shape, np.uint8)
    status[tops > rules.dominance * sums] = DOMINANCE
    status[(count > 0) & (count < rules.enterprises)] = FREQUENCY
    status[count == 0] = PUBLISHED
    return status


def primary(cells: ArrayLike, enterprises: ArrayLike, values: ArrayLike, *, on: date) -> Cells:
    """Primary status of every cell from contributions, one row an establishment (or any finer part).

    `cells` and `enterprises` are labels of any sortable type, `values` non-negative numbers; the
    three have the same length. Contributions of one enterprise to one cell are added up first.
    Raises ValueError on a negative value. Cost: one sort.
    """
    names, which = np.unique(np.asarray(cells), return_inverse=True)
    owners, owner = np.unique(np.asarray(enterprises), return_inverse=True)
    amounts = np.asarray(values, float)
    if amounts.size and not amounts.min() >= 0:
        raise ValueError("contributions must be non-negative numbers")
    pairs, pair = np.unique(which * max(len(owners), 1) + owner, return_inverse=True)
    per_pair = np.bincount(pair, weights=amounts, minlength=len(pairs))
    cell_of_pair = pairs // max(len(owners), 1)
    count = np.bincount(cell_of_pair, minlength=len(names))
    total = np.bincount(cell_of_pair, weights=per_pair, minlength=len(names)).astype(float)
    largest = np.zeros(len(names))
    np.maximum.at(largest, cell_of_pair, per_pair)
    return Cells(names, count, total, largest, primary_status(count, total, largest, on=on))
