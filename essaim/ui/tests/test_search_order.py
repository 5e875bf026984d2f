"""Pages in an order made of several numbers, beside a plain sort."""

import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st
from tantivy import Query

from essaim.ui.search.order import page_of
from essaim.ui.search.reader import Snapshot
from essaim.ui.search.schema import NUMBER, Field, Schema, register

SCHEMA = Schema("pages", 1, (Field("first", NUMBER), Field("second", NUMBER)))
# Few different values, so that ties reach beyond the ends of pages.
ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=40)


def snapshot_of(rows: list[tuple[int, int]]) -> Snapshot:
    index = register(tantivy.Index(SCHEMA.made))
    writer = index.writer(15_000_000, 1)
    for key, (first, second) in enumerate(rows, 1):
        writer.add_document(SCHEMA.document(key, key, {"first": first, "second": second}))
    writer.commit()
    index.reload()
    return Snapshot(index.searcher(), SCHEMA.made, "", None, None)  # type: ignore[arg-type]  # nothing else is read


@given(rows=ROWS, size=st.integers(1, 12))
@settings(max_examples=25, deadline=None)
def test_pages_put_end_to_end_are_the_sorted_rows(rows: list[tuple[int, int]], size: int) -> None:
    snapshot = snapshot_of(rows)
    keys = ("first", "second", "key")
    pages = []
    for offset in range(0, len(rows) + size, size):
        page = page_of(snapshot, Query.all_query(), keys, offset, size)
        pages.append(snapshot.searcher.fast_field_values("key", page) if page else [])
    expected = [key for _, key in sorted((row, key) for key, row in enumerate(rows, 1))]
    assert [key for page in pages for key in page] == expected
    assert {len(page) for page in pages[:-2]} <= {size}
