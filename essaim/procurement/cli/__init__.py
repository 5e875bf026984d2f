"""`essaim procurement ...`: public procurement from the command line."""

import os

import click
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
django.setup()

from essaim.procurement.cli import clauses, contracts, demonstration, meetings, needs, routes, schemes  # noqa: E402  # settings above
from essaim.ui.database import ready_tables  # noqa: E402  # settings above


@click.group()
def command() -> None:
    """Public procurement: routes, suppliers, contracts, SPASER, hours, meetings."""
    ready_tables()


for part in (routes, needs, contracts, schemes, clauses, meetings, demonstration):
    for one in part.commands:
        command.add_command(one)
