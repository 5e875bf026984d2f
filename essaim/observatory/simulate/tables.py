"""Small lookup tables every draw reads: legal forms, activities, head-counts, first words."""

import duckdb
import pyarrow as pa

from essaim.observatory.simulate.shares import BANDS, CATEGORIES, KINDS, slots

CATEGORY_SLOTS = 1 << 16
PICKS = 64
"""Activities and head-counts per category, drawn by six bits."""
NAMES_EACH = 8


def lay_tables(database: duckdb.DuckDBPyConnection) -> None:
    """Fill `category`, `category_slot`, `activity`, `band` and `head`."""
    kinds = [KINDS[kind] for _, _, kind in CATEGORIES]
    _fill(
        database,
        "category",
        category=pa.array(range(len(CATEGORIES)), pa.int32()),
        code=pa.array([int(code) for code, _, _ in CATEGORIES], pa.int32()),
        kind=[kind for _, _, kind in CATEGORIES],
        flag_yes=[kind.flag_yes for kind in kinds],
        flag_no=[kind.flag_no for kind in kinds],
        p_active=[kind.active for kind in kinds],
        p_employer=[kind.employer for kind in kinds],
        span_days=[kind.years * 365 for kind in kinds],
    )
    _fill(
        database,
        "category_slot",
        slot=pa.array(range(CATEGORY_SLOTS), pa.int32()),
        category=pa.array(_chosen(), pa.int32()),
    )
    keys = pa.array(range(len(kinds) * PICKS), pa.int32())
    picked = [(kind, at) for kind in kinds for at in range(PICKS)]
    _fill(database, "activity", key=keys, naf=[kind.naf[at % len(kind.naf)] for kind, at in picked])
    _fill(database, "band", key=keys, rank=[BANDS[kind.bands][at] for kind, at in picked])
    _fill(
        database,
        "head",
        key=pa.array(range(len(kinds) * NAMES_EACH), pa.int32()),
        word=[kind.words[at % len(kind.words)] for kind in kinds for at in range(NAMES_EACH)],
    )
    # Repeated texts are stored as numbers in the tables of facts.
    for table, column in (("category", "kind"), ("activity", "naf"), ("head", "word")):
        number_texts(database, table, column)


def _fill(database: duckdb.DuckDBPyConnection, table: str, **columns: object) -> None:
    database.register("rows_to_fill", pa.table(columns))
    database.execute(f"CREATE OR REPLACE TABLE {table} AS FROM rows_to_fill")
    database.unregister("rows_to_fill")


def number_texts(
    database: duckdb.DuckDBPyConnection, table: str, column: str, also: tuple[str, ...] = ()
) -> None:
    """Turn a text column into an ENUM of its own values, and of `also`."""
    kind = f"{table}_{column}"
    more = "".join(f" UNION SELECT '{value}'" for value in also)
    database.execute(
        f"CREATE TYPE {kind} AS ENUM (SELECT {column} FROM (SELECT {column} FROM {table} "
        f"WHERE {column} IS NOT NULL{more}) GROUP BY {column} ORDER BY {column})"
    )
    database.execute(f"ALTER TABLE {table} ALTER {column} TYPE {kind}")


def _chosen() -> list[int]:
    return slots([share for _, share, _ in CATEGORIES], CATEGORY_SLOTS)


def legal_first() -> int:
    """First category slot after natural persons: they come first in CATEGORIES."""
    persons = {at for at, (_, _, kind) in enumerate(CATEGORIES) if kind == "person"}
    return next(slot for slot, category in enumerate(_chosen()) if category not in persons)


def place_bits(database: duckdb.DuckDBPyConnection) -> int:
    """How many bits draw a commune: the slots they share are a power of two."""
    (count,) = database.execute("SELECT count(*) FROM place_slot").fetchone() or (0,)
    return int(count).bit_length() - 1
