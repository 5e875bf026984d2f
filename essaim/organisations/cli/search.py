"""`essaim organisations search`."""

import json
import os
from contextlib import suppress

import click
from django.utils import timezone

from essaim.organisations import search as directory
from essaim.organisations.search import shapes
from essaim.ui.search.folder import IndexBusy


def default_language() -> str:
    wanted = os.environ.get("ESSAIM_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "fr"
    return "en" if wanted[:2].lower() == "en" else "fr"


@click.command()
@click.argument("words", required=False, default="")
@click.option(
    "--territory", default="", help="Territory code: departement:59, epci:200093201, qpv:QN05923M..."
)
@click.option("--around", default="", help='Territory code, or "lon,lat".')
@click.option("--within", default="", metavar="KM", help="Kilometres from the edge of --around.")
@click.option("--serves", default="", help="Territory code: those who serve it.")
@click.option(
    "--facet", "facets", multiple=True, metavar="NAME=CODE",
    help="status, family, sector, label, group or public; may be repeated.",
)  # fmt: skip
@click.option("--sort", default="", help="relevance, distance, name or rotation.")
@click.option("--page", default=1, show_default=True, type=click.IntRange(1))
@click.option("--size", default=20, show_default=True, type=click.IntRange(1, 100))
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True
)
@click.option("--lang", type=click.Choice(["fr", "en"]), help="Default: ESSAIM_LANG, then the terminal's.")
def search(words: str, facets: tuple[str, ...], form: str, lang: str | None, **asked: str) -> None:
    """Search the directory: WORDS, "quoted words", -excluded, SIREN, SIRET or RNA."""
    language = lang or default_language()
    query: dict[str, list[str]] = {name: [str(value)] for name, value in {"q": words, **asked}.items()}
    for facet in facets:
        name, equals, code = facet.partition("=")
        if not equals or name not in directory.Question.FACETS:
            raise click.UsageError(
                f"--facet {facet}: write NAME=CODE, NAME among {', '.join(directory.Question.FACETS)}"
            )
        query.setdefault(name, []).append(code)
    question = directory.Question.from_query(query)
    # While a worker rebuilds, what it serves meanwhile answers, and says how fresh it is.
    with suppress(IndexBusy):
        directory.bring_up_to_date()
    answer = directory.search(question, on=timezone.localdate())
    if form == "json":
        shown = shapes.as_json(answer, question, language)
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    elif form == "csv":
        click.echo(shapes.as_csv(answer, language), nl=False)
    else:
        click.echo(shapes.as_text(answer, question, language), nl=False)
