"""Arrays over territories: how counts that come in any order are lined up before they are divided."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Territories:
    """The territories of a build, sorted by code; every array below has one entry for each."""

    codes: tuple[str, ...]
    position: dict[str, int]

    @classmethod
    def of(cls, codes: Iterable[str]) -> "Territories":
        ordered = tuple(sorted(codes))
        return cls(ordered, {code: index for index, code in enumerate(ordered)})

    def __len__(self) -> int:
        return len(self.codes)

    def is_kind(self, kind: str) -> NDArray[np.bool_]:
        prefix = f"{kind}:"
        return np.array([code.startswith(prefix) for code in self.codes], bool)

    def places(self, rows: pa.Table) -> Ints:
        """Where the `territory` of each row stands among these; -1 when it is not in the build."""
        found = pc.index_in(rows.column("territory").combine_chunks(), self._codes)
        at: Ints = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        return at

    @cached_property
    def _codes(self) -> pa.Array:
        return pa.array(self.codes, pa.string())

    def spread(self, rows: pa.Table, column: str) -> Ints:
        """One integer column of a table with a `territory` column, 0 where the table is silent.

        Rows of territories that are not in the build are left out; several rows of one are added.
        """
        at = self.places(rows)
        values = rows.column(column).cast(pa.int64()).to_numpy()
        found = np.zeros(len(self), np.int64)
        np.add.at(found, at[at >= 0], values[at >= 0])
        return found


def ratio(numerator: NDArray[Any], denominator: NDArray[Any], times: float = 1.0) -> Floats:
    """times x numerator / denominator, NaN where the denominator is zero."""
    bottom = np.asarray(denominator, float)
    top = np.asarray(numerator, float) * times
    found: Floats = np.divide(top, bottom, out=np.full(len(bottom), np.nan), where=bottom > 0)
    return found


def medians(rows: pa.Table, territories: Territories) -> Floats:
    """Exact median of a histogram (territory, age_years, establishments) for each territory, NaN when empty.

    The middle value, or the mean of the two in the middle.
    """
    at = territories.places(rows)
    age = rows.column("age_years").cast(pa.int64()).to_numpy()
    count = rows.column("establishments").cast(pa.int64()).to_numpy()
    kept = at >= 0
    at, age, count = at[kept], age[kept], count[kept]
    order = np.lexsort((age, at))
    at, age, count = at[order], age[order], count[order]
    found = np.full(len(territories), np.nan)
    if not len(at):
        return found
    running = np.cumsum(count)
    total = np.bincount(at, weights=count, minlength=len(territories)).astype(np.int64)
    before = np.cumsum(total) - total
    there = np.flatnonzero(total)
    # The ranks, from 1 in the whole sorted list, of the two values in the middle of each territory.
    lower = before[there] + (total[there] + 1) // 2
    upper = before[there] + total[there] // 2 + 1
    found[there] = (age[np.searchsorted(running, lower)] + age[np.searchsorted(running, upper)]) / 2
    return found
