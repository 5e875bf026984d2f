"""Writing the directory out, as files anyone may take."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from essaim.accounts.models import User
from essaim.accounts.permissions import is_administrator
from essaim.law.text import ExplainedError, Text
from essaim.organisations.exports import kept
from essaim.organisations.exports.dictionary import described, dictionary, file_stem
from essaim.organisations.exports.files import FORMATS, write_files
from essaim.organisations.exports.rows import facts, rows

MOST_SELECTED = 20_000
"""Organisations written out on demand, inside a request. Beyond, the nightly files are there."""


class ExportRefused(ExplainedError):
    """The directory cannot be written out as asked."""


@dataclass(frozen=True)
class Exported:
    """How many rows went to which files."""

    rows: int
    paths: dict[str, Path]


def export_directory(*, by: User | None, on: date, folder: Path | None = None) -> Exported:
    """The nightly export: every form of the whole directory, written beside the one served, then put in its place
    under `folder` (HOME/exports). `by` is None for the nightly run and the command line. Raises ExportRefused."""
    if by is not None and not is_administrator(by):
        raise ExportRefused(
            Text("Refaire l'export revient à l'administrateur du site ; il se refait seul chaque nuit.",
                 "Making the export again belongs to the site's administrator; it is made every night by itself.")
        )  # fmt: skip
    exports = folder or settings.HOME / "exports"
    about, made_at = facts(), timezone.now()
    with kept.draft(exports, made_at) as writing:
        stem = file_stem(about, on.isoformat())
        paths = {form: writing / f"{stem}.{form}" for form in FORMATS}
        count = write_files(paths, rows(on=on, about=about), described(about, made_at))
        kept.finish(writing, paths, made_at=made_at, rows=count, description=dictionary(about, made_at))
    served = kept.current(exports)
    assert served is not None  # noqa: S101  # it was just put there
    return Exported(count, {form: file.path for form, file in served.files.items()})


def export_file(
    *,
    form: str,
    path: Path,
    by: User | None,
    on: date,
    ids: list[int] | None = None,
    territory: str | None = None,
) -> Exported:
    """One form, to `path`: the whole directory, the organisations `ids`, or the places within a territory.
    Whoever may read the site may take it away. Raises ExportRefused."""
    if form not in FORMATS:
        known = ", ".join(FORMATS)
        raise ExportRefused(
            Text(f"Le format « {form} » n'existe pas. Choisissez parmi : {known}.",
                 f"There is no format '{form}'. Choose among: {known}.")
        )  # fmt: skip
    about = facts()
    written = rows(on=on, about=about, ids=ids, territory=territory)
    count = write_files({form: path}, written, described(about, timezone.now()))
    return Exported(count, {form: path})


def export_selection(*, form: str, path: Path, ids: list[int], by: User | None, on: date) -> Exported:
    """One form of some organisations, asked for from a page: MOST_SELECTED at most. Raises ExportRefused."""
    if len(ids) > MOST_SELECTED:
        whole = f"{settings.PUBLIC_URL}/organisations/data/"
        raise ExportRefused(
            Text(
                f"Cette recherche trouve {len(ids)} organisations ; {MOST_SELECTED} au plus sont écrites à la demande. "
                f"Précisez-la, ou prenez le fichier entier : {whole}.",
                f"This search finds {len(ids)} organisations; at most {MOST_SELECTED} are written on demand. "
                f"Narrow it, or take the whole file: {whole}.",
            )
        )
    return export_file(form=form, path=path, ids=ids, by=by, on=on)
