"""Business meetings: 120 buyers x 300 suppliers x 16 slots, with the upper bound, beside the greedy a person does.

    python bench/meetings.py [--buyers 120 --suppliers 300 --slots 16 --limit 30]

Buyers ask 20 suppliers each, suppliers 8 buyers, with strengths 1 to 3; at most 12 meetings a buyer, 8 a supplier
(the event's own limit is the same for all; two limits are harder). Three kinds of hours: everyone all day; two in
five for half the day; everyone away one slot in seven at random, which makes every slot different. Then a drop-out
and a lost slot, replanned. Each case runs in a process of its own, so that its peak memory is its own.
"""

import argparse
import multiprocessing
import random
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from essaim.matching.meetings.greedy import first_come, greedy_weight
from essaim.matching.meetings.problem import Person, Problem, Wish, faults, granted, met_among
from essaim.matching.meetings.room import whole_room
from essaim.matching.meetings.schedule import Schedule, plan, replan

HOURS = ("all day", "half days", "at random")
CASES = tuple((hours, tables) for hours in HOURS for tables in (30, 60, 100))


def hours_of(kind: str, slots: int, draw: random.Random) -> frozenset[int]:
    whole = frozenset(range(slots))
    if kind == "all day":
        return whole
    half = frozenset(range(slots // 2))
    if kind == "half days":
        chance = draw.random()
        return half if chance < 0.2 else whole - half if chance < 0.4 else whole
    return frozenset(slot for slot in whole if draw.random() > 1 / 7)


def event(kind: str, tables: int, sizes: argparse.Namespace) -> Problem:
    draw = random.Random(2026)
    buyers = range(sizes.buyers)
    suppliers = range(sizes.buyers, sizes.buyers + sizes.suppliers)
    people = {key: hours_of(kind, sizes.slots, draw) for key in (*buyers, *suppliers)}
    wishes = [
        Wish(key, of, draw.randint(1, 3))
        for side, other, number in ((buyers, suppliers, 20), (suppliers, buyers, 8))
        for key in side
        for of in draw.sample(other, min(number, len(other)))
    ]
    draw.shuffle(wishes)
    return Problem(
        tuple(Person(key, people[key], 12) for key in buyers),
        tuple(Person(key, people[key], 8) for key in suppliers),
        tuple(wishes), sizes.slots, tables,
    )  # fmt: skip


def told(name: str, made: Schedule, problem: Problem, beside: str, seconds: float) -> str:
    assert faults(problem, made.meetings) == []
    pairs = [each.pair for each in made.meetings]
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"| {name} | {len(pairs)} | {made.proof} | {made.weight:,} | {made.upper_bound:,} | {made.gap_pct:.2f} | "
        f"{made.met}/{len(problem.asking)} | {granted(problem, pairs):,}/{len(problem.wishes):,} | {beside} | "
        f"{seconds:.2f} | {peak_mib:.0f} |"
    )


def one(
    kind: str, tables: int, sizes: argparse.Namespace, answers: "multiprocessing.Queue[list[str]]"
) -> None:
    problem = event(kind, tables, sizes)
    started = time.perf_counter()
    made = plan(problem, time_limit_s=sizes.limit)
    seconds = time.perf_counter() - started
    pencil = first_come(problem.wishes, whole_room(problem))
    weight = greedy_weight(problem, pencil)
    beside = f"{made.weight / weight:.2f} ({met_among(problem.asking, [pair for pair, _ in pencil])} met)"
    name = f"{kind}, {tables} tables"
    rows = [told(name, made, problem, beside, seconds)]
    if tables == 60:
        gone = problem.buyers[3].key
        without = replace(
            problem,
            buyers=tuple(each for each in problem.buyers if each.key != gone),
            wishes=tuple(wish for wish in problem.wishes if gone not in (wish.by, wish.of)),
        )
        shorter = replace(
            problem, buyers=tuple(replace(each, free=each.free - {4}) for each in problem.buyers)
        )
        for what, changed in (("a buyer drops out", without), ("a slot is lost", shorter)):
            started = time.perf_counter()
            again, change = replan(changed, made.meetings, time_limit_s=sizes.limit)
            seconds = time.perf_counter() - started
            said = ", ".join(
                f"{word} {len(getattr(change, word))}" for word in ("kept", "moved", "removed", "added")
            )
            rows.append(told(f"{name}: {what}", again, changed, said, seconds))
    answers.put(rows)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--buyers", type=int, default=120)
    parser.add_argument("--suppliers", type=int, default=300)
    parser.add_argument("--slots", type=int, default=16)
    parser.add_argument("--limit", type=float, default=30.0, help="seconds a plan may take")
    sizes = parser.parse_args()
    print(
        f"## Business meetings: {sizes.buyers} buyers x {sizes.suppliers} suppliers x {sizes.slots} slots\n"
    )
    print(
        "Gap in percent of the upper bound. “Beside greedy” is our weight over first come, first served's.\n"
    )
    columns = ("event", "meetings", "proof", "weight", "upper bound", "gap", "people met", "wishes granted",
               "beside greedy", "seconds", "peak MiB")  # fmt: skip
    print("| " + " | ".join(columns) + " |")
    print("|---|---:|---|---:|---:|---:|---:|---:|---|---:|---:|")
    answers: multiprocessing.Queue[list[str]] = multiprocessing.Queue()
    for kind, tables in CASES:
        process = multiprocessing.Process(target=one, args=(kind, tables, sizes, answers))
        process.start()
        for row in answers.get():
            print(row, flush=True)
        process.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
