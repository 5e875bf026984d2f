"""From counts to the figures of every territory, with the reason where one is absent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from essaim.measure.secrecy.rules import PUBLISHED, SECONDARY
from essaim.observatory.build.counted import Counted
from essaim.observatory.build.coverage import Coverage
from essaim.observatory.build.gate import Jobs
from essaim.observatory.build.grid import Floats, Ints, Territories, medians, ratio
from essaim.observatory.indicators.definition import ORDER
from essaim.observatory.store import FIGURES
from essaim.observatory.tables.lookups import COUNTRY
from essaim.observatory.tables.members import TOTAL

Texts = NDArray[Any]


@dataclass(slots=True)
class Column:
    """One figure over all territories; NaN is null. `note` "" is none."""

    value: Floats
    numerator: Floats
    denominator: Floats
    low: Floats
    high: Floats
    status: Texts
    note: Texts

    @classmethod
    def empty(cls, size: int) -> "Column":
        value, numerator, denominator, low, high = (np.full(size, np.nan) for _ in range(5))
        status, note = np.full(size, "ok", object), np.full(size, "", object)
        return cls(value, numerator, denominator, low, high, status, note)

    @classmethod
    def count(cls, values: Ints) -> "Column":
        column = cls.empty(len(values))
        column.value = values.astype(float)
        column.numerator = values.astype(float)
        return column

    @classmethod
    def quotient(cls, numerator: NDArray[Any], denominator: NDArray[Any], times: float) -> "Column":
        column = cls.empty(len(numerator))
        column.value = ratio(numerator, denominator, times)
        column.numerator = np.asarray(numerator, float)
        column.denominator = np.asarray(denominator, float)
        column.withdraw(np.isnan(column.value), "zero_denominator")
        return column

    def withdraw(self, where: NDArray[np.bool_], note: str, status: str = "unavailable") -> None:
        """Take the numbers away where told, and say why."""
        for name in ("value", "numerator", "denominator", "low", "high"):
            getattr(self, name)[where] = np.nan
        self.status[where] = status
        self.note[where] = note

    def remark(self, where: NDArray[np.bool_], note: str) -> None:
        """Say something of numbers that stay."""
        self.note[where & (self.status == "ok")] = note


@dataclass(frozen=True, slots=True)
class Given:
    """Everything the figures are made of, lined up with the territories."""

    territories: Territories
    counted: Counted
    coverage: Coverage
    jobs: Jobs
    population: Floats
    last_year: int

    @property
    def is_qpv(self) -> NDArray[np.bool_]:
        return self.territories.is_kind("qpv")


def figures(given: Given) -> pa.Table:
    """Every figure of every territory, in the shape and the order of `store.FIGURES`."""
    columns = dict(_columns(given))
    if set(columns) != set(ORDER):
        raise ValueError(f"figures computed and figures defined differ: {sorted(set(columns) ^ set(ORDER))}")
    partial = given.coverage.partial_array(given.territories)
    for column in columns.values():
        column.remark(partial, "partial_register")
    if given.coverage.partial:
        every = np.ones(len(given.territories), bool)
        columns["sse_employer_location_quotient"].remark(every, "partial_register")
    names = sorted(columns)
    width, size = len(names), len(given.territories)

    def woven(field: str) -> NDArray[Any]:
        return np.column_stack([getattr(columns[name], field) for name in names]).reshape(-1)

    numbers = {field: woven(field) for field in ("value", "low", "high", "numerator", "denominator")}
    codes = pa.DictionaryArray.from_arrays(
        pa.array(np.repeat(np.arange(size, dtype=np.int32), width)), pa.array(given.territories.codes)
    )
    ids = pa.DictionaryArray.from_arrays(pa.array(np.tile(np.arange(width, dtype=np.int32), size)), names)
    note = woven("note")
    return pa.table(
        {
            "territory": codes.cast(pa.string()),
            "figure": ids.cast(pa.string()),
            **{
                name: pa.array(values, pa.float64(), mask=np.isnan(values))
                for name, values in numbers.items()
            },
            "status": pa.array(woven("status"), pa.string()),
            "note": pa.array(note, pa.string(), mask=note == ""),
        },
        schema=FIGURES,
    )


def _columns(given: Given) -> Iterator[tuple[str, Column]]:
    spread = given.territories.spread
    total = given.counted.counts.filter(pc.equal(given.counted.counts.column("dimension"), TOTAL))
    establishments = spread(total, "establishments")
    employers = spread(total, "employer_establishments")
    yield "sse_enterprises", Column.count(spread(total, "enterprises"))
    yield "sse_establishments", Column.count(establishments)
    yield "sse_employer_establishments", Column.count(employers)
    yield "sse_to_confirm", Column.count(spread(given.counted.to_confirm, "enterprises"))
    yield from _comparisons(given, establishments, employers)
    yield from _neighbourhoods(given, establishments)
    yield from _dynamics(given)
    yield "sse_jobs", _jobs(given)
    median = Column.empty(len(given.territories))
    median.value = medians(given.counted.ages, given.territories)
    median.withdraw(np.isnan(median.value), "unknown_age")
    yield "sse_median_age_years", median


def _comparisons(given: Given, establishments: Ints, employers: Ints) -> Iterator[tuple[str, Column]]:
    """Figures that need the other establishments or the people of the territory: not those of a qpv."""
    spread = given.territories.spread
    everyone = spread(given.counted.denominators, "employers")
    private = spread(given.counted.denominators, "private_employers")
    share = Column.quotient(employers, everyone, 100.0)
    country = given.territories.position[COUNTRY]
    national = np.full(len(employers), share.value[country])
    quotient = Column.empty(len(employers))
    quotient.value = ratio(share.value, np.nan_to_num(national))
    quotient.numerator, quotient.denominator = share.value.copy(), national
    quotient.withdraw(np.isnan(quotient.value), "zero_denominator")
    density = Column.quotient(establishments, np.nan_to_num(given.population) / 10_000, 1.0)
    density.withdraw(~(given.population > 0), "no_population")
    # People of communes the file does not cover cannot be divided by.
    density.withdraw(given.coverage.partial_array(given.territories), "partial_register")
    columns = {
        "employer_establishments": Column.count(everyone),
        "private_employer_establishments": Column.count(private),
        "sse_employer_share_pct": share,
        "sse_employer_share_private_pct": Column.quotient(employers, private, 100.0),
        "sse_employer_location_quotient": quotient,
        "sse_density_per_10000": density,
    }
    for name, column in columns.items():
        column.withdraw(given.is_qpv, "not_computed_for_qpv")
        yield name, column


def _neighbourhoods(given: Given, establishments: Ints) -> Iterator[tuple[str, Column]]:
    spread, positions = given.territories.spread, given.counted.positions
    located, inside = spread(positions, "located"), spread(positions, "in_qpv")
    measured, near = spread(positions, "measured"), spread(positions, "near_qpv")
    nowhere = (located == 0) & ((establishments > 0) | (located.sum() == 0))
    unmeasured = (measured == 0) & ((establishments > 0) | (measured.sum() == 0))
    count = Column.count(np.where(given.is_qpv, establishments, inside))
    count.withdraw(nowhere & ~given.is_qpv, "no_qpv_layer")
    share = Column.quotient(inside, located, 100.0)
    share.withdraw(nowhere, "no_qpv_layer")
    around = Column.count(near)
    around.withdraw(unmeasured, "no_qpv_outlines")
    for column in (share, around):
        column.withdraw(given.is_qpv, "not_computed_for_qpv")
    yield "sse_establishments_in_qpv", count
    yield "sse_share_in_qpv_pct", share
    yield "sse_establishments_within_300m_qpv", around


def _dynamics(given: Given) -> Iterator[tuple[str, Column]]:
    def last(rows: pa.Table) -> Ints:
        return given.territories.spread(rows.filter(pc.equal(rows.column("year"), given.last_year)), "events")

    size = len(given.territories)
    created = Column.count(last(given.counted.creations))
    if given.counted.closures is None:
        created.remark(np.ones(size, bool), "survivors_only")
        closed = Column.empty(size)
        closed.withdraw(np.ones(size, bool), "no_history")
    else:
        closed = Column.count(last(given.counted.closures))
    yield "sse_creations", created
    yield "sse_closures", closed


def _jobs(given: Given) -> Column:
    """The interval, where the gate lets it through."""
    size = len(given.territories)
    column = Column.empty(size)
    column.withdraw(np.ones(size, bool), "jobs_not_published_for_qpv")
    at = np.array([given.territories.position[code] for code in given.jobs.codes], np.int64)
    status, is_open = given.jobs.status, given.jobs.open > 0
    column.status[at], column.note[at] = "ok", ""
    column.low[at] = given.jobs.low
    column.high[at] = np.where(is_open, np.nan, given.jobs.high)
    column.note[at[is_open]] = "at_least"
    primary = (status != PUBLISHED) & (status != SECONDARY)
    for hidden, note in ((primary, "secret_primary"), (status == SECONDARY, "secret_secondary")):
        column.withdraw(np.isin(np.arange(size), at[hidden]), note, "secret")
    return column
