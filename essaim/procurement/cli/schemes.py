"""Commands: SPASER: objectives, indicators, publication, and the article 35 control."""

import json
from pathlib import Path

import click
from django.utils import timezone

from essaim.procurement.queries.schemes_exports import FORMATS, export_contracts
from essaim.procurement.rules.schemes_ocds import UNREGISTERED_PREFIX
from essaim.ui.words import say


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
    done = export_contracts(
        form, sirens=list(buyers) or None, first_year=year, last_year=year, on=timezone.localdate(),
        prefix=ocid_prefix,
    )  # fmt: skip
    to.write_text(json.dumps(done.content, ensure_ascii=False, indent=1), encoding="utf-8")
    rows = [
        {"key": each.key, "object": each.wording, "reasons": [say(reason) for reason in each.reasons]}
        for each in done.left_out
    ]
    if left_out is not None:
        left_out.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    else:
        for row in rows[:20]:
            click.echo(f"{row['key']} : {' ; '.join(row['reasons'])}", err=True)
    click.echo(f"{counted(done.written)} dans {to}, {len(rows)} à part.")


def counted(contracts: int) -> str:
    return f"{contracts} contrat écrit" if contracts < 2 else f"{contracts} contrats écrits"


commands: tuple[click.Command, ...] = (export,)
