"""Worked cases prepared from the texts, kept outside the repository, read by their own conventions."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from essaim.law.parameter import parameter, parameters
from essaim.law.rules.procurement import Need, routes


def need_of(case: dict[str, Any]) -> Need:
    lots = case["part_of_lots"] or {}
    return Need(
        amount_cents=case["amount"] * 100,
        kind=case["kind"],
        cpv=case["cpv"],
        is_lot=bool(lots),
        operation_cents=lots["operation_total"] * 100 if lots else None,
        small_lots_cents=lots["small_lots_total"] * 100 if lots else None,
        innovative=case.get("innovative"),
    )


@pytest.mark.shared_data
def test_every_prepared_case_is_right(shared_data: Path) -> None:
    prepared = json.loads((shared_data / "law" / "procurement_cases.json").read_text("utf-8"))
    told, expected = {}, {}
    for case in prepared["cases"]:
        answer = routes(need_of(case), date.fromisoformat(case["on"]))
        told[case["id"]] = {each.route: each.open for each in answer if each.route in case["expected"]} | {
            "compulsory": next(each.compulsory for each in answer if each.route == "formalised")
        }
        expected[case["id"]] = case["expected"] | {"compulsory": case["formalised_compulsory"]}
    assert told == expected


@pytest.mark.shared_data
def test_the_listed_services_are_those_of_the_eu_notices(shared_data: Path) -> None:
    with (shared_data / "law" / "sse_reserved_cpv.csv").open(encoding="utf-8", newline="") as file:
        prepared = {row["cpv"]: row["label_fr"] for row in csv.DictReader(file)}
    assert parameter("procurement.reserved_sse.codes", date(2026, 5, 2)).value == prepared


@pytest.mark.shared_data
def test_every_dated_sum_of_the_prepared_rows_is_in_our_parameters(shared_data: Path) -> None:
    """A row with a start: the same sum, start, end and status stands in our files."""
    ours = {
        (each.value, each.since.isoformat(), each.until.isoformat() if each.until else "", each.verified)
        for id, one in parameters().items()
        if id.startswith("procurement.")
        for each in one.values
        if each.type == "number"
    }
    with (shared_data / "law" / "procurement_parameters.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["from"] and _is_number(row["value"])]
    theirs = {(float(row["value"]), row["from"], row["to"], row["status"] == "V") for row in rows}
    assert sorted(theirs - ours) == []


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
