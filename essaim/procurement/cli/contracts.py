"""Commands: essential contract data: import, corrections, indicators."""

import json
import os
from pathlib import Path

import click
from django.utils import timezone

from essaim.law.text import Text
from essaim.observatory.contracts.importing import FileReport, import_files
from essaim.observatory.contracts.indicators import Indicators, of_all_buyers, of_buyer, of_tabular
from essaim.observatory.contracts.rejects import REASONS
from essaim.observatory.contracts.store import ContractStore
from essaim.observatory.progress import shown
from essaim.procurement.queries.contracts import contract_store

FILE = click.Path(path_type=Path)
LANG = click.option(
    "--lang", type=click.Choice(["fr", "en"]), help="Default: ESSAIM_LANG, then the terminal's."
)
STORE = click.option(
    "--store", type=click.Path(file_okay=False, path_type=Path), help="Default: $ESSAIM_HOME/contracts."
)

LINE = Text(
    "{name} : {rows} entrées, {contracts} contrats dont {concessions} concessions, {amendments} modifications, "
    "{rejected} rejets{again}",
    "{name}: {rows} entries, {contracts} contracts of which {concessions} concessions, {amendments} amendments, "
    "{rejected} rejected{again}",
)
AGAIN = Text(" (déjà importé)", " (already imported)")
WHY = Text("  {count} : {why} {next}", "  {count}: {why} {next}")
WHERE = Text(
    "  À corriger puis rejouer (essaim procurement import --replay) : {path}",
    "  To correct then replay (essaim procurement import --replay): {path}",
)
REFUSED = Text("{name} : refusé. {why}", "{name}: refused. {why}")
RATES = Text(
    "{by} : social {social}, environnemental {environmental}, inconnu {unknown}",
    "{by}: social {social}, environmental {environmental}, unknown {unknown}",
)
NUMBER = Text("En nombre", "By number")
VALUE = Text("En valeur", "By value")
COUNTED = Text(
    "{count} contrats, {suspect} montants suspects et {missing} montants absents hors valeur.",
    "{count} contracts, {suspect} suspect amounts and {missing} missing amounts left out of values.",
)
COUNTED_BUYERS = Text("{count} acheteurs.", "{count} buyers.")


def language() -> str:
    wanted = os.environ.get("ESSAIM_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "fr"
    return "en" if wanted[:2].lower() == "en" else "fr"


@click.command("import")
@click.argument("files", metavar="[FILE]...", nargs=-1, type=FILE)
@click.option(
    "--replay", "corrected", multiple=True, type=FILE, help="A file of rejected entries, corrected."
)
@click.option("--report", "report_file", type=FILE, help="Write the counts, as JSON.")
@STORE
@LANG
def import_command(
    files: tuple[Path, ...],
    corrected: tuple[Path, ...],
    report_file: Path | None,
    store: Path | None,
    lang: str | None,
) -> None:
    """Bring essential contract data in (JSON, XML, CSV, Parquet); files already imported change nothing."""
    if not files and not corrected:
        raise click.UsageError("name at least one file")
    words = lang or language()
    kept = ContractStore(store) if store else contract_store()
    with shown(words) as tell:
        report = import_files([*files, *corrected], kept, on=timezone.localdate(), tell=tell)
    for one in report.files:
        for line in lines(one, words):
            click.echo(line, err=True)
    if report_file:
        report_file.write_text(json.dumps(report.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    click.echo(report.sentence.in_(words))
    if all(one.refused for one in report.files):
        raise SystemExit(1)


def lines(one: FileReport, words: str) -> list[str]:
    """What became of one file, for a reader."""
    name = Path(one.path).name
    if one.refused or one.file is None:
        return [REFUSED.format(name=name, why=one.refused.in_(words) if one.refused else "").in_(words)]
    kept = one.file
    said = [
        LINE.format(
            name=name,
            rows=kept.entries,
            contracts=kept.contracts,
            concessions=kept.concessions,
            amendments=kept.amendments,
            rejected=kept.rejected,
            again=AGAIN.in_(words) if one.already else "",
        ).in_(words)
    ]
    said += [
        WHY.format(count=count, why=REASONS[code][0].in_(words), next=REASONS[code][1].in_(words)).in_(words)
        for code, count in kept.reasons.items()
    ]
    if one.rejected_file:
        said.append(WHERE.format(path=one.rejected_file).in_(words))
    return said


@click.command("spaser")
@click.option("--buyer", help="SIREN of the buyer (its SIRET will do); all buyers together by default.")
@click.option("--each", is_flag=True, help="One line per buyer.")
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A consolidated file (CSV, Parquet), read as it is; one line per buyer, nothing imported.",
)
@click.option("--year", type=click.IntRange(1990, 2100), help="Year of notification; all by default.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@STORE
@LANG
def spaser_command(
    buyer: str | None,
    each: bool,
    file: Path | None,
    year: int | None,
    form: str,
    store: Path | None,
    lang: str | None,
) -> None:
    """Shares of socially and ecologically responsible contracts, by number and by value, with the unknown."""
    words = lang or language()
    siren = siren_of(buyer) if buyer else None
    kept = ContractStore(store) if store else contract_store()
    if each or file:
        found = of_tabular(file, year) if file else of_all_buyers(kept.table(), year)
        everyone = [one for one in found if siren in (None, one.buyer)]
        if form == "json":
            click.echo(json.dumps([one.as_dict() for one in everyone], ensure_ascii=False))
        else:
            for one in everyone:
                click.echo("\n".join([str(one.buyer), *rates(one, words)]))
            click.echo(COUNTED_BUYERS.format(count=len(everyone)).in_(words))
        return
    one = of_buyer(kept.table(), siren, year)
    if form == "json":
        click.echo(json.dumps(one.as_dict(), ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(rates(one, words)))
        counts = {
            "count": one.by_number.total,
            "suspect": one.suspect_amounts,
            "missing": one.missing_amounts,
        }
        click.echo(COUNTED.format(**counts).in_(words))


def siren_of(words: str) -> str:
    """The SIREN of a SIREN or a SIRET, spaces allowed. Raises click.UsageError."""
    digits = "".join(words.split())
    if not digits.isdigit() or len(digits) not in (9, 14):
        raise click.UsageError("--buyer is a SIREN (9 digits) or a SIRET (14)")
    return digits[:9]


def rates(found: Indicators, words: str) -> list[str]:
    return [
        RATES.format(
            by=title.in_(words),
            social=percent(measure.social.pct, words),
            environmental=percent(measure.environmental.pct, words),
            unknown=percent(measure.unknown_pct, words),
        ).in_(words)
        for title, measure in ((NUMBER, found.by_number), (VALUE, found.by_value))
    ]


def percent(share: float | None, words: str) -> str:
    if share is None:
        return "-"
    return f"{share:.1f} %".replace(".", ",") if words == "fr" else f"{share:.1f}%"


commands: tuple[click.Command, ...] = (import_command, spaser_command)
