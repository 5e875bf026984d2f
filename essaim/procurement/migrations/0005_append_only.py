"""The database itself keeps what is written once: publications of a scheme, the log of a market consultation, the
corrections of validated hours and the history of clauses. On both engines, as for the journal.

SQLite forgets triggers when a later migration rebuilds one of these tables: such a migration must end by running
`forbid` again (tests/test_append_only.py fails otherwise). Like the journal's, they refuse `DELETE` too.
"""

from django.db import migrations

TABLES = (
    "procurement_schemepublication",
    "procurement_exchange",
    "procurement_hourscorrection",
    "procurement_clausechange",
)


def forbid(apps, editor):
    for table in TABLES:
        for act in ("update", "delete"):
            if editor.connection.vendor == "sqlite":
                editor.execute(
                    f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE FUNCTION procurement_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END $$",
            # Without parameters, the driver leaves the percent sign alone.
            params=None,
        )
        for table in TABLES:
            editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION procurement_append_only()"
            )
    elif editor.connection.vendor != "sqlite":
        raise NotImplementedError(f"no append-only tables written for {editor.connection.vendor}")


def allow(apps, editor):
    for table in TABLES:
        if editor.connection.vendor == "sqlite":
            for act in ("update", "delete"):
                editor.execute(f"DROP TRIGGER {table}_no_{act}")
        else:
            editor.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION procurement_append_only()")


class Migration(migrations.Migration):
    dependencies = [("procurement", "0004_clauses_changing")]
    operations = [migrations.RunPython(forbid, allow)]
