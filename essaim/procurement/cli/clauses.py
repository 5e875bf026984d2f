"""Commands: social clauses: hours due, forecast, validated."""

import click

commands: tuple[click.Command, ...] = ()
