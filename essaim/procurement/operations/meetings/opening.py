"""An event is opened, its room changes, a slot is lost, wishes are closed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import Authority, User
from essaim.law.text import Text
from essaim.procurement.models import MeetingEvent, MeetingSlot
from essaim.procurement.operations.meetings.refusals import MeetingRefused

MOST_TABLES = 500


@transaction.atomic
def open_event(
    *,
    authority: Authority,
    title: str,
    place: str,
    held_on: date,
    slots: Sequence[tuple[datetime, datetime]],
    tables: int,
    most_meetings: int,
    description: str = "",
    by: User | None,
    on: date,
) -> MeetingEvent:
    """An event open to registrations and wishes. `slots`: start and end of each, in order. Raises MeetingRefused."""
    MeetingRefused.unless_organiser(authority, by)
    if not title.strip() or not place.strip():
        raise MeetingRefused(
            Text(
                "Une rencontre a besoin d'un titre et d'un lieu. Écrivez-les.",
                "An event needs a title and a place. Write them.",
            )
        )
    if not slots:
        raise MeetingRefused(
            Text(
                "Aucun créneau ne tient entre ces heures. Allongez la journée ou raccourcissez les rendez-vous.",
                "No slot fits between these hours. Lengthen the day or shorten the meetings.",
            )
        )
    _check_room(tables, most_meetings)
    event = MeetingEvent.objects.create(
        authority=authority,
        title=" ".join(title.split()),
        place=" ".join(place.split()),
        description=description.strip(),
        held_on=held_on,
        tables=tables,
        most_meetings=most_meetings,
        opened_on=on,
    )
    MeetingSlot.objects.bulk_create(
        MeetingSlot(event=event, number=number, starts_at=start, ends_at=end)
        for number, (start, end) in enumerate(slots)
    )
    journal.record(
        "meeting event opened", event, by=by, on=on, authority=authority, slots=len(slots), tables=tables
    )
    return event


@transaction.atomic
def change_room(
    *, event: MeetingEvent, tables: int, most_meetings: int, by: User | None, on: date
) -> MeetingEvent:
    """More or fewer tables or meetings a person; the plan stays until it is made again. Raises MeetingRefused."""
    MeetingRefused.unless_organiser(event.authority, by)
    _check_room(tables, most_meetings)
    event = event.locked()
    event.tables, event.most_meetings = tables, most_meetings
    event.save(update_fields=["tables", "most_meetings"])
    event.touch()
    journal.record(
        "meeting room changed", event, by=by, on=on, authority=event.authority,
        tables=tables, most_meetings=most_meetings,
    )  # fmt: skip
    return event


@transaction.atomic
def lose_slot(*, slot: MeetingSlot, is_lost: bool = True, by: User | None, on: date) -> MeetingSlot:
    """A slot can no longer be used (or can again). Its meetings move at the next re-plan. Raises MeetingRefused."""
    event = slot.event.locked()
    MeetingRefused.unless_organiser(event.authority, by)
    slot.is_lost = is_lost
    slot.save(update_fields=["is_lost"])
    event.touch()
    act = "meeting slot lost" if is_lost else "meeting slot back"
    journal.record(act, slot, by=by, on=on, authority=event.authority, event=event.pk, number=slot.number)
    return slot


@transaction.atomic
def close_wishes(*, event: MeetingEvent, is_open: bool = False, by: User | None, on: date) -> MeetingEvent:
    """Nobody may change wishes or hours any more (or they may again, until there is a plan). Raises MeetingRefused."""
    event = event.locked()
    MeetingRefused.unless_organiser(event.authority, by)
    if event.state == "planned":
        raise MeetingRefused(
            Text(
                "Le planning est publié : les souhaits ne changent plus. Notez un désistement, puis replanifiez.",
                "The schedule is published: wishes no longer change. Record who drops out, then re-plan.",
            )
        )
    event.state = "open" if is_open else "closed"
    event.save(update_fields=["state"])
    act = "meeting wishes reopened" if is_open else "meeting wishes closed"
    journal.record(act, event, by=by, on=on, authority=event.authority)
    return event


def _check_room(tables: int, most_meetings: int) -> None:
    if not 1 <= tables <= MOST_TABLES or most_meetings < 1:
        raise MeetingRefused(
            Text(
                f"Il faut de 1 à {MOST_TABLES} tables et au moins un rendez-vous par personne. Corrigez ces nombres.",
                f"There must be 1 to {MOST_TABLES} tables and at least one meeting a person. Correct these numbers.",
            )
        )
