"""An event as a problem for `matching`, and its plan read back."""

from dataclasses import dataclass

from essaim.matching.meetings import problem as pure
from essaim.procurement.models import Meeting, MeetingAbsence, MeetingEvent, MeetingParticipant, MeetingPlan
from essaim.procurement.queries.meetings.events import wishes_of_event
from essaim.procurement.rules.meetings import REASONS


def problem_of(event: MeetingEvent) -> pure.Problem:
    """Participants by their primary keys, slots by their numbers; whoever withdrew and lost slots are left out."""
    slots = list(event.slots.all())
    open_slots = frozenset(each.number for each in slots if not each.is_lost)
    number_of = {each.pk: each.number for each in slots}
    away: dict[int, set[int]] = {}
    for person, slot in MeetingAbsence.objects.filter(participant__event=event).values_list(
        "participant", "slot"
    ):
        away.setdefault(person, set()).add(number_of[slot])
    sides: dict[str, list[pure.Person]] = {"buyer": [], "supplier": []}
    for each in event.participants.filter(state="registered").order_by("id"):
        free = open_slots - away.get(each.pk, set())
        sides[each.side].append(pure.Person(each.pk, free, event.most_meetings))
    wishes = wishes_of_event(event).order_by("id").values_list("by", "of", "strength")
    return pure.Problem(
        buyers=tuple(sides["buyer"]),
        suppliers=tuple(sides["supplier"]),
        wishes=tuple(pure.Wish(*each) for each in wishes),
        slots=1 + max((each.number for each in slots), default=-1),
        tables=event.tables,
    )


def meetings_of(event: MeetingEvent) -> tuple[pure.Meeting, ...]:
    """The plan as it stands."""
    rows = event.meetings.values_list("slot__number", "table", "buyer", "supplier")
    return tuple(sorted(pure.Meeting(*each) for each in rows))


@dataclass(frozen=True)
class Aside:
    participant: MeetingParticipant
    why: object


def people_aside(event: MeetingEvent) -> list[Aside]:
    """Who has no meeting in the plan, and why."""
    reasons = pure.why_without(problem_of(event), meetings_of(event))
    people = MeetingParticipant.objects.in_bulk(reasons)
    found = [Aside(people[key], REASONS[why]) for key, why in reasons.items()]
    return sorted(found, key=lambda each: (each.participant.name, each.participant.pk))


@dataclass(frozen=True)
class Line:
    """One change of a re-plan, in names and hours. `before` or `after` None: there was, or is, no meeting."""

    buyer: str
    supplier: str
    before: object
    after: object


def change_lines(plan: MeetingPlan) -> list[Line]:
    """What the latest re-plan changed, in the order of the new hours."""
    slots = {each.number: each for each in plan.event.slots.all()}
    names = dict(plan.event.participants.values_list("id", "name"))
    said = plan.changes
    rows = [(b, s, before, after) for b, s, before, after in said.get("moved", [])]
    rows += [(b, s, None, after) for b, s, after in said.get("added", [])]
    rows += [(b, s, before, None) for b, s, before in said.get("removed", [])]
    rows.sort(key=lambda row: (row[3] is None, row[3] if row[3] is not None else row[2], row[0], row[1]))
    return [
        Line(
            names.get(b, ""),
            names.get(s, ""),
            slots[before].starts_at if before is not None else None,
            slots[after].starts_at if after is not None else None,
        )
        for b, s, before, after in rows
    ]


def planned(event: MeetingEvent) -> list[Meeting]:
    """Every meeting with its slot, its two people and what came of it, in the order of the day."""
    return list(
        event.meetings.select_related("slot", "buyer", "supplier", "follow_up").order_by(
            "slot__number", "table"
        )
    )
