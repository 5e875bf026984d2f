"""`essaim organisations demonstrate`."""

from datetime import datetime

import click

from essaim.law.text import Text
from essaim.organisations.cli.imports import DAY, language, today
from essaim.organisations.operations.demonstration import demonstrate_directory

THERE = Text(
    "La démonstration est déjà dans l'annuaire : rien n'a changé.",
    "The demonstration is in the directory already: nothing changed.",
)
WRITTEN = Text(
    "Inventés dans l'annuaire : {labels} labels, {steps} places dans des filières, {supports} appuis.",
    "Invented in the directory: {labels} labels, {steps} places in value chains, {supports} supports.",
)
WOULD = Text(
    "Seraient inventés : {labels} labels, {steps} places dans des filières, {supports} appuis. Ajoutez --apply.",
    "Would be invented: {labels} labels, {steps} places in value chains, {supports} supports. Add --apply.",
)


@click.command(name="demonstrate")
@click.option("--apply", is_flag=True, help="Write; without it, only count.")
@click.option("--on", type=DAY, help="Day of the demonstration, YYYY-MM-DD; today by default.")
@click.option("--lang", type=click.Choice(["fr", "en"]), help="Default: ESSAIM_LANG, then the terminal's.")
def demonstrate(apply: bool, on: datetime | None, lang: str | None) -> None:
    """Invent labels, supports and value chains beside a simulated register; refuses where anything is real."""
    made = demonstrate_directory(apply=apply, by=None, on=on.date() if on else today())
    said = THERE if not made.is_new else WRITTEN if apply else WOULD
    counts = {"labels": made.labels, "steps": made.steps, "supports": made.supports}
    click.echo(said.format(**counts).in_(lang or language()))
