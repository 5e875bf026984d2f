"""The worked cases of `law/cases`, one test each."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from essaim.law.rules.sse_perimeter import FAMILIES, SSE_STATUSES, sse_status
from essaim.law.rules.sse_words import REASONS

WORKED = yaml.safe_load((Path(__file__).parents[1] / "cases" / "sse_perimeter.yaml").read_text("utf-8"))
CASES = WORKED["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_worked_case(case: dict[str, Any]) -> None:
    given = {"legal_category": None, **case["given"]}
    finding = sse_status(**given, on=WORKED["day"])
    answer = {"status": finding.status, "family": finding.family, "reason_code": finding.reason_code}
    assert answer == case["then"]


def test_every_case_has_its_own_name() -> None:
    names = [case["name"] for case in CASES]
    assert sorted(set(names)) == sorted(names)


def test_the_cases_reach_every_status_family_and_reason() -> None:
    then = [case["then"] for case in CASES]
    assert {each["status"] for each in then} == set(SSE_STATUSES)
    assert {each["family"] for each in then} - {None} == set(FAMILIES)
    assert {each["reason_code"] for each in then} == set(REASONS)
