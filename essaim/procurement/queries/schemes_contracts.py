"""Contracts of some buyers, from the store of essential data."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb

from essaim.observatory.contracts.store import NoContracts
from essaim.procurement.queries.contracts import contract_store


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
    try:
        table = contract_store().table()
    except NoContracts:
        return []
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
        found = database.execute(
            f"SELECT * FROM read_parquet(?) WHERE {' AND '.join(conditions)} ORDER BY key",
            [str(table), *values],
        )
        names = [each[0] for each in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
