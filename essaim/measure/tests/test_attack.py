"""The exact attack on systems small enough to solve by hand."""

import numpy as np
import pytest

from essaim.measure.secrecy.attack import audit

TOTAL = [[1, 1, 1, -1]]


def test_a_lone_hidden_cell_is_found_exactly() -> None:
    brackets = audit(TOTAL, [5, 7, 9, 21], [True, False, False, False])
    assert (brackets.lower.tolist(), brackets.upper.tolist()) == ([5], [5])
    assert brackets.width.tolist() == [0]


def test_two_hidden_cells_share_their_remainder() -> None:
    brackets = audit(TOTAL, [5, 7, 9, 21], [True, True, False, False])
    assert brackets.lower.tolist() == [0, 0]
    assert brackets.upper.tolist() == pytest.approx([12, 12])
    assert brackets.above.tolist() == pytest.approx([7 / 5, 5 / 7])


def test_a_hidden_total_bounds_nothing_above() -> None:
    brackets = audit(TOTAL, [5, 7, 9, 21], [True, False, False, True])
    assert brackets.lower.tolist() == pytest.approx([0, 16])
    assert brackets.upper.tolist() == [np.inf, np.inf]


def test_a_known_zero_is_no_cover() -> None:
    brackets = audit(TOTAL, [5, 0, 9, 14], [True, True, False, False], known_zero=[False, True, False, False])
    assert brackets.cells.tolist() == [0]
    assert brackets.width.tolist() == [0]


def test_a_zero_pinned_to_zero_has_no_width_and_a_free_one_has() -> None:
    pinned = audit(TOTAL, [0, 0, 9, 9], [True, True, False, False])
    assert pinned.width.tolist() == [0, 0]
    free = audit(TOTAL, [0, 3, 9, 12], [True, True, False, False])
    assert free.width.tolist() == [np.inf, 1]


def test_totals_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(ValueError, match="do not satisfy"):
        audit(TOTAL, [5, 7, 9, 22], [True, True, False, False])


def test_nothing_hidden_gives_nothing_to_attack() -> None:
    assert audit(TOTAL, [5, 7, 9, 21], [False] * 4).cells.tolist() == []
