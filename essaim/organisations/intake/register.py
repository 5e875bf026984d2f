"""The observatory store's establishments: everything the register says of some territories."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from essaim.law.text import Text
from essaim.observatory.errors import unreadable
from essaim.observatory.reference import places
from essaim.observatory.store import Store
from essaim.organisations.intake.record import Origin, Reading, Record
from essaim.organisations.intake.rows import words, wrong_columns

BATCH_ROWS = 10_000
NEEDED = ("siret", "siren", "name", "commune", "status", "flag", "listed")
USED = (*NEEDED, "sigle", "rna_id", "legal_category", "naf", "employer", "size_band",
        "created_on", "qpv", "lon", "lat", "address", "postcode")  # fmt: skip
DECIMALS = 6


def parquet_of(path: Path) -> tuple[Path, date | None, bool]:
    """(establishments file, vintage, is it fictitious) of a store folder, a build or the Parquet itself."""
    if path.is_dir() and (path / "current").exists():
        build = Store(path).current()
        manifest = build.manifest
        return build.parquet("establishments"), date.fromisoformat(manifest.vintage[:10]), manifest.fictitious
    if path.is_dir():
        path = path / "establishments.parquet"
    if not path.exists():
        raise unreadable(
            path.name,
            "il n'existe pas. Donnez le dossier du magasin de l'observatoire ou son fichier establishments.parquet.",
            "it does not exist. Give the observatory's store folder or its establishments.parquet.",
        )
    return path, None, False


def scope_of(territories: Sequence[str]) -> frozenset[str]:
    """Communes of territory codes. Raises UnknownTerritory."""
    return frozenset(commune for code in territories for commune in places.communes_of(code))


def read_register(path: Path, origin: Origin, territories: Sequence[str]) -> Reading:
    """All rows, or those of `territories`. `origin.scope` is set to the communes read in full."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise unreadable(
            path.name,
            "ce n'est pas un fichier Parquet entier. Relancez « essaim observatory build ».",
            "it is not a whole Parquet file. Run “essaim observatory build” again.",
        ) from error
    names = file.schema_arrow.names
    missing = [name for name in NEEDED if name not in names]
    if missing:
        needed = Text(f"colonnes absentes : {', '.join(missing)}", f"missing columns: {', '.join(missing)}")
        raise wrong_columns(path, needed, names, USED)
    wanted = scope_of(territories)
    # Without territories, the file speaks in full of the communes it names.
    scope = wanted or frozenset(_column(file, "commune"))
    reading = Reading(origin._replace(scope=scope), iter(()), total=file.metadata.num_rows)
    reading.batches = _batches(file, [name for name in USED if name in names], wanted, reading)
    return reading


def _column(file: pq.ParquetFile, name: str) -> Iterable[str]:
    return set(pc.unique(file.read([name]).column(name)).to_pylist()) - {None}


def _batches(
    file: pq.ParquetFile, names: list[str], wanted: frozenset[str], reading: Reading
) -> Iterator[list[Record]]:
    values = pa.array(sorted(wanted))
    for batch in file.iter_batches(BATCH_ROWS, columns=names):
        rows = batch
        if wanted:
            rows = batch.filter(pc.is_in(batch.column(names.index("commune")), value_set=values))
        reading.read_rows += rows.num_rows
        columns = {name: rows.column(at).to_pylist() for at, name in enumerate(names)}
        records = (
            _record(dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)
        )
        yield [record for record in records if _is_named(record, reading)]


def _is_named(record: Record, reading: Reading) -> bool:
    if not record.facts.get("name"):
        reading.refuse(None, "no_name", record.siret)
        return False
    return True


def _record(row: dict[str, Any]) -> Record:
    name = words(row["name"] or "", 300)
    category, naf = row.get("legal_category") or "", row.get("naf") or ""
    facts = {
        "name": name,
        "sigle": words(row.get("sigle") or "", 100),
        "legal_category": category,
        "naf": naf,
    }
    created = row.get("created_on")
    place = {
        "commune": row["commune"],
        "qpv": row.get("qpv"),
        "naf": naf,
        "size_band": row.get("size_band"),
        "address": words(row.get("address") or "", 300),
        "postcode": row.get("postcode"),
        "opened_on": created.isoformat() if created else "",
    }
    place = {key: value for key, value in place.items() if value}
    if row.get("employer") is not None:
        place["employer"] = row["employer"]
    if row.get("lon") is not None and row.get("lat") is not None:
        place |= {"lon": round(row["lon"], DECIMALS), "lat": round(row["lat"], DECIMALS)}
    return Record(
        row["siret"],
        None,
        row["siren"],
        row["siret"],
        row.get("rna_id") or "",
        {key: value for key, value in facts.items() if value},
        place,
        _evidence(row),
        {},
        {"site": True},
    )


def _evidence(row: dict[str, Any]) -> dict[str, list[str]]:
    flag = row["flag"]
    evidence = {}
    if flag in ("O", "N"):
        evidence["flag"] = ["member" if flag == "O" else "not_member", flag, ""]
    if row["listed"]:
        # The store's family is its own finding, not what the list says of it.
        evidence["listed"] = ["member", "", ""]
    return evidence
