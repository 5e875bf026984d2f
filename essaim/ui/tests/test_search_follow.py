"""An index that follows its database, whatever the order in which transactions commit."""

import os
import threading
import time
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from tantivy import Query

from essaim.ui.models import IndexChange
from essaim.ui.search import folder as folders
from essaim.ui.search import follow
from essaim.ui.search.changes import note_changes
from essaim.ui.search.folder import IndexBusy, IndexMissing
from essaim.ui.search.follow import Follower, trim
from essaim.ui.search.reader import Reader
from essaim.ui.search.schema import CODES, WORDS, Field, Schema

SCHEMA = Schema("toys", 1, (Field("words", WORDS), Field("colour", CODES)))


class Shelf:
    """A source kept in memory: object -> words."""

    def __init__(self, **words: str) -> None:
        self.words = {int(number.lstrip("n")): text for number, text in words.items()}
        self.is_of_yesterday = False
        self.read: list[int] = []

    def every(self, day):
        return ((number, number, {"words": [text]}) for number, text in self.words.items())

    def of(self, ids, day):
        self.read += ids
        return ((one, one, {"words": [self.words[one]]}) for one in ids if one in self.words)

    def is_outdated(self, built_on, today):
        return self.is_of_yesterday


@pytest.fixture
def installed(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path


def held(reader: Reader | None = None) -> list[int]:
    snapshot = (reader or Reader(SCHEMA)).snapshot()
    hits = snapshot.searcher.search(Query.all_query(), limit=100, order_by_field="key").hits
    return sorted(key for key, _ in hits)


pytestmark = pytest.mark.django_db


def test_a_missing_index_is_built_and_then_followed(installed):
    shelf, reader = Shelf(n1="ours", n2="train"), Reader(SCHEMA)
    with pytest.raises(IndexMissing):
        reader.snapshot()
    with Follower(SCHEMA, shelf) as follower:
        assert follower.step() == 2
        assert held(reader) == [1, 2]
        assert follower.step() == 0
        shelf.words[3] = "toupie"
        del shelf.words[1]
        note_changes("toys", [1, 3])
        note_changes("others", [2])
        assert follower.step() == 2
        assert (held(reader), shelf.read) == ([2, 3], [1, 3])
        assert follower.step() == 0


def test_freshness_is_when_reading_began_not_when_it_ended(installed):
    class Slow(Shelf):
        def of(self, ids, day):
            self.began_before = timezone.now()
            time.sleep(0.05)
            return super().of(ids, day)

    shelf, reader = Slow(n1="ours"), Reader(SCHEMA)
    with Follower(SCHEMA, shelf) as follower:
        follower.step()
        note_changes("toys", [1])
        follower.step()
    assert reader.snapshot().fresh_at < shelf.began_before


def test_one_writer_at_a_time(installed):
    with Follower(SCHEMA, Shelf()), pytest.raises(IndexBusy), Follower(SCHEMA, Shelf()):
        raise AssertionError("two writers")


def test_everything_changed_means_a_rebuild(installed):
    shelf = Shelf(n1="ours")
    with Follower(SCHEMA, shelf) as follower:
        follower.step()
        first = follower.folder.current()
        shelf.words = {7: "dé"}
        IndexChange.objects.create(index="toys", object_id=None)
        follower.step()
        assert held() == [7]
        assert follower.folder.current() != first
        assert follower.step() == 0


def test_a_follower_that_comes_back_reads_what_it_missed_once(installed):
    shelf = Shelf(n1="ours")
    with Follower(SCHEMA, shelf) as follower:
        follower.step()
    shelf.words[2] = "train"
    note_changes("toys", [2])
    with Follower(SCHEMA, shelf) as follower:
        follower.step()
    with Follower(SCHEMA, shelf) as follower:
        assert follower.step() == 0
    assert (held(), shelf.read) == ([1, 2], [2])


@pytest.mark.parametrize("damage", ["state", "meta", "segment", "pointer", "schema"])
def test_a_damaged_or_older_index_is_built_again(installed, damage):
    with Follower(SCHEMA, Shelf(n1="ours")) as follower:
        follower.step()
        where = follower.folder.current()
    schema = SCHEMA
    if damage == "state":
        (where / "state.json").write_text("{")
    elif damage == "meta":
        (where / "meta.json").write_text("{")
    elif damage == "segment":
        for file in where.glob("*.term"):
            file.unlink()
    elif damage == "pointer":
        (where.parent / "current").write_text("elsewhere")
    else:
        schema = Schema("toys", 2, SCHEMA.fields)
    with Follower(schema, Shelf(n1="ours", n2="train")) as follower:
        assert follower.step() == 2
    snapshot = Reader(schema).snapshot()
    assert snapshot.searcher.num_docs == 2


def test_a_follower_away_for_longer_than_the_log_builds_again(installed):
    shelf = Shelf(n1="ours")
    with Follower(SCHEMA, shelf) as follower:
        follower.step()
        where = follower.folder.current()
    note_changes("toys", [2])
    shelf.words = {3: "toupie"}  # its row of the log was trimmed meanwhile
    long_ago = (timezone.now() - timedelta(days=8)).timestamp()
    os.utime(where / folders.FOLLOWED, (long_ago, long_ago))
    with Follower(SCHEMA, shelf) as follower:
        follower.step()
    assert held() == [3]


def test_an_index_of_another_database_is_built_again(installed):
    note_changes("toys", [1])
    with Follower(SCHEMA, Shelf(n1="ours")) as follower:
        follower.step()
    IndexChange.objects.all().delete()  # as a database begun anew
    with Follower(SCHEMA, Shelf(n5="dé")) as follower:
        follower.step()
    assert held() == [5]


def test_an_index_of_another_day_is_built_again(installed):
    shelf = Shelf(n1="ours")
    with Follower(SCHEMA, shelf) as follower:
        follower.step()
        first = follower.folder.current()
        shelf.is_of_yesterday = True
        follower._read_whole_until = 0
        follower.step()
        assert follower.folder.current() != first


def test_only_the_former_folder_is_kept(installed):
    with Follower(SCHEMA, Shelf(n1="ours")) as follower:
        for _ in range(4):
            follower.rebuild()
    kept = [path for path in (installed / "index" / "toys").iterdir() if path.is_dir()]
    assert len(kept) == 2


def test_rows_older_than_a_week_are_trimmed(installed):
    note_changes("toys", [1, 2])
    IndexChange.objects.filter(object_id=1).update(at=timezone.now() - timedelta(days=8))
    assert trim() == 1
    assert list(IndexChange.objects.values_list("object_id", flat=True)) == [2]


def test_the_watermark_passes_settled_rows_only(installed, monkeypatch):
    shelf = Shelf(n1="ours")
    with Follower(SCHEMA, shelf) as follower:
        follower.step()
        note_changes("toys", [1])
        note_changes("toys", [2])
        first, second = IndexChange.objects.order_by("id").values_list("id", flat=True)
        follower.step()
        state = folders.read_state(follower.folder.current())
        assert (state.watermark, state.seen) == (0, {first, second})
        IndexChange.objects.filter(id=first).update(at=timezone.now() - timedelta(hours=1))
        follower._read_whole_until = 0
        follower.step()
        state = folders.read_state(follower.folder.current())
        assert (state.watermark, state.seen) == (first, {second})


def test_a_change_is_found_as_soon_as_it_is_followed(installed):
    shelf, reader = Shelf(n1="ours"), Reader(SCHEMA)
    with Follower(SCHEMA, shelf) as follower:
        follower.step()
        before = reader.snapshot()
        shelf.words[1] = "peluche"
        note_changes("toys", [1])
        follower.step()
        after = reader.snapshot()
    assert (before.searcher.doc_freq("words", "peluch"), after.searcher.doc_freq("words", "peluch")) == (0, 1)
    assert before.generation != after.generation


def test_a_state_is_written_and_read_back():
    at = timezone.now()
    state = folders.State(date(2026, 11, 22), 7, frozenset({9, 12}), (12, at))
    assert folders.State.of(state.as_json()) == state


def test_a_burst_of_changes_is_applied_in_batches(installed, monkeypatch):
    monkeypatch.setattr(follow, "BATCH_OBJECTS", 3)
    shelf = Shelf(**{f"n{number}": "ours" for number in range(1, 31)})
    with Follower(SCHEMA, shelf) as follower:
        follower.step()
        note_changes("toys", range(1, 8))
        assert follower.step() == 7
    assert held() == list(range(1, 31))


if connection.vendor == "postgresql":  # SQLite has one writer: numbers appear in order

    class TestTwoConnections:
        """On PostgreSQL a lower number may appear after a higher one: nothing is skipped."""

        pytestmark = pytest.mark.django_db(transaction=True)

        def test_a_lower_number_that_commits_later_is_followed(self, installed):
            shelf = Shelf(n1="ours")
            written, may_commit = threading.Event(), threading.Event()

            def slow_writer():
                with transaction.atomic():
                    note_changes("toys", [10])
                    written.set()
                    may_commit.wait(20)
                connection.close()

            with Follower(SCHEMA, shelf) as follower:
                follower.step()
                slow = threading.Thread(target=slow_writer)
                slow.start()
                assert written.wait(20)
                shelf.words[11] = "train"
                note_changes("toys", [11])
                follower.step()
                assert held() == [1, 11]
                shelf.words[10] = "toupie"
                may_commit.set()
                slow.join(20)
                late, early = IndexChange.objects.order_by("id").values_list("object_id", flat=True)
                assert (late, early) == (10, 11)
                assert follower.step() == 1
                assert held() == [1, 10, 11]

        def test_rows_committed_during_a_rebuild_are_followed_after(self, installed):
            class Slow(Shelf):
                def every(self, day):
                    yield from super().every(day)
                    other = threading.Thread(target=self.interfere)
                    other.start()
                    other.join(20)

                def interfere(self):
                    note_changes("toys", [42])
                    connection.close()

            shelf = Slow(n1="ours")
            note_changes("toys", [1])
            with Follower(SCHEMA, shelf) as follower:
                follower.step()
                shelf.words[42] = "toupie"
                assert follower.step() == 1
            assert (held(), shelf.read) == ([1, 42], [42])
