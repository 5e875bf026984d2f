"""The dialect of the national database of digital SSE: a row a legal unit, the lists that hold it in one column."""

from datetime import date
from pathlib import Path

from essaim.organisations.intake.grounds import in_batches
from essaim.organisations.intake.record import Origin, Reading, Record
from essaim.organisations.intake.rows import Row, read_rows, title, words
from essaim.organisations.intake.template import (
    FAMILY_WORDS,
    Refused,
    facts_of,
    identified,
    postcode_of,
)
from essaim.organisations.rules import FAMILIES

MARKS = {"siren", "sources", "flag_ess_sirene", "siret_siege", "est_active"}
RENAMED = {
    "siret_siege": "siret",
    "denomination": "name",
    "categorie_juridique": "legal_category",
    "tranche_effectifs": "size_band",
    "date_creation": "created_on",
    "site_web": "website",
    "rna": "rna",
    "siren": "siren",
    "sigle": "sigle",
    "naf": "naf",
}


def speaks_dialect(path: Path) -> bool:
    header, rows = read_rows(path)
    rows.close()  # type: ignore[attr-defined]  # a generator
    return {title(name) for name in header} >= MARKS


def read_ess_numerique(path: Path, origin: Origin) -> Reading:
    header, rows = read_rows(path)
    at = {title(name): position for position, name in reversed(list(enumerate(header)))}
    reading = Reading(origin, iter(()))
    reading.batches = in_batches(rows, lambda row: _record(row, at, reading), reading)
    return reading


def _record(row: Row, at: dict[str, int], reading: Reading) -> Record | None:
    def cell(name: str) -> str:
        return row.cells[at[name]].strip() if name in at else ""

    cells = {ours: cell(theirs) for theirs, ours in RENAMED.items() if cell(theirs)}
    try:
        if cell("methode_jointure") == "scoring":
            raise Refused("uncertain_match", cell("nom_structure_porteuse") or cell("denomination"))
        record = identified(cells, row.line, reading)
        record.facts |= facts_of(cells)
    except Refused as refusal:
        reading.refuse(row.line, refusal.args[0], words(cell("siren"), 40), words(str(refusal.args[1]), 200))
        return None
    sources = cell("sources").split("|")
    family = FAMILY_WORDS.get(cell("famille_ess"), cell("famille_ess"))
    if "ess_france" in sources:
        record.evidence["listed"] = ["member", "ess_france", family if family in FAMILIES else ""]
    if cell("flag_ess_sirene") == "True":
        record.evidence["flag"] = ["member", "O", ""]
    if "esus" in sources:
        record.labels["esus"] = {}
    place = {"postcode": postcode_of(cell("code_postal")), "city": words(cell("commune"), 100)}
    record.place = {name: value for name, value in place.items() if value} | {"is_head_office": True}
    record.state = _state(cell("est_active"), reading.origin.vintage)
    return record


def _state(active: str, vintage: date) -> dict[str, object]:
    if active == "False":
        return {"organisation": False, "closed_on": vintage.isoformat(), "about": True}
    return {"organisation": True} if active == "True" else {}
