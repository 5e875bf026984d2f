"""An index follows its database: built from it, then kept up with the change log.

Rows of the log are numbered when they are written but seen when their transaction commits: number 7 may appear after
number 9. So a follower remembers which numbers it has applied (`State.seen`) above a watermark, and the watermark
passes a number only once the row is older than `SETTLED`, longer than any transaction lasts. Applying a row twice is
harmless: it says "read this object again", not what to write.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import date, datetime, timedelta
from typing import Protocol

import tantivy
from django.db.models import Max, QuerySet
from django.utils import timezone
from tantivy import Query

from essaim.ui.models import IndexChange
from essaim.ui.search import folder as folders
from essaim.ui.search.folder import Folder, IndexMissing, State
from essaim.ui.search.schema import Schema, Values, register

SETTLED = timedelta(minutes=15)
KEPT = timedelta(days=7)
READ_WHOLE = timedelta(minutes=1)
"""The log is read in full this often; between, a count says whether anything is new."""
BATCH_OBJECTS = 2_000
BUILD_BYTES = 400_000_000
FOLLOW_BYTES = 50_000_000
REBUILD_SHARE = 0.3
"""Beyond this share of the index changed at once, building it anew is quicker, and leaves it tidier."""

Numbered = tuple[int, int, Values]
"""(key of the document, id of the row it comes from, its fields)."""


class Source(Protocol):
    """Where an index's documents come from. `day`: the day they are computed for."""

    def every(self, day: date) -> Iterable[Numbered]: ...

    def of(self, ids: Sequence[int], day: date) -> Iterable[Numbered]: ...

    def is_outdated(self, built_on: date, today: date) -> bool: ...


class Follower:
    """The one writer of an index, from `with Follower(...)` until its end. Raises IndexBusy when there is another."""

    def __init__(
        self, schema: Schema, source: Source, say: Callable[[str], None] = lambda sentence: None
    ) -> None:
        self.schema, self.source, self.say = schema, source, say
        self.folder = Folder(schema.name, schema.stamp)
        self._held = ExitStack()
        self._writer: tantivy.IndexWriter | None = None
        self._where = None
        self._state: State | None = None
        self._documents = 0
        self._read_whole_until = 0.0

    def __enter__(self) -> "Follower":
        self._held.enter_context(self.folder.locked())
        return self

    def __exit__(self, *problem: object) -> None:
        self._close()
        self._held.close()

    def step(self) -> int:
        """Bring the index up to date once; returns the number of objects read again (all of them on a rebuild)."""
        try:
            state = self._open()
        except IndexMissing:
            return self.rebuild()
        began = time.time()
        if self._is_idle(state):
            folders.mark_followed(self._where, began)
            return 0
        if self._must_rebuild(state):
            return self.rebuild()
        settled = _settled(self.schema.name)
        rows = waiting(self.schema.name, state)
        wanted = {object_id for _, object_id, _ in rows}
        if None in wanted or self._is_too_much(len(wanted)):
            return self.rebuild()
        if wanted:
            self._apply(sorted(wanted), state.built_on)
        self._remember(advanced(state, rows, settled), began)
        return len(wanted)

    def _is_idle(self, state: State) -> bool:
        """Nothing new, at the price of one count: numbers seen are all recent, so none was trimmed away."""
        if time.monotonic() > self._read_whole_until:
            return False
        return _above(self.schema.name, state).count() == len(state.seen)

    def _must_rebuild(self, state: State) -> bool:
        """Too old for the log, of another day, or of another database than the one now served."""
        now = timezone.now()
        if folders.followed_at(self._where) < now - KEPT + SETTLED * 2:
            return True
        if self.source.is_outdated(state.built_on, timezone.localdate()):
            return True
        if state.last is None or state.last[1] < now - KEPT + SETTLED * 2:
            return False
        number, at = state.last
        return not IndexChange.objects.filter(id=number, at=at, index=self.schema.name).exists()

    def rebuild(self) -> int:
        """Build beside, swap. Returns the number of documents."""
        self._close()
        today, began = timezone.localdate(), time.time()
        # Before any document is read: a row committed later will be followed.
        state = starting(self.schema.name, today)
        built = self.folder.new()
        index = register(tantivy.Index(self.schema.made, path=str(built), reuse=False))
        writer = index.writer(BUILD_BYTES, 1)
        count = 0
        for key, owner, values in self.source.every(today):
            writer.add_document(self.schema.document(key, owner, values))
            count += 1
        writer.commit()
        writer.wait_merging_threads()
        folders.write_state(built, state)
        folders.mark_followed(built, began)
        self.folder.swap(built)
        self.say(f"{self.schema.name}, {count} documents")
        return count

    def _open(self) -> State:
        where = self.folder.current()
        if self._where != where or self._writer is None or self._state is None:
            self._close()
            state = folders.read_state(where)
            try:
                index = register(tantivy.Index.open(str(where)))
                self._writer = index.writer(FOLLOW_BYTES, 1)
            except (OSError, ValueError) as error:
                raise IndexMissing from error
            self._where, self._state = where, state
            self._documents = index.searcher().num_docs
        return self._state

    def _close(self) -> None:
        if self._writer is not None:
            with suppress(ValueError):  # a writer whose folder has gone
                self._writer.wait_merging_threads()
        self._writer = self._where = self._state = None
        self._read_whole_until = 0.0

    def _is_too_much(self, objects: int) -> bool:
        return objects > max(BATCH_OBJECTS, REBUILD_SHARE * self._documents)

    def _apply(self, ids: Sequence[int], day: date) -> None:
        for start in range(0, len(ids), BATCH_OBJECTS):
            batch = ids[start : start + BATCH_OBJECTS]
            # Read before deleting: a database that fails leaves the index as it was.
            found = list(self.source.of(batch, day))
            self._writer.delete_documents_by_query(
                Query.term_set_query(self.schema.made, "owner", list(batch))
            )
            for key, owner, values in found:
                self._writer.add_document(self.schema.document(key, owner, values))
        self._writer.commit()

    def _remember(self, state: State, began: float) -> None:
        folders.write_state(self._where, state)
        folders.mark_followed(self._where, began)
        self._state = state
        self._read_whole_until = time.monotonic() + READ_WHOLE.total_seconds()


Row = tuple[int, int | None, datetime]


def waiting(index: str, state: State) -> list[Row]:
    """(number, object, instant) of the rows not applied yet, in order of number."""
    rows = _above(index, state).order_by("id").values_list("id", "object_id", "at")
    return [row for row in rows if row[0] not in state.seen]


def starting(index: str, day: date) -> State:
    """The state of an index about to be built: what is committed now will be in it."""
    state = State(built_on=day, watermark=_settled(index))
    return advanced(state, waiting(index, state), state.watermark)


def advanced(state: State, applied: Sequence[Row], settled: int) -> State:
    """The state once these rows are applied. `settled` was asked before they were read."""
    watermark = max(state.watermark, settled)
    numbers = state.seen | {number for number, _, _ in applied}
    last = max(((number, at) for number, _, at in applied), default=state.last)
    if state.last and last and last[0] < state.last[0]:
        last = state.last
    return State(state.built_on, watermark, frozenset(n for n in numbers if n > watermark), last)


def _above(index: str, state: State) -> QuerySet[IndexChange]:
    return IndexChange.objects.filter(index=index, id__gt=state.watermark)


def _settled(index: str) -> int:
    """The last number that no transaction still open can precede."""
    rows = IndexChange.objects.filter(index=index, at__lt=timezone.now() - SETTLED)
    return rows.aggregate(last=Max("id"))["last"] or 0


def trim() -> int:
    """Remove rows older than a week; an index that had not read them is built anew. Returns how many."""
    return IndexChange.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def batches(ids: Iterator[int], size: int = BATCH_OBJECTS) -> Iterator[list[int]]:
    """Ids in lists of at most `size`."""
    batch: list[int] = []
    for one in ids:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
