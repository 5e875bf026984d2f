"""A statement: what one entry of one file says of one contract, before files are put together."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from essaim.observatory.contracts.columns import COLUMNS, FORMATS, STATEMENT_COLUMNS

_supplier = pa.struct([("kind", pa.string()), ("id", pa.string()), ("name", pa.string())])
_amendment = pa.struct(
    [
        ("id", pa.string()),
        ("notified_on", pa.date32()),
        ("published_on", pa.date32()),
        ("duration_months", pa.int32()),
        ("amount_cents", pa.int64()),
        ("suppliers", pa.list_(_supplier)),
    ]
)
_TYPES: dict[str, pa.DataType] = {
    "VARCHAR": pa.string(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "VARCHAR[]": pa.list_(pa.string()),
    COLUMNS["suppliers"]: pa.list_(_supplier),
    COLUMNS["amendments"]: pa.list_(_amendment),
}
SCHEMA = pa.schema([pa.field(name, _TYPES[kind]) for name, kind in STATEMENT_COLUMNS.items()])

BATCH = 2_000
"""Statements held in memory before they are written."""


def priority(statement: dict[str, Any]) -> str:
    """What decides between two statements of one contract, whatever the order of the files."""
    days = [statement["published_on"], *(one["published_on"] for one in statement["amendments"])]
    latest = max((one for one in days if one), default=date.min)
    said = {name: value for name, value in statement.items() if name != "priority"}
    digest = hashlib.md5(
        json.dumps(said, ensure_ascii=False, sort_keys=True, default=str).encode(), usedforsecurity=False
    ).hexdigest()
    return f"{latest.isoformat()} {FORMATS.index(statement['format'])} {digest}"


class Writer:
    """Writes statements to a Parquet file, a batch at a time: memory stays flat."""

    def __init__(self, path: Path) -> None:
        self.rows = 0
        self.amendments = 0
        self._held: list[dict[str, Any]] = []
        self._file = pq.ParquetWriter(path, SCHEMA, compression="zstd")

    def add(self, statement: dict[str, Any]) -> None:
        self.rows += 1
        self.amendments += len(statement["amendments"])
        self._held.append(statement)
        if len(self._held) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._held:
            self._file.write_table(pa.Table.from_pylist(self._held, SCHEMA))
            self._held.clear()

    def close(self) -> None:
        self._flush()
        self._file.close()


def write(path: Path, statements: Iterable[dict[str, Any]]) -> int:
    """Write them all; how many."""
    writer = Writer(path)
    try:
        for one in statements:
            writer.add(one)
    finally:
        writer.close()
    return writer.rows
