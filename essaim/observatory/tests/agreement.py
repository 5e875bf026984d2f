"""Line up what a build published with what the oracle counted, figure by figure."""

import math
from collections import Counter
from typing import Any

from essaim.observatory.store import Build
from essaim.observatory.tests.oracle import Expected

NUMBERS = ("value", "numerator", "denominator")


def assert_agrees(build: Build, expected: Expected, *, file_roles: dict[str, str]) -> None:
    """Every territory, figure, breakdown, year, listed establishment and rejected row, none more, none less.

    `file_roles`: file name -> role, for the report of rejected rows.
    """
    assert set(build.read("territories").column("code").to_pylist()) == expected.territories
    _figures(build, expected)
    _jobs(build, expected)
    breakdowns = _breakdowns(build)
    assert breakdowns.keys() == expected.breakdowns.keys()
    for key, row in expected.breakdowns.items():
        assert breakdowns[key][:4] == row[:4], key
        assert _near(breakdowns[key][4], row[4]), key
    years = build.read("years").to_pylist()
    found = {(row["territory"], row["year"]): (row["creations"], row["closures"]) for row in years}
    assert found == expected.years
    listed = build.read("establishments").to_pylist()
    told = ("status", "flag", "listed", "address", "postcode")
    assert {row["siret"]: tuple(row[name] for name in told) for row in listed} == expected.listed
    assert len(listed) == len(expected.listed)
    rejected = build.read("rejected").to_pylist()
    assert Counter((file_roles[r["file"]], r["line"], r["reason"]) for r in rejected) == expected.rejected


def _near(found: float | None, number: float | None) -> bool:
    """The same number but for the order in which ratios are rounded; counts are whole, hence exact."""
    if found is None or number is None:
        return found is number
    return math.isclose(found, number, rel_tol=1e-12, abs_tol=0)


def _figures(build: Build, expected: Expected) -> None:
    rows = [row for row in build.read("figures").to_pylist() if row["figure"] != "sse_jobs"]
    found = {
        (row["territory"], row["figure"]): tuple(row[name] for name in NUMBERS)
        for row in rows
        if row["status"] == "ok"
    }
    assert found.keys() == expected.figures.keys()
    for key, numbers in expected.figures.items():
        assert all(_near(*pair) for pair in zip(found[key], numbers, strict=True)), key
    for row in rows:
        if row["status"] != "ok":
            assert [row[name] for name in (*NUMBERS, "low", "high")] == [None] * 5
            assert row["note"]


def _jobs(build: Build, expected: Expected) -> None:
    """Published intervals are right; the primary rule is obeyed; hidden ones show nothing at all."""
    rows = {r["territory"]: r for r in build.read("figures").to_pylist() if r["figure"] == "sse_jobs"}
    assert rows.keys() == expected.territories
    for code, row in rows.items():
        assert row["value"] is None
        if code.startswith("qpv:"):
            assert row["status"] == "unavailable"
            continue
        mine = expected.jobs.get(code, {})
        if is_secret(mine):
            assert (row["status"], row["note"]) == ("secret", "secret_primary"), code
        if row["status"] == "ok":
            low = sum(jobs[0] for jobs in mine.values())
            highs = [jobs[1] for jobs in mine.values()]
            assert (row["low"], row["high"]) == (low, None if None in highs else sum(highs)), code
        else:
            assert row["status"] == "secret"
            assert [row[name] for name in ("low", "high", "numerator", "denominator")] == [None] * 4


def is_secret(by_enterprise: dict[str, list[Any]]) -> bool:
    """Fewer than three enterprises, or one above 85 % of either bound."""
    if not by_enterprise:
        return False
    if len(by_enterprise) < 3:
        return True
    lows = [jobs[0] for jobs in by_enterprise.values()]
    if max(lows) > 0.85 * sum(lows):
        return True
    highs = [jobs[1] for jobs in by_enterprise.values()]
    return None not in highs and max(highs) > 0.85 * sum(highs)


def _breakdowns(build: Build) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    columns = (
        "enterprises",
        "establishments",
        "employer_establishments",
        "all_establishments",
        "location_quotient",
    )
    return {
        (row["territory"], row["dimension"], row["category"]): tuple(row[name] for name in columns)
        for row in build.read("breakdowns").to_pylist()
    }
