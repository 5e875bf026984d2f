"""What a scheme for responsible purchasing (SPASER) must publish: shares by number and by value, and the unknown.

A contract counts in the year of its notification; its value is its current amount, after amendments. A share is that
of the contracts whose consideration is known; the unknown is given beside it and never counted as “none”.
Concessions are not purchases: they are counted apart. Source: public procurement code, L2111-3 and D2111-3.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from essaim.observatory.contracts.merge import amount_flag
from essaim.observatory.contracts.tabular import NEEDED, Tabular, quoted
from essaim.observatory.errors import unreadable

KINDS = ("social", "environmental")


class Consideration(NamedTuple):
    """Contracts (or cents) with at least one positive consideration, with a known answer, without one."""

    positive: int
    known: int
    unknown: int

    @property
    def pct(self) -> float | None:
        """Of the known, 0 to 100; None when nothing is known."""
        return 100 * self.positive / self.known if self.known else None


class Measure(NamedTuple):
    """One way of weighing contracts: each for one (`by_number`) or each for its cents (`by_value`)."""

    total: int
    social: Consideration
    environmental: Consideration
    unknown: int
    """Of which the social or the environmental consideration (or both) is unknown."""

    @property
    def unknown_pct(self) -> float | None:
        return 100 * self.unknown / self.total if self.total else None

    def as_dict(self) -> dict[str, Any]:
        return {
            "social_pct": self.social.pct,
            "environmental_pct": self.environmental.pct,
            "unknown_pct": self.unknown_pct,
            "total": self.total,
            "unknown": self.unknown,
            "social": self.social._asdict(),
            "environmental": self.environmental._asdict(),
        }


class Indicators(NamedTuple):
    """One buyer (a SIREN; None: all together) and one year (None: all). Values are in cents.

    `suspect_amounts`, `missing_amounts`: contracts counted by number and left out of every value.
    """

    buyer: str | None
    year: int | None
    by_number: Measure
    by_value: Measure
    suspect_amounts: int
    missing_amounts: int
    concessions: int

    def as_dict(self) -> dict[str, Any]:
        return {
            "buyer": self.buyer,
            "year": self.year,
            "contracts": self.by_number.total,
            "concessions": self.concessions,
            "value_cents": self.by_value.total,
            "suspect_amounts": self.suspect_amounts,
            "missing_amounts": self.missing_amounts,
            "by_number": self.by_number.as_dict(),
            "by_value": self.by_value.as_dict(),
        }


def of_buyer(table: Path, buyer: str | None = None, year: int | None = None) -> Indicators:
    """Indicators of one buyer (9 digits), or of all put together. `table`: a Parquet file of contracts."""
    conditions = ["true"]
    values: list[Any] = []
    if buyer is not None:
        conditions.append("buyer_siren = ?")
        values.append(buyer)
    if year is not None:
        conditions.append("year(notified_on) = ?")
        values.append(year)
    rows = f"(SELECT * FROM {_kept(table)} WHERE {' AND '.join(conditions)})"
    with duckdb.connect() as database:
        found = database.execute(f"SELECT {', '.join(EVERY_SUM)} FROM {rows} AS contracts", values).fetchone()
    assert found is not None  # noqa: S101  # an aggregate always answers
    return _indicators(buyer, year, found)


def of_all_buyers(table: Path, year: int | None = None) -> Iterator[Indicators]:
    """Indicators of every buyer that notified something (that year), by SIREN. `table`: contracts."""
    with duckdb.connect() as database:
        yield from _each(database, _kept(table), year)


def _kept(table: Path) -> str:
    return (
        "(SELECT buyer_siren, buyer_siren AS buyer, kind, notified_on, amount_cents, amount_flag, "
        "NOT list_contains(social, 'none') AS social, "
        f"NOT list_contains(environmental, 'none') AS environmental FROM read_parquet({quoted(str(table))}))"
    )


def of_tabular(path: Path, year: int | None = None) -> Iterator[Indicators]:
    """The same, straight from a consolidated tabular file, nothing imported: only what is needed is read.

    Raises UnreadableFile, before anything is yielded.
    """
    with duckdb.connect() as database:
        try:
            yield from _each(database, _light(database, path, year, careful=False), year)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            # A row too short, an amount in words...: found before anything is yielded.
            yield from _each(database, _light(database, path, year, careful=True), year)


def _light(database: duckdb.DuckDBPyConnection, path: Path, year: int | None, *, careful: bool) -> str:
    table, among = Tabular.of(database, path, careful=careful), None
    if missing := [name for name in NEEDED if name not in table.types]:
        raise unreadable(
            path.name,
            f"il y manque {', '.join(missing)}. Choisissez le fichier consolidé (CSV, Parquet), ou importez celui-ci.",
            f"{', '.join(missing)} missing. Choose the consolidated file (CSV, Parquet), or import this one.",
        )
    if year is not None and table.quick:
        # A table, so that DuckDB knows it is the smaller side of the join.
        among = "dated"
        database.execute(f"CREATE OR REPLACE TEMP TABLE {among} AS {table.dated_in(year)}")
    return f"(SELECT *, {amount_flag()} AS amount_flag FROM ({table.light(among)}))"


def _each(database: duckdb.DuckDBPyConnection, rows: str, year: int | None) -> Iterator[Indicators]:
    """`rows`: contracts whose `buyer` is a SIREN or a SIRET; those of another make are left out, once summed: there
    are fewer buyers than contracts to look at."""
    where, values = "", []
    if year is not None:
        where, values = "WHERE notified_on BETWEEN ? AND ?", [date(year, 1, 1), date(year, 12, 31)]
    names = [f"s{place}" for place in range(len(EVERY_SUM))]
    named = ", ".join(f"{one} AS {name}" for one, name in zip(EVERY_SUM, names, strict=True))
    added = ", ".join(f"CAST(sum({name}) AS BIGINT)" for name in names)
    cursor = database.execute(
        f"SELECT left(buyer, 9) AS buyer_siren, {added} FROM "
        f"(SELECT buyer, {named} FROM {rows} AS contracts {where} GROUP BY buyer) "
        f"WHERE regexp_full_match(buyer, '{SIREN_OR_SIRET}') GROUP BY buyer_siren ORDER BY buyer_siren",
        values,
    )
    while found := cursor.fetchmany(1000):
        for row in found:
            yield _indicators(row[0], year, row[1:])


def _sums() -> list[str]:
    """Every sum of an `Indicators`, in order: those by number, those by value, what is left out.

    `social` and `environmental` are here true (there is one), false (none) or null (unknown).
    """
    purchase = "kind = 'contract'"
    sound = f"{purchase} AND amount_cents IS NOT NULL AND amount_flag IS NULL"
    sums = []
    for weight, among in (("1", purchase), ("amount_cents", sound)):
        conditions = [among]
        for name in KINDS:
            conditions += [f"{among} AND {name}", f"{among} AND {name} IS NOT NULL"]
        conditions.append(f"{among} AND (social IS NULL OR environmental IS NULL)")
        sums += [
            f"coalesce(sum({weight}) FILTER ({condition}), 0)"
            if weight != "1"
            else f"count(*) FILTER ({condition})"
            for condition in conditions
        ]
    sums.append(f"count(*) FILTER ({purchase} AND amount_flag IS NOT NULL)")
    sums.append(f"count(*) FILTER ({purchase} AND amount_cents IS NULL)")
    sums.append("count(*) FILTER (kind = 'concession')")
    return sums


EVERY_SUM = _sums()
SIREN_OR_SIRET = "[0-9]{9}([0-9]{5})?"
MEASURED = 6
"""Sums of one `Measure`: total, (positive, known) twice, unknown."""


def _measure(sums: tuple[Any, ...]) -> Measure:
    total, social, social_known, environmental, environmental_known, unknown = sums
    return Measure(
        total,
        Consideration(social, social_known, total - social_known),
        Consideration(environmental, environmental_known, total - environmental_known),
        unknown,
    )


def _indicators(buyer: str | None, year: int | None, sums: tuple[Any, ...]) -> Indicators:
    suspect, missing, concessions = sums[2 * MEASURED :]
    return Indicators(
        buyer,
        year,
        _measure(sums[:MEASURED]),
        _measure(sums[MEASURED : 2 * MEASURED]),
        suspect,
        missing,
        concessions,
    )
