"""`essaim observatory sources | fetch | simulate | build`: parse, one call, answer."""

import json
from datetime import datetime
from pathlib import Path

import click

from essaim.law.text import LANGUAGES, Text
from essaim.observatory.intake.rejects import REASONS
from essaim.observatory.progress import shown
from essaim.observatory.simulate import DEMONSTRATION, ON, simulate
from essaim.observatory.simulate.write import FORMATS
from essaim.observatory.sources.fetch import Fetched, fetch
from essaim.observatory.sources.registry import all_sources, source
from essaim.observatory.sources.source import Source

LANG = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="fr", envvar="ESSAIM_LANG", show_default=True
)
DAY = click.DateTime(["%Y-%m-%d"])
FOLDER = click.Path(file_okay=False, path_type=Path)

FETCHED = Text("{name} : {size} octets reçus.", "{name}: {size} bytes received.")
UNCHANGED = Text("{name} : déjà à jour.", "{name}: already up to date.")
COUNTED = Text(
    "{new} fichiers reçus, {same} déjà à jour.", "{new} files received, {same} already up to date."
)
NOT_FETCHED = Text("{id} : rien à télécharger.", "{id}: nothing to download.")
LEFT_OUT = Text("  {rows} : {reason}", "  {rows}: {reason}")
WHOLE_LIST = Text("  Liste complète : {path}", "  Whole list: {path}")
DEFECT = Text("  {rows} : {kind}", "  {rows}: {kind}")


@click.group()
def command() -> None:
    """Official open data in, figures out."""


@command.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@LANG
def sources(form: str, lang: str) -> None:
    """Every open-data source: publisher, licence, rhythm, stable address, columns read."""
    every = all_sources().values()
    if form == "json":
        rows = [_as_json(each, lang) for each in every]
        click.echo(json.dumps({"sources": rows}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(each.describe(lang) for each in every))


def _as_json(each: Source, lang: str) -> dict[str, object]:
    return {
        "id": each.id,
        "title": each.title.in_(lang),
        "publisher": each.publisher,
        "licence": each.licence,
        "rhythm": each.rhythm.in_(lang),
        "page": each.page,
        "needed": each.needed,
        "files": [{"file": r.file, "format": r.format, "url": r.url} for r in each.resources],
        "columns": [
            {"name": c.name, "parquet": c.parquet, "csv": c.csv, "required": c.required} for c in each.columns
        ],
        "notes": each.notes.in_(lang),
    }


@command.command("fetch")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--to", type=FOLDER, required=True, help="Folder that receives the files.")
@click.option("--format", "form", help="parquet, zip or csv; the lightest to read by default.")
@LANG
def fetch_(names: tuple[str, ...], to: Path, form: str | None, lang: str) -> None:
    """Download official files (all of them when no SOURCE is named); run it again to resume."""
    chosen = [source(name) for name in names] or list(all_sources().values())
    done: list[Fetched] = []
    with shown(lang) as tell:
        for each in chosen:
            resource = each.resource(form) or each.resource()
            if resource is None:
                if names:
                    click.echo(NOT_FETCHED.format(id=each.id).in_(lang), err=True)
                continue
            got = fetch(resource, to, tell)
            said = FETCHED if got.new else UNCHANGED
            click.echo(said.format(name=got.path.name, size=got.size_bytes).in_(lang), err=True)
            done.append(got)
    new = sum(got.new for got in done)
    click.echo(COUNTED.format(new=new, same=len(done) - new).in_(lang))


@command.command("simulate")
@click.option("--to", type=FOLDER, required=True, help="Empty folder, or an earlier simulation.")
@click.option("--establishments", type=int, help="How many; 42 million for the nation, else 60,000.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--format", "form", type=click.Choice(FORMATS), default="parquet", show_default=True)
@click.option("--scope", help="national, or codes such as epci:200093201,epci:200041960.")
@click.option("--dirty", is_flag=True, help="With a few defects of every kind, counted.")
@click.option("--on", type=DAY, help="Date of the pretended extract, YYYY-MM-DD.")
@LANG
def simulate_(
    to: Path,
    establishments: int | None,
    seed: int,
    form: str,
    scope: str | None,
    dirty: bool,
    on: datetime | None,
    lang: str,
) -> None:
    """Write a fictitious register in the official layout (Lille and its neighbours by default)."""
    wanted = [code.strip() for code in scope.split(",") if code.strip()] if scope else list(DEMONSTRATION)
    with shown(lang) as tell:
        report = simulate(
            to,
            establishments,
            seed,
            form,
            "national" if wanted == ["national"] else wanted,
            dirty,
            on=on.date() if on else ON,
            progress=tell,
        )
    for kind, rows in report.defects.items():
        click.echo(DEFECT.format(rows=rows, kind=kind).in_(lang), err=True)
    click.echo(report.sentence.in_(lang))


@command.command("build")
@click.option(
    "--from", "origin", type=click.Path(path_type=Path), required=True, help="Folder of official files."
)
@click.option("--store", type=FOLDER, required=True, help="Folder of the figures.")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option("--qpv", type=click.Path(path_type=Path), help="Outlines of priority neighbourhoods.")
@click.option("--on", type=DAY, help="Day whose law decides, YYYY-MM-DD; today by default.")
@LANG
def build_(origin: Path, store: Path, engine: str, qpv: Path | None, on: datetime | None, lang: str) -> None:
    """Build the figures of every territory from official files, beside the old ones, then serve them."""
    # Ibis takes a second to load, which the other verbs need not wait for.
    from essaim.observatory.build import build  # noqa: PLC0415
    from essaim.observatory.build.rejects import REASONS as NOT_COUNTED  # noqa: PLC0415

    with shown(lang) as tell:
        report = build(origin, store, engine=engine, qpv=qpv, progress=tell, on=on.date() if on else None)
    reasons = {**REASONS, **NOT_COUNTED}
    if report.rejected:
        for reason, rows in sorted(report.rejected.items()):
            words = reasons[reason].in_(lang) if reason in reasons else reason
            click.echo(LEFT_OUT.format(rows=rows, reason=words).in_(lang), err=True)
        click.echo(WHOLE_LIST.format(path=report.rejected_file).in_(lang), err=True)
    click.echo(report.sentence.in_(lang))
