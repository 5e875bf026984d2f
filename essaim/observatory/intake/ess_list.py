"""The lists of SSE enterprises: ESS France's and, optionally, a regional chamber's, in one table.

Leading zeros of a SIREN lost by a spreadsheet are put back when the check digit then holds; a number that is
not a SIREN even so is rejected with its line.
"""

from pathlib import Path

from essaim.observatory.intake.header import check_header, wrong_header
from essaim.observatory.intake.records import line_of
from essaim.observatory.intake.rejects import Reject
from essaim.observatory.intake.sniff import Sniffed
from essaim.observatory.intake.table import Shelf, quoted, write_table
from essaim.observatory.sources.city_portal import key
from essaim.observatory.sources.ess_france import FAMILY, FAMILY_PREFIXES, SIREN, SOURCE

FAMILY_WORDS = {**FAMILY_PREFIXES, "soci": "commercial", "comm": "commercial", "entr": "commercial"}
"""Beginnings accepted in a regional list, which may also name commercial companies."""


def is_siren(text: str) -> str:
    """SQL, true when a column of nine digits passes its check: doubled digits at even places, sum mod 10."""
    digits = [f"(ascii({text}[{place}]) - 48)" for place in range(1, 10)]
    sums = [
        d if place % 2 == 0 else f"({d} * 2 - CASE WHEN {d} > 4 THEN 9 ELSE 0 END)"
        for place, d in enumerate(digits)
    ]
    return f"(regexp_full_match({text}, '[0-9]{{9}}') AND ({' + '.join(sums)}) % 10 = 0)"


def write_ess_list(files: dict[str, Sniffed], to: Path, on: Shelf) -> dict[str, int]:
    """`files`: "ess_france" and "regional" -> file. Writes (siren, family, list, record); rows per list."""
    parts, rows = [], {}
    for kind, sniffed in files.items():
        part = on.folder / f"list_{kind}.parquet"
        siren, family = _columns(kind, sniffed)
        raw = f"regexp_replace(trim(c{siren}), '(\\s|\\.0$)', '', 'g')"
        select = (
            f"CASE WHEN regexp_full_match({raw}, '[0-9]{{1,9}}') THEN lpad({raw}, 9, '0') END AS siren, "
            f"c{siren} AS written, {_family(f'c{family}')} AS family, '{kind}' AS list, record"
        )
        if sniffed.format == "parquet":
            select = select.replace(f"c{siren}", f'"{sniffed.header[siren]}"::VARCHAR')
            select = select.replace(f"c{family}", f'"{sniffed.header[family]}"')
            rows_of = f"read_parquet({quoted(sniffed.path)}, file_row_number=true)"
            scan = f"(SELECT *, file_row_number + 1 AS record FROM {rows_of})"
            on.database.execute(f"COPY (SELECT {select} FROM {scan}) TO {quoted(part)} (FORMAT parquet)")
        else:
            write_table(sniffed, select, part, on)
        rows[kind] = _sort_out(kind, sniffed, part, on)
        parts.append(part)
    union = ", ".join(quoted(part) for part in parts)
    on.database.execute(
        f"COPY (SELECT siren, family, list, record FROM read_parquet([{union}]) WHERE {is_siren('siren')} "
        f"ORDER BY siren, list) TO {quoted(to)} (FORMAT parquet, COMPRESSION snappy)"
    )
    for part in parts:
        part.unlink()
    return rows


def _columns(kind: str, sniffed: Sniffed) -> tuple[int, int]:
    if kind == "ess_france":
        found = check_header(sniffed.path, SOURCE, sniffed.header)
        return found[SIREN], found[FAMILY]
    keys = [key(title) for title in sniffed.header]
    family = next((name for name in ("famille", "family") if name in keys), None)
    if "siren" not in keys or family is None:
        missing = ["siren"] if "siren" not in keys else ["famille"]
        raise wrong_header(sniffed.path, missing, list(sniffed.header))
    return keys.index("siren"), keys.index(family)


def _family(cell: str) -> str:
    plain = f"lower(strip_accents(trim({cell})))"
    whens = " ".join(
        f"WHEN starts_with({plain}, {quoted(prefix)}) THEN {quoted(family)}"
        for prefix, family in FAMILY_WORDS.items()
    )
    return f"CASE {whens} END"


def _sort_out(kind: str, sniffed: Sniffed, part: Path, on: Shelf) -> int:
    """Reject the rows whose number is no SIREN; how many remain."""
    valid = f"coalesce({is_siren('siren')}, false)"
    bad = on.database.execute(
        f"SELECT record, written FROM {quoted(part)} WHERE NOT {valid} ORDER BY record"
    ).fetchall()
    if bad:
        records = [record for record, _ in bad]
        lines = line_of(sniffed, records)
        on.rejects.extend(
            Reject(sniffed.path.name, lines[record], "bad_siren", str(written)) for record, written in bad
        )
    (rows,) = on.database.execute(f"SELECT count(*) FROM {quoted(part)} WHERE {valid}").fetchone() or (0,)
    return int(rows)
