"""A CSV or XLSX file, row by row, whatever its encoding and delimiter. Nothing in it is ever executed."""

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from essaim.law.text import ExplainedError, Text
from essaim.observatory.errors import unreadable
from essaim.observatory.intake.records import Scanner, lines_of
from essaim.observatory.intake.sniff import encoding_of, opened, sniff

UNPACKED_MOST = 1 << 31
"""A spreadsheet that unpacks to more than 2 GB was made to fill memory."""
RATIO_MOST = 200
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]+")
BLANKS = re.compile(r"\s+")


class WrongColumns(ExplainedError):
    """The file lacks the columns its format needs."""


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` as found; `problem` says why they cannot be trusted (a code of REASONS), or ""."""

    line: int
    cells: Sequence[str]
    problem: str = ""
    detail: str = ""


def words(text: str, most: int) -> str:
    """One line of plain text, at most `most` characters: tags and formulas stay as the text they are."""
    if not text:
        return ""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    plain = BLANKS.sub(" ", UNSEEN.sub(" ", text)).strip()
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def title(text: str) -> str:
    """A column's title, comparable: "Code postal", "code_postal" and "CODE-POSTAL" are one."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def is_spreadsheet(path: Path) -> bool:
    with path.open("rb") as raw:
        if raw.read(2) != b"PK":
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def read_rows(path: Path) -> tuple[list[str], Iterator[Row]]:
    """(titles as written, rows). Raises UnreadableFile for what is neither a CSV nor a spreadsheet."""
    return _spreadsheet(path) if is_spreadsheet(path) else _csv(path)


def _csv(path: Path) -> tuple[list[str], Iterator[Row]]:
    sniffed = sniff(path)
    if sniffed.format != "csv":
        raise unreadable(
            path.name,
            "c'est un fichier Parquet : choisissez le format « register ».",
            "it is a Parquet file: choose the format “register”.",
        )
    encoding = encoding_of(path) if not sniffed.packing else "utf-8"

    def rows() -> Iterator[Row]:
        with opened(path, sniffed.packing, sniffed.entry) as raw, lines_of(raw, encoding) as lines:
            scanner = Scanner(lines, sniffed.delimiter)
            for record in scanner:
                problem, detail = record.problem or "", ""
                if problem:
                    problem = "wrong_field_count"
                    detail = f"{record.fields} ≠ {scanner.expected}"
                elif not record.text.isascii() and any("\ud800" <= c <= "\udfff" for c in record.text):
                    problem = "undecodable"
                cells = record.row if record.row is not None else record.text.split(sniffed.delimiter)
                yield Row(record.line, cells, problem, detail)

    return list(sniffed.header), rows()


def _spreadsheet(path: Path) -> tuple[list[str], Iterator[Row]]:
    _check_bomb(path)
    try:
        # Read-only: one row at a time. data_only: the value a formula last had, never the formula.
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile, SyntaxError) as error:
        raise unreadable(
            path.name,
            "le classeur est abîmé. Enregistrez-le de nouveau, ou en CSV.",
            "the workbook is damaged. Save it again, or as CSV.",
        ) from error
    sheet = book.worksheets[0]
    found = (
        (at, row)
        for at, row in enumerate(sheet.iter_rows(values_only=True), 1)
        if any(c is not None for c in row)
    )
    _, first = next(found, (0, ()))
    header = [_cell(value) for value in first]
    while header and not header[-1]:
        header.pop()
    if not header:
        book.close()
        raise unreadable(path.name, "la première feuille est vide.", "the first sheet is empty.")

    def rows() -> Iterator[Row]:
        try:
            for line, row in found:
                cells = [_cell(value) for value in row[: len(header)]]
                yield Row(line, cells + [""] * (len(header) - len(cells)))
        finally:
            book.close()

    return header, rows()


def _check_bomb(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > UNPACKED_MOST or unpacked > RATIO_MOST * max(path.stat().st_size, 1 << 16):
        raise unreadable(
            path.name,
            "le classeur se déplie démesurément. Enregistrez-le en CSV.",
            "the workbook unpacks beyond measure. Save it as CSV.",
        )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def wrong_columns(path: Path, needed: Text, found: Sequence[str], expected: Sequence[str]) -> WrongColumns:
    """`needed`: which columns are missing; the message lists what the file has and what it may have."""
    has = ", ".join(f"« {words(name, 40)} »" for name in found[:30] if name.strip()) or "—"
    return WrongColumns(
        Text(
            f"Impossible de lire « {path.name} » : {needed.fr}. Colonnes trouvées : {has}. "
            f"Colonnes attendues : {', '.join(expected)}. Renommez les colonnes, puis recommencez.",
            f"Cannot read “{path.name}”: {needed.en}. Columns found: {has.replace('« ', '“').replace(' »', '”')}. "
            f"Columns expected: {', '.join(expected)}. Rename the columns, then try again.",
        )
    )
