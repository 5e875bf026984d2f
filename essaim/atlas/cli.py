"""`essaim atlas show TERRITORY`: the atlas of a territory as text, JSON, CSV or PDF. No Django project needed."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import django
from django.conf import settings as django_settings
from django.utils import translation

from essaim.atlas import exports, readings
from essaim.atlas.words import between
from essaim.law.text import Text
from essaim.observatory.atlas import Atlas, Figure, Slice
from essaim.observatory.store import Store
from essaim.ui import formats

NOT_PUBLISHED = Text("secret statistique", "statistical secrecy")
NOT_KNOWN = Text("non connu", "not known")


def default_store() -> Path:
    home = Path(os.environ.get("ESSAIM_HOME") or "var")
    return Path(os.environ.get("ESSAIM_STORE") or home / "store")


def default_language() -> str:
    wanted = os.environ.get("ESSAIM_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "fr"
    return "en" if wanted[:2].lower() == "en" else "fr"


@click.group()
def command() -> None:
    """A territory's atlas as text, JSON, CSV or PDF."""


@command.command()
@click.argument("territory")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv", "pdf"]), default="text", show_default=True
)
@click.option(
    "--compare",
    "others",
    multiple=True,
    metavar="CODE",
    help="Another territory; may be repeated (up to four).",
)
@click.option(
    "--store", type=click.Path(path_type=Path, file_okay=False), help="Default: $ESSAIM_HOME/store."
)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Default: the standard output."
)
@click.option("--lang", type=click.Choice(["fr", "en"]), help="Default: ESSAIM_LANG, then the terminal's.")
def show(
    territory: str,
    form: str,
    others: tuple[str, ...],
    store: Path | None,
    output: Path | None,
    lang: str | None,
) -> None:
    """The atlas of TERRITORY (epci:200093201, commune:59350, departement:59...)."""
    language = lang or default_language()
    where = Store(store or default_store())
    codes = [territory, *(code for other in others for code in other.split(",") if code)]
    if form == "pdf":
        if output is None and sys.stdout.isatty():
            raise click.UsageError("a PDF is not for the screen: add --output FILE")
        write(pdf(where, codes, language), output)
        return
    atlases = readings.compared(where, codes)
    writers = {"json": exports.as_json_text, "csv": exports.as_csv, "text": as_text}
    write(writers[form](atlases, language).encode(), output)


def pdf(store: Store, codes: Sequence[str], language: str) -> bytes:
    """The report; charts speak through Django's translations, which need settings but neither files nor database."""
    if not django_settings.configured:
        django_settings.configure(USE_I18N=True, LANGUAGES=[("fr", "Français"), ("en", "English")])
        django.setup()
    # Drawing charts takes a second to load: not for those who ask for text.
    from essaim.atlas import paper, report  # noqa: PLC0415  # see above

    with translation.override(language):
        return report.as_pdf(paper.report(store, codes, language))


def write(content: bytes, output: Path | None) -> None:
    if output is None:
        click.get_binary_stream("stdout").write(content)
    else:
        output.write_bytes(content)


def as_text(atlases: Sequence[Atlas], language: str) -> str:
    """A screenful: one line per figure and a column per territory, then families and activities."""
    first = atlases[0]
    heading = " / ".join(f"{atlas.territory.name} ({atlas.territory.code})" for atlas in atlases)
    about = Text(
        f"Données au {formats.date_long(first.vintage, 'fr')}, construction {first.build_id}",
        f"Data on {formats.date_long(first.vintage, 'en')}, build {first.build_id}",
    ).in_(language)
    lines = [heading, about, *([exports.FICTITIOUS.in_(language)] if first.fictitious else []), ""]
    rows = [
        [
            figure.definition.label.in_(language),
            *(shown(atlas.figures.get(key), language) for atlas in atlases),
        ]
        for key, figure in first.figures.items()
    ]
    lines += columns(rows)
    titles = {
        "by_family": Text("Familles (établissements)", "Families (establishments)"),
        "by_sector": Text("Activités (établissements)", "Activities (establishments)"),
        "by_size": Text("Tailles (établissements)", "Sizes (establishments)"),
    }
    for table, title in titles.items():
        lines += ["", title.in_(language)]
        by_category = [
            {part.category: part for part in exports.breakdowns(atlas)[table]} for atlas in atlases
        ]
        lines += columns(
            [
                [
                    f"  {part.label.in_(language)}",
                    *(counted(one.get(part.category), language) for one in by_category),
                ]
                for part in exports.breakdowns(first)[table]
            ]
        )
    return "\n".join(lines) + "\n"


def shown(figure: Figure | None, language: str) -> str:
    """The value with its unit, or why there is none."""
    if figure is None:
        return NOT_KNOWN.in_(language)
    if figure.status != "ok":
        note = figure.note_text
        return (
            note.in_(language)
            if note
            else (NOT_PUBLISHED if figure.status == "secret" else NOT_KNOWN).in_(language)
        )
    if figure.value is None:
        return f"{between(figure.low, figure.high, language)} {figure.unit.label.in_(language)}"
    return f"{formats.number(figure.value, language, figure.unit.decimals)} {figure.unit.label.in_(language)}"


def counted(part: Slice | None, language: str) -> str:
    if part is None:
        return NOT_KNOWN.in_(language)
    return (
        NOT_PUBLISHED.in_(language)
        if part.status == "secret"
        else formats.number(part.establishments, language)
    )


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Left-aligned first column, the others right-aligned when they are short."""
    if not rows:
        return []
    first = max(len(row[0]) for row in rows)
    widths = [max(len(row[rank]) for row in rows) for rank in range(1, len(rows[0]))]
    return [
        "  ".join(
            [row[0].ljust(first), *(cell.ljust(width) for cell, width in zip(row[1:], widths, strict=True))]
        ).rstrip()
        for row in rows
    ]
