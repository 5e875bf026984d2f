"""`essaim organisations export`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from django.utils import timezone

from essaim.observatory.reference import places
from essaim.organisations.exports.files import FORMATS
from essaim.organisations.operations.exporting import export_directory, export_file


@click.command("export")
@click.option("--format", "form", type=click.Choice(list(FORMATS)), help="What to write.")
@click.option(
    "--territory", default=None, help="Only the places within it: epci:200093201, departement:59..."
)
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="File to write; without it, standard output (text formats).",
)
@click.option("--nightly", is_flag=True, help="Write again every file that the site offers, in its folder.")
def export(form: str | None, territory: str | None, to: Path | None, nightly: bool) -> None:
    """Write the directory out: published organisations only, no personal data."""
    if nightly == bool(form):
        raise click.UsageError("Choose --format, or --nightly.")
    if nightly:
        done = export_directory(by=None, on=timezone.localdate())
        for path in done.paths.values():
            click.echo(path)
        click.echo(f"{counted(done.rows)} en {len(done.paths)} formats.")
        return
    assert form is not None  # noqa: S101  # said above
    if territory:
        places.territory(territory)  # an unknown one is refused with suggestions
    if to is None:
        to_standard_output(form, territory)
        return
    done = export_file(form=form, path=to, by=None, on=timezone.localdate(), territory=territory)
    click.echo(f"{counted(done.rows)} dans {to}.")


def counted(rows: int) -> str:
    return f"{rows} ligne écrite" if rows < 2 else f"{rows} lignes écrites"


def to_standard_output(form: str, territory: str | None) -> None:
    if form in ("xlsx", "parquet") and sys.stdout.isatty():
        raise click.UsageError(f"{form} is not text: give a file with --to.")
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"organisations.{form}"
        export_file(form=form, path=path, by=None, on=timezone.localdate(), territory=territory)
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                sys.stdout.buffer.write(piece)
