"""The database itself keeps the journal append-only, on both engines.

SQLite forgets triggers when a later migration rebuilds the table: such a migration must end by running
`forbid` again (tests/test_journal.py fails otherwise).
"""

from django.db import migrations

SQLITE = [
    f"CREATE TRIGGER accounts_entry_no_{act} BEFORE {act.upper()} ON accounts_entry "
    "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    for act in ("update", "delete")
]
SQLITE_UNDO = [f"DROP TRIGGER accounts_entry_no_{act}" for act in ("update", "delete")]

POSTGRESQL = """
CREATE FUNCTION accounts_entry_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER accounts_entry_append_only BEFORE UPDATE OR DELETE ON accounts_entry
FOR EACH ROW EXECUTE FUNCTION accounts_entry_append_only();
"""
POSTGRESQL_UNDO = "DROP TRIGGER accounts_entry_append_only ON accounts_entry; DROP FUNCTION accounts_entry_append_only();"


def run(editor, sqlite, postgresql):
    if editor.connection.vendor == "sqlite":
        for statement in sqlite:
            editor.execute(statement)
    elif editor.connection.vendor == "postgresql":
        editor.execute(postgresql)
    else:
        raise NotImplementedError(f"no append-only journal written for {editor.connection.vendor}")


def forbid(apps, editor):
    run(editor, SQLITE, POSTGRESQL)


def allow(apps, editor):
    run(editor, SQLITE_UNDO, POSTGRESQL_UNDO)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_authority_membership_entry")]
    operations = [migrations.RunPython(forbid, allow)]
