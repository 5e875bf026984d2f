"""The register's file of successions: which establishment took over from which, kept when it touches the directory."""

import shutil
import tempfile
from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

from essaim.law.text import Text
from essaim.observatory.intake.sniff import opened, sniff
from essaim.observatory.intake.table import csv_scan, quoted
from essaim.organisations.intake.rows import wrong_columns

COLUMNS = ("siretEtablissementPredecesseur", "siretEtablissementSuccesseur", "dateLienSuccession", "transfertSiege",
           "continuiteEconomique")  # fmt: skip
NEEDED = COLUMNS[:3]


class Link(NamedTuple):
    """`is_continuity`: the activity goes on; False for a mere transfer of the head office."""

    before: str
    after: str
    on: date
    is_continuity: bool


def read_successions(path: Path, known: Collection[str]) -> list[Link]:
    """Links of every chain that touches a known SIRET, sorted. Raises WrongColumns, UnreadableFile.

    Some eight million rows nationwide: DuckDB holds them, Python sees the chains only.
    """
    sniffed = sniff(path)
    missing = [name for name in NEEDED if name not in sniffed.header]
    if missing:
        needed = Text(f"colonnes absentes : {', '.join(missing)}", f"missing columns: {', '.join(missing)}")
        raise wrong_columns(path, needed, sniffed.header, COLUMNS)
    with tempfile.TemporaryDirectory(prefix="essaim-successions-") as folder, duckdb.connect() as database:
        if sniffed.format == "parquet":
            source = f"read_parquet({quoted(path)})"
            names = {name: f'"{name}"' for name in sniffed.header}
        else:
            plain = _plain(path, sniffed.packing, sniffed.entry, Path(folder))
            source = csv_scan(plain, sniffed.delimiter, len(sniffed.header))
            names = {name: f"c{at}" for at, name in enumerate(sniffed.header)}
        flags = {
            name: f"coalesce(lower({names[name]}::VARCHAR) IN ('true', 'vrai', '1'), false)"
            if name in names
            else "true"
            for name in COLUMNS[3:]
        }
        before, after, on = (names[name] for name in NEEDED)
        database.execute(
            f"""CREATE TABLE link AS SELECT DISTINCT lpad({before}::VARCHAR, 14, '0') AS before,
            lpad({after}::VARCHAR, 14, '0') AS after, try_cast({on} AS DATE) AS day,
            {flags["continuiteEconomique"]} AS goes_on
            FROM {source} WHERE {flags["continuiteEconomique"]} OR {flags["transfertSiege"]}"""
        )
        database.execute(
            "DELETE FROM link WHERE day IS NULL OR before = after OR before IS NULL OR after IS NULL"
        )
        return _touching(database, known)


def _plain(path: Path, packing: str, entry: str, folder: Path) -> Path:
    if not packing:
        return path
    plain = folder / "links.csv"
    with opened(path, packing, entry) as raw, plain.open("wb") as out:
        shutil.copyfileobj(raw, out, 1 << 22)
    return plain


def _touching(database: duckdb.DuckDBPyConnection, known: Iterable[str]) -> list[Link]:
    """Chains are walked both ways, one step a turn: they are short."""
    database.execute("CREATE TABLE reached (siret VARCHAR)")
    wanted = sorted(known)
    if wanted:
        database.execute("INSERT INTO reached SELECT unnest(?)", [wanted])
    while True:
        (more,) = database.execute(
            """INSERT INTO reached SELECT DISTINCT siret FROM (
            SELECT after AS siret FROM link SEMI JOIN reached ON link.before = reached.siret
            UNION SELECT before FROM link SEMI JOIN reached ON link.after = reached.siret
            ) AS next ANTI JOIN reached USING (siret)"""
        ).fetchone() or (0,)
        if not more:
            break
    rows = database.execute(
        "SELECT before, after, max(day), bool_or(goes_on) FROM link SEMI JOIN reached ON link.before = reached.siret "
        "GROUP BY ALL ORDER BY before, after"
    ).fetchall()
    return [Link(*row) for row in rows]


def followed(links: Iterable[Link]) -> dict[str, tuple[str, date]]:
    """SIRET -> (the one to follow, since): the newest link, an activity that goes on first, then the smallest."""
    best: dict[str, Link] = {}
    for link in links:
        known = best.get(link.before)
        if known is None or _order(link) < _order(known):
            best[link.before] = link
    return {before: (link.after, link.on) for before, link in best.items()}


def _order(link: Link) -> tuple[int, bool, str]:
    return (-link.on.toordinal(), not link.is_continuity, link.after)


def loops(links: dict[str, tuple[str, date]]) -> list[str]:
    """SIRET that succeed to themselves, sorted: they are not followed."""
    found: set[str] = set()
    cleared: set[str] = set()
    for start in sorted(links):
        walked: dict[str, None] = {}
        here = start
        while here in links and here not in cleared and here not in walked:
            walked[here] = None
            here = links[here][0]
        if here in walked:
            path = list(walked)
            found.update(path[path.index(here) :])
        cleared.update(walked)
    return sorted(found)
