"""Commands: the purchase calendar, lots, suppliers found, messages and market consultations."""

import click

commands: tuple[click.Command, ...] = ()
