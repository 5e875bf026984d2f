"""Schedules of business meetings, beside everything that could be done when there is little to do."""

from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.matching.meetings import choose, schedule
from essaim.matching.meetings.choose import Stopped
from essaim.matching.meetings.colouring import colour
from essaim.matching.meetings.greedy import first_come, greedy_weight
from essaim.matching.meetings.problem import (
    Meeting,
    Person,
    Problem,
    Wish,
    faults,
    granted,
    met_among,
    why_without,
)
from essaim.matching.meetings.room import whole_room
from essaim.matching.meetings.schedule import plan, replan

EXAMPLES = settings(max_examples=40, deadline=None)
ALWAYS = frozenset(range(2))


def people(keys: range, slots: int, hours: st.SearchStrategy[frozenset[int]] | None) -> st.SearchStrategy:
    always = st.just(frozenset(range(slots)))
    one = hours if hours is not None else always
    return st.tuples(*(st.builds(Person, st.just(key), one, st.integers(0, 3)) for key in keys))


@st.composite
def problems(draw, most: int = 3, most_slots: int = 3) -> Problem:
    """A few people on each side, with hours of their own or there all day."""
    buyers, suppliers = draw(st.integers(1, most)), draw(st.integers(1, most))
    slots, tables = draw(st.integers(1, most_slots)), draw(st.integers(0, 3))
    hours = st.frozensets(st.integers(0, slots - 1)) if draw(st.booleans()) else None
    one = range(buyers)
    other = range(10, 10 + suppliers)
    possible = [(b, s) for b in one for s in other] + [(s, b) for b in one for s in other]
    asked = draw(st.lists(st.sampled_from(possible), unique=True, max_size=5))
    wishes = tuple(Wish(by, of, draw(st.integers(1, 3))) for by, of in asked)
    return Problem(draw(people(one, slots, hours)), draw(people(other, slots, hours)), wishes, slots, tables)


def every_plan(problem: Problem) -> list[list[tuple[tuple[int, int], int]]]:
    """All that could be held, one pair after the other: at no slot, or at one where nothing collides."""
    found = [[]]
    for pair in problem.weights:
        more = []
        for cells in found:
            for slot in sorted(problem.common(pair)):
                there = [other for other, at in cells if at == slot]
                if (
                    len(there) < problem.tables
                    and not any(set(pair) & set(other) for other in there)
                    and all(
                        sum(key in other for other, _ in cells) < problem.people[key].most for key in pair
                    )
                ):
                    more.append([*cells, (pair, slot)])
        found += more
    return found


def score(problem: Problem, cells: list[tuple[tuple[int, int], int]]) -> tuple[int, int]:
    return met_among(problem.asking, [pair for pair, _ in cells]), greedy_weight(problem, cells)


@EXAMPLES
@given(problems())
def test_the_plan_is_the_best_of_all_plans(problem: Problem) -> None:
    made = plan(problem)
    best = max(score(problem, cells) for cells in every_plan(problem))
    assert (faults(problem, made.meetings), made.proof) == ([], "optimal")
    assert (made.met, made.weight) == best
    assert (made.met_bound, made.upper_bound, made.gap_pct) == (*best, 0.0)


@EXAMPLES
@given(problems(), st.data())
def test_a_replan_meets_as_many_then_keeps_as_many_as_any_plan_could(problem: Problem, data) -> None:
    before = plan(problem).meetings
    gone = data.draw(st.sampled_from([each.key for each in (*problem.buyers, *problem.suppliers)]))
    lost = data.draw(st.integers(-1, problem.slots - 1))
    after = Problem(
        tuple(replace(each, free=each.free - {lost}) for each in problem.buyers if each.key != gone),
        tuple(replace(each, free=each.free - {lost}) for each in problem.suppliers if each.key != gone),
        tuple(wish for wish in problem.wishes if gone not in (wish.by, wish.of)),
        problem.slots,
        problem.tables - data.draw(st.integers(0, min(1, problem.tables))),
    )
    made, change = replan(after, before)
    held = {(each.pair, each.slot) for each in before}

    def near(cells: list[tuple[tuple[int, int], int]]) -> tuple[int, int]:
        return score(after, cells)[0], len(held & set(cells))

    assert faults(after, made.meetings) == []
    assert (made.met, len(change.kept)) == max(near(cells) for cells in every_plan(after))
    assert sorted([*change.kept, *(new for _, new in change.moved), *change.added]) == list(made.meetings)
    assert len(change.kept) + len(change.moved) + len(change.removed) == len(before)


@EXAMPLES
@given(problems(), st.data())
def test_in_a_large_event_a_replan_is_no_less_fair_and_can_be_held(problem: Problem, data) -> None:
    """The near way of `schedule._fairer_nearby`, on problems small enough to know what is best."""
    before = plan(problem).meetings
    lost = data.draw(st.integers(-1, problem.slots - 1))
    after = replace(problem, buyers=tuple(replace(each, free=each.free - {lost}) for each in problem.buyers))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedule, "FEW_COLUMNS", -1)
        made, change = replan(after, before)
    still = [each for each in before if each.slot != lost]
    assert faults(after, made.meetings) == []
    assert made.met >= met_among(after.asking, [each.pair for each in still])
    assert len(still) - len(change.kept) <= schedule.MOST_MOVED_A_PERSON * len(after.asking)
    assert made.met <= max(score(after, cells) for cells in every_plan(after))[0] <= made.met_bound


@EXAMPLES
@given(problems(), st.integers(0, 2))
def test_a_narrowed_plan_never_claims_more_than_is_true(problem: Problem, best_pairs: int) -> None:
    """As when there are too many people to look at every pair: here every problem is one of those."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choose, "FEW_COLUMNS", -1)
        patch.setattr(choose, "MOST_COLUMNS", -1)
        patch.setattr(choose, "BEST_PAIRS", best_pairs)
        made = plan(problem)
    best = max(score(problem, cells) for cells in every_plan(problem))
    assert faults(problem, made.meetings) == []
    assert (made.met, made.weight) <= best
    assert made.met <= best[0] <= made.met_bound
    assert made.met < best[0] or made.weight <= best[1] <= made.upper_bound
    assert made.proof != "optimal" or (made.met, made.weight) == best


@EXAMPLES
@given(problems(most=5, most_slots=4))
def test_nobody_and_no_table_is_ever_booked_twice(problem: Problem) -> None:
    made = plan(problem)
    assert faults(problem, made.meetings) == []
    pencil = first_come(problem.wishes, whole_room(problem))
    assert score(problem, pencil) <= (made.met, made.weight)
    assert set(why_without(problem, made.meetings)).isdisjoint(
        key for each in made.meetings for key in each.pair
    )


@EXAMPLES
@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6))), st.integers(0, 3))
def test_colours_never_touch_and_are_even(pairs: set[tuple[int, int]], spare: int) -> None:
    busiest = max(
        (sum(pair[side] == key for pair in pairs) for side in (0, 1) for key in range(7)), default=0
    )
    colours = busiest + spare
    classes = colour(sorted(pairs), colours)
    assert sorted(pair for each in classes for pair in each) == sorted(pairs)
    for each in classes:
        assert len({b for b, _ in each}) == len({s for _, s in each}) == len(each)
    sizes = [len(each) for each in classes]
    assert len(sizes) == colours and (not sizes or max(sizes) - min(sizes) <= 1)


def test_more_meetings_than_slots_cannot_be_coloured() -> None:
    with pytest.raises(ValueError, match="more than 1 meetings"):
        colour([(0, 1), (0, 2)], 1)


def small(wishes: list[Wish], *, tables: int = 2) -> Problem:
    """Two buyers 1 and 2, two suppliers 11 and 12, two slots."""
    return Problem(
        (Person(1, ALWAYS, 2), Person(2, ALWAYS, 2)),
        (Person(11, ALWAYS, 2), Person(12, ALWAYS, 2)),
        tuple(wishes), 2, tables,
    )  # fmt: skip


def test_a_mutual_wish_comes_before_the_strongest_lonely_one() -> None:
    problem = small([Wish(1, 11, 3), Wish(1, 12, 1), Wish(12, 1, 1)], tables=1)
    problem = replace(problem, slots=1, buyers=(Person(1, frozenset({0}), 1),), suppliers=(
        Person(11, frozenset({0}), 1), Person(12, frozenset({0}), 1)))  # fmt: skip
    assert [each.pair for each in plan(problem).meetings] == [(1, 12)]


def test_everyone_who_asked_is_met_before_anyone_is_met_twice() -> None:
    """One table, two slots: the heaviest two meetings would both be buyer 1's."""
    problem = small(
        [Wish(1, 11, 3), Wish(1, 12, 3), Wish(11, 1, 3), Wish(12, 1, 3), Wish(2, 12, 1)], tables=1
    )
    made = plan(problem)
    assert [each.pair for each in sorted(made.meetings, key=lambda each: each.pair)] == [(1, 11), (2, 12)]
    assert (made.met, granted(problem, [each.pair for each in made.meetings])) == (4, 3)


def test_the_same_problem_gives_the_same_schedule() -> None:
    problem = small([Wish(1, 11), Wish(1, 12), Wish(2, 11), Wish(2, 12)])
    assert plan(problem).meetings == plan(problem).meetings


def test_a_buyer_stays_at_the_same_table() -> None:
    made = plan(small([Wish(1, 11), Wish(1, 12), Wish(2, 11), Wish(2, 12)]))
    assert len(made.meetings) == 4
    for buyer in (1, 2):
        assert len({each.table for each in made.meetings if each.buyer == buyer}) == 1


def test_a_drop_out_leaves_the_other_meetings_where_they_are() -> None:
    problem = small([Wish(1, 11), Wish(1, 12), Wish(2, 11), Wish(2, 12)])
    before = plan(problem).meetings
    after = replace(
        problem, buyers=problem.buyers[:1], wishes=tuple(wish for wish in problem.wishes if wish.by == 1)
    )
    made, change = replan(after, before)
    assert made.meetings == tuple(each for each in before if each.buyer == 1)
    assert ([each.buyer for each in change.removed], change.added, change.moved) == ([2, 2], (), ())


def test_reasons_say_why_someone_has_no_meeting() -> None:
    never = frozenset[int]()
    problem = Problem(
        (Person(1, ALWAYS, 2), Person(2, never, 2), Person(3, ALWAYS, 2)),
        (Person(11, frozenset({0}), 1), Person(12, ALWAYS, 1)),
        (Wish(1, 11, 3), Wish(11, 1, 3), Wish(2, 11), Wish(3, 11)), 2, 2,
    )  # fmt: skip
    assert why_without(problem, plan(problem).meetings) == {
        2: "no_common_slot", 3: "no_room", 12: "asked_nobody",
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"tables": -1},
        {"slots": 1},
        {"wishes": (Wish(1, 2),)},
        {"wishes": (Wish(1, 11, 4),)},
        {"wishes": (Wish(1, 11), Wish(1, 11, 2))},
        {"wishes": (Wish(1, 99),)},
        {"buyers": (Person(11, ALWAYS, 1),)},
    ],
    ids=["tables", "slots", "same side", "strength", "twice", "nobody", "both sides"],
)
def test_a_problem_that_contradicts_itself_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        replace(small([Wish(1, 11)]), **change)


def test_faults_names_each_impossible_thing() -> None:
    problem = small([Wish(1, 11), Wish(1, 12)])
    held = [Meeting(0, 1, 1, 11), Meeting(0, 1, 1, 12), Meeting(1, 3, 2, 12)]
    assert faults(problem, held) == [
        "twice: ('person', 0, 1)", "twice: ('table', 0, 1)", "nobody wished (2, 12)", "there is no table 3",
    ]  # fmt: skip


def test_when_time_runs_out_at_once_the_pencil_answers() -> None:
    """`should_stop` is heard between stages: here before the first."""
    problem = small([Wish(1, 11), Wish(2, 12)])
    with pytest.raises(Stopped):
        plan(problem, should_stop=lambda: True)
    made = plan(problem, time_limit_s=0)
    assert (made.proof, made.met, made.weight, faults(problem, made.meetings)) == ("greedy", 2, 2, [])
    assert made.upper_bound >= made.weight


def test_a_stop_after_the_first_stage_keeps_what_was_found() -> None:
    heard, asked = [], count()
    made = plan(
        small([Wish(1, 11), Wish(2, 11)]), progress=heard.append, should_stop=lambda: next(asked) >= 1
    )
    assert (heard, made.proof, made.met) == (["met", "seating"], "bounded", 2)


def test_an_event_without_wishes_tables_or_slots_has_an_empty_plan() -> None:
    for problem in (small([]), small([Wish(1, 11)], tables=0), Problem((), (), (), 0, 0)):
        made = plan(problem)
        assert (made.meetings, made.proof, made.weight, made.upper_bound) == ((), "optimal", 0, 0)
