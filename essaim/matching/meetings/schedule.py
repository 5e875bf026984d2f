"""The best schedule of business meetings, and the nearest one when something changes.

`plan` serves two aims in order: first as many of those who asked as possible have a meeting, then the wishes granted
weigh as much as possible. `replan` first keeps every meeting that can still be held, same pair and same slot; then
the same aims, the pairs that lost their slot coming first. Both give the bound they were proved against.

The same problem gives the same schedule, unless time runs out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from essaim.matching.meetings.choose import (
    AIMS,
    FEW_COLUMNS,
    Clock,
    Programme,
    Progress,
    Stopped,
    choose,
    fairer_cells,
)
from essaim.matching.meetings.colouring import colour
from essaim.matching.meetings.greedy import Cell, first_come
from essaim.matching.meetings.problem import Meeting, Pair, Problem, Proof, Schedule, met_among
from essaim.matching.meetings.room import Room, room_beside, whole_room
from essaim.matching.meetings.tables import seated

TIME_LIMIT_S = 30.0
MOST_MOVED_A_PERSON = 3
"""When time runs out in a re-plan: how many meetings may be given up for one more person met."""


@dataclass(frozen=True)
class Change:
    """What a re-plan did to the plan before. `moved` pairs the old meeting with the new one of the same two."""

    kept: tuple[Meeting, ...]
    moved: tuple[tuple[Meeting, Meeting], ...]
    added: tuple[Meeting, ...]
    removed: tuple[Meeting, ...]


def plan(
    problem: Problem,
    *,
    time_limit_s: float = TIME_LIMIT_S,
    progress: Progress = lambda stage: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Schedule:
    """The schedule from nothing. When time runs out, the best found so far, never worse than first come first served.

    `progress` hears the name of each stage. `should_stop` is asked between stages; Stopped when it says so.
    """
    clock = Clock(time_limit_s, should_stop)
    return _schedule(problem, (), clock, progress, frozenset())


def replan(
    problem: Problem,
    before: Iterable[Meeting],
    *,
    time_limit_s: float = TIME_LIMIT_S,
    progress: Progress = lambda stage: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[Schedule, Change]:
    """The schedule of a changed problem nearest to `before`. As many of those who asked have a meeting as can be; then
    as many meetings as can be stay as they were (in a large event, as only the wishes of those left aside may push
    one out). `met_bound` holds whatever is kept; the bound of the weight is that of a schedule that keeps the same."""
    clock = Clock(time_limit_s, should_stop)
    was = tuple(sorted(before))
    kept = _most_kept(problem, was, clock)
    lost = frozenset(each.pair for each in was if each not in kept)
    made = _schedule(problem, kept, clock, progress, lost)
    reachable = _reachable(problem)
    if made.met < reachable and kept:
        # Keeping everything leaves someone aside who could be met: see whether fewer kept meetings would do better.
        is_small = problem.slots * len(problem.weights) <= FEW_COLUMNS
        fairer = (
            _schedule(problem, (), clock, progress, lost, holding=kept)
            if is_small
            else _fairer_nearby(problem, kept, made, clock, progress, lost)
        )
        is_worth_it = fairer.proof == "optimal" or (
            fairer.proof == "bounded"
            and _kept(was, made) - _kept(was, fairer) <= MOST_MOVED_A_PERSON * (fairer.met - made.met)
        )
        if fairer.met > made.met and is_worth_it:
            made = fairer
        elif is_small and fairer.proof == "optimal":
            made = replace(made, met_bound=made.met)
        if not is_small:
            # Only what is near was looked at: nobody knows that more people could not be met.
            made = replace(made, met_bound=max(made.met_bound, reachable))
    return made, changes(was, made.meetings)


def _fairer_nearby(
    problem: Problem,
    kept: tuple[Meeting, ...],
    made: Schedule,
    clock: Clock,
    progress: Progress,
    lost: frozenset[Pair],
) -> Schedule:
    """For a large event: only the wishes of those left aside may push a kept meeting out; the rest is filled after."""
    seats = {person for each in made.meetings for person in each.pair}
    aside = problem.asking - seats
    held = {each.pair: each.slot for each in kept}
    tables = {each.pair: each.table for each in kept}
    room = whole_room(problem)
    near = {pair: worth for pair, worth in room.worth.items() if pair in held or not aside.isdisjoint(pair)}
    progress("fairness")
    cells = fairer_cells(replace(room, worth=near), problem.asking, held, clock)
    if cells is None:
        return made
    # A new meeting has no table yet: 0 is none.
    staying = tuple(Meeting(slot, tables.get(pair, 0), *pair) for pair, slot in cells)
    return _schedule(problem, staying, clock, progress, lost)


def _kept(before: Iterable[Meeting], made: Schedule) -> int:
    return len(changes(before, made.meetings).kept)


def _reachable(problem: Problem) -> int:
    """How many of those who asked are ever free together with someone of their wishes."""
    room = whole_room(problem)
    pairs = [pair for pair in room.worth if room.common(pair) and all(room.most[each] for each in pair)]
    return met_among(problem.asking, pairs) if problem.tables else 0


def changes(before: Iterable[Meeting], after: Iterable[Meeting]) -> Change:
    """A table that changes is not a change: the same two meet at the same time."""
    old = {each.pair: each for each in before}
    new = {each.pair: each for each in after}
    both = sorted(old.keys() & new.keys())
    return Change(
        kept=tuple(sorted(new[pair] for pair in both if new[pair].slot == old[pair].slot)),
        moved=tuple((old[pair], new[pair]) for pair in both if new[pair].slot != old[pair].slot),
        added=tuple(sorted(new[pair] for pair in new.keys() - old.keys())),
        removed=tuple(sorted(old[pair] for pair in old.keys() - new.keys())),
    )


def _most_kept(problem: Problem, before: tuple[Meeting, ...], clock: Clock) -> tuple[Meeting, ...]:
    """The largest set of meetings that can still be held where they were."""
    people = problem.people
    held = [
        each
        for each in before
        if each.pair in problem.weights
        and all(person in people and each.slot in people[person].free for person in each.pair)
    ]
    used: dict[object, int] = {}
    for each in held:
        for key in (*each.pair, ("slot", each.slot)):
            used[key] = used.get(key, 0) + 1
    if all(
        n <= (problem.tables if isinstance(key, tuple) else people[int(str(key))].most)
        for key, n in used.items()
    ):
        return tuple(held)
    # Fewer tables, or fewer meetings a person, than before: some must go, as few as possible.
    whole = whole_room(problem)
    room = Room({each.pair: 1 for each in held}, whole.free, whole.most, whole.tables)
    programme = Programme(room, frozenset(), slots_of={each.pair: each.slot for each in held})
    said = programme.solve([1.0] * programme.width, clock) if programme.cells else None
    if said is None or said.x is None:
        return ()
    staying = {pair for (pair, _), x in zip(programme.cells, said.x, strict=True) if round(x)}
    return tuple(each for each in held if each.pair in staying)


def _schedule(
    problem: Problem,
    kept: tuple[Meeting, ...],
    clock: Clock,
    progress: Progress,
    preferred: frozenset[Pair],
    holding: tuple[Meeting, ...] = (),
) -> Schedule:
    """Around the `kept` meetings, which stay; with as many of the `holding` ones as those who asked allow."""
    held = {(each.pair, each.slot): each.table for each in (*kept, *holding)}
    room = room_beside(problem, kept)
    seats = {person for each in kept for person in each.pair}
    needing = problem.asking - seats
    answer, programme = choose(
        room,
        needing,
        clock,
        holding=frozenset((each.pair, each.slot) for each in holding),
        preferred=preferred,
        progress=progress,
    )
    if clock.should_stop() and answer is None:
        raise Stopped
    pencil = first_come(problem.wishes, room)
    cells = _spread(answer.cells, programme.blocks) if answer else pencil
    is_complete = answer is not None and len(answer.values) == len(AIMS)
    proof: Proof = (
        "optimal" if answer and answer.is_proven and is_complete else "bounded" if answer else "greedy"
    )
    if proof != "optimal" and _score(problem, pencil, needing) > _score(problem, cells, needing):
        cells, proof = pencil, "greedy"
    staying = sum(problem.weights[each.pair] for each in kept)
    weight = staying + sum(problem.weights[pair] for pair, _ in cells)
    most = staying + (answer.bounds[-1] if answer and is_complete else room.coarse_bound())
    reachable = len(programme.met) if answer is None or not answer.bounds else answer.bounds[0]
    met = met_among(problem.asking, [*(each.pair for each in kept), *(pair for pair, _ in cells)])
    progress("seating")
    return Schedule(
        meetings=seated(
            [*((each.pair, each.slot) for each in kept), *cells],
            problem.tables,
            held,
        ),
        proof=proof,
        met=met,
        met_bound=max(met, len(problem.asking & seats) + reachable),
        weight=weight,
        upper_bound=max(weight, most),
        seconds=clock.spent,
    )


def _spread(chosen: list[Cell], blocks: list[tuple[int, ...]]) -> list[Cell]:
    """From blocks to slots."""
    cells: list[Cell] = []
    for number, block in enumerate(blocks):
        pairs = [pair for pair, k in chosen if k == number]
        for slot, matched in zip(block, colour(pairs, len(block)), strict=True):
            cells += [(pair, slot) for pair in matched]
    return sorted(cells)


def _score(problem: Problem, cells: Iterable[Cell], needing: frozenset[int]) -> tuple[int, int]:
    pairs = [pair for pair, _ in cells]
    return met_among(needing, pairs), sum(problem.weights[pair] for pair in pairs)
