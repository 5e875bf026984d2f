"""Pages in an order made of several numbers: the first decides, the next ones settle ties."""

from collections.abc import Sequence
from typing import Any

from tantivy import FieldType, Occur, Order, Query

from essaim.ui.search.reader import Snapshot


def page_of(snapshot: Snapshot, query: Any, keys: Sequence[str], offset: int, size: int) -> list[Any]:
    """Addresses of documents `offset`... in growing order of the NUMBER fields `keys`, the last of them unique.

    The index sorts by one field: ties at both ends of the page are sorted by asking again among them, those in the
    middle here.
    """
    if size <= 0:
        return []
    first, *others = keys
    hits = snapshot.searcher.search(
        query, limit=size, offset=offset, count=False, order_by_field=first, order=Order.Asc
    ).hits
    found = [address for _, address in hits]
    if not others or not found:
        return found
    values = snapshot.searcher.fast_field_values(first, found)
    low, high = values[0], values[-1]
    below = _count(snapshot, query, first, None, low) if low else 0
    page = _tied(snapshot, query, keys, low, offset - below, values.count(low))
    page += _sorted_here(snapshot, [a for a, v in zip(found, values, strict=True) if low < v < high], keys)
    if high != low:
        page += _tied(snapshot, query, keys, high, 0, values.count(high))
    return page


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
