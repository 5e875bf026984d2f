"""Commands: what the law allows for a need on a date."""

import click

commands: tuple[click.Command, ...] = ()
