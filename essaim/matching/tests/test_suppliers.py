"""The parts of a score, the draw, and the teams."""

from datetime import date
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.matching.consortia import Candidate, smallest_teams
from essaim.matching.suppliers import (
    Asked,
    Held,
    Scored,
    Supplier,
    Won,
    draw_all,
    drawn,
    plain_cpv,
    rank,
    score,
    seed_of,
)

DAY = date(2026, 11, 22)
CLEANING = Asked(
    cpv=("9091",), naf=("81.2",), stems=("nettoyag", "local"), places=("commune:59350",),
    yearly_cents=10_000_000, jobs=2,
)  # fmt: skip


def points(found: Scored | None) -> dict[str, int]:
    assert found is not None
    return {part.name: part.points for part in found.parts}


def test_the_parts_add_up_to_the_score() -> None:
    supplier = Supplier(
        1, cpv=("9091",), stems=frozenset({"nettoyag", "local", "vitr"}), zone="whole", jobs=(20, 49), contracts=1,
        labels=(Held("siae_ei", "siae", "EI", valid_to=date(2026, 12, 31)),),
    )  # fmt: skip
    found = score(CLEANING, supplier, on=DAY)
    assert points(found) == {
        "activity": 40, "words": 10, "zone": 20, "status": 15, "capacity": 10, "past": 5
    }  # fmt: skip
    assert found is not None
    assert found.points == 100
    assert found.is_certified


def test_nobody_without_a_link_of_activity_or_of_zone_is_proposed() -> None:
    assert score(CLEANING, Supplier(1, naf=("56.21Z",), zone="whole"), on=DAY) is None
    assert score(CLEANING, Supplier(1, naf=("81.21Z",), zone=""), on=DAY) is None


def test_an_approval_counts_from_its_first_day_to_its_last() -> None:
    label = Held("esat", "disability", "ESAT", valid_from=DAY, valid_to=DAY)
    supplier = Supplier(1, naf=("81.21Z",), zone="part", status="not_member", labels=(label,))
    by_day = {
        day: points(score(CLEANING, supplier, on=date(2026, 11, day)))["status"] for day in (21, 22, 23)
    }
    assert by_day == {21: 0, 22: 15, 23: 0}


def test_a_turnover_that_is_known_counts_before_the_head_count() -> None:
    def capacity(turnover_cents: int | None, jobs: tuple[int, int | None] | None) -> int:
        supplier = Supplier(1, naf=("81.2",), zone="whole", turnover_cents=turnover_cents, jobs=jobs)
        return points(score(CLEANING, supplier, on=DAY))["capacity"]

    assert [capacity(40_000_000, (0, 0)), capacity(15_000_000, None), capacity(5_000_000, (10, 19))] == [
        10,
        5,
        0,
    ]
    assert [capacity(None, (1, 2)), capacity(None, (0, 0)), capacity(None, None), capacity(None, (10_000, None))] == [
        10, 0, 5, 10,
    ]  # fmt: skip


def past(**values: object) -> tuple[int, str]:
    found = score(CLEANING, Supplier(1, naf=("81.2",), zone="whole", **values), on=DAY)  # type: ignore[arg-type]
    assert found is not None
    (part,) = (each for each in found.parts if each.name == "past")
    return part.points, part.reason.en


def test_past_contracts_are_told_with_whom_since_when_and_from_which_data() -> None:
    won = Won(2, date(2021, 3, 1), 3, date(2019, 5, 2), date(2026, 10, 1))
    assert past(contracts=1, won=won) == (
        5,
        "1 award(s) noted in this family, 2 published contract(s) of this family with this authority since 2021-03-01, "
        "3 published contract(s) of this family elsewhere since 2019-05-02 "
        "(essential contract data imported, published until 2026-10-01)",
    )


def test_what_was_not_imported_is_not_a_zero() -> None:
    nothing, unknown = past(won=Won(vintage=date(2026, 10, 1))), past()
    assert (nothing[0], unknown[0]) == (0, 0)
    assert "published until 2026-10-01" in nothing[1]
    assert "this is not a zero" in unknown[1]


def test_a_buyer_of_unknown_siren_is_not_told_apart() -> None:
    assert past(won=Won(None, None, 4, None))[1].startswith(
        "4 published contract(s) of this family with public buyers ("
    )


@given(
    st.integers(0, 9),
    st.none()
    | st.builds(
        Won,
        st.none() | st.integers(0, 10**6),
        st.none() | st.dates(),
        st.integers(0, 10**6),
        st.none() | st.dates(),
        st.none() | st.dates(),
    ),
)
def test_past_contracts_never_take_the_score_out_of_its_bounds(contracts: int, won: Won | None) -> None:
    points, words = past(contracts=contracts, won=won)
    assert points == (5 if contracts or (won and won.count) else 0)
    assert words


def test_codes_lose_their_check_digit_and_their_last_zeros() -> None:
    codes = ["55500000-5", "90", "90910000", "9", "", "80000000", "x", "3000"]
    assert [plain_cpv(code) for code in codes] == ["555", "90", "9091", "", "", "80", "", "30"]


def test_the_order_of_equals_changes_with_the_day_and_not_within_it() -> None:
    suppliers = [Supplier(number, naf=("81.21Z",), zone="whole") for number in range(1, 9)]

    def order(day: date) -> list[int]:
        ranked = rank(CLEANING, suppliers, on=day, seed=seed_of(day, "need 4"))
        return [one.supplier.organisation_id for one in ranked]

    assert order(DAY) == order(DAY)
    assert sorted(order(DAY)) == list(range(1, 9))
    assert order(DAY) != order(date(2026, 11, 23))


@given(st.integers(0, 2**64 - 1), st.lists(st.integers(0, 2**63), min_size=1, max_size=5))
def test_one_number_draws_as_among_many(seed: int, numbers: list[int]) -> None:
    found = draw_all(seed, np.array(numbers, dtype=np.uint64))
    assert [drawn(seed, number) for number in numbers] == found.tolist()


def test_the_draw_is_fair() -> None:
    """Over a year, each of four comes first about as often."""
    firsts = [
        min(range(4), key=lambda n: drawn(seed_of(date.fromordinal(740_000 + d), "x"), n)) for d in range(400)
    ]
    assert all(70 < firsts.count(number) < 130 for number in range(4))


def test_an_organisation_is_ranked_once_by_its_best_place() -> None:
    places = [Supplier(1, 10, naf=("81.21Z",), zone="part"), Supplier(1, 11, naf=("81.21Z",), zone="whole")]
    assert [one.supplier.site_id for one in rank(CLEANING, places, on=DAY, seed=0)] == [11]


PIECES = [(activity, place) for activity in ("909", "773") for place in ("a", "b")]
CANDIDATES = st.lists(
    st.builds(
        Candidate, organisation_id=st.integers(1, 10**6), holds=st.frozensets(st.sampled_from(PIECES)),
        jobs=st.none() | st.integers(0, 9), points=st.integers(0, 100), draw=st.integers(0, 5),
    ),
    max_size=7, unique_by=lambda one: one.organisation_id,
)  # fmt: skip


def is_enough(some: tuple[Candidate, ...], pieces: frozenset[tuple[str, str]], jobs: int | None) -> bool:
    held = set().union(*(one.holds for one in some))
    known = [one.jobs for one in some if one.jobs is not None]
    return pieces <= held and (jobs is None or len(known) < len(some) or sum(known) >= jobs)


@settings(max_examples=150, deadline=None)
@given(
    pieces=st.frozensets(st.sampled_from(PIECES), min_size=1),
    candidates=CANDIDATES,
    jobs=st.none() | st.integers(0, 15),
)
def test_teams_are_the_smallest_that_hold_everything(
    pieces: frozenset[tuple[str, str]], candidates: list[Candidate], jobs: int | None
) -> None:
    useful = [one for one in candidates if one.holds & pieces]
    by_size = {
        size: {frozenset(s) for s in combinations(useful, size) if is_enough(s, pieces, jobs)} for size in (1, 2, 3, 4)
    }  # fmt: skip
    size = next((size for size, sets in by_size.items() if sets), 0)
    expected = by_size[size] if size > 1 else set()
    found = smallest_teams(pieces, candidates, jobs=jobs, most=10_000)
    assert {frozenset(team.members) for team in found} == expected
    totals = [sum(one.points for one in team.members) for team in found]
    assert totals == sorted(totals, reverse=True)


def test_a_team_says_what_each_member_alone_brings() -> None:
    one, other = (
        Candidate(1, frozenset({PIECES[0], PIECES[1]}), 4, 80),
        Candidate(2, frozenset({PIECES[1], PIECES[2]}), None, 60),
    )
    (team,) = smallest_teams(frozenset(PIECES[:3]), [other, one], jobs=9)
    assert team.members == (one, other)
    assert (team.jobs, team.unknown) == (4, 1)
    assert [team.brings(each) for each in team.members] == [{PIECES[0]}, {PIECES[2]}]
