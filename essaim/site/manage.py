"""`essaim manage ...`: Django's own commands, with Essaim's settings."""

import os

import click
from django.core.management import execute_from_command_line


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Django's own commands (migrate, shell...)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
    execute_from_command_line(["essaim manage", *arguments])
