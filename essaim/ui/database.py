"""The database's tables, before anything is asked of them: from the server or from a command."""

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from essaim.law.text import ExplainedError, Text


class NotReady(ExplainedError):
    """Something must be done first."""


def pending_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def ready_tables(*, is_embedded: bool | None = None) -> None:
    """The embedded database is brought up to date, and it is said; another one is its administrator's: NotReady."""
    settings.HOME.mkdir(parents=True, exist_ok=True)
    waiting = pending_migrations()
    if not waiting:
        return
    if is_embedded is None:
        is_embedded = connection.vendor == "sqlite"
    if not is_embedded:
        raise NotReady(
            Text(
                f"La base de données a {waiting} mises à jour de retard. "
                "Lancez « essaim manage migrate », puis recommencez.",
                f"The database is {waiting} updates behind. Run 'essaim manage migrate', then try again.",
            )
        )
    call_command("migrate", verbosity=0)
    click.echo(f"{waiting} mises à jour de la base appliquées.", err=True)
