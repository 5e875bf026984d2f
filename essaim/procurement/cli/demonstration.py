"""Command: a demonstration of procurement."""

from datetime import datetime

import click
from django.utils import timezone

from essaim.law.text import Text
from essaim.procurement.cli.contracts import LANG, language
from essaim.procurement.operations.demonstration.whole import demonstrate_procurement

WRITTEN = Text(
    "Démonstration écrite, marquée fictive : {contracts} contrats, {schemes} SPASER, {needs} besoins, "
    "{operations} opération à clauses sociales ({months} mois d'heures), {meetings} rencontres d'affaires.",
    "Demonstration written, marked fictitious: {contracts} contracts, {schemes} SPASER, {needs} needs, "
    "{operations} operation with social clauses ({months} months of hours), {meetings} business meetings.",
)
THERE = Text(
    "La démonstration est déjà là : rien n'a changé ({contracts} contrats, {needs} besoins, {meetings} rencontres).",
    "The demonstration is there already: nothing changed ({contracts} contracts, {needs} needs, {meetings} meetings).",
)
DRY = Text(
    "Écrirait contrats, SPASER, besoins, clauses sociales et rencontres d'affaires inventés autour de ce jour. "
    "Ajoutez --apply.",
    "Would write contracts, a SPASER, needs, social clauses and business meetings invented around this day. "
    "Add --apply.",
)


@click.command("demonstrate")
@click.option("--apply", is_flag=True, help="Write; without it, only say what would be.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day of the demonstration; today by default.")
@LANG
def demonstrate_command(apply: bool, on: datetime | None, lang: str | None) -> None:
    """Invent contracts, a SPASER, needs, social clauses and meetings; refuses where anything is real."""
    words = lang or language()
    made = demonstrate_procurement(apply=apply, by=None, on=on.date() if on else timezone.localdate())
    if made is None:
        click.echo(DRY.in_(words))
        return
    click.echo((WRITTEN if made.is_new else THERE).format(**vars(made)).in_(words))


commands: tuple[click.Command, ...] = (demonstrate_command,)
