"""Reservations and duties beside the routes, a day or a cent around each boundary."""

from datetime import date

import pytest

from essaim.law.rules.procurement import BadNeed, Need
from essaim.law.rules.procurement_duties import (
    Waiver,
    climate_duties,
    insertion_clause,
    publication_duties,
    sole_price,
    spaser_duty,
)
from essaim.law.rules.procurement_reserved import (
    Award,
    combined_reservation,
    sse_reservation_duration,
    sse_reservation_lock,
)

SUMMER = date(2026, 8, 22)
BIG = Need(amount_cents=21_600_000, kind="services")
WORKS = Need(amount_cents=540_400_000, kind="works")


def social(need: Need, on: date = SUMMER, *waivers: Waiver, renewable: bool = False) -> bool | None:
    return climate_duties(need, on, waivers, renewable=renewable)[-1].due


def test_a_holder_is_locked_three_years_to_the_day_whoever_the_buyer() -> None:
    awards = [
        Award(awarded_on=date(2023, 5, 2), buyer="Ville A"),
        Award(awarded_on=date(2020, 1, 1), buyer="Ville B"),
    ]
    locked = sse_reservation_lock(awards, date(2026, 5, 1))
    assert (locked.allowed, locked.free_on) == (False, date(2026, 5, 2))
    assert "même d'un autre acheteur" in locked.reasons[0].fr
    free = sse_reservation_lock(awards, date(2026, 5, 2))
    assert (free.allowed, free.free_on, free.citations[0].article) == (True, None, "CCP, art. L2113-16")


def test_an_award_of_29_february_locks_up_to_the_end_of_that_month() -> None:
    award = Award(awarded_on=date(2024, 2, 29), buyer="Ville A")
    assert sse_reservation_lock([award], date(2027, 2, 28)).free_on == date(2027, 3, 1)


def test_an_award_to_come_locks_nothing_yet() -> None:
    assert sse_reservation_lock([Award(awarded_on=date(2026, 6, 1), buyer="A")], date(2026, 5, 1)).allowed


def test_three_years_to_the_day_are_the_longest() -> None:
    start, on = date(2026, 1, 1), date(2025, 10, 1)
    longest = [
        sse_reservation_duration(start, end, on).allowed for end in (date(2028, 12, 31), date(2029, 1, 1))
    ]
    assert longest == [True, False]
    with pytest.raises(BadNeed):
        sse_reservation_duration(start, date(2025, 1, 1), on)


@pytest.mark.parametrize(
    ("groups", "on", "concession", "allowed"),
    [
        (("disability", "integration"), date(2020, 12, 8), False, False),
        (("disability", "integration"), date(2020, 12, 9), False, True),
        (("disability", "integration"), date(2026, 5, 2), True, False),
        (("disability", "prison"), date(2026, 5, 2), False, False),
        (("integration", "sse"), date(2026, 5, 2), False, False),
        (("sse",), date(2026, 5, 2), True, False),
        (("integration",), date(2026, 5, 2), False, True),
    ],
)  # fmt: skip
def test_groups_are_reserved_for_together_or_not(
    groups: tuple[str, ...], on: date, concession: bool, allowed: bool
) -> None:
    assert combined_reservation(groups, on, concession=concession).allowed is allowed


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(BadNeed):
        combined_reservation(("students",), SUMMER)


def test_climate_duties_start_on_their_day() -> None:
    assert [each.due for each in climate_duties(BIG, date(2026, 8, 21))] == [False] * 4
    assert [each.due for each in climate_duties(BIG, SUMMER)] == [True] * 4
    assert [sole_price(date(2026, 8, day)).due for day in (20, 21)] == [False, True]


def test_renewable_sites_are_bound_two_years_earlier() -> None:
    days = date(2024, 6, 30), date(2024, 7, 1)
    assert [social(BIG, day, renewable=True) for day in days] == [
        False,
        False,
    ]  # 216,000 is below 221,000 in 2024
    assert [climate_duties(BIG, day, renewable=True)[0].due for day in days] == [False, True]


def test_the_social_condition_is_due_from_the_threshold_itself() -> None:
    below = Need(amount_cents=21_599_999, kind="services")
    lot = Need(amount_cents=100, kind="services", is_lot=True)
    assert [social(need) for need in (below, BIG, lot)] == [False, True, None]


def test_a_waiver_needs_its_reasons_and_its_case() -> None:
    short = Waiver(code="short_works", why="Quatre mois de chantier.", months=4)
    assert social(WORKS, SUMMER, short) is False
    assert social(BIG, SUMMER, short) is True  # services have no such waiver
    assert social(WORKS, SUMMER, Waiver(code="short_works", why="Six mois.", months=6)) is True
    assert social(BIG, SUMMER, Waiver(code="link", why=" ")) is True
    assert social(BIG, SUMMER, Waiver(code="link", why="Achat de licences, sans main-d'œuvre.")) is False
    with pytest.raises(BadNeed):
        social(BIG, SUMMER, Waiver(code="habit", why="Comme toujours."))


@pytest.mark.parametrize(
    ("spending", "on", "buyer", "due"),
    [
        (5_000_000_000, date(2026, 5, 2), "local", False),
        (5_000_000_001, date(2026, 5, 2), "local", True),
        (6_000_000_000, date(2022, 12, 31), "local", False),
        (6_000_000_000, date(2023, 1, 1), "local", True),
        (6_000_000_000, date(2023, 10, 24), "other", False),
        (6_000_000_000, date(2023, 10, 25), "other", True),
        (None, date(2026, 5, 2), "local", None),
    ],
)  # fmt: skip
def test_who_owes_a_spaser(spending: int | None, on: date, buyer: str, due: bool | None) -> None:
    assert spaser_duty(spending, on, buyer).due is due


def test_a_spaser_duty_says_what_it_holds() -> None:
    said = [each.fr for each in spaser_duty(10**11, SUMMER).reasons]
    assert said[1] == "SPASER : indicateurs publiés tous les 2 ans."
    with pytest.raises(BadNeed):
        spaser_duty(-1, SUMMER)
    with pytest.raises(BadNeed):
        spaser_duty(1, SUMMER, "city")


def test_what_is_published_depends_on_the_route_and_the_amount() -> None:
    def due(cents: int, route: str, on: date = SUMMER, cpv: str | None = None) -> list[bool | None]:
        need = Need(amount_cents=cents, kind="services", cpv=cpv)
        return [each.due for each in publication_duties(need, on, route)]

    assert due(9_000_000, "adapted") == [True, True, True]
    assert due(8_999_999, "adapted") == [False, True, True]
    assert due(5_999_999, "adapted") == [False, False, True]
    assert due(5_999_999, "adapted", date(2026, 3, 31)) == [False, True, True]
    assert due(3_999_999, "direct") == [False, False, False]
    assert due(30_000_000, "formalised") == [True, True, True]
    assert due(75_000_000, "adapted", cpv="85311300") == [True, True, True]
    assert due(74_999_999, "adapted", cpv="85311300") == [False, True, True]


def test_the_insertion_clause_has_its_content_since_2021() -> None:
    assert insertion_clause(date(2021, 3, 31)) == ()
    assert [len(each.value) for each in insertion_clause(SUMMER)] == [4, 4]
