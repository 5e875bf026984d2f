"""The fast suppression against the exact attack, on small territories of every shape."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import block_array, coo_matrix, csr_matrix, eye

from essaim.measure.secrecy.attack import audit
from essaim.measure.secrecy.rules import DOMINANCE, FREQUENCY, PUBLISHED, SECONDARY
from essaim.measure.secrecy.territories import Level, Protection, protect

ON = date(2026, 11, 22)
SHARE = 0.10


class Territory:
    """Communes with a low and a high figure, in levels that overlap."""

    def __repr__(self) -> str:
        of = {name: level.of.tolist() for name, level in self.levels.items()}
        low, high = self.values.T.tolist()
        held = np.flatnonzero(self.levels["epci"].dominated).tolist() if "epci" in of else []
        return (
            f"Territory({low}, {high}, {self.enterprises.tolist()}, {self.dominated.tolist()}, {of}, {held})"
        )

    def __init__(
        self, low: Any, high: Any, enterprises: Any, dominated: Any, of: dict[str, Any], held: Any = ()
    ) -> None:
        self.values = np.column_stack([low, high]).astype(float)
        self.enterprises = np.asarray(enterprises)
        self.dominated = np.asarray(dominated, bool) & (self.enterprises > 0)
        self.levels = {}
        for name, ids in of.items():
            groups = np.asarray(ids)
            size = int(groups.max(initial=-1)) + 1
            kept = groups >= 0
            count = np.bincount(groups[kept], weights=self.enterprises[kept], minlength=size).astype(int)
            one_hand = np.isin(np.arange(size), held) & (count > 0) & (name == "epci")
            self.levels[name] = Level(groups, count, one_hand)

    def protect(self, values: Any = None) -> Protection:
        return protect(
            self.values if values is None else values, self.enterprises, self.dominated, self.levels, on=ON
        )

    def relations(self) -> csr_matrix:
        """Each group minus its communes is zero; cells are the communes, then the groups of each level."""
        count = len(self.enterprises)
        sizes = [len(level.enterprises) for level in self.levels.values()]
        parts, first = [], 0
        for level, size in zip(self.levels.values(), sizes, strict=True):
            kept = np.flatnonzero(level.of >= 0)
            parts.append(
                coo_matrix((np.ones(len(kept)), (level.of[kept] + first, kept)), (sum(sizes), count))
            )
            first += size
        return csr_matrix(block_array([[sum(parts[1:], parts[0]), -eye(sum(sizes))]]))

    def cells(self, figure: int) -> np.ndarray:
        sums = [
            np.bincount(
                level.of[level.of >= 0],
                weights=self.values[level.of >= 0, figure],
                minlength=len(level.enterprises),
            )
            for level in self.levels.values()
        ]
        return np.concatenate([self.values[:, figure], *sums])

    def status(self, protection: Protection) -> np.ndarray:
        return np.concatenate([protection.communes, *protection.groups.values()])

    def known_zero(self) -> np.ndarray:
        return np.concatenate(
            [self.enterprises == 0, *[level.enterprises == 0 for level in self.levels.values()]]
        )


def assert_cannot_be_bracketed(brackets: Any, status: np.ndarray) -> None:
    """No hidden cell within 10 % of its value; secret ones have 10 % on either side."""
    secret = np.isin(status[brackets.cells], (FREQUENCY, DOMINANCE))
    assert (brackets.width >= SHARE - 1e-6).all()
    assert (brackets.above[secret] >= SHARE - 1e-6).all()
    assert (brackets.below[secret] >= SHARE - 1e-6).all()


@st.composite
def territories(draw: Callable[..., Any], most: int = 14) -> Territory:
    size = draw(st.integers(1, most))

    def per_commune(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=size, max_size=size))

    enterprises = np.array(per_commune(st.integers(0, 6)))
    low = np.array(per_commune(st.sampled_from([0, 0, 1, 2, 3, 5, 8, 20, 50, 300, 5000]))) * (enterprises > 0)
    spread = np.array(per_commune(st.integers(0, 3)))
    of = {
        "epci": per_commune(st.integers(-1, 4)),
        "ept": per_commune(st.integers(-1, 1)),
        "departement": per_commune(st.integers(0, 2)),
    }
    of["region"] = [min(one, 1) for one in of["departement"]]
    of["country"] = [0] * size
    return Territory(
        low, low * (1 + spread), enterprises, per_commune(st.sampled_from([False] * 5 + [True])), of
    )


@settings(max_examples=100, deadline=None)
@given(territory=territories())
def test_no_hidden_cell_can_be_bracketed_within_ten_per_cent(territory: Territory) -> None:
    protection = territory.protect()
    status = territory.status(protection)
    for figure in (0, 1):
        brackets = audit(
            territory.relations(),
            territory.cells(figure),
            status != PUBLISHED,
            known_zero=territory.known_zero(),
        )
        assert_cannot_be_bracketed(brackets, status)
        # The proof is a lower bound of what the attack really leaves open.
        assert (brackets.width >= protection.narrowest - 1e-6).all()


@settings(max_examples=60, deadline=None)
@given(territory=territories(most=8))
def test_knowing_that_low_is_below_high_does_not_help_the_reader(territory: Territory) -> None:
    """Both figures attacked together, with high - low >= 0 in each commune as one more relation."""
    protection = territory.protect()
    status = territory.status(protection)
    count, one = len(territory.enterprises), territory.relations()
    pick = csr_matrix((np.ones(count), (np.arange(count), np.arange(count))), (count, one.shape[1]))
    relations = block_array([[one, None, None], [None, one, None], [-pick, pick, -eye(count)]])
    low, high = territory.cells(0), territory.cells(1)
    hidden = status != PUBLISHED
    zero = territory.known_zero()
    brackets = audit(
        relations,
        np.concatenate([low, high, high[:count] - low[:count]]),
        np.concatenate([hidden, hidden, hidden[:count]]),
        known_zero=np.concatenate([zero, zero, zero[:count]]),
    )
    figures = brackets.cells < 2 * len(low)
    kept = type(brackets)(
        *(getattr(brackets, name)[figures] for name in ("cells", "values", "lower", "upper"))
    )
    assert_cannot_be_bracketed(kept, np.concatenate([status, status]))


@settings(max_examples=100, deadline=None)
@given(territory=territories())
def test_every_secret_cell_is_hidden_and_no_known_zero_is(territory: Territory) -> None:
    protection = territory.protect()
    few = (territory.enterprises > 0) & (territory.enterprises < 3)
    assert (protection.communes[few] == FREQUENCY).all()
    assert (protection.communes[territory.dominated & ~few] == DOMINANCE).all()
    assert (protection.communes[territory.enterprises == 0] == PUBLISHED).all()
    for name, level in territory.levels.items():
        assert (protection.groups[name][level.dominated] != PUBLISHED).all()
        rare = (level.enterprises > 0) & (level.enterprises < 3)
        assert (protection.groups[name][rare] == FREQUENCY).all()
        assert (protection.groups[name][level.enterprises == 0] == PUBLISHED).all()


@settings(max_examples=100, deadline=None)
@given(territory=territories(), more=st.integers(3, 9))
def test_nothing_is_hidden_when_nothing_is_secret(territory: Territory, more: int) -> None:
    of = {name: level.of for name, level in territory.levels.items()}
    open_one = Territory(
        *territory.values.T, territory.enterprises + more, np.zeros(len(territory.enterprises)), of
    )
    protection = open_one.protect()
    assert not open_one.status(protection).any()
    assert protection.narrowest == np.inf


def test_a_secret_commune_is_covered_by_a_small_neighbour_and_the_sums_stay() -> None:
    territory = Territory(
        [5, 7, 400, 90], [9, 12, 700, 150], [1, 4, 60, 9], [0] * 4, {"epci": [0] * 4, "country": [0] * 4}
    )
    protection = territory.protect()
    assert protection.communes.tolist() == [FREQUENCY, SECONDARY, PUBLISHED, PUBLISHED]
    assert [status.tolist() for status in protection.groups.values()] == [[PUBLISHED], [PUBLISHED]]
    assert protection.narrowest == 12 / 7  # the neighbour's 7 may be anything from 0 to 12


def test_a_commune_alone_in_its_epci_hides_the_smallest_epci_beside_it() -> None:
    """The EPCI of one secret commune is secret too; the smaller of its two neighbours goes with it."""
    territory = Territory(
        [20, 300, 200, 30, 40, 35], [20, 300, 200, 30, 40, 35], [2, 9, 9, 9, 9, 9], [0] * 6,
        {"epci": [0, 1, 1, 2, 2, 2], "departement": [0] * 6},
    )  # fmt: skip
    protection = territory.protect()
    assert protection.groups["epci"].tolist() == [FREQUENCY, PUBLISHED, SECONDARY]
    assert protection.groups["departement"].tolist() == [PUBLISHED]
    assert protection.communes.tolist() == [FREQUENCY, PUBLISHED, PUBLISHED, SECONDARY, PUBLISHED, PUBLISHED]


def test_the_only_contributor_of_the_country_hides_every_sum() -> None:
    territory = Territory([50, 0], [50, 0], [1, 0], [0, 0], {"epci": [0, 0], "country": [0, 0]})
    protection = territory.protect()
    assert protection.communes.tolist() == [FREQUENCY, PUBLISHED]
    assert [status.tolist() for status in protection.groups.values()] == [[FREQUENCY], [FREQUENCY]]


def test_one_figure_and_two_equal_figures_are_hidden_alike() -> None:
    territory = Territory([5, 7, 400], [5, 7, 400], [1, 4, 60], [0] * 3, {"country": [0] * 3})
    one, two = territory.protect(territory.values[:, 0]), territory.protect()
    assert one.communes.tolist() == two.communes.tolist()


@pytest.mark.parametrize(
    ("values", "enterprises", "message"),
    [
        ([-1.0], [1], "non-negative"),
        ([1.0], [0], "without any enterprise"),
        ([float("nan")], [1], "non-negative"),
    ],
)
def test_impossible_figures_are_refused(values: list[float], enterprises: list[int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        protect(values, enterprises, [False], {}, on=ON)


def national(size: int, seed: int = 1) -> Territory:
    """A country of the right shape: EPCI of 28 communes, some astride departments, an eighth empty."""
    draw = np.random.default_rng(seed)
    epci = np.sort(draw.integers(0, max(size // 28, 1), size))
    departement = epci // 13
    departement = np.where(draw.random(size) < 0.02, departement + 1, departement)
    enterprises = draw.poisson(draw.lognormal(1.2, 1.3, size)) * (draw.random(size) > 0.125)
    low = np.round(enterprises * draw.lognormal(1, 1, size)) * (enterprises > 0)
    of = {
        "epci": epci,
        "departement": departement,
        "region": departement // 6,
        "country": np.zeros(size, int),
    }
    return Territory(low, low * 2, enterprises, draw.random(size) < 0.05, of)


def test_a_country_of_the_real_size_is_protected_and_little_else_is_hidden() -> None:
    territory = national(35_000)
    protection = territory.protect()
    hidden = protection.communes == SECONDARY
    assert protection.narrowest >= SHARE
    assert territory.values[hidden].sum() < 0.02 * territory.values.sum()
    assert not protection.groups["country"].any()


def test_a_department_of_the_real_size_resists_the_exact_attack() -> None:
    territory = national(350, seed=3)
    protection = territory.protect()
    status = territory.status(protection)
    brackets = audit(
        territory.relations(), territory.cells(0), status != PUBLISHED, known_zero=territory.known_zero()
    )
    assert len(brackets.cells) > 50
    assert_cannot_be_bracketed(brackets, status)
