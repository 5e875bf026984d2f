"""Commands: SPASER: objectives, indicators, publication, and the article 35 control."""

import click

commands: tuple[click.Command, ...] = ()
