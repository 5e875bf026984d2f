"""Contracts of some buyers, from the store of essential data."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import duckdb

from essaim.observatory.contracts.store import NoContracts
from essaim.procurement.queries.contracts import contract_store

BATCH = 1_000


def contracts_of(
    sirens: Sequence[str] | None,
    first_year: int | None,
    last_year: int | None,
    *,
    with_concessions: bool = False,
) -> list[dict[str, Any]]:
    """One mapping a contract (columns of `observatory.contracts.columns`), notified from `first_year` to `last_year`,
    in the order of their keys; `sirens` None: of every buyer. A concession is not a purchase: asked for apart. Empty
    when nothing was imported."""
    return list(each_contract(sirens, first_year, last_year, with_concessions=with_concessions))


def each_contract(
    sirens: Sequence[str] | None,
    first_year: int | None,
    last_year: int | None,
    *,
    with_concessions: bool = False,
) -> Iterator[dict[str, Any]]:
    """The same, a few at a time in memory."""
    try:
        table = contract_store().table()
    except NoContracts:
        return
    conditions, values = ["true"], []
    if sirens is not None:
        conditions.append("list_contains(?::VARCHAR[], buyer_siren)")
        values.append(list(sirens))
    if first_year is not None:
        conditions.append("notified_on >= ?")
        values.append(date(first_year, 1, 1))
    if last_year is not None:
        conditions.append("notified_on <= ?")
        values.append(date(last_year, 12, 31))
    if not with_concessions:
        conditions.append("kind = 'contract'")
    with duckdb.connect() as database:
        # The table is kept in the order of the keys, which a scan respects: nothing is to be sorted, nor held for it.
        found = database.execute(
            f"SELECT * FROM read_parquet(?) WHERE {' AND '.join(conditions)}", [str(table), *values]
        )
        names = [each[0] for each in found.description or ()]
        while rows := found.fetchmany(BATCH):
            for row in rows:
                yield dict(zip(names, row, strict=True))
