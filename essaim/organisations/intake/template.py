"""Our own CSV or XLSX template, with French or English titles; every column but a name and an identifier is optional.

Documented for users in docs/guides/importer-l-annuaire.md; `COLUMNS` is the list the guide and the errors show.
"""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

from essaim.law.rules.sse_perimeter import natural_person_categories, person_named_categories
from essaim.law.text import Text
from essaim.organisations.intake.grounds import bare, in_batches, set_point
from essaim.organisations.intake.identifiers import digits, naf_of, rna_of, siren_of, siret_of
from essaim.organisations.intake.record import Origin, Reading, Record
from essaim.organisations.intake.rows import Row, read_rows, title, words, wrong_columns
from essaim.organisations.intake.siae import label_of
from essaim.organisations.rules import FAMILIES

# name used here -> titles, French first
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "siret": ("siret",),
        "siren": ("siren",),
        "rna": ("rna", "numero_rna", "rna_id", "rna_number"),
        "id": ("identifiant", "id", "identifier"),
        "name": ("nom", "denomination", "raison_sociale", "name"),
        "sigle": ("sigle", "acronym"),
        "site_name": ("enseigne", "nom_du_lieu", "site_name", "brand"),
        "legal_category": ("categorie_juridique", "legal_category"),
        "naf": ("naf", "ape", "activity", "code_naf"),
        "size_band": ("tranche_effectifs", "size_band"),
        "employer": ("employeur", "employer"),
        "created_on": ("date_creation", "cree_le", "created_on"),
        "closed_on": ("date_fermeture", "ferme_le", "closed_on"),
        "open": ("actif", "active", "ouvert", "open"),
        "address": ("adresse", "address"),
        "postcode": ("code_postal", "cp", "postcode", "zip_code"),
        "commune": ("code_insee", "code_commune", "insee_code"),
        "city": ("commune", "ville", "city"),
        "lon": ("longitude", "lon"),
        "lat": ("latitude", "lat"),
        "website": ("site_web", "site_internet", "website"),
        "labels": ("labels", "label", "agrements", "approvals"),
        "listed": ("liste_ess", "sse_list"),
        "flag": ("indicateur_ess", "sse_flag"),
        "family": ("famille", "family"),
        "head_office": ("siege", "head_office"),
    }
)
YES, NO = {"oui", "yes", "true", "vrai", "1", "o", "y", "x"}, {"non", "no", "false", "faux", "0", "n"}
FAMILY_WORDS = {"fondation": "foundation", "mutuelle": "mutual", "societe_commerciale": "commercial"}
UNKNOWN_CREATION = "1900-01-01"
FRENCH_DAY = re.compile(r"^([0-3]?[0-9])[/.-]([01]?[0-9])[/.-]([12][0-9]{3})$")


def read_template(path: Path, origin: Origin) -> Reading:
    """Raises WrongColumns, UnreadableFile."""
    header, rows = read_rows(path)
    at = places_of(header)
    identified = {"siret", "siren", "rna", "id"} & set(at)
    if "name" not in at or not (identified or {"city", "commune", "postcode"} & set(at)):
        needed = Text(
            "il faut une colonne « nom » et une colonne d'identifiant (siret, siren, rna) ou de commune",
            "it needs a “name” column and an identifier (siret, siren, rna) or a municipality",
        )
        raise wrong_columns(path, needed, header, [titles[0] for titles in COLUMNS.values()])
    reading = Reading(origin, iter(()))
    reading.batches = in_batches(rows, lambda row: _record(row, at, reading), reading)
    return reading


def places_of(header: list[str]) -> dict[str, int]:
    """Our name of a column -> its position."""
    known = {name: column for column, titles in COLUMNS.items() for name in titles}
    at: dict[str, int] = {}
    for position, name in enumerate(header):
        column = known.get(title(name))
        if column is not None:
            at.setdefault(column, position)
    return at


class Refused(ValueError):
    """(reason, detail) of a row that cannot be taken."""


def _record(row: Row, at: dict[str, int], reading: Reading) -> Record | None:
    cells = {
        name: row.cells[position].strip() for name, position in at.items() if row.cells[position].strip()
    }
    identifier = cells.get("siret") or cells.get("siren") or cells.get("rna") or cells.get("id") or ""
    try:
        record = identified(cells, row.line, reading)
        record.facts |= facts_of(cells)
        record.labels = _labels(cells.get("labels", ""))
        record.evidence = _evidence(cells)
        record.state = _state(cells, reading.origin.vintage)
        record.place |= _place(cells)
    except Refused as refusal:
        reading.refuse(row.line, refusal.args[0], words(identifier, 40), words(str(refusal.args[1]), 200))
        return None
    if "lon" in cells or "lat" in cells:
        set_point(record, cells.get("lon", ""), cells.get("lat", ""), "", reading)
    return record


def identified(cells: dict[str, str], line: int, reading: Reading) -> Record:
    """A record with its name and numbers. Raises Refused."""
    siret = _number("bad_siret", siret_of, cells.get("siret", ""))
    siren = _number("bad_siren", siren_of, cells.get("siren", ""))
    rna = _number("bad_rna", rna_of, cells.get("rna", ""))
    name = words(cells.get("name", ""), 300)
    if siret and siren and siret[:9] != siren:
        raise Refused("siret_of_another", f"{siret} / {siren}")
    if not name:
        raise Refused("no_name", "")
    own = words(cells.get("id", ""), 60)
    where = cells.get("commune") or cells.get("postcode") or cells.get("city")
    if not (siret or siren or rna or own) and where:
        own = words(f"{bare(name)}|{bare(where)}", 70)
    key = siret or siren or rna or (f"id:{own}" if own else "")
    if not key:
        raise Refused("no_identifier", name)
    for number, written in ((siret, cells.get("siret", "")), (siren, cells.get("siren", ""))):
        if number and len(digits(written)) < len(number):
            reading.remark(line, "padded", number)
    return Record(key, line, siren or siret[:9], siret, rna, {"name": name})


def _number(reason: str, read: object, text: str) -> str:
    try:
        return read(text)  # type: ignore[operator, no-any-return]
    except ValueError:
        raise Refused(reason, words(text, 80)) from None


def facts_of(cells: Mapping[str, str]) -> dict[str, str]:
    """Columns of the organisation. Raises Refused for a natural person: their data has no place in the directory."""
    category = cells.get("legal_category", "").removesuffix(".0")
    category = category if len(category) == 4 and category.isdigit() else ""
    today = date.today()  # noqa: DTZ011  # the categories of today's law: the vintage may be older than the act
    if category.startswith(natural_person_categories(today)):
        raise Refused("natural_person", category)
    if category in person_named_categories(today):
        raise Refused("person_named", category)
    created = day_of(cells.get("created_on", ""))
    size = cells.get("size_band", "").removesuffix(".0")
    facts = {
        "sigle": words(cells.get("sigle", ""), 100),
        "legal_category": category,
        "naf": naf_of(cells.get("naf", "")),
        "size_band": words(size.zfill(2) if size.isdigit() else size, 12).replace("NN", ""),
        "created_on": "" if created == UNKNOWN_CREATION else created,
        "website": words(cells.get("website", ""), 300),
    }
    return {name: value for name, value in facts.items() if value}


def _place(cells: Mapping[str, str]) -> dict[str, object]:
    place: dict[str, object] = {
        "name": words(cells.get("site_name", ""), 200),
        "address": words(cells.get("address", ""), 300),
        "postcode": postcode_of(cells.get("postcode", "")),
        "commune": words(cells.get("commune", ""), 5).upper().zfill(5) if cells.get("commune") else "",
        "city": words(cells.get("city", ""), 100),
        "naf": naf_of(cells.get("naf", "")) if cells.get("siret") else "",
        "employer": _yes(cells.get("employer", "")),
        "is_head_office": _yes(cells.get("head_office", "")),
    }
    return {name: value for name, value in place.items() if value or (value is False and name == "employer")}


def postcode_of(text: str) -> str:
    bare_text = digits(text)
    return bare_text.zfill(5) if bare_text.isdigit() and 4 <= len(bare_text) <= 5 else ""


def _labels(text: str) -> dict[str, dict[str, str]]:
    found = {}
    for word in re.split(r"[,;|/]", text):
        if word.strip():
            label = label_of(word.strip().replace("-", "_").replace(" ", "_"))
            if not label:
                raise Refused("unknown_kind", word)
            found[label] = {}
    return found


def _evidence(cells: Mapping[str, str]) -> dict[str, list[str]]:
    family = title(cells.get("family", "")).removesuffix("s")
    family = FAMILY_WORDS.get(family, family)
    family = family if family in FAMILIES else ""
    evidence = {}
    if _yes(cells.get("listed", "")):
        evidence["listed"] = ["member", "", family]
    flag = cells.get("flag", "")
    if flag and _yes(flag) is not None:
        evidence["flag"] = ["member", "O", ""] if _yes(flag) else ["not_member", "N", ""]
    return evidence


def _state(cells: Mapping[str, str], vintage: date) -> dict[str, object]:
    """Whether it is open, when the row says so; closed without a day is dated by the vintage."""
    closed_on, is_open = day_of(cells.get("closed_on", "")), _yes(cells.get("open", ""))
    level = "site" if cells.get("siret") else "organisation"
    if closed_on:
        return {level: False, "closed_on": closed_on}
    if is_open is False:
        return {level: False, "closed_on": vintage.isoformat(), "about": True}
    return {level: True} if is_open else {}


def _yes(text: str) -> bool | None:
    word = title(text)
    return True if word in YES else False if word in NO else None


def day_of(text: str) -> str:
    """ISO day from "2024-05-31", "31/05/2024" or an ISO instant; "" for nothing. Raises Refused."""
    text = text.strip()
    if not text:
        return ""
    french = FRENCH_DAY.match(text)
    try:
        if french:
            day, month, year = (int(part) for part in french.groups())
            return date(year, month, day).isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise Refused("bad_date", text) from None
