"""Who won what: contracts by the SIREN of their suppliers, read from the table without loading it.

A contract held by several suppliers counts once for each of them. Concessions are not purchases: they are left out.
Answers are kept for a table that does not change, as builds do not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from essaim.observatory.contracts.tabular import quoted

SIRENS = (
    "list_distinct(list_transform(list_filter(suppliers, lambda one: one.kind = 'SIRET' AND len(one.id) = 14), "
    "lambda one: left(one.id, 9)))"
)
"""SQL: the SIREN of each supplier of a contract, each once; suppliers without a SIRET have none."""
SOUND = "amount_cents IS NOT NULL AND amount_flag IS NULL"
LAST_YEARS, MOST_BUYERS = 5, 5


@dataclass(frozen=True, slots=True)
class Wins:
    """Contracts of a supplier in some purchase families: with one buyer and with all the others, and since when
    (day of the first notification, None when there is none or when it is not dated)."""

    here: int
    here_since: date | None
    elsewhere: int
    elsewhere_since: date | None


@dataclass(frozen=True, slots=True)
class Winners:
    """`by_siren`: those that won something; `vintage`: the last day of publication in the table."""

    by_siren: Mapping[str, Wins]
    vintage: date | None


def winners(table: Path, divisions: Sequence[str], buyer: str | None) -> Winners:
    """Who won contracts of these CPV divisions (two digits), with `buyer` (a SIREN; None: nobody) and elsewhere."""
    return _winners(table, _stamp(table), tuple(sorted(set(divisions))), buyer or "")


@lru_cache(maxsize=16)
def _winners(table: Path, stamp: int, divisions: tuple[str, ...], buyer: str) -> Winners:
    with duckdb.connect() as database:
        found = database.execute(
            f"SELECT siren, count(*) FILTER (is_here), min(notified_on) FILTER (is_here), "
            f"count(*) FILTER (NOT is_here), min(notified_on) FILTER (NOT is_here) FROM ("
            f"SELECT unnest({SIRENS}) AS siren, buyer_siren = ? AS is_here, notified_on FROM read_parquet(?) "
            f"WHERE kind = 'contract' AND list_contains(?::VARCHAR[], left(cpv, 2))) GROUP BY siren",
            [buyer, str(table), list(divisions)],
        ).fetchall()
        return Winners({siren: Wins(*wins) for siren, *wins in found}, _vintage(database, table))


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer of a supplier and how many contracts; `name` as published, "" when it is not."""

    siren: str
    name: str
    contracts: int


@dataclass(frozen=True, slots=True)
class Held:
    """The contracts of one supplier. `value_cents`: of those whose amount is sound; `shared`: held with others, whose
    amount is that of all; `years`: (year, contracts) of the last years with any, the newest first."""

    contracts: int
    value_cents: int
    without_amount: int
    shared: int
    buyers: int
    main_buyers: tuple[Buyer, ...]
    years: tuple[tuple[int, int], ...]
    vintage: date | None

    @property
    def euros(self) -> float:
        return self.value_cents / 100


def held_by(table: Path, siren: str) -> Held:
    """The public contracts won by a SIREN, summed up."""
    return _held_by(table, _stamp(table), siren)


@lru_cache(maxsize=512)
def _held_by(table: Path, stamp: int, siren: str) -> Held:
    with duckdb.connect() as database:
        database.execute(
            f"CREATE TEMP TABLE won AS SELECT buyer_siren, buyer_name, notified_on, amount_cents, "
            f"amount_flag, len(suppliers) > 1 AS is_shared FROM {_of(table)}",
            [siren],
        )
        sums = database.execute(
            f"SELECT count(*), coalesce(sum(amount_cents) FILTER ({SOUND}), 0), count(*) FILTER (NOT ({SOUND})), "
            f"count(*) FILTER (is_shared), count(DISTINCT buyer_siren) FROM won"
        ).fetchone()
        assert sums is not None  # noqa: S101  # an aggregate always answers
        buyers = database.execute(
            "SELECT buyer_siren, coalesce(arg_max(buyer_name, notified_on), max(buyer_name), ''), count(*) AS many "
            "FROM won GROUP BY buyer_siren ORDER BY many DESC, buyer_siren LIMIT ?",
            [MOST_BUYERS],
        ).fetchall()
        years = database.execute(
            "SELECT year(notified_on) AS y, count(*) FROM won WHERE y IS NOT NULL GROUP BY y ORDER BY y DESC LIMIT ?",
            [LAST_YEARS],
        ).fetchall()
        published_until = _vintage(database, table)
    contracts, value, without, shared, count = (int(each) for each in sums)
    return Held(
        contracts,
        value,
        without,
        shared,
        count,
        tuple(Buyer(*each) for each in buyers),
        tuple(years),
        published_until,
    )


WON = (
    "key",
    "id",
    "buyer_siren",
    "buyer_name",
    "object",
    "cpv",
    "notified_on",
    "amount_cents",
    "amount_flag",
)


def contracts_won(table: Path, siren: str, most: int | None = None) -> Iterator[dict[str, Any]]:
    """The public contracts of a SIREN, the newest first: the columns of `WON` and `suppliers`, how many hold it."""
    limit = "" if most is None else f" LIMIT {int(most)}"
    with duckdb.connect() as database:
        found = database.execute(
            f"SELECT {', '.join(WON)}, len(suppliers) FROM {_of(table)} "
            f"ORDER BY notified_on DESC NULLS LAST, key{limit}",
            [siren],
        )
        while rows := found.fetchmany(1000):
            for row in rows:
                yield dict(zip((*WON, "suppliers"), row, strict=True))


def _of(table: Path) -> str:
    """SQL of the contracts of a SIREN, which is the parameter. Quicker than to look for it in SIRENS."""
    held = "lambda one: one.kind = 'SIRET' AND len(one.id) = 14 AND starts_with(one.id, ?)"
    return (
        f"(SELECT * FROM read_parquet({quoted(str(table))}) "
        f"WHERE kind = 'contract' AND len(list_filter(suppliers, {held})) > 0) AS won"
    )


def vintage(table: Path) -> date | None:
    """The last day of publication in the table."""
    with duckdb.connect() as database:
        return _vintage(database, table)


def _vintage(database: duckdb.DuckDBPyConnection, table: Path) -> date | None:
    found = database.execute("SELECT max(published_on) FROM read_parquet(?)", [str(table)]).fetchone()
    return found[0] if found else None


def _stamp(table: Path) -> int:
    return table.stat().st_mtime_ns
