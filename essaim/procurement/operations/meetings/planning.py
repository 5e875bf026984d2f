"""The plan is made, or made again with as little change as can be.

The schedule is computed outside any transaction (it may take seconds), then written if nothing it depends on has
changed meanwhile: of two people who plan at once, one is told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.matching.meetings import problem as pure
from essaim.matching.meetings.greedy import first_come, greedy_weight
from essaim.matching.meetings.room import whole_room
from essaim.matching.meetings.schedule import Change, plan, replan
from essaim.procurement.models import Meeting, MeetingEvent, MeetingFollowUp, MeetingPlan
from essaim.procurement.operations.meetings.refusals import MeetingRefused, PlanOvertaken
from essaim.procurement.queries.meetings.planning import meetings_of, problem_of

TIME_LIMIT_S = 30.0


@dataclass(frozen=True)
class Proposal:
    """A schedule computed from one revision of the event; nothing is written yet."""

    revision: int
    problem: pure.Problem
    schedule: pure.Schedule
    greedy_weight: int
    change: Change | None


def plan_event(
    *,
    event: MeetingEvent,
    is_replan: bool = False,
    apply: bool = True,
    time_limit_s: float = TIME_LIMIT_S,
    progress: Callable[[str], None] = lambda stage: None,
    by: User | None,
    on: date,
) -> Proposal:
    """Compute the schedule and, with `apply`, publish it in place of the one before. `is_replan` keeps as many of its
    meetings as can be. Raises MeetingRefused, PlanOvertaken."""
    MeetingRefused.unless_organiser(event.authority, by)
    event = MeetingEvent.objects.select_related("authority").get(pk=event.pk)
    _check_not_held(event)
    problem, before = problem_of(event), meetings_of(event)
    if is_replan and not before:
        is_replan = False
    if is_replan:
        made, change = replan(problem, before, time_limit_s=time_limit_s, progress=progress)
    else:
        made, change = plan(problem, time_limit_s=time_limit_s, progress=progress), None
    pencil = greedy_weight(problem, first_come(problem.wishes, whole_room(problem)))
    proposal = Proposal(event.revision, problem, made, pencil, change)
    if apply:
        _publish(event, proposal, by, on)
    return proposal


@transaction.atomic
def _publish(event: MeetingEvent, proposal: Proposal, by: User | None, on: date) -> None:
    event = event.locked()
    if event.revision != proposal.revision:
        raise PlanOvertaken(
            Text(
                "Quelque chose a changé pendant le calcul (un souhait, un désistement, un autre planning). Rien n'a "
                "été écrit : relancez la planification.",
                "Something changed during the computation (a wish, a drop-out, another plan). Nothing was written: "
                "plan again.",
            )
        )
    _check_not_held(event)
    found = pure.faults(proposal.problem, proposal.schedule.meetings)
    if found:
        raise AssertionError(f"a schedule that cannot be held: {found[:3]}")
    _write_meetings(event, proposal.schedule.meetings)
    figures = _figures(proposal)
    MeetingPlan.objects.create(event=event, is_replan=proposal.change is not None, **figures)
    event.state = "planned"
    event.save(update_fields=["state"])
    event.touch()
    journal.record(
        "meetings planned again" if proposal.change else "meetings planned",
        event, by=by, on=on, authority=event.authority, meetings=len(proposal.schedule.meetings),
        proof=proposal.schedule.proof, met=figures["met"], granted=figures["granted"],
    )  # fmt: skip


def _write_meetings(event: MeetingEvent, meetings: tuple[pure.Meeting, ...]) -> None:
    """Rows that do not change stay; the others go before new ones come, so that no seat is ever taken twice."""
    slots = {each.number: each.pk for each in event.slots.all()}
    wanted = {(slots[each.slot], each.table, each.buyer, each.supplier) for each in meetings}
    rows = {
        (each.slot_id, each.table, each.buyer_id, each.supplier_id): each.pk for each in event.meetings.all()
    }
    event.meetings.filter(pk__in=[pk for key, pk in rows.items() if key not in wanted]).delete()
    Meeting.objects.bulk_create(
        Meeting(event=event, slot_id=slot, table=table, buyer_id=buyer, supplier_id=supplier)
        for slot, table, buyer, supplier in sorted(wanted - rows.keys())
    )


def _figures(proposal: Proposal) -> dict:
    schedule, problem = proposal.schedule, proposal.problem
    return {
        "proof": schedule.proof,
        "asking": len(problem.asking),
        "met": schedule.met,
        "met_bound": schedule.met_bound,
        "wishes": len(problem.wishes),
        "granted": pure.granted(problem, [each.pair for each in schedule.meetings]),
        "weight": schedule.weight,
        "upper_bound": schedule.upper_bound,
        "greedy_weight": proposal.greedy_weight,
        "changes": _as_json(proposal.change) if proposal.change else {},
    }


def _as_json(change: Change) -> dict:
    return {
        "kept": len(change.kept),
        "moved": [[*old.pair, old.slot, new.slot] for old, new in change.moved],
        "added": [[*each.pair, each.slot] for each in change.added],
        "removed": [[*each.pair, each.slot] for each in change.removed],
    }


def _check_not_held(event: MeetingEvent) -> None:
    if MeetingFollowUp.objects.filter(meeting__event=event).exists():
        raise MeetingRefused(
            Text(
                "Des suites sont déjà notées pour cette rencontre : elle a eu lieu, son planning ne change plus.",
                "What came of this event is already recorded: it was held, its schedule no longer changes.",
            )
        )
