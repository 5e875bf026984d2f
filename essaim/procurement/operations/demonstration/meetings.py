"""Business meetings of the demonstration: one to come, planned; one held, with what came of it."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from itertools import cycle
from typing import Any

from essaim.accounts.models import Authority, User
from essaim.procurement.models import MeetingEvent
from essaim.procurement.operations.meetings.following import record_follow_up
from essaim.procurement.operations.meetings.opening import close_wishes, open_event
from essaim.procurement.operations.meetings.planning import plan_event
from essaim.procurement.operations.meetings.registering import register_participant, set_absences
from essaim.procurement.operations.meetings.wishing import set_wishes
from essaim.procurement.queries.fictitious import organisations_of
from essaim.procurement.rules.demonstration import cents, marked, script
from essaim.procurement.rules.meetings import slots_of_day


def demonstrate_meetings(*, authority: Authority, by: User | None, on: date) -> list[MeetingEvent]:
    """Every event of the script, planned."""
    return [_event(each, authority, by, on) for each in script()["meetings"]]


def _event(told: Mapping[str, Any], authority: Authority, by: User | None, on: date) -> MeetingEvent:
    held, opened = on + timedelta(days=told["held"]), on + timedelta(days=told["opened"])
    first, last = map(time.fromisoformat, told["hours"])
    pause = [time.fromisoformat(each) for each in told.get("pause", ())] or [None, None]
    slots = slots_of_day(held, first, last, minutes=told["minutes"], break_from=pause[0], break_to=pause[1])
    event = open_event(
        authority=authority, title=marked(told["title"]), place=told["place"],
        description=told.get("description", ""), held_on=held, slots=slots, tables=told["tables"],
        most_meetings=told["most"], by=by, on=opened,
    )  # fmt: skip
    _seat(event, told, by, opened)
    close_wishes(event=event, by=by, on=opened)
    plan_event(event=event, by=by, on=opened)
    event.refresh_from_db()
    if "outcomes" in told:
        _follow(event, told, by, on)
    return event


def _seat(event: MeetingEvent, told: Mapping[str, Any], by: User | None, on: date) -> None:
    """Everyone takes a seat and asks some of those across the room, the strengths going round."""
    buyers = [
        register_participant(
            event=event, side="buyer", name=marked(each["name"]), purpose=each["purpose"], by=by, on=on
        )
        for each in told["buyers"]
    ]
    asked = organisations_of(told["suppliers"]["naf"], event.authority.territory, told["suppliers"]["count"])
    suppliers = [
        register_participant(event=event, side="supplier", organisation=each, by=by, on=on) for each in asked
    ]
    for side, across, step in ((buyers, suppliers, 2), (suppliers, buyers, 3)):
        for place, seat in enumerate(side):
            chosen = {
                across[(place * step + turn) % len(across)].pk: 3 - turn % 3 for turn in range(4) if across
            }
            set_wishes(participant=seat, wishes=chosen, by=by, on=on)
    if suppliers:
        early = event.slots.order_by("number").values_list("pk", flat=True)[:2]
        set_absences(participant=suppliers[-1], slots=list(early), by=by, on=on)


def _follow(event: MeetingEvent, told: Mapping[str, Any], by: User | None, on: date) -> None:
    outcomes = cycle(told["outcomes"])
    for meeting in event.meetings.select_related("buyer").order_by("slot__number", "table"):
        came = next(outcomes)
        amount = cents(came.get("euros"))
        record_follow_up(
            meeting=meeting, outcome=came["outcome"], amount_cents=amount, note=came.get("note", ""),
            contracted_on=event.held_on + timedelta(days=30) if amount else None, participant=meeting.buyer,
            by=by, on=on,
        )  # fmt: skip
