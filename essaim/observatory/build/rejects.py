"""The report of the rows left out: which file, which line, why. Never a name, never a person's number."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from essaim.law.text import Text
from essaim.observatory.intake import Intake, line_of
from essaim.observatory.store import REJECTED, in_stored_order

REASONS = {
    "siret_not_a_number": Text(
        "le SIRET n'est pas un nombre de 14 chiffres", "the SIRET is not a 14-digit number"
    ),
    "leading_zeros_lost": Text(
        "le SIRET a perdu ses zéros de tête : le fichier a été ouvert dans un tableur",
        "the SIRET lost its leading zeros: the file went through a spreadsheet",
    ),
    "check_digits": Text("la clé du SIRET est fausse", "the SIRET fails its check digits"),
    "unknown_siren": Text(
        "l'unité légale n'est pas dans le fichier des unités", "the legal unit is not in the units file"
    ),
    "no_commune": Text("aucun code commune (adresse à l'étranger ?)", "no commune code (address abroad?)"),
    "unknown_commune": Text("code commune inconnu", "unknown commune code"),
    "date_in_the_future": Text("date de création dans l'avenir", "creation date in the future"),
    "duplicate_siret": Text(
        "SIRET déjà rencontré, la première ligne est gardée", "SIRET met before, the first row is kept"
    ),
    "duplicate_siren": Text(
        "SIREN déjà rencontré, la première ligne est gardée", "SIREN met before, the first row is kept"
    ),
}


def report(taken: Intake, establishments: pa.Table, units: pa.Table | None) -> pa.Table:
    """Rows of `store.REJECTED`, sorted: what the intake could not read, then what could not be counted.

    `establishments`: record, reason, siret, detail; `units`: record. Records become physical lines.
    """
    parts = [_from_intake(taken.rejected)]
    if establishments.num_rows:
        parts.append(_located(taken, "establishments", establishments))
    if units is not None and units.num_rows:
        nothing = pa.nulls(units.num_rows, pa.string())
        reasons = pa.array(["duplicate_siren"] * units.num_rows, pa.string())
        rows = pa.table(
            {"record": units.column("record"), "reason": reasons, "siret": nothing, "detail": nothing}
        )
        parts.append(_located(taken, "units", rows))
    return in_stored_order("rejected", pa.concat_tables(parts))


def by_reason(rows: pa.Table) -> dict[str, int]:
    """How many rows for each reason, most frequent first."""
    counted = rows.group_by("reason").aggregate([("reason", "count")]).to_pylist()
    return {row["reason"]: row["reason_count"] for row in sorted(counted, key=lambda r: -r["reason_count"])}


def write_csv(rows: pa.Table, path: Path) -> None:
    """The same report for a spreadsheet, beside the Parquet."""
    pyarrow.csv.write_csv(rows, path)


def _from_intake(path: Path) -> pa.Table:
    rows = pq.read_table(path)
    siret = pa.nulls(rows.num_rows, pa.string())
    return rows.append_column("siret", siret).select(REJECTED.names).cast(REJECTED)


def _located(taken: Intake, role: str, rows: pa.Table) -> pa.Table:
    file = taken.file(role)
    records = rows.column("record").to_pylist()
    lines = line_of(file.path, sorted(set(records)))
    return pa.table(
        {
            "file": pa.array([file.name] * rows.num_rows, pa.string()),
            "line": pa.array(np.array([lines[record] for record in records], np.int64)),
            "reason": rows.column("reason"),
            "siret": rows.column("siret"),
            "detail": pc.cast(rows.column("detail"), pa.string()),
        }
    ).cast(REJECTED)
