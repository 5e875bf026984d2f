"""Procurement routes: worked cases, an oracle written from the decision table, and what holds whatever is bought."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.law.parameter import parameter
from essaim.law.rules.procurement import (
    BUYERS,
    KINDS,
    ORDINARY,
    ROUTES,
    BadNeed,
    Need,
    cpv_code,
    known_gaps,
    known_law,
    routes,
)
from essaim.law.rules.procurement_changes import last_change, next_change
from essaim.law.rules.procurement_need import UnknownLaw
from essaim.law.rules.procurement_words import euros

LETTERS = dict(zip("DLIAFhips", ROUTES, strict=True))
WORKED = yaml.safe_load((Path(__file__).parents[1] / "cases" / "procurement.yaml").read_text("utf-8"))[
    "cases"
]
ON = date(2026, 5, 2)
LISTED, UNLISTED = "85311300", "90910000"
DAYS = sorted(
    day
    for start in ("2016-01-01", "2018-12-27", "2019-04-01", "2020-01-01", "2020-07-24", "2020-12-08", "2021-12-16",
                  "2022-10-21", "2022-12-30", "2026-01-01", "2026-04-01", "2027-01-01")
    for day in (date.fromisoformat(start), date.fromisoformat(start) + timedelta(days=40))
)  # fmt: skip
# Around every sum of the law, a cent apart.
SUMS = (
    25_000,
    40_000,
    60_000,
    70_000,
    80_000,
    100_000,
    140_000,
    216_000,
    221_000,
    432_000,
    1_000_000,
    5_404_000,
)
amounts = st.builds(lambda sum, cent: sum * 100 + cent, st.sampled_from(SUMS), st.sampled_from((-1, 0, 1)))
amounts = amounts | st.integers(1, 10**9)
yes_no = st.sampled_from([True, False, None])


@st.composite
def needs(draw: st.DrawFn) -> Need:
    is_lot = draw(yes_no)
    amount, small, whole = sorted(draw(amounts) for _ in range(3))
    return Need(
        amount_cents=amount,
        kind=draw(st.sampled_from(KINDS)),
        cpv=draw(st.sampled_from([None, LISTED, UNLISTED])),
        is_lot=is_lot,
        operation_cents=whole if is_lot is not False and draw(st.booleans()) else None,
        small_lots_cents=small if is_lot is not False and draw(st.booleans()) else None,
        innovative=draw(yes_no),
        buyer=draw(st.sampled_from(BUYERS)),
    )


def opened(need: Need, on: date = ON) -> dict[str, bool | None]:
    return {each.route: each.open for each in routes(need, on)}


def read(then: str) -> tuple[dict[str, bool | None], bool | None]:
    answers: dict[str, bool | None] = dict.fromkeys(ROUTES, False)
    for word in then.split():
        answers[LETTERS[word[0]]] = True if word[0] == "F" else None if word.endswith("?") else True
    return answers, True if "F!" in then else None if "F?" in then else False


@pytest.mark.parametrize("case", WORKED, ids=[case["name"] for case in WORKED])
def test_worked_case(case: dict[str, Any]) -> None:
    answer = routes(Need(**case["need"]), case["day"])
    told = (
        {each.route: each.open for each in answer},
        next(each.compulsory for each in answer if each.route == "formalised"),
    )
    assert told == read(case["then"])


# --- The decision table, said again with every sum in clear, for needs whose lots are all told -------------


def ceiling(kind: str, on: date) -> int:
    if kind != "works":
        steps = [(date(2015, 10, 1), 25), (date(2020, 1, 1), 40), (date(2026, 4, 1), 60)]
    else:
        steps = [(date(2015, 10, 1), 25), (date(2020, 1, 1), 40), (date(2020, 7, 24), 70),
                 (date(2020, 12, 8), 100), (date(2027, 1, 1), 140)]  # fmt: skip
    return [sum for start, sum in steps if start <= on][-1] * 100_000


THRESHOLDS = {
    "works": (5225, 5548, 5350, 5382, 5538, 5404),
    "local": (209, 221, 214, 215, 221, 216),
    "central": (135, 144, 139, 140, 143, 140),
    "utilities": (418, 443, 428, 431, 443, 432),
}


def table(need: Need, on: date) -> dict[str, bool | None]:
    """Only for a need whose lots are told, from 2019-04-01."""
    lot = need.is_lot is True
    whole = need.operation_cents if lot else need.amount_cents
    small = need.small_lots_cents
    assert whole is not None and (small is not None or not lot)
    fits = lot and small is not None and small * 5 <= whole
    limit = THRESHOLDS["works" if need.kind == "works" else need.buyer][(on.year - 2016) // 2] * 100_000
    works = need.kind == "works"
    direct = ceiling(need.kind, on)
    lots_allowed = on >= date(2021, 12, 16)
    new = whole < 100_000_00 or (
        lots_allowed and fits and need.amount_cents < (100_000_00 if works else 80_000_00)
    )
    adapted: bool | None = whole < limit or (
        fits and need.amount_cents < (1_000_000_00 if works else 80_000_00)
    )
    if not adapted and need.kind == "services":
        adapted = True if need.cpv == LISTED else None
    sse: bool | None = False
    if need.kind == "services" and need.cpv != UNLISTED:
        sse = None if need.cpv is None or need.buyer == "utilities" else True
    return {
        "direct": whole < direct,
        "small-lot": fits and need.amount_cents < direct,
        "innovative": new and need.innovative,
        "adapted": adapted,
        "formalised": True,
        "reserved-disability": True,
        "reserved-integration": True,
        "reserved-prison": on >= date(2022, 12, 30) or (None if on >= date(2022, 10, 21) else False),
        "reserved-sse": sse,
    }


@settings(max_examples=150, deadline=None)
@given(needs(), st.sampled_from([day for day in DAYS if day >= date(2019, 4, 1)]))
def test_the_answers_are_those_of_the_decision_table(need: Need, on: date) -> None:
    if need.is_lot is None:
        need = replace(need, is_lot=False, operation_cents=None, small_lots_cents=None)
    if need.is_lot:
        small = need.small_lots_cents or need.amount_cents
        need = replace(need, operation_cents=need.operation_cents or small * 3, small_lots_cents=small)
    assert opened(need, on) == table(need, on)


@settings(max_examples=60, deadline=None)
@given(needs(), st.integers(0, 10**8), st.sampled_from(DAYS))
def test_a_dearer_whole_need_never_opens_a_route(need: Need, more: int, on: date) -> None:
    whole = replace(need, is_lot=False, operation_cents=None, small_lots_cents=None)
    rank = {False: 0, None: 1, True: 2}
    cheap, dear = opened(whole, on), opened(replace(whole, amount_cents=whole.amount_cents + more), on)
    assert [name for name in ROUTES if rank[dear[name]] > rank[cheap[name]]] == []


@settings(max_examples=60, deadline=None)
@given(needs(), st.sampled_from(DAYS), st.sampled_from([True, False]))
def test_one_more_answer_never_turns_a_settled_route(need: Need, on: date, innovative: bool) -> None:
    """What is True or False stays so when the lots and the nature are told at last."""
    before = opened(need, on)
    told = replace(need, innovative=innovative if need.innovative is None else need.innovative)
    if need.is_lot is not False:
        small = need.small_lots_cents or need.amount_cents
        whole = need.operation_cents or small * 2
        if small <= whole:
            told = replace(told, is_lot=True, small_lots_cents=small, operation_cents=whole)
    after = opened(told, on)
    assert {n: after[n] for n in ROUTES if before[n] is not None} == {
        n: before[n] for n in ROUTES if before[n] is not None
    }


@settings(max_examples=60, deadline=None)
@given(needs(), st.sampled_from(DAYS))
def test_every_answer_gives_reasons_and_texts(need: Need, on: date) -> None:
    answer = routes(need, on)
    assert [each.route for each in answer] == list(ROUTES)
    assert [each.route for each in answer if not each.reasons] == []
    uncited = [each for each in answer if not each.citations]
    # Nothing can be cited where the law of the time was not entered: the reason says so.
    assert [each.reasons[0].en for each in uncited if "not entered" not in each.reasons[0].en] == []
    assert [each.allowed for each in answer] == [each.open is True for each in answer]
    assert "{" not in "".join(text.fr + text.en for each in answer for text in each.reasons)


@given(needs(), st.sampled_from(DAYS))
@settings(max_examples=60, deadline=None)
def test_formalised_is_compulsory_only_when_nothing_ordinary_is_open(need: Need, on: date) -> None:
    answer = {each.route: each for each in routes(need, on)}
    ordinary = {answer[name].open for name in ORDINARY}
    expected = False if True in ordinary else None if None in ordinary else True
    assert answer["formalised"].compulsory is expected


# --- Reasons, bad input, changes ---------------------------------------------------------------------------


def test_the_shortcut_is_refused_by_name() -> None:
    need = Need(amount_cents=5_000_000, kind="services", relies_on=("esus",))
    reasons = {each.route: each.reasons[0].en for each in routes(need, ON)}
    assert reasons["reserved-integration"] == (
        "Not for this supplier: the status relied on (ESUS approval) does not open this reservation, one must be "
        "a work-integration structure or an equivalent."
    )


def test_the_reasons_follow_the_law_of_the_day() -> None:
    """Reserving for both groups together, and what the notice says, changed on different days."""
    need = Need(amount_cents=5_000_000, kind="works")

    def said(on: date) -> list[str]:
        return [text.en for text in routes(need, on)[ROUTES.index("reserved-integration")].reasons]

    together = "One contract may be reserved for disability and integration together."
    assert [together in said(date(2020, 12, day)) for day in (8, 9)] == [False, True]
    cites = "The notice cites article L2113-13."
    assert [cites in said(date(2022, 12, day)) for day in (29, 30)] == [True, False]


def test_a_sum_in_the_reasons_is_written_in_each_language() -> None:
    assert (euros(6_000_000).fr, euros(6_000_050).en) == ("60\u202f000\u00a0€", "€60,000.50")


@pytest.mark.parametrize(
    "fault",
    [
        {"amount_cents": 0},
        {"kind": "work"},
        {"cpv": "8531130"},
        {"buyer": "city"},
        {"relies_on": ("good",)},
        {"operation_cents": 10},
        {"is_lot": True, "operation_cents": 10},
        {"is_lot": True, "operation_cents": 9_000_000, "small_lots_cents": 9_000_001},
    ],
    ids=lambda fault: ", ".join(fault),
)
def test_a_need_that_makes_no_sense_is_refused(fault: dict[str, Any]) -> None:
    with pytest.raises(BadNeed):
        routes(Need(**{"amount_cents": 5_000_000, "kind": "works"} | fault), ON)


def test_a_code_may_come_with_its_check_digit() -> None:
    assert (cpv_code(" 85311300-4 "), cpv_code("85311300")) == (LISTED, LISTED)


def test_a_date_outside_the_known_law_is_refused_and_says_between_which() -> None:
    need = Need(amount_cents=5_000_000, kind="supplies")
    assert known_law(need) == (date(2016, 1, 1), date(2027, 12, 31))
    for on in (date(2015, 12, 31), date(2028, 1, 1)):
        with pytest.raises(UnknownLaw) as raised:
            routes(need, on)
        assert raised.value.text.fr.startswith(
            "Le droit de la commande publique est connu ici du 01/01/2016 au 31/12/2027"
        )


def test_the_act_that_was_not_read_is_shown_from_its_date() -> None:
    assert known_gaps(date(2026, 5, 25)) == ()
    (gap,) = known_gaps(date(2026, 5, 26))
    assert (gap.verified, "2026-403" in gap.value.fr) == (False, True)


def test_the_changes_of_law_around_a_date_are_named() -> None:
    need = Need(amount_cents=5_500_000, kind="supplies", innovative=False)
    past, coming = last_change(need, ON), next_change(need, date(2026, 3, 2))
    assert past == coming and past is not None
    assert (past.on, [(one.route, one.open, two.open) for one, two in past.routes]) == (
        date(2026, 4, 1),
        [("direct", False, True)],
    )
    assert next_change(need, ON) is None


def test_the_rise_for_works_in_2027_is_announced_and_marked_unverified() -> None:
    change = next_change(Need(amount_cents=12_000_000, kind="works", innovative=False), ON)
    assert change is not None
    ((_, after),) = change.routes
    assert (change.on, after.route, after.citations[0].verified) == (date(2027, 1, 1), "direct", False)


def test_the_list_of_services_has_115_codes() -> None:
    assert len(parameter("procurement.reserved_sse.codes", ON).value) == 115
