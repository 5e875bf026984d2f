"""Commands: SPASER: objectives, indicators, publication, and the article 35 control."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from essaim.procurement.queries.schemes_exports import FORMATS, write_export
from essaim.procurement.rules.json_lists import HERE, JsonList
from essaim.procurement.rules.schemes_decp import LeftOut
from essaim.procurement.rules.schemes_ocds import UNREGISTERED_PREFIX
from essaim.ui.words import say

MOST_TOLD = 20
"""Contracts left out that the terminal lists."""


@click.command("export")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="What to write.")
@click.option("--buyer", "buyers", multiple=True, help="SIREN of a buyer; several times for several buyers.")
@click.option("--year", type=int, default=None, help="Only contracts notified that year.")
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The JSON file to write."
)
@click.option(
    "--left-out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Also write the contracts left out, with every reason, as JSON.",
)
@click.option(
    "--ocid-prefix",
    default=UNREGISTERED_PREFIX,
    show_default=True,
    help="The publisher's prefix, given by the Open Contracting Partnership.",
)
def export(
    form: str, buyers: tuple[str, ...], year: int | None, to: Path, left_out: Path | None, ocid_prefix: str
) -> None:
    """Write contracts as official DECP v2.0.3, as an OCDS release package, or their eForms codes.

    A contract that lacks a field compulsory in DECP v2.0.3 is left out and listed with its reasons.
    """
    first: list[dict[str, Any]] = []
    with written_whole(to) as out, written_whole(left_out) as aside:
        beside = JsonList(aside, [HERE]) if aside else None
        count = 0

        def leave_out(contract: LeftOut) -> None:
            nonlocal count
            count += 1
            row = {
                "key": contract.key,
                "object": contract.wording,
                "reasons": [say(reason) for reason in contract.reasons],
            }
            if beside is not None:
                beside.add(row)
            elif len(first) < MOST_TOLD:
                first.append(row)

        written = write_export(
            form, out, leave_out, sirens=list(buyers) or None, first_year=year, last_year=year,
            on=timezone.localdate(), prefix=ocid_prefix,
        )  # fmt: skip
        if beside is not None:
            beside.close()
    for row in first:
        click.echo(f"{row['key']} : {' ; '.join(row['reasons'])}", err=True)
    click.echo(f"{counted(written)} dans {to}, {count} à part.")


@contextmanager
def written_whole(path: Path | None) -> Iterator[Any]:
    """A file that takes its name once all of it is written; nothing for no path."""
    if path is None:
        yield None
        return
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as out:
            yield out
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def counted(contracts: int) -> str:
    return f"{contracts} contrat écrit" if contracts < 2 else f"{contracts} contrats écrits"


commands: tuple[click.Command, ...] = (export,)
