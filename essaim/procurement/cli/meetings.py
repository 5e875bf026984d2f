"""Commands: business meetings: wishes, schedule, agendas, follow-up."""

import click

commands: tuple[click.Command, ...] = ()
