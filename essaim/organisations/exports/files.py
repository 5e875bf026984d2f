"""The four forms of a file of rows, each written batch by batch in constant memory.

CSV: comma, UTF-8 without byte order mark (RFC 4180; a mark would become part of the first column's name for most
programs), machine decimals, ISO dates, true and false, nothing for nothing. Spreadsheets are given XLSX.
GeoJSON: RFC 7946, one feature a row, `geometry` null without position. Parquet: typed, with GeoParquet 1.1 metadata.
"""

import csv
import json
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from essaim.organisations.exports.columns import COLUMNS, NAMES
from essaim.organisations.exports.rows import Row
from essaim.ui.spreadsheet import neutral

BATCH = 5_000
SHEET_ROWS = 1_000_000
"""A sheet holds 1,048,576 rows; the rest goes on another."""

ARROW = {
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
SCHEMA = pa.schema([*((column.name, ARROW[column.kind]) for column in COLUMNS), ("geometry", pa.binary())])
GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    # Without `crs` the standard says OGC:CRS84: longitude, then latitude.
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}},
}


class Writer(Protocol):
    def write(self, rows: list[Row]) -> None: ...
    def close(self) -> None: ...


class Csv:
    def __init__(self, path: Path, described: Mapping[str, Any]) -> None:
        self.file = path.open("w", encoding="utf-8", newline="")
        self.writer = csv.writer(self.file, lineterminator="\r\n")
        self.writer.writerow(NAMES)

    def write(self, rows: list[Row]) -> None:
        self.writer.writerows([written(value) for value in row.values()] for row in rows)

    def close(self) -> None:
        self.file.close()


class Xlsx:
    """One sheet of rows (more beyond a million), one that describes the columns."""

    def __init__(self, path: Path, described: Mapping[str, Any]) -> None:
        self.path, self.described = path, described
        self.book = Workbook(write_only=True)
        self.rows = 0

    def write(self, rows: list[Row]) -> None:
        for row in rows:
            if self.rows % SHEET_ROWS == 0:
                number = self.rows // SHEET_ROWS + 1
                self.sheet = self.book.create_sheet(
                    "organisations" if number == 1 else f"organisations {number}"
                )
                self.sheet.freeze_panes = "A2"
                self.sheet.append(bold(self.sheet, NAMES))
            self.sheet.append([neutral(value) for value in row.values()])
            self.rows += 1

    def close(self) -> None:
        if not self.rows:
            empty = self.book.create_sheet("organisations")
            empty.append(bold(empty, NAMES))
        about = self.book.create_sheet("dictionnaire")
        for line in sheet_of_words(self.described):
            about.append([neutral(cell) for cell in line])
        self.book.save(self.path)


def bold(sheet: Any, words: Iterable[str]) -> list[WriteOnlyCell]:
    cells = [WriteOnlyCell(sheet, word) for word in words]
    for cell in cells:
        cell.font = Font(bold=True)
    return cells


def sheet_of_words(described: Mapping[str, Any]) -> Iterator[list[object]]:
    for name in ("title_fr", "warning_fr", "warning_en", "licence", "vintage", "made_at", "uri"):
        if described.get(name):
            yield [name, described[name]]
    yield []
    keys = ("name", "kind", "label_fr", "label_en", "source_fr", "source_en", "unit", "nullable", "values")
    yield list(keys)
    for column in described["columns"]:
        yield [written(column[key]) for key in keys]


class GeoJson:
    def __init__(self, path: Path, described: Mapping[str, Any]) -> None:
        self.file = path.open("w", encoding="utf-8")
        about = {name: value for name, value in described.items() if name != "columns"}
        self.file.write(
            f'{{"type": "FeatureCollection", "metadata": {json.dumps(about, ensure_ascii=False)}, "features": ['
        )
        self.start = "\n"

    def write(self, rows: list[Row]) -> None:
        for row in rows:
            self.file.write(self.start + json.dumps(feature(row), ensure_ascii=False, separators=(",", ":")))
            self.start = ",\n"

    def close(self) -> None:
        self.file.write("\n]}\n")
        self.file.close()


def feature(row: Row) -> dict[str, Any]:
    properties = {name: iso(value) for name, value in row.items() if name not in ("lon", "lat")}
    number = (
        row["organisation_id"] if row["site_id"] is None else f"{row['organisation_id']}-{row['site_id']}"
    )
    geometry = None
    if row["lon"] is not None and row["lat"] is not None:
        geometry = {"type": "Point", "coordinates": [round(row["lon"], 6), round(row["lat"], 6)]}
    return {"type": "Feature", "id": number, "geometry": geometry, "properties": properties}


class Parquet:
    def __init__(self, path: Path, described: Mapping[str, Any]) -> None:
        metadata = {"geo": json.dumps(GEO), "essaim": json.dumps(described, ensure_ascii=False)}
        self.schema = SCHEMA.with_metadata(metadata)
        self.writer = pq.ParquetWriter(path, self.schema, compression="zstd")

    def write(self, rows: list[Row]) -> None:
        with_points = [{**row, "geometry": wkb(row["lon"], row["lat"])} for row in rows]
        self.writer.write_table(pa.Table.from_pylist(with_points, schema=self.schema))

    def close(self) -> None:
        self.writer.close()


def wkb(lon: float | None, lat: float | None) -> bytes | None:
    """A point as well-known binary, little endian."""
    return None if lon is None or lat is None else struct.pack("<BIdd", 1, 1, lon, lat)


def written(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return neutral(iso(value))


def iso(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


FORMATS: Mapping[str, tuple[str, Callable[[Path, Mapping[str, Any]], Writer]]] = MappingProxyType(
    {
        "csv": ("text/csv; charset=utf-8; header=present", Csv),
        "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Xlsx),
        "geojson": ("application/geo+json", GeoJson),
        "parquet": ("application/vnd.apache.parquet", Parquet),
    }
)
"""Form -> its media type and what writes it."""


def write_files(paths: Mapping[str, Path], rows: Iterable[Row], described: Mapping[str, Any]) -> int:
    """Write the rows to one file a form ({"csv": path}), all in one pass; gives how many rows were written."""
    count, pending = 0, iter(rows)
    with ExitStack() as opened:
        writers = []
        for form, path in paths.items():
            writers.append(FORMATS[form][1](path, described))
            opened.callback(writers[-1].close)
        while some := list(islice(pending, BATCH)):
            for writer in writers:
                writer.write(some)
            count += len(some)
    return count
