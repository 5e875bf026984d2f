"""Simulated tables written under the official names, in the official layout, never in place of real files."""

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from essaim.law.text import Text
from essaim.observatory.errors import SourceError
from essaim.observatory.intake.provenance import FICTITIOUS_MARK, note_path, sha256_of, write_note
from essaim.observatory.intake.table import quoted
from essaim.observatory.sources.source import Source

FORMATS = ("parquet", "csv", "zip")
SQL_TYPES = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "date": "DATE",
    "bool": "BOOLEAN",
    "timestamp[us]": "TIMESTAMP",
    "double": "DOUBLE",
}
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
ROWS_PER_GROUP = 122_880


@dataclass(frozen=True, slots=True)
class Pen:
    """Where and how files are written."""

    database: duckdb.DuckDBPyConnection
    folder: Path
    format: str
    seed: int
    on: date

    def write(self, source: Source, columns: dict[str, str], rows: str, also: str = "") -> tuple[str, int]:
        """Write SELECT `columns` FROM `rows` in the layout of `source`; (file name, rows).

        `also`: a second FROM clause whose rows follow (duplicates written on purpose).
        """
        unknown = set(columns) - {column.name for column in source.columns}
        if unknown:
            raise ValueError(f"{source.id} has no column {sorted(unknown)}")
        cells = ", ".join(
            f'{self._cell(columns.get(column.name, "NULL"), column.parquet)} AS "{column.name}"'
            for column in source.columns
        )
        select = f"SELECT {cells} FROM {rows}" + (f" UNION ALL SELECT {cells} FROM {also}" if also else "")
        return self.copy(select, source.stem, self.format)

    def _cell(self, sql: str, kind: str) -> str:
        if kind == "timestamp[us]" and self.format != "parquet":
            return f"strftime({sql}, '%Y-%m-%dT%H:%M:%S')"
        return f"({sql})::{SQL_TYPES[kind]}"

    def copy(self, select: str, stem: str, format: str) -> tuple[str, int]:
        """Write the rows of `select` to STEM.format, whole or not at all; (file name, rows)."""
        to = self.folder / f"{stem}.{format}"
        part = to.with_name(f"{to.name}.part")
        options = (
            f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROWS_PER_GROUP}"
            if format == "parquet"
            else "FORMAT csv, HEADER"
        )
        try:
            copied = self.database.execute(f"COPY ({select}) TO {quoted(part)} ({options})").fetchone()
            if format == "zip":
                _pack(part, f"{stem}.csv")
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)
        self.note(to)
        return to.name, int(copied[0]) if copied else 0

    def note(self, path: Path) -> None:
        write_note(path, sha256=sha256_of(path), vintage=self.on.isoformat(), fictitious=True, seed=self.seed)


def _pack(path: Path, entry: str) -> None:
    """Replace a CSV by a zip holding it, the same bytes at every run."""
    packed = path.with_name(f"{path.name}.zip")
    info = zipfile.ZipInfo(entry, ZIP_DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.file_size = path.stat().st_size
    try:
        with (
            zipfile.ZipFile(packed, "w") as archive,
            path.open("rb") as plain,
            archive.open(info, "w") as inside,
        ):
            while block := plain.read(1 << 22):
                inside.write(block)
        packed.replace(path)
    finally:
        packed.unlink(missing_ok=True)


def earlier_files(folder: Path, stems: tuple[str, ...]) -> list[Path]:
    """The files of an earlier simulation in `folder`, made if need be.

    SourceError when it holds official files without the mark of a simulation.
    """
    folder.mkdir(parents=True, exist_ok=True)
    present = [path for path in folder.iterdir() if path.name.startswith(stems)]
    if present and not (folder / FICTITIOUS_MARK).exists():
        raise SourceError(
            Text(
                f"Le dossier « {folder} » contient déjà {present[0].name}, qui n'est pas une simulation : "
                "rien n'est écrit. Choisissez un dossier vide.",
                f"The folder “{folder}” already holds {present[0].name}, which is not a simulation: nothing "
                "is written. Choose an empty folder.",
            )
        )
    return present


def move_in(room: Path, folder: Path, files: Iterable[str], earlier: list[Path]) -> None:
    """Put finished files in the place of the earlier ones: the mark first, so that none passes for real."""
    (room / FICTITIOUS_MARK).replace(folder / FICTITIOUS_MARK)
    for name in files:
        (room / name).replace(folder / name)
        note_path(room / name).replace(note_path(folder / name))
    kept = {kept for name in files for kept in (name, note_path(folder / name).name)}
    for path in earlier:
        if path.name not in kept:
            path.unlink(missing_ok=True)
