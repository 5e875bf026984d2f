"""The journal is written once: the database itself refuses the rest, on both engines."""

import pytest
from django.db import DatabaseError, connection, transaction

from essaim.accounts import journal, queries
from essaim.accounts.models import Entry
from essaim.accounts.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry() -> Entry:
    mel = factories.authority()
    alice = factories.installation_administrator()
    return journal.record(
        "grant awarded", mel, by=alice, on=factories.TODAY, authority=mel, amount_cents=1200000
    )


def test_a_line_says_who_did_what_when_on_what(entry: Entry) -> None:
    kept = Entry.objects.get()
    assert (kept.act, kept.by.username, kept.on) == ("grant awarded", "alice@exemple.fr", factories.TODAY)
    assert (kept.object_type, kept.object_id) == ("accounts.Authority", str(kept.authority_id))
    assert kept.details == {"amount_cents": 1200000}
    assert list(queries.history_of(kept.authority)) == [entry]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_entry SET act = 'nothing'", "DELETE FROM accounts_entry"],
    ids=["update", "delete"],
)
def test_the_database_refuses_to_rewrite_the_journal(entry: Entry, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Entry.objects.get().act == "grant awarded"


def test_the_orm_is_refused_too(entry: Entry) -> None:
    entry.act = "nothing"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        entry.delete()
    assert Entry.objects.get().act == "grant awarded"
