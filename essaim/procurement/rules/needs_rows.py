"""A purchase calendar as a file: CSV or XLSX read row by row, good rows apart from bad ones. Nothing is executed: a
formula of a workbook is read as the value it last had, one of a CSV as the text it is."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from essaim.law.text import ExplainedError, Text
from essaim.procurement.rules.needs import MOST_BYTES, MOST_ROWS, cpv_code

COLUMNS: dict[str, tuple[str, ...]] = {
    "title": ("objet", "intitule", "titre", "libelle", "title"),
    "reference": ("reference", "ref", "numero", "identifiant"),
    "description": ("description", "detail", "commentaire"),
    "kind": ("nature", "type", "categorie", "kind"),
    "cpv": ("cpv", "code_cpv", "codes_cpv"),
    "amount": ("montant", "montant_ht", "montant_estime", "montant_estime_ht", "budget", "amount"),
    "starts_on": ("lancement", "date_de_lancement", "debut", "date", "date_prevue", "starts_on"),
    "duration": ("duree", "duree_mois", "duration"),
    "recurs": ("recurrence", "recurrence_mois", "periodicite", "recurs"),
    "places": ("lieu", "lieux", "territoire", "places"),
}
KINDS = {
    "travaux": "works", "works": "works", "fournitures": "supplies", "fourniture": "supplies", "supplies": "supplies",
    "services": "services", "service": "services", "prestations": "services",
}  # fmt: skip
UNPACKED_MOST = 200_000_000
FRENCH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class UnreadableCalendar(ExplainedError):
    """The file is not a calendar we can read."""


class WrongCell(Exception):
    """A cell that cannot be read, and why."""

    def __init__(self, fr: str, en: str) -> None:
        self.text = Text(fr, en)


@dataclass(frozen=True, slots=True)
class Row:
    """`values`: of a need, as plain JSON values, "places" still as typed; `reason` set when the row is refused."""

    line: int
    cells: tuple[str, ...]
    values: dict[str, Any]
    reason: Text | None = None


def read(content: bytes, name: str) -> list[Row]:
    """Every row of the file, good or refused with its reason. Raises UnreadableCalendar for no file of ours."""
    if len(content) > MOST_BYTES:
        raise UnreadableCalendar(
            Text("Ce fichier dépasse 5 Mo. Coupez-le en deux.", "This file is over 5 MB. Cut it in two.")
        )
    lines = list(_workbook(content, name) if content[:2] == b"PK" else _text(content))
    if len(lines) > MOST_ROWS + 1:
        raise UnreadableCalendar(
            Text(f"Plus de {MOST_ROWS} lignes. Coupez le fichier.", f"Over {MOST_ROWS} rows. Cut the file.")
        )
    columns = _columns(lines[0][1]) if lines else {}
    if "title" not in columns:
        raise UnreadableCalendar(
            Text(
                f"« {name} » n'a pas de colonne « objet ». Écrivez en tête : objet ; nature ; cpv ; montant ; "
                "lancement ; durée ; récurrence ; lieu ; référence.",
                f"“{name}” has no column “objet”. Write on the first line: objet; nature; cpv; montant; lancement; "
                "durée; récurrence; lieu; référence.",
            )
        )
    return [_row(line, cells, columns) for line, cells in lines[1:]]


def _columns(titles: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, title in enumerate(titles):
        bare = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
        bare = re.sub(r"[^a-z0-9]+", "_", bare).strip("_")
        for name, aliases in COLUMNS.items():
            if bare in aliases:
                found.setdefault(name, at)
    return found


def _row(line: int, cells: tuple[str, ...], columns: dict[str, int]) -> Row:
    given = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
    try:
        return Row(line, cells, _values(given))
    except WrongCell as wrong:
        return Row(line, cells, {}, wrong.text)


def _values(given: dict[str, str]) -> dict[str, Any]:
    title = " ".join(given["title"].split())
    if not title:
        raise WrongCell("l'objet est vide", "the title is empty")
    return {
        "title": title[:200],
        "reference": given.get("reference", "")[:40],
        "description": given.get("description", "")[:4000],
        "kind": _kind(given.get("kind", "")),
        "cpv": _cpv(given.get("cpv", "")),
        "amount_cents": cents(given.get("amount", "")),
        "starts_on": _day(given.get("starts_on", "")),
        "duration_months": _months(given.get("duration", ""), 240),
        "recurs_months": _months(given.get("recurs", ""), 120),
        "places": [text.strip() for text in re.split(r"[|,]", given.get("places", "")) if text.strip()],
    }


def _kind(text: str) -> str:
    known = KINDS.get(text.lower())
    if text and not known:
        raise WrongCell(f"nature inconnue : « {text[:40]} »", f"unknown kind: “{text[:40]}”")
    return known or ""


def _cpv(text: str) -> list[str]:
    codes = []
    for each in re.split(r"[|,/\s]+", text):
        if each and not cpv_code(each):
            raise WrongCell(f"code CPV inconnu : « {each[:40]} »", f"unknown CPV code: “{each[:40]}”")
        codes += [cpv_code(each)] if each else []
    return list(dict.fromkeys(codes))


def cents(text: str) -> int | None:
    """An amount in euros as people write it ("55 000,50 €", "55000.5"), in cents; None when nothing is written."""
    bare = re.sub(r"[\s\u202f\u00a0€]|HT$|EUR$", "", text.strip(), flags=re.IGNORECASE)
    if not bare:
        return None
    if "," in bare and "." not in bare:
        bare = bare.replace(",", ".")
    try:
        value = Decimal(bare) if re.fullmatch(r"-?\d+(\.\d+)?", bare) else None
    except InvalidOperation:
        value = None
    if value is None:
        raise WrongCell(f"montant illisible : « {text[:40]} »", f"unreadable amount: “{text[:40]}”")
    if not 0 < value < 10**13:
        raise WrongCell(f"montant impossible : « {text[:40]} »", f"impossible amount: “{text[:40]}”")
    return int((value * 100).to_integral_value())


def _day(text: str) -> str | None:
    """ISO; a year or a quarter is not a day, and none is chosen in its place."""
    if not text:
        return None
    french = FRENCH_DAY.fullmatch(text)
    written = f"{french[3]}-{int(french[2]):02d}-{int(french[1]):02d}" if french else text[:10]
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError as error:
        raise WrongCell(
            f"date illisible : « {text[:40]} » (écrivez 15/01/2027)",
            f"unreadable date: “{text[:40]}” (write 15/01/2027)",
        ) from error


def _months(text: str, most: int) -> int | None:
    if not text:
        return None
    found = re.fullmatch(r"(\d{1,3})(?:\.0)?\s*(?:mois|m)?", text.lower())
    if not found or not 1 <= int(found[1]) <= most:
        raise WrongCell(f"nombre de mois illisible : « {text[:40]} »", f"unreadable months: “{text[:40]}”")
    return int(found[1])


def _text(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    text = text.replace("\0", "")
    first = text.partition("\n")[0]
    delimiter = max(";\t,", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, tuple(cells)
    except csv.Error as error:
        raise UnreadableCalendar(
            Text(
                "Ce fichier n'est pas un CSV lisible. Enregistrez-le de nouveau.",
                "This file is no readable CSV. Save it again.",
            )
        ) from error


def _workbook(content: bytes, name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED_MOST:
                raise ValueError("unpacks beyond measure")
        # data_only: the value a formula last had, never the formula.
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for line, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            cells = tuple(_cell(value) for value in row)
            if any(cells):
                yield line, cells
        book.close()
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile, IndexError) as error:
        raise UnreadableCalendar(
            Text(
                f"Le classeur « {name} » est abîmé. Enregistrez-le de nouveau, ou en CSV.",
                f"The workbook “{name}” is damaged. Save it again, or as CSV.",
            )
        ) from error


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
