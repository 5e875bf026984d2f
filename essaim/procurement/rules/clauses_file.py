"""A month's hours as a company sends them: two columns, the pseudonym and the hours."""

import csv
import io
from dataclasses import dataclass

from essaim.law.text import ExplainedError, Text
from essaim.procurement.rules.clauses import POLICY


class UnreadableFile(ExplainedError):
    """Nothing of the file can be read."""


class NotTwoColumns(ExplainedError):
    """One line of it cannot."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "Cette ligne n'a pas deux colonnes. Écrivez le pseudonyme, un point-virgule, les heures.",
                "This line does not have two columns. Write the pseudonym, a semicolon, the hours.",
            )
        )


@dataclass(frozen=True, slots=True)
class Line:
    """`number` counts from 1, header and empty lines included; `raw` is what was written, to correct it."""

    number: int
    pseudonym: str
    words: str
    raw: str = ""
    is_broken: bool = False


def text_of(content: bytes) -> str:
    """As UTF-8, or as the spreadsheets of French offices write. Raises UnreadableFile."""
    if len(content) > POLICY.most_import_bytes:
        raise UnreadableFile(
            Text("Ce fichier est trop lourd pour les heures d'un mois. Vérifiez que c'est le bon.",
                 "This file is too big for the hours of a month. Check that it is the right one.")
        )  # fmt: skip
    if b"\0" in content:
        raise UnreadableFile(
            Text("Ce n'est pas un fichier CSV. Dans le tableur, choisissez « Enregistrer sous », puis CSV.",
                 "This is not a CSV file. In the spreadsheet, choose 'Save as', then CSV.")
        )  # fmt: skip
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_lines(text: str) -> list[Line]:
    """One `Line` each, the header left out. Raises UnreadableFile when there is none, or too many."""
    delimiter = next((each for each in (";", "\t") if each in text), ",")
    found = []
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not raw.strip().strip(delimiter):
            continue
        cells = _cells(raw, delimiter)
        while len(cells) > 2 and not cells[-1]:
            cells.pop()
        if not found and cells[0].lower() in ("pseudonyme", "pseudonym"):
            continue
        is_broken = len(cells) != 2 or not cells[0]
        found.append(Line(number, cells[0].upper(), "" if is_broken else cells[1], raw, is_broken))
    if not found or len(found) > POLICY.most_import_rows:
        raise UnreadableFile(
            Text(f"Le fichier doit avoir de 1 à {POLICY.most_import_rows} lignes : le pseudonyme, puis les heures.",
                 f"The file must have 1 to {POLICY.most_import_rows} lines: the pseudonym, then the hours.")
        )  # fmt: skip
    return found


def _cells(raw: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader(io.StringIO(raw), delimiter=delimiter))]
    except (csv.Error, StopIteration):
        return [""]
