"""The door: find the files, check each, bring them to the shape of `Intake`."""

from collections.abc import Iterable
from pathlib import Path

from essaim.observatory.intake.taken import Intake
from essaim.observatory.progress import Tell, silent


def intake(source: Path, work: Path, progress: Tell = silent) -> Intake:
    """Read the official files under `source` (a folder, or one city-portal file) into `work`.

    Nothing is written outside `work`. Raises `essaim.observatory.errors.SourceError` (missing, unreadable,
    wrong header), `DiskFull`, `Interrupted`. Cost: Parquet is not rewritten; a national CSV is parsed once.
    """
    raise NotImplementedError


def line_of(file: Path, records: Iterable[int]) -> dict[int, int]:
    """Physical line (1 = header's first line) where each record of a source file starts.

    `records`: the `record` values of `Intake` tables. For Parquet, where there are no lines, the row number
    itself (1 = first). Cost: reads the file once up to the last record asked; call it for reports only.
    """
    raise NotImplementedError
