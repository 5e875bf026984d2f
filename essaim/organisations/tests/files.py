"""Small files in the layouts that imports read, and what the directory holds, comparable whatever the ids."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from essaim.observatory.store import ESTABLISHMENTS
from essaim.organisations.intake.successions import COLUMNS as SUCCESSION_COLUMNS
from essaim.organisations.models import Evidence, Label, Organisation, Site, Statement

SIAE_COLUMNS = ("siret", "kind", "name", "brand", "naf", "address_line_1", "address_line_2", "post_code", "city",
                "department", "longitude", "latitude", "geocoding_score", "source", "website")  # fmt: skip
SITE_COLUMNS = ("siret", "name", "address", "postcode", "commune", "qpv", "lon", "lat", "position_source", "naf",
                "employer", "size_band", "is_head_office", "is_official", "opened_on", "closed_on")  # fmt: skip
FILE_DEFAULTS = {
    "sector": "unknown",
    "status": "member",
    "employer": False,
    "size_band": "",
    "commune": "59350",
    "flag": "",
    "listed": False,
}


def write_csv(
    path: Path, rows: Sequence[Mapping[str, Any]], delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.DictWriter(out, columns, delimiter=delimiter, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_siae(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    blank = dict.fromkeys(SIAE_COLUMNS, "")
    return write_csv(path, [{**blank, "kind": "ACI", "name": "STRUCTURE", **row} for row in rows] or [blank])


def write_register(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """An establishments table of the observatory's store."""
    filled = [{**FILE_DEFAULTS, "siren": row["siret"][:9], "name": "UNITÉ", **row} for row in rows]
    pq.write_table(pa.Table.from_pylist(filled, ESTABLISHMENTS), path)
    return path


def write_successions(path: Path, links: Sequence[tuple[str, str, date]]) -> Path:
    rows = [dict(zip(SUCCESSION_COLUMNS, (*link, "false", "true"), strict=True)) for link in links]
    return write_csv(path, rows or [dict.fromkeys(SUCCESSION_COLUMNS, "")])


def content(first_seen: bool = False) -> dict[str, list[Any]]:
    """Everything imports write, by what identifies it outside: SIREN, SIRET, RNA number or name."""
    names = {row.pk: row.siren or row.rna_id or row.name for row in Organisation.objects.all()}
    sites = {row.pk: row.siret or f"{row.address} {row.commune}" for row in Site.objects.all()}
    organisations = [
        (
            names[row.pk], row.siren, row.rna_id, row.name, row.sigle, row.legal_category, row.naf, row.sector,
            row.size_band, row.created_on, row.closed_on, names.get(row.successor_id), row.status, row.family,
            row.reason_code, row.hidden, row.quality, row.last_seen_on,
        )
        for row in Organisation.objects.all()
    ]  # fmt: skip
    return {
        "organisations": sorted(organisations, key=repr),
        "sites": sorted(
            (
                (names[s.organisation_id], *(getattr(s, name) for name in SITE_COLUMNS))
                for s in Site.objects.all()
            ),
            key=repr,
        ),
        "evidence": sorted(
            (names[e.organisation_id], e.source, e.says, e.value, e.family, e.on, e.dataset)
            for e in Evidence.objects.all()
        ),
        "labels": sorted(
            (names[one.organisation_id], sites.get(one.site_id, ""), one.kind, one.dataset, one.seen_on)
            for one in Label.objects.all()
        ),
        "statements": sorted(
            (one.source, one.key, names[one.organisation_id], sites.get(one.site_id, ""), one.on, one.said)
            for one in Statement.objects.all()
        ),
    }
