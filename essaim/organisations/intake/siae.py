"""The list of SIAE, GEIQ and adapted enterprises: one row an establishment *and* a kind. Says nothing of the SSE."""

from pathlib import Path

from essaim.law.text import Text
from essaim.organisations.intake.grounds import in_batches, set_point
from essaim.organisations.intake.identifiers import naf_of, siret_of
from essaim.organisations.intake.record import Origin, Reading, Record
from essaim.organisations.intake.rows import Row, read_rows, title, words, wrong_columns
from essaim.organisations.rules import LABEL_KINDS

NEEDED = ("siret", "kind", "name")
KNOWN = (*NEEDED, "brand", "naf", "address_line_1", "address_line_2", "post_code", "city", "longitude", "latitude",
         "geocoding_score", "website")  # fmt: skip


def label_of(kind: str) -> str:
    """Code of `labels.yaml` of a kind as the list writes it ("ACI" -> "siae_aci"), "" when unknown."""
    code = kind.strip().lower()
    return next((name for name in (f"siae_{code}", code) if name in LABEL_KINDS), "")


def read_siae(path: Path, origin: Origin) -> Reading:
    """Raises WrongColumns, UnreadableFile."""
    header, rows = read_rows(path)
    at = {title(name): position for position, name in enumerate(header)}
    missing = [name for name in NEEDED if name not in at]
    if missing:
        raise wrong_columns(
            path,
            Text(f"colonnes absentes : {', '.join(missing)}", f"missing columns: {', '.join(missing)}"),
            header,
            KNOWN,
        )
    reading = Reading(origin, iter(()))
    reading.batches = in_batches(rows, lambda row: _record(row, at, reading), reading)
    return reading


def _record(row: Row, at: dict[str, int], reading: Reading) -> Record | None:
    def cell(name: str) -> str:
        return row.cells[at[name]] if name in at else ""

    name = words(cell("name"), 300)
    try:
        siret = siret_of(cell("siret"))
    except ValueError:
        reading.refuse(row.line, "bad_siret", words(cell("siret"), 40), name)
        return None
    label = label_of(cell("kind"))
    reason = "no_identifier" if not siret else "no_name" if not name else "unknown_kind" if not label else ""
    if reason:
        reading.refuse(row.line, reason, siret, words(cell("kind"), 40))
        return None
    record = Record(siret, row.line, siret[:9], siret, facts={"name": name}, labels={label: {}})
    naf, website = naf_of(cell("naf")), words(cell("website"), 300)
    record.facts |= {key: value for key, value in (("naf", naf), ("website", website)) if value}
    lines = (words(cell(part), 300) for part in ("address_line_1", "address_line_2"))
    place = {
        "name": words(cell("brand"), 200),
        "naf": naf,
        "address": words(", ".join(line for line in lines if line), 300),
        "postcode": words(cell("post_code"), 5),
        "city": words(cell("city"), 100),
    }
    record.place = {key: value for key, value in place.items() if value}
    set_point(record, cell("longitude"), cell("latitude"), cell("geocoding_score"), reading)
    return record
