"""The small tables joined to the register: the law's table, communes, territories, bands, sectors, ages."""

from collections.abc import Iterable
from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from essaim.law.rules.sse_perimeter import (
    CategoryClass,
    category_class,
    class_decisions,
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
    settles it), family_otherwise (when no list tells), reason_code, flag and listed (what the sources said). A
    four-figure code the law does not name is decided as the law decides "". About 120,000 rows.
    """
    natural, public = natural_person_categories(on), public_law_categories(on)
    unlisted = person_named_categories(on)
    codes = [f"{number:04d}" for number in range(10_000)]
    of_code = [category_class(code, on) for code in codes]
    # Few classes, many codes: what is decided of a class is repeated for each of its codes.
    classes = {each: place for place, each in enumerate(dict.fromkeys(of_code))}
    of_class = _of_classes(classes)
    height = of_class.num_rows // len(classes)
    number = np.repeat(np.arange(len(codes)), height)
    firsts = np.array([classes[each] * height for each in of_code])
    said = of_class.take((firsts[:, None] + np.arange(height)).reshape(-1))
    code = pa.table(
        {
            "legal_category": codes,
            "natural": [code.startswith(natural) for code in codes],
            "public_law": [code.startswith(public) for code in codes],
            "listable": [code not in unlisted for code in codes],
        }
    ).take(number)
    columns = {name: each.column(name) for each in (code, said) for name in each.column_names} | {
        "key": pa.array(number * 16 + said.column("evidence").to_numpy()),
        "decision": pa.array(np.arange(len(number))),
        "rank": pc.if_else(code.column("natural"), OUTSIDE, said.column("rank")),
    }
    return pa.table({name: columns[name] for name in _DECISIONS.names}).cast(_DECISIONS)


def _of_classes(classes: Iterable[CategoryClass]) -> pa.Table:
    """What is decided of each class, one row an evidence (as many for each class): see `decisions`."""
    return pa.Table.from_pylist(
        [
            {
                "evidence": _evidence(row),
                "rank": RANKS[row["status"]],
                "family_by_form": row["family"] if each.member else None,
                "family_otherwise": row["family"],
                **{name: row[name] for name in ("reason_code", "flag", "listed")},
            }
            for each in classes
            for row in class_decisions(each)
        ]
    )


def _evidence(row: dict[str, object]) -> int:
    """The part of `candidates.decision_key` below the category."""
    flag = {"O": 2, "N": 1, "": 0}[str(row["flag"])]
    return flag * 4 + int(bool(row["listed"])) * 2 + int(bool(row["excluded_activity"]))


_DECISIONS = pa.schema(
    {
        "key": pa.int32(),
        "decision": pa.int32(),
        "rank": pa.int8(),
        "public_law": pa.bool_(),
        "listable": pa.bool_(),
        "legal_category": pa.string(),
        "family_by_form": pa.string(),
        "family_otherwise": pa.string(),
        "reason_code": pa.string(),
        "flag": pa.string(),
        "listed": pa.bool_(),
    }
)


def excluded_naf(on: date) -> list[str]:
    """The excluded activities without their dot."""
    return sorted(code.replace(".", "") for code in excluded_activities(on))


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


def legal_person_categories(on: date) -> list[tuple[int, int]]:
    """First and last category of legal persons, range by range."""
    natural = natural_person_categories(on)
    legal = {number for number in range(10_000) if not f"{number:04d}".startswith(natural)}
    starts = sorted(number for number in legal if number - 1 not in legal)
    ends = sorted(number for number in legal if number + 1 not in legal)
    return list(zip(starts, ends, strict=True))


def commune_codes(communes: pa.Table) -> pa.Table:
    """insee_code, commune, place (the number of that commune), followed (the code is of a commune that merged
    since)."""
    how = communes.column("how").to_pylist()
    commune = communes.column("commune").cast(pa.string()).combine_chunks()
    return pa.table(
        {
            "insee_code": communes.column("insee_code").cast(pa.string()),
            "commune": commune,
            "place": commune.dictionary_encode().indices.cast(pa.int32()),
            "followed": pa.array([word not in ("current", "arrondissement") for word in how], pa.bool_()),
        }
    )


def commune_numbers(codes: pa.Table) -> pa.Table:
    """place, commune: one row a commune, from `commune_codes`."""
    return codes.group_by(["place", "commune"]).aggregate([])


def membership(territories: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Every commune with each territory it is in, the country included: commune (id), number; and what the numbers
    stand for: number, territory (code)."""
    communes = territories.filter(pc.equal(territories.column("kind"), "commune"))
    ids, own = communes.column("id"), communes.column("code").to_pylist()
    columns: list[list[str | None]] = [own, [COUNTRY] * len(own)]
    for kind in ("epci", "ept", "departement", "region"):
        columns.append([id_ and f"{kind}:{id_}" for id_ in communes.column(kind).to_pylist()])
    codes = pa.concat_arrays([pa.array(column, pa.string()) for column in columns])
    coded = codes.dictionary_encode()
    of_commune = pa.table(
        {
            "commune": pa.concat_arrays([ids.combine_chunks()] * len(columns)).cast(pa.string()),
            "number": coded.indices,
        }
    )
    named = pa.table(
        {"number": pa.array(range(len(coded.dictionary)), pa.int32()), "territory": coded.dictionary}
    )
    return of_commune.filter(pc.is_valid(of_commune.column("number"))), named


def commune_places(territories: pa.Table) -> pa.Table:
    """commune, epci, ept, departement, region: the ids each commune belongs to."""
    communes = territories.filter(pc.equal(territories.column("kind"), "commune"))
    above = ("epci", "ept", "departement", "region")
    return pa.table(
        {"commune": communes.column("id"), **{name: communes.column(name) for name in above}},
        schema=pa.schema([(name, pa.string()) for name in ("commune", *above)]),
    )
