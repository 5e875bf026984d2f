"""`essaim organisations duplicates`."""

import click
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from essaim.organisations.operations.duplicates import find_duplicates


@click.command()
@click.option("--apply", is_flag=True, help="Keep the pairs found for review; without it, only count them.")
def duplicates(apply: bool) -> None:
    """Look for records that may be one organisation."""
    with Progress(TextColumn("{task.description}"), TimeElapsedColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task("comparing")
        found = find_duplicates(
            by=None,
            on=timezone.localdate(),
            apply=apply,
            progress=lambda compared: bar.update(task, description=f"{compared} pairs compared"),
        )
    done = "" if apply else " Nothing was written: add --apply."
    click.echo(
        f"{found.records} records, {found.compared} pairs compared: {found.proposed} new pairs, "
        f"{found.reopened} proposed again, {found.changed} changed, {found.gone} no longer alike.{done}"
    )
