"""The only writer of the change log."""

from collections.abc import Iterable

from essaim.ui.models import IndexChange

BATCH_ROWS = 5_000
MOST_ROWS = 20_000
"""Beyond, one row says "everything": rebuilding is quicker than following."""


def note_changes(index: str, ids: Iterable[int]) -> None:
    """Say that these rows of `index` changed. Call it inside the transaction that changes them."""
    wanted = sorted(set(ids))
    if len(wanted) > MOST_ROWS:
        IndexChange.objects.create(index=index, object_id=None)
        return
    IndexChange.objects.bulk_create(
        (IndexChange(index=index, object_id=one) for one in wanted), batch_size=BATCH_ROWS
    )
