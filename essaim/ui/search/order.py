"""Pages in an order made of several numbers: the first decides, the next ones settle ties."""

from collections.abc import Sequence
from typing import Any

from tantivy import FieldType, Occur, Order, Query

from essaim.ui.search.reader import Snapshot


def page_of(snapshot: Snapshot, query: Any, keys: Sequence[str], offset: int, size: int) -> list[Any]:
    """Addresses of documents `offset`... in growing order of the NUMBER fields `keys`, the last of them unique.

    The index sorts by one field: ties inside the page are sorted here, those that reach beyond one of its ends by
    asking again among them. One more document is read at each end to know.
    """
    if size <= 0:
        return []
    first, *others = keys
    start = max(offset - 1, 0) if others else offset
    found, values = _ordered(snapshot, query, first, start, offset + size + bool(others) - start)
    if not others:
        return found
    found, values, before = found[offset - start :], values[offset - start :], values[: offset - start]
    found, values, after = found[:size], values[:size], values[size:]
    if not found:
        return []
    low, high = values[0], values[-1]
    is_cut_below, is_cut_above = before == [low], after == [high]
    inside = [
        address
        for address, value in zip(found, values, strict=True)
        if not (is_cut_below and value == low) and not (is_cut_above and value == high)
    ]
    page: list[Any] = []
    if is_cut_below:
        passed = _count(snapshot, query, first, None, low) if low else 0
        page += _tied(snapshot, query, keys, low, offset - passed, values.count(low))
    page += _sorted_here(snapshot, inside, keys)
    if is_cut_above and not (is_cut_below and low == high):
        page += _tied(snapshot, query, keys, high, 0, values.count(high))
    return page


def _ordered(
    snapshot: Snapshot, query: Any, field: str, offset: int, size: int
) -> tuple[list[Any], list[int]]:
    """Addresses and values of `size` documents from `offset` on, in growing order of one field."""
    hits = snapshot.searcher.search(
        query, limit=size, offset=offset, count=False, order_by_field=field, order=Order.Asc
    ).hits
    addresses = [address for _, address in hits]
    return addresses, [value for value, _ in hits]


def _tied(
    snapshot: Snapshot, query: Any, keys: Sequence[str], value: int, offset: int, size: int
) -> list[Any]:
    among = [(Occur.Must, query), (Occur.Must, Query.term_query(snapshot.schema, keys[0], value))]
    return page_of(snapshot, Query.boolean_query(among), keys[1:], offset, size)


def _sorted_here(snapshot: Snapshot, addresses: list[Any], keys: Sequence[str]) -> list[Any]:
    if not addresses:
        return []
    columns = [snapshot.searcher.fast_field_values(key, addresses) for key in keys]
    ranks = sorted(range(len(addresses)), key=lambda rank: tuple(column[rank] for column in columns))
    return [addresses[rank] for rank in ranks]


def _count(snapshot: Snapshot, query: Any, field: str, low: int | None, below: int) -> int:
    range_ = Query.range_query(snapshot.schema, field, FieldType.Unsigned, low, below, include_upper=False)
    return snapshot.searcher.search(
        Query.boolean_query([(Occur.Must, query), (Occur.Must, range_)]), limit=1
    ).count
