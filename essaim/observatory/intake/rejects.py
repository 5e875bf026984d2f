"""Rows that could not be read, kept with the exact place where each one lies."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from essaim.law.text import Text

SCHEMA = pa.schema(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("detail", pa.string()),
    ]
)

REASONS = {
    "wrong_field_count": Text("nombre de champs inattendu", "unexpected number of fields"),
    "undecodable": Text("caractères illisibles", "unreadable characters"),
    "unclosed_quote": Text("guillemet jamais refermé", "quote never closed"),
    "unknown_label": Text("libellé inconnu", "unknown label"),
    "bad_siren": Text("SIREN invalide", "invalid SIREN"),
}


class Reject(NamedTuple):
    """One row refused. line: physical, 1 = the header's first line. detail: what was found."""

    file: str
    line: int
    reason: str
    detail: str


def write_rejects(rejects: Iterable[Reject], to: Path) -> None:
    """Write the rejects in the order of files and lines; an empty table when there are none."""
    rows = [reject._asdict() for reject in sorted(rejects)]
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), to)
