"""Commands: essential contract data: import, corrections, exports."""

import click

commands: tuple[click.Command, ...] = ()
