"""The figures of a territory as files: CSV, XLSX, Parquet, JSON, each carrying what it needs to be understood.

Pure. One tidy row per number: which territory, which table, which item, which measure, its status and why.
Whether the data is fictitious, its source and its date are in every row of CSV and Parquet, so that no copy or paste
can lose them; definitions are in the companion metadata (JSON), in the Parquet schema and in a sheet of the workbook.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from essaim.law.text import Text
from essaim.observatory.atlas import Atlas, Figure, Slice, Year, as_json, definition_as_json
from essaim.ui.spreadsheet import neutral

LICENCE = "Licence Ouverte 2.0 (Etalab)"
FICTITIOUS = Text(
    fr="Données fictives : établissements et chiffres inventés pour la démonstration. Ne pas citer.",
    en="Fictitious data: establishments and figures made up for the demonstration. Do not quote.",
)
REAL = Text(fr="Données issues des registres publics cités.", en="Data from the public registers named.")

TIDY = pa.schema(
    [
        ("territory", pa.string()),
        ("territory_name", pa.string()),
        ("table", pa.string()),
        ("item", pa.string()),
        ("label", pa.string()),
        ("measure", pa.string()),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("unit", pa.string()),
        ("status", pa.string()),
        ("note", pa.string()),
        ("perimeter", pa.string()),
        ("source", pa.string()),
        ("vintage", pa.string()),
        ("build", pa.string()),
        ("fictitious", pa.bool_()),
    ]
)
FIELDS = tuple(TIDY.names)

SLICE_MEASURES = {
    "enterprises": "enterprises",
    "establishments": "establishments",
    "employer_establishments": "establishments",
    "all_establishments": "establishments",
    "location_quotient": "ratio",
}


def tidy_rows(atlases: Iterable[Atlas], language: str) -> list[dict[str, Any]]:
    """One row per number of each atlas, hidden and unknown ones included, with their status and without a value."""
    return [row for atlas in atlases for row in _rows(atlas, language)]


def _rows(atlas: Atlas, language: str) -> Iterable[dict[str, Any]]:
    same = dict.fromkeys(FIELDS) | {
        "territory": atlas.territory.code,
        "territory_name": atlas.territory.name,
        "source": "; ".join(dict.fromkeys(f"{source.publisher}, {source.name}" for source in atlas.sources)),
        "vintage": atlas.vintage.isoformat(),
        "build": atlas.build_id,
        "fictitious": atlas.fictitious,
    }
    for figure in atlas.figures.values():
        yield same | _figure_row(figure, language)
    for table, slices in breakdowns(atlas).items():
        for part in slices:
            for row in _slice_rows(table, part, language):
                yield same | row
    for year in atlas.by_year:
        for row in _year_rows(year):
            yield same | row


def _figure_row(figure: Figure, language: str) -> dict[str, Any]:
    note = figure.note_text
    return {
        "table": "figures",
        "item": figure.id,
        "label": figure.definition.label.in_(language),
        "measure": "value",
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "unit": figure.unit.id,
        "status": figure.status,
        "note": note.in_(language) if note else None,
        "perimeter": figure.definition.perimeter.id,
    }


def _slice_rows(table: str, part: Slice, language: str) -> Iterable[dict[str, Any]]:
    for measure, unit in SLICE_MEASURES.items():
        if measure in ("all_establishments", "location_quotient") and table != "by_sector":
            continue
        yield {
            "table": table,
            "item": part.category,
            "label": part.label.in_(language),
            "measure": measure,
            "value": getattr(part, measure),
            "unit": unit,
            "status": _slice_status(part, measure),
            "perimeter": "all_legal_persons" if measure == "all_establishments" else "sse_members",
        }


def _year_rows(year: Year) -> Iterable[dict[str, Any]]:
    for measure in ("creations", "closures"):
        value = getattr(year, measure)
        yield {
            "table": "by_year",
            "item": str(year.year),
            "label": str(year.year),
            "measure": measure,
            "value": value,
            "unit": "establishments_per_year",
            "status": "unavailable" if value is None and year.status == "ok" else year.status,
            "perimeter": "sse_members",
        }


def _slice_status(part: Slice, measure: str) -> str:
    return "unavailable" if part.status == "ok" and getattr(part, measure) is None else part.status


def breakdowns(atlas: Atlas) -> dict[str, list[Slice]]:
    return {
        "by_family": atlas.by_family,
        "by_sector": atlas.by_sector,
        "by_size": atlas.by_size,
        "by_age": atlas.by_age,
    }


def metadata(atlases: Sequence[Atlas], language: str) -> dict[str, Any]:
    """What the numbers mean: definitions, sources, licence, dates, and whether any of it is real."""
    first = atlases[0]
    return {
        "title": {"fr": "Atlas de l'ESS", "en": "SSE atlas"}[language[:2]],
        "territories": [{"code": a.territory.code, "name": a.territory.name} for a in atlases],
        "fictitious": first.fictitious,
        "warning": (FICTITIOUS if first.fictitious else REAL).in_(language),
        "vintage": first.vintage.isoformat(),
        "build": first.build_id,
        "licence": LICENCE,
        "sources": [
            {field: getattr(source, field) for field in source.__slots__} for source in first.sources
        ],
        "columns": list(FIELDS),
        "statuses": {
            "ok": Text("publié", "published").in_(language),
            "secret": Text("masqué par le secret statistique", "hidden by statistical secrecy").in_(language),
            "unavailable": Text("non connu", "not known").in_(language),
        },
        "figures": [definition_as_json(figure.definition, language) for figure in first.figures.values()],
    }


def as_csv(atlases: Sequence[Atlas], language: str) -> str:
    """Comma-separated, one header line, machine decimals; empty where there is no number, never zero."""
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, lineterminator="\r\n")
    writer.writeheader()
    for row in tidy_rows(atlases, language):
        writer.writerow({key: neutral(_plain(value)) for key, value in row.items()})
    return out.getvalue()


def _plain(value: object) -> object:
    """Whole numbers without ".0", booleans in lower case."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def as_parquet(atlases: Sequence[Atlas], language: str) -> bytes:
    """The same rows, typed, with the metadata in the schema under the key `essaim`."""
    described = json.dumps(metadata(atlases, language), ensure_ascii=False)
    table = pa.Table.from_pylist(tidy_rows(atlases, language), schema=TIDY)
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"essaim": described}), out, compression="zstd")
    return out.getvalue()


def as_json_text(atlases: Sequence[Atlas], language: str) -> str:
    """The first atlas as `observatory.atlas.as_json`; those it is compared to, alike, under `compared`."""
    first, *others = (as_json(atlas, language) for atlas in atlases)
    content: dict[str, Any] = first | ({"compared": others} if others else {})
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_xlsx(atlases: Sequence[Atlas], language: str) -> bytes:
    """A workbook: what it is, the numbers, the definitions. No cell is ever a formula."""
    book = Workbook(write_only=True)
    book.properties.title = metadata(atlases, language)["title"]
    book.properties.creator = "Essaim"
    _readme(book, atlases, language)
    rows = tidy_rows(atlases, language)
    names = {
        "figures": Text("Chiffres", "Figures"),
        "by_family": Text("Familles", "Families"),
        "by_sector": Text("Activités", "Activities"),
        "by_size": Text("Tailles", "Sizes"),
        "by_age": Text("Âges", "Ages"),
        "by_year": Text("Années", "Years"),
    }
    for table, name in names.items():
        _sheet(
            book,
            name.in_(language),
            [FIELDS, *([row[key] for key in FIELDS] for row in rows if row["table"] == table)],
        )
    _sheet(book, Text("Définitions", "Definitions").in_(language), _definitions(atlases, language))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _readme(book: Workbook, atlases: Sequence[Atlas], language: str) -> None:
    about = metadata(atlases, language)
    said = [
        (about["title"], ", ".join(a.territory.name for a in atlases)),
        (Text("Avertissement", "Warning").in_(language), about["warning"]),
        (Text("Date des données", "Date of the data").in_(language), about["vintage"]),
        (Text("Construction", "Build").in_(language), about["build"]),
        (Text("Licence", "Licence").in_(language), about["licence"]),
        *((f"status = {key}", value) for key, value in about["statuses"].items()),
        *(
            (
                Text("Source", "Source").in_(language),
                f"{s['publisher']}, {s['name']}, {s['vintage']}, {s['url']}, {s['sha256']}",
            )
            for s in about["sources"]
        ),
    ]
    _sheet(book, Text("Lisez-moi", "Read me").in_(language), said, widths=(24, 110), header=False)


def _definitions(atlases: Sequence[Atlas], language: str) -> list[Sequence[object]]:
    keys = (
        "id",
        "label",
        "unit",
        "numerator",
        "denominator",
        "perimeter_text",
        "source",
        "vintage",
        "caveat",
        "why_it_matters",
        "confidentiality_reason",
        "author",
        "checked_on",
    )
    defined = [definition_as_json(figure.definition, language) for figure in atlases[0].figures.values()]
    return [keys, *([one[key] for key in keys] for one in defined)]


def _sheet(
    book: Workbook,
    name: str,
    rows: Iterable[Sequence[object]],
    widths: Sequence[float] = (),
    header: bool = True,
) -> None:
    sheet = book.create_sheet(name)
    for rank, width in enumerate(widths or (22,) * len(FIELDS)):
        sheet.column_dimensions["ABCDEFGHIJKLMNOPQRSTUVWXYZ"[rank]].width = width
    if header:
        sheet.freeze_panes = "A2"
    for line, row in enumerate(rows):
        sheet.append([_cell(sheet, value, bold=header and line == 0) for value in row])


def _cell(sheet: Any, value: object, bold: bool) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=neutral(_plain(value)))
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would take "=..." for a formula
    if bold:
        cell.font = Font(bold=True)
    elif isinstance(value, str) and len(value) > 40:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


FORMATS = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "parquet": ("application/vnd.apache.parquet", as_parquet),
    "json": ("application/json", as_json_text),
}
