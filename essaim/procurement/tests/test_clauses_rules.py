"""Formulas of social clauses: the published values, and properties against slow obvious oracles."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.law.rules.insertion import (
    Period,
    eligibility_end,
    is_eligible,
    month_fits,
    months_after,
    most_minutes,
)
from essaim.procurement.rules import clauses
from essaim.procurement.rules.clauses_file import UnreadableFile, read_lines, text_of

few = settings(max_examples=60, deadline=None)


def works(amount: int, share: str, effort: str, cost: int) -> dict[str, object]:
    return {
        "amount_cents": amount * 100,
        "labour_share_pct": share,
        "effort_pct": effort,
        "hourly_cost_cents": cost * 100,
    }


@pytest.mark.parametrize(
    ("formula", "figures", "billed_eur", "hours"),
    [
        ("works", works(1_000_000, "50", "5", 30), 0, 833),
        ("works", works(1_500_000, "70", "10", 30), 0, 3_500),
        ("works", works(1_000_000, "50", "5", 25), 0, 1_000),
        ("works", works(599, "50", "10", 30), 0, 0),
        ("cleaning", {"staff_hours": 20_000, "transferred_hours": 12_000, "effort_pct": "10"}, 0, 800),
        ("cleaning", {"staff_hours": 5_000, "transferred_hours": 5_000, "effort_pct": "10"}, 0, 0),
        ("intellectual", {"cents_per_hour": 200_000}, 250_000, 125),
        ("intellectual", {"cents_per_hour": 200_000}, 1_999, 0),
        ("orders", {"labour_share_pct": "50", "effort_pct": "5", "hourly_cost_cents": 3_000}, 0, 0),
        ("orders", {"labour_share_pct": "50", "effort_pct": "5", "hourly_cost_cents": 3_000}, 1_000_000, 833),
        ("stated", {"hours": 1_200}, 0, 1_200),
    ],
)
def test_the_worked_values(formula: str, figures: dict[str, object], billed_eur: int, hours: int) -> None:
    assert clauses.hours_due(formula, figures, billed_eur * 100) == hours


@pytest.mark.parametrize(
    ("formula", "changed", "says"),
    [
        ("works", {"amount_cents": -1}, "Montant du marché"),
        ("works", {"amount_cents": None}, "Montant du marché"),
        ("works", {"labour_share_pct": "101"}, "Part de main-d'œuvre"),
        ("works", {"effort_pct": "0"}, "Effort d'insertion"),
        ("works", {"effort_pct": "NaN"}, "Effort d'insertion"),
        ("works", {"effort_pct": "dix"}, "Effort d'insertion"),
        ("works", {"hourly_cost_cents": 0}, "Coût horaire"),
        ("works", {"hourly_cost_cents": True}, "Coût horaire"),
        ("magic", {}, "n'existe pas"),
    ],
)
def test_a_wrong_figure_is_named(formula: str, changed: dict[str, object], says: str) -> None:
    with pytest.raises(clauses.WrongFigures) as refused:
        clauses.checked_figures(formula, works(1_000_000, "50", "5", 30) | changed)
    assert says in refused.value.text.fr


def test_more_hours_than_reason_allows_are_refused() -> None:
    figures = {"amount_cents": 10**15, "labour_share_pct": "100", "effort_pct": "100", "hourly_cost_cents": 1}
    with pytest.raises(clauses.WrongFigures):
        clauses.hours_due("works", figures)


def test_transferred_staff_cannot_exceed_the_staff() -> None:
    with pytest.raises(clauses.WrongFigures):
        clauses.checked_figures("cleaning", {"staff_hours": 10, "transferred_hours": 11, "effort_pct": "10"})


@few
@given(st.integers(1, 10**9), st.integers(1, 1000), st.integers(1, 1000), st.integers(100, 10_000))
def test_hours_due_is_the_largest_whole_number_that_fits(
    amount: int, share: int, effort: int, cost: int
) -> None:
    figures = {
        "amount_cents": amount,
        "labour_share_pct": str(share / 10),
        "effort_pct": str(effort / 10),
        "hourly_cost_cents": cost,
    }
    hours = clauses.hours_due("works", figures)
    # In whole numbers only: hours x cost x 1000 x 1000 <= amount x share x effort, and one more does not fit.
    assert hours * cost * 1_000_000 <= amount * share * effort < (hours + 1) * cost * 1_000_000


def slow_split(hours: int, weights: list[int]) -> list[int]:
    """One hour at a time, to whom it is most owed."""
    exact = [Fraction(hours * weight, sum(weights)) for weight in weights]
    parts = [int(each) for each in exact]
    owed = [each - int(each) for each in exact]
    while sum(parts) < hours:
        first = owed.index(max(owed))
        parts[first] += 1
        owed[first] = Fraction(-1)
    return parts


@few
@given(st.integers(0, 50_000), st.lists(st.integers(0, 10**9), min_size=1, max_size=8))
def test_total_due_is_the_sum_of_the_shares(hours: int, weights: list[int]) -> None:
    parts = clauses.split_hours(hours, weights)
    assert sum(parts) == hours
    assert parts == slow_split(hours, weights if any(weights) else [1] * len(weights))


def test_nobody_shares_nothing_and_zero_weights_share_equally() -> None:
    assert clauses.split_hours(10, []) == []
    assert clauses.split_hours(10, [0, 0, 0]) == [4, 3, 3]
    assert clauses.split_hours(833, [600_000, 400_000]) == [500, 333]


def test_completion_missing_penalty_and_full_time() -> None:
    assert clauses.completion_pct(833, 500 * 60) == Fraction(50_000, 833)
    assert clauses.completion_pct(0, 60) is None
    assert clauses.missing_minutes(833, 832 * 60 + 30) == 30
    assert clauses.missing_minutes(833, 900 * 60) == 0
    assert clauses.penalty_cents(30, 2_001) == 1_001
    assert clauses.penalty_cents(30, None) is None
    assert clauses.full_time_equivalents(1_607 * 60 * 2, date(2026, 1, 1)) == 2


@pytest.mark.parametrize(
    ("words", "minutes"),
    [
        ("151,67", 9_100), ("151.67", 9_100), ("151h40", 9_100), ("151:40", 9_100), (" 35 h ", 2_100), ("0", 0),
        ("7h5", 425), ("35h75", None), ("abc", None), ("", None), ("1 000", None), ("1e3", None), ("7,", None),
    ],
)  # fmt: skip
def test_a_duration_is_read_as_people_write_it(words: str, minutes: int | None) -> None:
    assert clauses.minutes_of(words) == minutes


@few
@given(st.integers(0, 99_999 * 6))
def test_a_duration_shown_is_read_back(minutes: int) -> None:
    shown = clauses.show_minutes(minutes).replace("\u202f", "")
    assert clauses.minutes_of(shown.replace(" ", "")) == minutes


def test_a_month_holds_the_weekly_maximum_in_proportion() -> None:
    assert {most_minutes(date(2026, 10, day)) for day in (1, 31)} == {48 * 60 * 31 // 7}
    assert most_minutes(date(2026, 2, 10)) == 192 * 60
    assert month_fits(192 * 60, date(2026, 2, 1)).allowed
    refused = month_fits(192 * 60 + 1, date(2026, 2, 1))
    assert not refused.allowed
    assert [each.article for each in refused.citations] == ["Code du travail, art. L3121-20"]
    assert "02/2026" in refused.reasons[0].fr


def test_eligibility_lasts_what_local_policy_says_and_is_proved_by_date() -> None:
    assert eligibility_end(date(2026, 1, 15)) == date(2028, 1, 14)
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    october = Period(date(2026, 10, 1), date(2026, 10, 31))
    proof = Period(date(2026, 1, 1), date(2026, 10, 1))
    assert is_eligible([proof], october).allowed
    late = is_eligible([Period(date(2026, 1, 1), date(2026, 9, 30))], october)
    assert not late.allowed
    assert "du 01/01/2026 au 30/09/2026" in late.reasons[0].fr
    assert "aucun justificatif" in is_eligible([], october).reasons[0].fr


def test_a_file_of_hours_is_read_line_by_line() -> None:
    lines = read_lines("\ufeffPseudonyme;Heures\nb-1;35,5\n\n;12\nB-2;7h30;;\nB-3;1;2\n")
    assert [(each.number, each.pseudonym, each.words, each.is_broken) for each in lines] == [
        (2, "B-1", "35,5", False), (4, "", "", True), (5, "B-2", "7h30", False), (6, "B-3", "", True),
    ]  # fmt: skip
    assert [each.words for each in read_lines('B-1,"35,5"\nB-2\t7')] == ["", "7"]


@pytest.mark.parametrize("content", [b"PK\x03\x04\0", b"x" * 500_001])
def test_what_is_not_a_list_of_hours_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        text_of(content)


def test_an_empty_file_is_refused_and_an_old_spreadsheet_is_read() -> None:
    with pytest.raises(UnreadableFile):
        read_lines("pseudonyme;heures\n")
    assert text_of("é;1".encode("cp1252")) == "é;1"
