"""A city portal's export split into the three tables of the register.

One row joins an establishment and its legal unit, with French labels: units are written once each, labels
become codes again, natural persons are dropped, coordinates become a geolocation table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from essaim.observatory.errors import UnreadableFile, unreadable
from essaim.observatory.intake.header import portal_missing, portal_places, wrong_header
from essaim.observatory.intake.records import line_of
from essaim.observatory.intake.rejects import Reject
from essaim.observatory.intake.sniff import Sniffed
from essaim.observatory.intake.table import Shelf, quoted, write_table
from essaim.observatory.intake.taken import ESTABLISHMENT_COLUMNS, GEOLOCATION_COLUMNS, UNIT_COLUMNS
from essaim.observatory.sources.city_portal import BANDS, STATES, YES_NO

LABELLED: dict[str, Mapping[str, str]] = {
    "etatAdministratifUniteLegale": STATES,
    "etatAdministratifEtablissement": STATES,
    "caractereEmployeurUniteLegale": YES_NO,
    "caractereEmployeurEtablissement": YES_NO,
    "economieSocialeSolidaireUniteLegale": YES_NO,
    "etablissementSiege": {"oui": "true", "non": "false"},
    "trancheEffectifsUniteLegale": BANDS,
    "trancheEffectifsEtablissement": BANDS,
}
CODES = {
    "etatAdministratifUniteLegale": "AC",
    "etatAdministratifEtablissement": "AF",
    "economieSocialeSolidaireUniteLegale": "ON",
    "caractereEmployeurUniteLegale": "ON",
    "caractereEmployeurEtablissement": "ON",
}
TREATED = ("unit_treated", "establishment_treated")
SORTABLE = {
    "trancheEffectifsUniteLegale": "band_of_unit",
    "trancheEffectifsEtablissement": "band_of_establishment",
}


@dataclass(frozen=True, slots=True)
class Portal:
    """tables: role -> (Parquet, rows), geolocation only when there are coordinates.

    treated_on: the last treatment of any row, hence the date of the extract; None when not published.
    """

    tables: dict[str, tuple[Path, int]]
    treated_on: date | None


def write_portal(sniffed: Sniffed, on: Shelf) -> Portal:
    """Split the export; WrongHeader or UnreadableFile when it cannot be."""
    found = portal_places(sniffed.header)
    if missing := portal_missing(found):
        taken = set(found.values())
        raise wrong_header(
            sniffed.path, missing, [t for at, t in enumerate(sniffed.header) if at not in taken]
        )
    names = dict.fromkeys((*UNIT_COLUMNS, *ESTABLISHMENT_COLUMNS))
    select = ", ".join(
        [f"{coded(name, found)} AS {name}" for name in names]
        + [f"{place} AS {axis}" for axis, place in _coordinates(found).items()]
        + [f"{_is_unknown(name, found)} AS unknown_{name}" for name in LABELLED]
        + [f"try_cast({_cell(name, found)}[:10] AS DATE) AS {name}" for name in TREATED]
        + [f"{_cell('person_name', found)} AS person_name", "record"]
    )
    joined = on.folder / "portal.parquet"
    write_table(sniffed, select, joined, on)
    _reject_unknown_labels(sniffed, joined, on)
    tables = _split(joined, found, on)
    last = " , ".join(f"max({name})" for name in TREATED)
    (treated_on,) = on.database.execute(f"SELECT greatest({last}) FROM {quoted(joined)}").fetchone() or (
        None,
    )
    joined.unlink()
    if not tables["establishments"][1]:
        raise _empty(sniffed)
    return Portal(tables, treated_on)


def _empty(sniffed: Sniffed) -> UnreadableFile:
    return unreadable(
        sniffed.path.name,
        "il ne contient aucun établissement de personne morale.",
        "it holds no establishment of a legal person.",
    )


def _cell(name: str, found: Mapping[str, int]) -> str:
    """The SQL of a cell as written, empty being null."""
    return f"nullif(trim(c{found[name]}), '')" if name in found else "(NULL::VARCHAR)"


def _reduced(cell: str) -> str:
    """`city_portal.key` in SQL."""
    return f"regexp_replace(lower(strip_accents({cell})), '[^a-z0-9]', '', 'g')"


def _lookup(cell: str, labels: Mapping[str, str]) -> str:
    pairs = " ".join(f"WHEN {quoted(label)} THEN {quoted(code)}" for label, code in labels.items())
    return f"CASE {_reduced(cell)} {pairs} END"


def coded(name: str, found: Mapping[str, int]) -> str:
    """The SQL of a column under its official name: labels to codes, dates cut to the day."""
    cell = _cell(name, found)
    if name not in LABELLED:
        return f"{cell}[:10]" if name.startswith("date") else cell
    parts = [_lookup(cell, LABELLED[name])]
    if name in SORTABLE:
        # Portals that publish codes, and the sortable twin where -1 is "no employee".
        codes = ", ".join(quoted(code) for code in sorted(set(BANDS.values())))
        parts.append(f"CASE WHEN {cell} IN ({codes}) THEN {cell} END")
        twin = _cell(SORTABLE[name], found)
        padded = f"lpad({twin}, 2, '0')"
        parts.append(f"CASE WHEN {twin} = '-1' THEN 'NN' WHEN {padded} IN ({codes}) THEN {padded} END")
    elif name in CODES:
        parts.append(
            f"CASE WHEN length({cell}) = 1 AND contains({quoted(CODES[name])}, {cell}) THEN {cell} END"
        )
    else:
        parts.append(f"CASE WHEN lower({cell}) IN ('true', 'false') THEN lower({cell}) END")
    return f"coalesce({', '.join(parts)})"


def _is_unknown(name: str, found: Mapping[str, int]) -> str:
    cell = _cell(name, found)
    return f"CASE WHEN {cell} IS NOT NULL AND {coded(name, found)} IS NULL THEN {cell} END"


def _coordinates(found: Mapping[str, int]) -> dict[str, str]:
    """Longitude and latitude; from the "lat, lon" point when there are no two columns. 0, 0 is nowhere."""
    lon, lat = _cell("x_longitude", found), _cell("y_latitude", found)
    if "x_longitude" not in found and "point" in found:
        point = _cell("point", found)
        lat, lon = f"trim(split_part({point}, ',', 1))", f"trim(split_part({point}, ',', 2))"
    nowhere = f"try_cast({lon} AS DOUBLE) = 0 AND try_cast({lat} AS DOUBLE) = 0"
    valid = (
        f"try_cast({lon} AS DOUBLE) IS NOT NULL AND try_cast({lat} AS DOUBLE) IS NOT NULL AND NOT ({nowhere})"
    )
    return {
        axis: f"CASE WHEN {valid} THEN {cell} END"
        for axis, cell in (("x_longitude", lon), ("y_latitude", lat))
    }


def _reject_unknown_labels(sniffed: Sniffed, joined: Path, on: Shelf) -> None:
    unknown = " UNION ALL ".join(
        f"SELECT record, '{name}' AS name, unknown_{name} AS label FROM {quoted(joined)} "
        f"WHERE unknown_{name} IS NOT NULL"
        for name in LABELLED
    )
    rows = on.database.execute(f"SELECT * FROM ({unknown}) ORDER BY ALL").fetchall()
    if not rows:
        return
    lines = line_of(sniffed, {record for record, _, _ in rows})
    first: dict[int, Reject] = {}
    for record, name, label in rows:
        detail = f"{name} = {label}"
        first.setdefault(record, Reject(sniffed.path.name, lines[record], "unknown_label", detail))
    on.rejects.extend(first.values())


def _split(joined: Path, found: Mapping[str, int], on: Shelf) -> dict[str, tuple[Path, int]]:
    known = " AND ".join(f"unknown_{name} IS NULL" for name in LABELLED)
    # A natural person: its legal category, or a person's name where the portal left the category out.
    legal = (
        "coalesce(categorieJuridiqueUniteLegale NOT LIKE '1%', person_name IS NULL OR person_name = '[ND]')"
    )
    rows = f"(SELECT * FROM {quoted(joined)} WHERE {known} AND {legal})"
    units = ", ".join(UNIT_COLUMNS)
    selects = {
        "units": f"SELECT {units}, record FROM {rows} "
        "QUALIFY row_number() OVER (PARTITION BY siren ORDER BY record) = 1 ORDER BY record",
        "establishments": f"SELECT {', '.join(ESTABLISHMENT_COLUMNS)}, record FROM {rows} ORDER BY record",
    }
    if {"x_longitude", "y_latitude"} <= found.keys() or "point" in found:
        shown = ("siret", "x_longitude", "y_latitude")
        columns = ", ".join(n if n in shown else f"NULL::VARCHAR AS {n}" for n in GEOLOCATION_COLUMNS)
        selects["geolocation"] = (
            f"SELECT {columns}, record FROM {rows} WHERE x_longitude IS NOT NULL ORDER BY record"
        )
    tables = {}
    for role, select in selects.items():
        to = on.folder / f"{role}.parquet"
        copied = on.database.execute(f"COPY ({select}) TO {quoted(to)} (FORMAT parquet, COMPRESSION snappy)")
        (count,) = copied.fetchone() or (0,)
        tables[role] = (to, int(count))
    return tables
