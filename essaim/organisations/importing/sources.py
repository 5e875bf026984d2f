"""Which reader for which file, and what the file is: its source, its date, its territory."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from essaim.law.text import ExplainedError, Text
from essaim.organisations.intake import Origin, Reading
from essaim.organisations.intake.ess_numerique import read_ess_numerique, speaks_dialect
from essaim.organisations.intake.register import parquet_of, read_register, scope_of
from essaim.organisations.intake.rows import title
from essaim.organisations.intake.siae import read_siae
from essaim.organisations.intake.template import read_template

FORMATS = ("siae", "register", "csv")
DAY_IN_NAME = re.compile(r"(?<!\d)(20\d\d)(?:[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)")
BLOCK_BYTES = 1 << 22


class CannotImport(ExplainedError):
    """The file cannot be imported as asked."""


def open_reading(
    *, path: Path, format: str, on: date, territories: Sequence[str], dataset: str, vintage: date | None
) -> Reading:
    """The file ready to be read. Raises CannotImport, WrongColumns, SourceError, NoBuild, UnknownTerritory."""
    if format not in FORMATS:
        raise CannotImport(
            Text(
                f"Le format « {format} » n'existe pas. Choisissez parmi : {', '.join(FORMATS)}.",
                f"There is no format “{format}”. Choose one of: {', '.join(FORMATS)}.",
            )
        )
    if not path.exists():
        raise CannotImport(
            Text(
                f"Le fichier « {path} » n'existe pas. Vérifiez son chemin.",
                f"The file “{path}” does not exist. Check its path.",
            )
        )
    day = vintage or vintage_in(path.name) or on
    if day > on:
        raise CannotImport(
            Text(
                f"Le millésime {day.isoformat()} est après la date de l'import ({on.isoformat()}). Corrigez --vintage.",
                f"The vintage {day.isoformat()} is after the date of the import ({on.isoformat()}). Mend --vintage.",
            )
        )
    if format == "register":
        scope_of(territories)
        parquet, built_for, is_fictitious = parquet_of(path)
        day = vintage or built_for or day
        return read_register(
            parquet, Origin("register", "register", day, frozenset(), is_fictitious), territories
        )
    if format == "siae":
        return read_siae(path, Origin("siae", "siae", day))
    name = (dataset or dataset_of(path))[:50]
    origin = Origin(f"list:{name}", name, day)
    return read_ess_numerique(path, origin) if speaks_dialect(path) else read_template(path, origin)


def vintage_in(name: str) -> date | None:
    """The day, month or year written in a file's name; the first day of it."""
    found = list(DAY_IN_NAME.finditer(name))
    if not found:
        return None
    year, month, day = found[-1].groups()
    try:
        return date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None


def dataset_of(path: Path) -> str:
    """The file's name without its date and suffix: next year's file is the same data set."""
    bare = DAY_IN_NAME.sub("", path.name.split(".")[0])
    return title(bare) or "liste"


def fingerprint(path: Path) -> str:
    """SHA-256 of what is read."""
    target = parquet_of(path)[0] if path.is_dir() else path
    digest = hashlib.sha256()
    with target.open("rb") as raw:
        while block := raw.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
