"""The door: find the files, check each, bring them to the shape of `Intake`."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from essaim.law.text import Text
from essaim.observatory.errors import explained, unreadable
from essaim.observatory.intake import records
from essaim.observatory.intake.ess_list import write_ess_list
from essaim.observatory.intake.find import BY_ROLE, Found, find
from essaim.observatory.intake.header import check_header
from essaim.observatory.intake.portal import write_portal
from essaim.observatory.intake.provenance import Provenance, is_fictitious, provenance
from essaim.observatory.intake.rejects import write_rejects
from essaim.observatory.intake.sniff import Sniffed, sniff
from essaim.observatory.intake.table import Shelf, quoted, shelf, write_table
from essaim.observatory.intake.taken import (
    ESTABLISHMENT_COLUMNS,
    GEOLOCATION_COLUMNS,
    HISTORY_COLUMNS,
    UNIT_COLUMNS,
    Intake,
    TakenFile,
)
from essaim.observatory.progress import Tell, silent
from essaim.observatory.sources.city_portal import SOURCE as PORTAL
from essaim.observatory.sources.ess_france import SOURCE as ESS_FRANCE

COLUMNS = {
    "units": UNIT_COLUMNS,
    "establishments": ESTABLISHMENT_COLUMNS,
    "geolocation": GEOLOCATION_COLUMNS,
    "history": HISTORY_COLUMNS,
}


def intake(source: Path, work: Path, progress: Tell = silent) -> Intake:
    """Read the official files under `source` (a folder, or one city-portal file) into `work`.

    Nothing is written outside `work`. Raises `essaim.observatory.errors.SourceError` (missing, unreadable,
    wrong header), `DiskFull`, `Interrupted`. Cost: Parquet is not rewritten; a national CSV is parsed once.
    """
    with explained(str(work)), shelf(work, progress) as on:
        found = find(source)
        known = {sniffed.path: provenance(sniffed.path) for sniffed in found.files.values()}
        paths: dict[str, Path] = {}
        taken: list[TakenFile] = []
        if "portal" in found.files:
            sniffed = found.files["portal"]
            portal = write_portal(sniffed, on)
            facts = known[sniffed.path]
            if facts.vintage_from == "mtime" and portal.treated_on:
                known[sniffed.path] = replace(facts, vintage=portal.treated_on, vintage_from="content")
            for role, (path, rows) in portal.tables.items():
                paths[role] = path
                taken.append(_taken(role, PORTAL.id, "portal", sniffed, rows, known, COLUMNS[role]))
        for role in COLUMNS:
            if role in found.files and role not in paths:
                sniffed = found.files[role]
                paths[role], rows, columns = _official(role, sniffed, on)
                taken.append(_taken(role, BY_ROLE[role].id, "official", sniffed, rows, known, columns))
        if lists := _lists(found):
            paths["ess_list"] = work / "ess_list.parquet"
            for kind, rows in write_ess_list(lists, paths["ess_list"], on).items():
                names = ("siren", "family", "list")
                taken.append(_taken("ess_list", ESS_FRANCE.id, kind, lists[kind], rows, known, names))
        rejected = work / "rejected.parquet"
        write_rejects(on.rejects, rejected)
        return Intake(
            units=paths["units"],
            establishments=paths["establishments"],
            geolocation=paths.get("geolocation"),
            history=paths.get("history"),
            ess_list=paths.get("ess_list"),
            qpv=found.qpv,
            rejected=rejected,
            files=tuple(taken),
            fictitious=is_fictitious(source if source.is_dir() else source.parent),
        )


def line_of(file: Path, wanted: Iterable[int]) -> dict[int, int]:
    """Physical line (1 = the header's first line) where each record of a source file starts.

    `wanted`: values of the `record` column of `Intake` tables, `file`: the person's own file (zipped or not).
    For Parquet, where there are no lines, the row number itself (1 = first). Cost: reads the file once up to
    the last record asked, some hundred thousand lines a second; call it when there is something to report.
    """
    return records.line_of(sniff(file), wanted)


def _lists(found: Found) -> dict[str, Sniffed]:
    roles = {"ess_france": "ess_list", "regional": "regional"}
    return {kind: found.files[role] for kind, role in roles.items() if role in found.files}


def _official(role: str, sniffed: Sniffed, on: Shelf) -> tuple[Path, int, tuple[str, ...]]:
    """(Parquet, rows, its columns): the person's own Parquet, or the CSV rewritten as text."""
    source = BY_ROLE[role]
    at = check_header(sniffed.path, source, sniffed.header)
    wanted = COLUMNS[role]
    to = on.folder / f"{role}.parquet"
    if sniffed.format == "parquet":
        path, rows, columns = _parquet(sniffed, {n: at[n] for n in wanted if n in at}, to, on)
    else:
        cells = {name: f"nullif(trim(c{at[name]}), '')" if name in at else "NULL::VARCHAR" for name in wanted}
        select = ", ".join(f"{cell} AS {name}" for name, cell in cells.items())
        rows = write_table(sniffed, f"{select}, record", to, on)
        path, columns = to, wanted
    if not rows and source.needed:
        raise unreadable(
            sniffed.path.name,
            "il ne contient que son en-tête, aucune ligne. Téléchargez-le de nouveau.",
            "it holds its header only, no row. Download it again.",
        )
    return path, rows, columns


def _parquet(sniffed: Sniffed, at: dict[str, int], to: Path, on: Shelf) -> tuple[Path, int, tuple[str, ...]]:
    """The file itself when its names are the official ones; else (upper-case header) a renamed copy."""
    rows = pq.read_metadata(sniffed.path).num_rows
    if all(sniffed.header[position] == name for name, position in at.items()):
        return sniffed.path, rows, tuple(sniffed.header)
    on.tell(
        Text(f"Renommage des colonnes de {sniffed.path.name}", f"Renaming columns of {sniffed.path.name}")
    )
    renamed = ", ".join(f'"{sniffed.header[position]}" AS {name}' for name, position in at.items())
    part = to.with_name(f"{to.name}.part")
    on.database.execute(
        f"COPY (SELECT {renamed} FROM read_parquet({quoted(sniffed.path)})) TO {quoted(part)} "
        "(FORMAT parquet, COMPRESSION snappy)"
    )
    part.replace(to)
    return to, rows, tuple(at)


def _taken(
    role: str,
    source: str,
    dialect: str,
    sniffed: Sniffed,
    rows: int,
    known: dict[Path, Provenance],
    columns: tuple[str, ...],
) -> TakenFile:
    facts = known[sniffed.path]
    return TakenFile(
        role=role,
        source=source,
        path=sniffed.path,
        format=sniffed.format,
        dialect=dialect,
        sha256=facts.sha256,
        size_bytes=facts.size_bytes,
        rows=rows,
        vintage=facts.vintage,
        vintage_from=facts.vintage_from,
        columns=columns,
    )
