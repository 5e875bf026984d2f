"""One person's day, and who is where at an instant."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from essaim.procurement.models import Meeting, MeetingEvent, MeetingParticipant, MeetingSlot


@dataclass(frozen=True)
class Entry:
    """One meeting as one of the two sees it."""

    meeting: Meeting
    other: MeetingParticipant

    @property
    def slot(self) -> MeetingSlot:
        return self.meeting.slot


def agenda_of(participant: MeetingParticipant) -> list[Entry]:
    """In the order of the day."""
    rows = Meeting.objects.filter(Q(buyer=participant) | Q(supplier=participant))
    rows = rows.select_related("slot", "buyer", "supplier", "follow_up", "event").order_by("slot__number")
    return [Entry(each, each.supplier if each.buyer_id == participant.pk else each.buyer) for each in rows]


def plans_made(event: MeetingEvent) -> int:
    return event.plans.count()


@dataclass(frozen=True)
class Now:
    """`now` and `after`: a slot with its meetings, None when there is none. Lost slots are passed over."""

    now: MeetingSlot | None
    after: MeetingSlot | None
    now_meetings: list[Meeting]
    after_meetings: list[Meeting]


def tables_at(event: MeetingEvent, at: datetime) -> Now:
    """Who sits where at an instant, and in the next slot."""
    slots = [each for each in event.slots.order_by("number") if not each.is_lost]
    now = next((each for each in slots if each.starts_at <= at < each.ends_at), None)
    after = next((each for each in slots if each.starts_at > at), None)

    def there(slot: MeetingSlot | None) -> list[Meeting]:
        if slot is None:
            return []
        return list(slot.meetings.select_related("buyer", "supplier").order_by("table"))

    return Now(now, after, there(now), there(after))
