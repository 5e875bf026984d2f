"""`essaim organisations ...`: the directory from the command line."""

import os

import click
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
django.setup()

from essaim.organisations.cli.demonstration import demonstrate  # noqa: E402  # settings above
from essaim.organisations.cli.duplicates import duplicates  # noqa: E402  # settings above
from essaim.organisations.cli.export import export  # noqa: E402  # settings above
from essaim.organisations.cli.imports import import_command, undo_command  # noqa: E402  # settings above
from essaim.organisations.cli.search import search  # noqa: E402  # settings above
from essaim.ui.database import ready_tables  # noqa: E402  # settings above


@click.group()
def command() -> None:
    """The directory: import, search, export."""
    ready_tables()


for one in (import_command, undo_command, search, export, duplicates, demonstrate):
    command.add_command(one)
