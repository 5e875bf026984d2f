"""Contracts of a small CSV file (comma, semicolon or pipe), one row each, as entries of the JSON shape.

Files of the consolidated tabular shape are not read here but by `tabular`, in DuckDB.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from essaim.observatory.contracts import values
from essaim.observatory.contracts.readers.found import Found, beginning

NAMES = {
    "id_marche": "id",
    "date_notification": "dateNotification",
    "objet_marche": "objet",
    "montant_marche": "montant",
    "id_acheteur": "acheteur.id",
    "acheteur_id": "acheteur.id",
    "acheteur_nom": "acheteur.nom",
    "lieuexecution_code": "lieuExecution.code",
    "lieuexecution_typecode": "lieuExecution.typeCode",
    "lieuexecution_nom": "lieuExecution.nom",
    "dureemois": "dureeMois",
    "titulaires_id": "titulaires.1.id",
    "titulaires_typeidentifianttype_identifiant": "titulaires.1.typeIdentifiant",
    "titulaires_denominationsociale": "titulaires.1.denominationSociale",
}
"""Other names met, in lower case -> the name of the format, dotted."""

SUPPLIER_FIELDS = ("typeIdentifiant", "id", "denominationSociale")
MOST_SUPPLIERS = 15
AMENDMENT_FIELDS = {
    "idModification": "id",
    "montantModification": "montant",
    "dureeMoisModification": "dureeMois",
    "dateNotificationModificationModification": "dateNotificationModification",
    "datePublicationDonneesModificationModification": "datePublicationDonneesModification",
}
"""Columns of the ministry's export, which holds one amendment a row."""


def header(path: Path) -> tuple[list[str], str, str]:
    """Names of the columns, the separator and the encoding."""
    raw = beginning(path)
    try:
        raw[: raw.rfind(b"\n") + 1].decode("utf-8-sig")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "cp1252"
    first = (raw.decode(encoding, "replace").splitlines() or [""])[0]
    separator = max(",;|\t", key=first.count)
    names = next(csv.reader([first], delimiter=separator), [])
    return [name.strip() for name in names], separator, encoding


def shape(names: list[str]) -> str:
    """`v2-csv` when the columns of the second format are there (considerations), else `v1-csv`."""
    return "v2-csv" if "considerationsSociales" in names else "v1-csv"


def entries(path: Path) -> Iterator[Found]:
    """Every row of data. A row with more cells than columns is broken; one with fewer lacks the last ones."""
    names, separator, encoding = header(path)
    fields = [NAMES.get(name.lower(), name) for name in names]
    with path.open(encoding=encoding, errors="replace", newline="") as handle:
        rows = csv.reader(handle, delimiter=separator)
        next(rows, None)
        position = 0
        while True:
            line = rows.line_num + 1
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                position += 1
                yield Found(position, str(error), line, broken=True)
                continue
            if not any(cell.strip() for cell in row):
                continue
            position += 1
            if len(row) > len(fields):
                yield Found(position, separator.join(row), line, broken=True)
            else:
                yield Found(position, nested(dict(zip(fields, row, strict=False))), line)


def nested(row: dict[str, str]) -> dict[str, Any]:
    """A flat row as an entry: buyer, place, suppliers and amendment in their places; empty cells left out."""
    entry: dict[str, Any] = {}
    for name, cell in row.items():
        if not cell or name.startswith("titulaire") or name in AMENDMENT_FIELDS or name == "modifications":
            continue
        holder, dot, field = name.partition(".")
        if dot and holder in ("acheteur", "lieuExecution"):
            entry.setdefault(holder, {})[field] = cell
        elif not dot:
            entry[name] = cell
    entry["titulaires"] = _suppliers(row)
    if amendment := {to: row[name] for name, to in AMENDMENT_FIELDS.items() if values.text(row.get(name))}:
        entry["modifications"] = [amendment]
    elif row.get("modifications", "[]") not in ("", "[]"):
        entry["modifications"] = values.listed(row["modifications"], "modification")
    if entry.get("_type") == "placeholder":
        del entry["_type"]
    return entry


def of_tabular(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the consolidated tabular shape as an entry: what the later versions set becomes an amendment."""
    words = {NAMES.get(name.lower(), name): str(cell) for name, cell in row.items() if cell is not None}
    for field in SUPPLIER_FIELDS:
        words[f"titulaires.1.{field}"] = words.pop(f"titulaire_{field}", "")
    words["titulaires.1.denominationSociale"] = words.pop("titulaire_nom", "")
    entry = nested(words)
    if str(entry.pop("modification_id", "0")) not in ("0", "0.0"):
        amendment = {
            "id": words["modification_id"],
            "dateNotificationModification": entry.pop("dateNotification", None),
            "montant": entry.pop("montant", None),
            "dureeMois": entry.pop("dureeMois", None),
            "titulaires": entry.pop("titulaires", []),
        }
        entry["modifications"] = [amendment]
    return entry


def _suppliers(row: dict[str, str]) -> list[dict[str, str]]:
    """Every supplier of a row: `titulaires.N.id` (a Python list in the flattened v1) or `titulaire_id_N`."""
    found: list[dict[str, str]] = []
    for number in range(1, MOST_SUPPLIERS + 1):
        cells = {
            field: values.listed(
                row.get(f"titulaires.{number}.{field}") or row.get(f"titulaire_{field}_{number}") or None,
                field,
            )
            for field in SUPPLIER_FIELDS
        }
        for place in range(max(len(items) for items in cells.values())):
            one = {name: str(items[place]) for name, items in cells.items() if place < len(items)}
            if values.text(one.get("id")) or values.text(one.get("denominationSociale")):
                found.append(one)
    return found
