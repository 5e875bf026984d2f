"""`essaim organisations import` and `undo-import`."""

import os
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from essaim.law.text import ExplainedError, Text
from essaim.observatory.progress import shown
from essaim.organisations.importing.difference import DRY
from essaim.organisations.models import Import
from essaim.organisations.operations.importing import FORMATS, Difference, import_file, undo_import
from essaim.organisations.rules.import_words import CHANGE_KINDS, FIELDS, NOTES, REASONS, source_label

LISTED_ROWS = 20
DAY = click.DateTime(["%Y-%m-%d"])
UNDONE = Text("Import {number} annulé.", "Import {number} undone.")
WOULD_UNDO = Text(
    "L'import {number} ({file}) serait annulé : {count} lignes remises comme avant. Ajoutez --apply.",
    "Import {number} ({file}) would be undone: {count} rows put back. Add --apply.",
)
NO_IMPORT = Text(
    "L'import {number} n'existe pas. La liste est sur la page « Imports ».",
    "There is no import {number}. The list is on the “Imports” page.",
)
KEPT = Text(
    "Import {number}. Pour l'annuler : essaim organisations undo-import {number} --apply",
    "Import {number}. To undo it: essaim organisations undo-import {number} --apply",
)
PEOPLE = Text(
    "{count} valeurs saisies par des personnes sont gardées.", "{count} values entered by people are kept."
)


def language() -> str:
    wanted = os.environ.get("ESSAIM_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "fr"
    return "en" if wanted[:2].lower() == "en" else "fr"


def today() -> date:
    return datetime.now(ZoneInfo("Europe/Paris")).date()


@click.command(name="import")
@click.option(
    "--from", "path", required=True, type=click.Path(path_type=Path), help="File, or the store's folder."
)
@click.option("--format", "form", required=True, type=click.Choice(FORMATS), help="What the file is.")
@click.option("--apply", is_flag=True, help="Write; without it, only show the difference.")
@click.option("--on", type=DAY, help="Date of the act, YYYY-MM-DD; today by default.")
@click.option("--vintage", type=DAY, help="The day the file speaks of; else its name says, else --on.")
@click.option(
    "--territory",
    "territories",
    multiple=True,
    metavar="CODE",
    help="Only there (register); may be repeated.",
)
@click.option(
    "--successions",
    type=click.Path(path_type=Path, exists=True),
    help="Insee's file of successions of SIRET.",
)
@click.option("--dataset", default="", help="Name of the list (csv); else the file's name without its date.")
@click.option("--accept-loss", is_flag=True, help="Apply even when the file looks damaged.")
@click.option("--lang", type=click.Choice(["fr", "en"]), help="Default: ESSAIM_LANG, then the terminal's.")
def import_command(
    path: Path,
    form: str,
    apply: bool,
    on: datetime | None,
    vintage: datetime | None,
    territories: tuple[str, ...],
    successions: Path | None,
    dataset: str,
    accept_loss: bool,
    lang: str | None,
) -> None:
    """Bring a register or a list into the directory: shows the difference, writes it with --apply."""
    if territories and form != "register":
        raise click.UsageError("--territory goes with --format register")
    words = lang or language()
    with shown(words) as tell:
        found = import_file(
            path=path,
            format=form,
            by=None,
            on=on.date() if on else today(),
            apply=apply,
            territories=territories,
            successions=successions,
            dataset=dataset,
            vintage=vintage.date() if vintage else None,
            accept_loss=accept_loss,
            progress=tell,
        )
    for line in lines(found, words):
        click.echo(line)


def lines(found: Difference, lang: str) -> list[str]:
    """The difference as text, the counted sentence last."""
    out: list[str] = []
    for kind, outcomes in found.tally.shown.items():
        if outcomes:
            out += ["", f"{CHANGE_KINDS[kind].in_(lang)} ({found.tally.counts[kind]})"]
        for each in outcomes[:LISTED_ROWS]:
            changes = "; ".join(
                f"{named(name, lang)} : {old or '—'} → {new or '—'}" for name, old, new in each.changes[:4]
            )
            out.append(f"  {each.siren or '—':9}  {each.name}{'  ' + changes if changes else ''}")
        more = found.tally.counts[kind] - min(len(outcomes), LISTED_ROWS)
        out += [f"  … + {more}"] if more > 0 else []
    out += counted(found.remarks, NOTES, Text("Remarques", "Remarks"), lang)
    if found.tally.pairs:
        out += ["", Text("Désaccords entre sources", "Disagreements between sources").in_(lang)]
        for (name, low, high), count in sorted(found.tally.pairs.items()):
            sources = f"{source_label(low).in_(lang)} ≠ {source_label(high).in_(lang)}"
            out.append(f"  {named(name, lang)}, {sources} : {count}")
    out += counted(found.reasons, REASONS, Text("Lignes refusées", "Rows refused"), lang)
    for row in found.rejections[:LISTED_ROWS]:
        line = Text("ligne", "line").in_(lang)
        out.append(
            f"  {line} {row.line or '—'} : {REASONS[row.reason].in_(lang)} ({row.identifier}) {row.detail}".rstrip()
        )
    out.append("")
    if found.tally.kept:
        out.append(PEOPLE.format(count=found.tally.kept).in_(lang))
    if found.warning is not None:
        out.append(found.warning.in_(lang))
    if not found.is_applied:
        out.append(DRY.in_(lang))
    elif found.number is not None:
        out.append(KEPT.format(number=found.number).in_(lang))
    return [*out, found.sentence.in_(lang)]


def counted(counts: dict[str, int], labels: dict[str, Text], heading: Text, lang: str) -> list[str]:
    if not counts:
        return []
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ["", heading.in_(lang), *(f"  {count:>7}  {labels[code].in_(lang)}" for code, count in rows)]


def named(column: str, lang: str) -> str:
    """ "site.naf" in words."""
    return FIELDS[column.rpartition(".")[2]].in_(lang) if column.rpartition(".")[2] in FIELDS else column


@click.command(name="undo-import")
@click.argument("number", type=int)
@click.option("--apply", is_flag=True, help="Write; without it, only say what would be undone.")
@click.option("--on", type=DAY, help="Date of the act, YYYY-MM-DD; today by default.")
@click.option("--lang", type=click.Choice(["fr", "en"]), help="Default: ESSAIM_LANG, then the terminal's.")
def undo_command(number: int, apply: bool, on: datetime | None, lang: str | None) -> None:
    """Put back everything import NUMBER changed."""
    words = lang or language()
    imported = Import.objects.filter(pk=number).first()
    if imported is None:
        raise ExplainedError(NO_IMPORT.format(number=number))
    if not apply:
        count = imported.act.revisions.count() if imported.act else 0
        click.echo(WOULD_UNDO.format(number=number, file=imported.file_name, count=count).in_(words))
        return
    undo_import(imported=imported, by=None, on=on.date() if on else today())
    click.echo(UNDONE.format(number=number).in_(words))
