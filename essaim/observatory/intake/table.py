"""One CSV of any kind to one Parquet of named text columns.

DuckDB reads a sound file at full speed. When it refuses the file, the records are read again one by one
(`records`), the bad ones set aside with their line, and DuckDB reads what is left.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from essaim.law.text import Text
from essaim.observatory.errors import disk_full, is_disk_full, unreadable
from essaim.observatory.intake.records import UNDECODABLE, Record, Scanner, lines_of
from essaim.observatory.intake.rejects import Reject
from essaim.observatory.intake.sniff import Sniffed, cut, encoding_of, opened
from essaim.observatory.progress import Tell

COPY_BYTES = 1 << 22
FIELD_BYTES_MAX = 1 << 21


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


def csv_scan(path: Path, delimiter: str, width: int) -> str:
    """The SQL that reads a CSV of `width` columns, all text, named c0, c1...; anything odd is an error."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    return (
        f"read_csv({quoted(path)}, auto_detect=false, header=true, delim={quoted(delimiter)}, quote='\"', "
        f"escape='\"', columns={{{columns}}}, strict_mode=true, null_padding=false, ignore_errors=false, "
        f"encoding='utf-8', max_line_size={FIELD_BYTES_MAX})"
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
    try:
        rows = _copy(path, sniffed, select, to, on, None)
    except duckdb.Error as error:
        if is_disk_full(error) or isinstance(error, duckdb.InterruptException | duckdb.OutOfMemoryException):
            raise
        clean = on.folder / f"{sniffed.path.name}.clean.csv"
        numbers = set_bad_rows_aside(path, sniffed, clean, on)
        rows = _copy(clean, sniffed, select, to, on, numbers)
        clean.unlink()
    if path != sniffed.path:
        path.unlink()
    return rows


def _copy(
    path: Path, sniffed: Sniffed, select: str, to: Path, on: Shelf, rejected: Sequence[int] | None
) -> int:
    scan = csv_scan(path, sniffed.delimiter, len(sniffed.header))
    record = "row_number() OVER ()"
    source = f"SELECT *, {record} AS record FROM {scan}"
    if rejected:
        # Good record g stands after every reject r whose own rank among the rejects leaves room for it.
        on.database.execute("CREATE OR REPLACE TEMP TABLE shifts (first BIGINT, shift BIGINT)")
        on.database.executemany("INSERT INTO shifts VALUES (?, ?)", list(_shifts(rejected)))
        source = (
            f"SELECT numbered.* EXCLUDE (record), record + shift AS record FROM ({source}) AS numbered "
            "ASOF JOIN shifts ON numbered.record >= shifts.first"
        )
    part = to.with_name(f"{to.name}.part")
    sql = f"COPY (SELECT {select} FROM ({source})) TO {quoted(part)} (FORMAT parquet, COMPRESSION zstd)"
    try:
        (rows,) = on.database.execute(sql).fetchone() or (0,)
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return int(rows)


def _shifts(rejected: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(first good row, how many rejects stand before it), from the sorted record numbers of the rejects."""
    yield 0, 0
    for before, record in enumerate(rejected):
        yield record - before, before + 1


def set_bad_rows_aside(path: Path, sniffed: Sniffed, clean: Path, on: Shelf) -> list[int]:
    """Copy the readable records to `clean` (UTF-8); the others join the rejects. Their record numbers.

    Raises UnreadableFile when the last record is cut (a half-downloaded file) or when nothing is readable.
    """
    step = Text(
        f"Examen ligne à ligne de {sniffed.path.name}", f"Line by line reading of {sniffed.path.name}"
    )
    encoding = encoding_of(path)
    rejected: list[int] = []
    last: Record | None = None
    delimiter, name, kept = sniffed.delimiter, sniffed.path.name, 0
    with path.open("rb") as raw, clean.open("w", encoding="utf-8", newline="") as out:
        scanner = Scanner(lines_of(raw, encoding), delimiter)
        out.write(_line([f"c{i}" for i in range(scanner.expected)], delimiter))
        for last in scanner:
            if last.number % 200_000 == 0:
                on.tell(step, raw.tell(), path.stat().st_size)
            problem = last.problem or (None if _is_readable(last.text) else UNDECODABLE)
            if problem is None:
                kept += 1
                out.write(f"{last.text}\n" if last.row is None else _line(last.row, delimiter))
            else:
                rejected.append(last.number)
                detail = f"{last.fields} ≠ {scanner.expected}" if problem != UNDECODABLE else encoding
                on.rejects.append(Reject(name, last.line, problem, detail))
    if last is not None and last.problem is not None and not last.ended:
        clean.unlink()
        raise cut(sniffed.path)
    if not kept and rejected:
        clean.unlink()
        raise unreadable(
            name,
            f"aucune de ses {len(rejected)} lignes n'a le nombre de colonnes de l'en-tête "
            f"({scanner.expected}). Téléchargez de nouveau le fichier officiel.",
            f"none of its {len(rejected)} rows has as many columns as the header ({scanner.expected}). "
            "Download the official file again.",
        )
    return rejected


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
    return delimiter.join(fields) + "\n"
