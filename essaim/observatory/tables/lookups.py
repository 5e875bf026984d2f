"""The small tables joined to the register: the law's table, communes, territories, bands, sectors, ages."""

from datetime import date
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from essaim.law.rules.sse_perimeter import (
    category_class,
    decision_table,
    excluded_activities,
    natural_person_categories,
    person_named_categories,
    public_law_categories,
)
from essaim.observatory.categories import ages, bands, sector_of_division
from essaim.observatory.tables.candidates import OUTSIDE, RANKS

COUNTRY = "country:FR"
OLDEST_AGE_YEARS = 1000
"""Associations older than this are typing errors, and fall in the last class all the same."""


@cache
def decisions(on: date) -> pa.Table:
    """The law's table, keyed by one number (see `candidates.decision_key`), for every possible category.

    Columns: key, decision (row number), rank, public_law, listable, legal_category, family_by_form (the form
    settles it), family_otherwise (when no list tells), reason_code. A four-figure code the law does not name
    is decided as the law decides "". About 120,000 rows.
    """
    natural, public = natural_person_categories(on), public_law_categories(on)
    unlisted = person_named_categories(on)
    by_code: dict[str, list[dict[str, object]]] = {}
    for row in decision_table(on):
        by_code.setdefault(row["legal_category"], []).append(row)
    rows: list[dict[str, object]] = []
    for number in range(10_000):
        code = f"{number:04d}"
        by_form = bool(category_class(code, on).member)
        for row in by_code.get(code, by_code[""]):
            flag = {"O": 2, "N": 1, "": 0}[str(row["flag"])]
            key = number * 16 + flag * 4 + int(bool(row["listed"])) * 2 + int(bool(row["excluded_activity"]))
            rows.append(
                {
                    "key": key,
                    "decision": len(rows),
                    "rank": OUTSIDE if code.startswith(natural) else RANKS[str(row["status"])],
                    "public_law": code.startswith(public),
                    "listable": code not in unlisted,
                    "legal_category": code,
                    "family_by_form": row["family"] if by_form else None,
                    "family_otherwise": row["family"],
                    "reason_code": row["reason_code"],
                }
            )
    return pa.Table.from_pylist(rows, schema=_DECISIONS)


_DECISIONS = pa.schema(
    {
        "key": pa.int64(),
        "decision": pa.int32(),
        "rank": pa.int8(),
        "public_law": pa.bool_(),
        "listable": pa.bool_(),
        "legal_category": pa.string(),
        "family_by_form": pa.string(),
        "family_otherwise": pa.string(),
        "reason_code": pa.string(),
    }
)


def excluded_naf(on: date) -> pa.Table:
    """naf: the excluded activities without their dot."""
    codes = sorted(code.replace(".", "") for code in excluded_activities(on))
    return pa.table({"naf": pa.array(codes, pa.string())})


def head_count_bands() -> pa.Table:
    """code, low, high (the lower bound again when open), open (1 when there is no upper bound), size."""
    known = bands().values()
    return pa.table(
        {
            "code": pa.array([band.code for band in known], pa.string()),
            "low": pa.array([band.low for band in known], pa.int64()),
            "high": pa.array([band.low if band.high is None else band.high for band in known], pa.int64()),
            "open": pa.array([int(band.high is None) for band in known], pa.int64()),
            "size": pa.array([band.size for band in known], pa.string()),
        }
    )


def division_sectors() -> pa.Table:
    """division, sector."""
    known = sector_of_division()
    return pa.table(
        {
            "division": pa.array(list(known), pa.string()),
            "sector": pa.array(list(known.values()), pa.string()),
        }
    )


def age_classes() -> pa.Table:
    """years, age: the class of every completed age from 0 to OLDEST_AGE_YEARS."""
    starts = list(ages().items())
    names = [
        next(name for name, start in reversed(starts) if start <= years)
        for years in range(OLDEST_AGE_YEARS + 1)
    ]
    return pa.table(
        {
            "years": pa.array(range(OLDEST_AGE_YEARS + 1), pa.int64()),
            "age": pa.array(names, pa.string()),
        }
    )


def commune_codes(communes: pa.Table) -> pa.Table:
    """insee_code, commune, followed (the code is of a commune that merged since)."""
    how = communes.column("how").to_pylist()
    return pa.table(
        {
            "insee_code": communes.column("insee_code").cast(pa.string()),
            "commune": communes.column("commune").cast(pa.string()),
            "followed": pa.array([word not in ("current", "arrondissement") for word in how], pa.bool_()),
        }
    )


def membership(territories: pa.Table) -> pa.Table:
    """commune (id), territory (code): every commune with each territory it is in, the country included."""
    of_commune: list[str] = []
    codes: list[str] = []
    for row in territories.to_pylist():
        if row["kind"] != "commune":
            continue
        upper = [f"{kind}:{row[kind]}" for kind in ("epci", "ept", "departement", "region") if row[kind]]
        for code in (row["code"], *upper, COUNTRY):
            of_commune.append(row["id"])
            codes.append(code)
    return pa.table({"commune": pa.array(of_commune, pa.string()), "territory": pa.array(codes, pa.string())})


def commune_places(territories: pa.Table) -> pa.Table:
    """commune, epci, ept, departement, region: the ids each commune belongs to."""
    communes = territories.filter(pc.equal(territories.column("kind"), "commune"))
    above = ("epci", "ept", "departement", "region")
    return pa.table(
        {"commune": communes.column("id"), **{name: communes.column(name) for name in above}},
        schema=pa.schema([(name, pa.string()) for name in ("commune", *above)]),
    )
