"""Commands: the purchase calendar, lots, suppliers found, messages and market consultations."""

import json
import os
from pathlib import Path

import click
from django.db import transaction
from django.utils import timezone

from essaim.accounts.models import Authority
from essaim.law.text import ExplainedError, Text
from essaim.procurement.models import Need
from essaim.procurement.operations.needs.importing import apply_calendar, look_at_calendar
from essaim.procurement.queries.needs import legal
from essaim.procurement.queries.needs.matching import Shortlist, shortlist

REFUSED = Text("Ligne {line} : {reason}", "Line {line}: {reason}")
WRITTEN = Text(
    "{good} besoins écrits en brouillon, {bad} lignes refusées.",
    "{good} needs written as drafts, {bad} rows refused.",
)
WOULD = Text(
    "{good} besoins seraient écrits, {bad} lignes refusées. Ajoutez --apply.",
    "{good} needs would be written, {bad} rows refused. Add --apply.",
)
COUNTED = Text("{count} fournisseurs proposés.", "{count} suppliers proposed.")
NO_AUTHORITY = Text(
    "Aucune collectivité ne porte le nom court « {slug} ».", "No authority bears the short name “{slug}”."
)
NO_NEED = Text("Le besoin ou le lot demandé n'existe pas.", "The need or lot asked does not exist.")


def language() -> str:
    wanted = os.environ.get("ESSAIM_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "fr"
    return "en" if wanted[:2].lower() == "en" else "fr"


@click.command(name="import-needs")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--authority", "slug", required=True, help="Short name of the buyer.")
@click.option("--apply", is_flag=True, help="Write; without it, only say what would be.")
def import_needs(file: Path, slug: str, apply: bool) -> None:
    """Read a purchase calendar (CSV or XLSX): good rows are kept, the others listed with their reason."""
    spoken = language()
    authority = Authority.objects.filter(slug=slug).first()
    if authority is None:
        raise ExplainedError(NO_AUTHORITY.format(slug=slug))
    today = timezone.localdate()
    with transaction.atomic():
        draft = look_at_calendar(
            authority=authority, content=file.read_bytes(), file_name=file.name, by=None, on=today
        )
        if apply:
            apply_calendar(draft=draft, by=None, on=today)
        else:
            transaction.set_rollback(True)
    for row in draft.rejected:
        click.echo(REFUSED.format(line=row["line"], reason=Text(*row["reason"]).in_(spoken)).in_(spoken))
    words = WRITTEN if apply else WOULD
    click.echo(words.format(good=len(draft.rows), bad=len(draft.rejected)).in_(spoken))


@click.command()
@click.argument("need", type=int)
@click.option("--lot", "number", type=int, help="Number of the lot.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def suppliers(need: int, number: int | None, form: str) -> None:
    """Suppliers of the directory for a NEED (its number), best first, with the reasons of their score."""
    spoken = language()
    row = Need.objects.select_related("authority").filter(pk=need).first()
    lot = row.lots.filter(number=number).first() if row and number is not None else None
    if row is None or (number is not None and lot is None):
        raise ExplainedError(NO_NEED)
    today = timezone.localdate()
    found = shortlist(row, lot, on=today, closed=legal.reading_of(row, lot, on=today).closed_bases)
    if form == "json":
        click.echo(json.dumps(_plain(found, spoken), ensure_ascii=False, indent=1))
        return
    for one in found.proposed:
        click.echo(f"{one.scored.points:3d}  {one.organisation.name} ({one.commune})")
        for part in one.scored.parts:
            click.echo(
                f"       {part.words.in_(spoken)} {part.points}/{part.most} : {part.reason.in_(spoken)}"
            )
    for line in (found.advice.title, *found.advice.lines):
        click.echo(line.in_(spoken))
    click.echo(COUNTED.format(count=len(found.proposed)).in_(spoken))


def _plain(found: Shortlist, spoken: str) -> dict[str, object]:
    return {
        "seed": found.seed_day.isoformat(),
        "counted": found.counted,
        "advice": {
            "code": found.advice.code,
            "basis": found.advice.basis or None,
            "lines": [line.in_(spoken) for line in found.advice.lines],
        },
        "suppliers": [
            {
                "organisation_id": one.id,
                "siren": one.organisation.siren,
                "name": one.organisation.name,
                "commune": one.commune,
                "points": one.scored.points,
                "parts": [
                    {
                        "name": part.name,
                        "points": part.points,
                        "most": part.most,
                        "reason": part.reason.in_(spoken),
                    }
                    for part in one.scored.parts
                ],
            }
            for one in found.proposed
        ],
    }


commands: tuple[click.Command, ...] = (import_needs, suppliers)
