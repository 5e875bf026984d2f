"""Primary secrecy: enterprises, not establishments, and thresholds that come from the law."""

from collections import defaultdict
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.law.parameter import NotInForce, parameter
from essaim.measure.secrecy.rules import DOMINANCE, FREQUENCY, PUBLISHED, Thresholds, primary, primary_status

ON = date(2026, 11, 22)


def test_thresholds_are_those_of_the_law_parameters() -> None:
    rules = Thresholds.on(ON)
    assert (rules.enterprises, rules.dominance, rules.protection) == (3, 0.85, 0.10)
    assert rules.enterprises == parameter("secrecy.minimum_enterprises", ON).value
    with pytest.raises(NotInForce):
        Thresholds.on(date(1960, 7, 6))


def test_two_enterprises_are_too_few_and_three_are_enough() -> None:
    status = primary_status([0, 1, 2, 3], [0, 9, 9, 9], [0, 9, 5, 5], on=ON)
    assert status.tolist() == [PUBLISHED, FREQUENCY, FREQUENCY, PUBLISHED]


def test_dominance_is_strictly_above_eighty_five_per_cent() -> None:
    assert primary_status([9, 9], [100, 100], [85, 85.01], on=ON).tolist() == [PUBLISHED, DOMINANCE]


def test_establishments_of_one_enterprise_count_once_and_add_up() -> None:
    cells = primary(
        ["a", "a", "a", "a", "b", "b", "b", "b"],
        ["x", "x", "y", "z", "x", "y", "z", "x"],
        [50, 40, 5, 5, 1, 1, 1, 1],
        on=ON,
    )
    assert cells.cell.tolist() == ["a", "b"]
    assert cells.enterprises.tolist() == [3, 3]
    assert cells.total.tolist() == [100, 4]
    assert cells.largest.tolist() == [90, 2]
    assert cells.status.tolist() == [DOMINANCE, PUBLISHED]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 100)), max_size=40))
def test_primary_agrees_with_counting_by_hand(rows: list[tuple[int, int, int]]) -> None:
    by_hand: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for cell, enterprise, value in rows:
        by_hand[cell][enterprise] += value
    cells = primary(*(np.array([row[at] for row in rows], int) for at in range(3)), on=ON)
    assert cells.cell.tolist() == sorted(by_hand)
    for at, cell in enumerate(sorted(by_hand)):
        amounts = by_hand[cell].values()
        total, largest = sum(amounts), max(amounts)
        wanted = FREQUENCY if len(amounts) < 3 else DOMINANCE if largest * 100 > 85 * total else PUBLISHED
        assert (cells.enterprises[at], cells.total[at], cells.largest[at]) == (len(amounts), total, largest)
        assert cells.status[at] == wanted


def test_negative_contributions_are_refused() -> None:
    with pytest.raises(ValueError, match="non-negative"):
        primary([1], [1], [-1], on=ON)
