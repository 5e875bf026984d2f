"""One CSV of any kind to one Parquet of named text columns.

DuckDB reads a sound file at full speed. When it refuses the file, the records are read again one by one
(`records`), the bad ones set aside with their line, and DuckDB reads what is left.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from essaim.law.text import Text
from essaim.observatory.errors import disk_full, unreadable
from essaim.observatory.intake.records import UNDECODABLE, Record, Scanner, lines_of
from essaim.observatory.intake.rejects import Reject
from essaim.observatory.intake.sniff import Sniffed, cut, encoding_of, opened
from essaim.observatory.progress import Tell

COPY_BYTES = 1 << 22
LINE_BYTES_MAX = 1 << 21
NO_SUCH_TEXT = chr(1)
"""Nothing is read as null but what is not there: an empty field stays an empty text."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the intake works: its folder, its DuckDB connection, its voice, what it has rejected so far."""

    folder: Path
    database: duckdb.DuckDBPyConnection
    tell: Tell
    rejects: list[Reject]


@contextmanager
def shelf(folder: Path, tell: Tell) -> Iterator[Shelf]:
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"temp_directory": str(folder / "spill")}) as database:
        database.execute("SET preserve_insertion_order = true")
        yield Shelf(folder, database, tell, [])
    shutil.rmtree(folder / "spill", ignore_errors=True)


def quoted(text: str | Path) -> str:
    """A SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def csv_scan(path: Path, delimiter: str, width: int, padded: bool = False) -> str:
    """The SQL that reads a CSV of `width` columns, all text, named c0, c1...; anything odd is an error.

    padded: columns a row does not have are null, while an empty field is an empty text.
    """
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    return (
        f"read_csv({quoted(path)}, auto_detect=false, header=true, delim={quoted(delimiter)}, quote='\"', "
        f"escape='\"', columns={{{columns}}}, strict_mode=true, null_padding={str(padded).lower()}, "
        f"nullstr='{NO_SUCH_TEXT}', ignore_errors=false, encoding='utf-8', max_line_size={LINE_BYTES_MAX})"
    )


def sound_rows(path: Path, delimiter: str, width: int) -> str:
    """The SQL of a whole CSV with its `record` numbers, which fails when one row has not `width` fields.

    DuckDB by itself lets a row end with empty fields too many, which is how a row shifted by a comma without
    quotes looks: one more column is read, and every row must have none of it and all of the others.
    """
    exact = f"c{width} IS NULL AND c{width - 1} IS NOT NULL"
    checked = f"CASE WHEN {exact} THEN c0 ELSE error('unexpected number of fields') END"
    return (
        f"SELECT * REPLACE ({checked} AS c0), row_number() OVER () AS record "
        f"FROM {csv_scan(path, delimiter, width + 1, padded=True)}"
    )


def plain_csv(sniffed: Sniffed, on: Shelf) -> Path:
    """The CSV as a file DuckDB can open: itself, or unpacked into the work folder."""
    if not sniffed.packing:
        return sniffed.path
    step = Text(f"Décompression de {sniffed.path.name}", f"Unpacking {sniffed.path.name}")
    if sniffed.packing == "zip" and shutil.disk_usage(on.folder).free < sniffed.size_bytes:
        raise disk_full(str(on.folder))
    to = on.folder / f"{sniffed.path.name}.csv"
    done = 0
    with opened(sniffed.path, sniffed.packing, sniffed.entry) as raw, to.open("wb") as out:
        while block := raw.read(COPY_BYTES):
            out.write(block)
            done += len(block)
            on.tell(step, done, sniffed.size_bytes or None)
    return to


def write_table(sniffed: Sniffed, select: str, to: Path, on: Shelf) -> int:
    """Write SELECT `select` FROM the CSV (columns c0...; `record` available) to Parquet; rows written.

    `record` is the number of the record in the file, rejected ones counted.
    """
    path = plain_csv(sniffed, on)
    on.tell(Text(f"Lecture de {sniffed.path.name}", f"Reading {sniffed.path.name}"))
    width = len(sniffed.header)
    try:
        rows = _copy(sound_rows(path, sniffed.delimiter, width), select, to, on)
    except duckdb.Error as error:
        if not is_about_csv(error):
            raise
        clean = on.folder / f"{sniffed.path.name}.clean.csv"
        set_bad_rows_aside(path, sniffed, clean, on)
        # One more column there: the number of the record in the file as it was given.
        scan = csv_scan(clean, sniffed.delimiter, width + 1)
        rows = _copy(f"SELECT *, c{width}::BIGINT AS record FROM {scan}", select, to, on)
        clean.unlink()
    if path != sniffed.path:
        path.unlink()
    return rows


def is_about_csv(error: duckdb.Error) -> bool:
    """DuckDB dislikes the file; other failures (disk, interruption, our own SQL) are not the file's fault."""
    return isinstance(error, duckdb.InvalidInputException) or str(error).startswith("CSV Error")


def _copy(source: str, select: str, to: Path, on: Shelf) -> int:
    """Write SELECT `select` FROM (`source`) to Parquet, whole or not at all; rows written."""
    part = to.with_name(f"{to.name}.part")
    sql = f"COPY (SELECT {select} FROM ({source})) TO {quoted(part)} (FORMAT parquet, COMPRESSION snappy)"
    try:
        (rows,) = on.database.execute(sql).fetchone() or (0,)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return int(rows)


def set_bad_rows_aside(path: Path, sniffed: Sniffed, clean: Path, on: Shelf) -> None:
    """Copy the readable records to `clean` (UTF-8, one more column: their number); reject the others.

    Raises UnreadableFile when the last record is cut (a half-downloaded file) or when nothing is readable.
    """
    name, delimiter, encoding = sniffed.path.name, sniffed.delimiter, encoding_of(path)
    step = Text(f"Examen ligne à ligne de {name}", f"Line by line reading of {name}")
    last: Record | None = None
    kept = refused = 0
    with (
        path.open("rb") as raw,
        lines_of(raw, encoding) as lines,
        clean.open("w", encoding="utf-8", newline="") as out,
    ):
        scanner = Scanner(lines, delimiter)
        out.write(delimiter.join(f"c{at}" for at in range(scanner.expected + 1)) + "\n")
        for last in scanner:
            if last.number % 200_000 == 0:
                on.tell(step, raw.tell(), path.stat().st_size)
            problem = last.problem or (None if _is_readable(last.text) else UNDECODABLE)
            if problem is None:
                kept += 1
                text = last.text if last.row is None else _line(last.row, delimiter)
                out.write(f"{text}{delimiter}{last.number}\n")
            else:
                refused += 1
                detail = f"{last.fields} ≠ {scanner.expected}" if problem != UNDECODABLE else encoding
                on.rejects.append(Reject(name, last.line, problem, detail))
    if last is not None and last.problem is not None and not last.ended:
        clean.unlink()
        raise cut(sniffed.path)
    if refused and not kept:
        clean.unlink()
        raise unreadable(
            name,
            f"aucune de ses {refused} lignes n'a le nombre de colonnes de l'en-tête ({scanner.expected}). "
            "Téléchargez de nouveau le fichier officiel.",
            f"none of its {refused} rows has as many columns as the header ({scanner.expected}). "
            "Download the official file again.",
        )


def _is_readable(text: str) -> bool:
    """False when a byte could not be decoded (it is a lone surrogate then)."""
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _line(row: list[str], delimiter: str) -> str:
    """One record as every reader understands it: quotes round each field that needs them."""
    fields = (
        '"' + field.replace('"', '""') + '"'
        if any(sign in field for sign in (delimiter, '"', "\n", "\r"))
        else field
        for field in row
    )
    return delimiter.join(fields)
