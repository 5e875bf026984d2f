"""The ESUS self-check: worked cases, and what must hold whatever one answers."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from essaim.law.parameter import NotInForce, parameter
from essaim.law.rules.esus import (
    BY_RIGHT,
    FULL,
    STATES,
    EsusAnswers,
    EsusFinding,
    InconsistentAnswers,
    Times,
    esus_check,
)
from essaim.law.rules.esus_words import STATE_LABELS

ON = date(2026, 11, 22)
WORKED = yaml.safe_load((Path(__file__).parents[1] / "cases" / "esus.yaml").read_text("utf-8"))
YES_NO = [each.name for each in fields(EsusAnswers) if each.type == (bool | None) and each.name != "is_young"]

yes_no = st.sampled_from([True, False, None])
cents = st.none() | st.integers(0, 10**9)


@st.composite
def answered(draw: st.DrawFn) -> EsusAnswers:
    """Answers that hold together."""
    highest = draw(cents)
    mean = draw(st.none() | st.integers(0, highest if highest is not None else 10**9))
    total = draw(cents)
    social = draw(st.none() | st.integers(0, total if total is not None else 10**9))
    return EsusAnswers(
        **{name: draw(yes_no) for name in YES_NO},
        minimum_pay_cents=draw(st.none() | st.integers(1, 10**8)),
        top_five_mean_cents=mean,
        highest_pay_cents=highest,
        social_cost_cents=social,
        total_cost_cents=total,
        finance_paid_cents=draw(cents),
        finance_base_cents=draw(cents),
        bond_rate_pct=draw(st.none() | st.decimals(0, 20, places=2)),
        is_young=draw(yes_no),
    )


def rank(finding: EsusFinding) -> int:
    return STATES.index(finding.state)


def states(finding: EsusFinding) -> dict[str, str]:
    return {each.code: each.state for each in finding.conditions}


@pytest.mark.parametrize("case", WORKED["cases"], ids=[case["name"] for case in WORKED["cases"]])
def test_worked_case(case: dict[str, Any]) -> None:
    given = {"minimum_pay_cents": WORKED["minimum_pay_cents"], **case["given"]}
    if "bond_rate_pct" in given:
        given["bond_rate_pct"] = Decimal(given["bond_rate_pct"])
    finding = esus_check(EsusAnswers(**given), WORKED["day"])
    found = {"state": finding.state, "route": finding.route, "years": list(finding.years), **states(finding)}
    assert {name: found[name] for name in case["then"]} == case["then"]


def test_the_cases_reach_every_state_and_both_routes() -> None:
    then = [case["then"] for case in WORKED["cases"]]
    assert {each["state"] for each in then} == set(STATES)
    assert {each["route"] for each in then} == {"full", "by_right"}


@given(answered(), st.integers(1, 10**8))
def test_raising_pay_never_helps(answers: EsusAnswers, more: int) -> None:
    before = esus_check(answers, ON)
    if answers.highest_pay_cents is not None:
        after = esus_check(replace(answers, highest_pay_cents=answers.highest_pay_cents + more), ON)
        assert rank(after) <= rank(before)
    if answers.top_five_mean_cents is not None and answers.highest_pay_cents is None:
        after = esus_check(replace(answers, top_five_mean_cents=answers.top_five_mean_cents + more), ON)
        assert rank(after) <= rank(before)


@given(answered(), st.integers(1, 10**8))
def test_a_higher_minimum_wage_never_harms(answers: EsusAnswers, more: int) -> None:
    if answers.minimum_pay_cents is not None:
        after = replace(answers, minimum_pay_cents=answers.minimum_pay_cents + more)
        assert rank(esus_check(after, ON)) >= rank(esus_check(answers, ON))


@given(answered(), st.sampled_from(YES_NO))
def test_yes_is_never_worse_than_unknown_nor_unknown_than_no(answers: EsusAnswers, name: str) -> None:
    ranks = [rank(esus_check(replace(answers, **{name: said}), ON)) for said in (False, None, True)]
    assert ranks == sorted(ranks)


@given(answered(), st.sampled_from([each.name for each in fields(EsusAnswers)]))
def test_what_is_certain_stays_certain_whatever_the_silence(answers: EsusAnswers, name: str) -> None:
    """Forgetting one answer never turns a refusal into an approval, nor an approval into a refusal."""
    before, after = esus_check(answers, ON), esus_check(replace(answers, **{name: None}), ON)
    assert {before.state, after.state} != {"met", "not_met"}


@given(answered())
def test_the_whole_is_the_better_of_two_routes_read_plainly(answers: EsusAnswers) -> None:
    """The slow, obvious reading of the article."""
    each = states(esus_check(replace(answers, by_right=False), ON))

    def weakest(codes: tuple[str, ...]) -> str:
        met = [each[code] for code in codes]
        return "not_met" if "not_met" in met else "to_verify" if "to_verify" in met else "met"

    full, right = weakest(FULL), weakest(BY_RIGHT)
    if answers.by_right is False:
        expected = full
    elif answers.by_right:
        expected = right
    else:
        expected = full if full == "met" or right == "not_met" else "to_verify"
    assert esus_check(answers, ON).state == expected


@given(answered())
def test_every_condition_says_why_cites_and_says_what_next(answers: EsusAnswers) -> None:
    finding = esus_check(answers, ON)
    assert tuple(each.code for each in finding.conditions) == FULL
    for each in finding.conditions:
        assert each.state in STATE_LABELS
        assert all(each.reasons) and each.citations
        assert (each.next_step is None) == (each.state in ("met", "not_needed"))
        assert "{" not in each.reasons[0].fr + each.reasons[0].en
        assert each.allowed == (each.state in ("met", "not_needed"))
    assert finding.allowed == (finding.state == "met")


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_ratio_is_never_rounded_to_the_good_side_of_a_cap(amount: int, unit: int) -> None:
    shown = Decimal(str(Times(amount, unit)).replace(",", "."))
    assert shown >= Decimal(amount) / Decimal(unit) > shown - Decimal("0.1000001")


@pytest.mark.parametrize(
    "wrong",
    [
        {"highest_pay_cents": -1},
        {"minimum_pay_cents": 0},
        {"top_five_mean_cents": 2, "highest_pay_cents": 1},
        {"social_cost_cents": 2, "total_cost_cents": 1},
    ],
)
def test_amounts_that_cannot_all_be_true_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InconsistentAnswers):
        esus_check(EsusAnswers(**wrong), ON)


def test_before_the_version_that_was_read_nothing_is_said() -> None:
    with pytest.raises(NotInForce):
        esus_check(EsusAnswers(), date(2020, 1, 1))


def test_the_caps_and_lengths_are_those_of_the_parameters() -> None:
    assert [parameter(f"esus.{id}", ON).value for id in ("pay_cap_top_five", "pay_cap_highest")] == [7, 10]
    assert [parameter(f"esus.{id}", ON).value for id in ("approval_years_young", "approval_years")] == [2, 5]
