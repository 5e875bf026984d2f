"""Events, who organises them, who takes part, who asked whom."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from essaim.accounts.models import Authority, User
from essaim.accounts.permissions import Person, has_role, is_administrator
from essaim.organisations.models import Organisation
from essaim.procurement.models import (
    MeetingAbsence,
    MeetingEvent,
    MeetingParticipant,
    MeetingSlot,
    MeetingWish,
)
from essaim.procurement.rules.meetings import ORGANISERS


def may_organise(person: Person, authority: Authority) -> bool:
    """Agents, buyers and administrators of the authority."""
    return is_administrator(person) or has_role(person, authority, *ORGANISERS)


def may_act_as(person: User, participant: MeetingParticipant) -> bool:
    """Whoever registered, the people of the organisation, and the organisers."""
    if not person.is_active:
        return False
    is_theirs = participant.user_id == person.pk or (
        participant.organisation is not None
        and participant.organisation.stewards.filter(user=person).exists()
    )
    return is_theirs or may_organise(person, participant.event.authority)


def authorities_organised_by(person: Person) -> QuerySet[Authority]:
    """For which authorities the person may open an event."""
    if not person.is_authenticated or not person.is_active:
        return Authority.objects.none()
    if person.is_superuser:
        return Authority.objects.all()
    return Authority.objects.filter(memberships__user=person, memberships__role__in=ORGANISERS).distinct()


def authorities_bought_for(person: User) -> QuerySet[Authority]:
    """For which authorities a person may sit as a buyer: those where they hold a role of their staff."""
    return Authority.objects.filter(memberships__user=person, memberships__role__in=ORGANISERS).distinct()


def organisations_acted_for(person: User) -> QuerySet[Organisation]:
    return Organisation.objects.published().filter(stewards__user=person).order_by("name", "id")


def coming_events(on: date) -> QuerySet[MeetingEvent]:
    return MeetingEvent.objects.filter(held_on__gte=on).select_related("authority").order_by("held_on", "id")


def events_organised_by(person: Person) -> QuerySet[MeetingEvent]:
    return MeetingEvent.objects.filter(authority__in=authorities_organised_by(person)).select_related(
        "authority"
    )


def seats_of(person: User) -> QuerySet[MeetingParticipant]:
    """The person's own seats and those of their organisations, the latest event first."""
    mine = Q(user=person) | Q(organisation__stewards__user=person)
    rows = MeetingParticipant.objects.filter(mine, state="registered").distinct()
    return rows.select_related("event").order_by("-event__held_on", "id")


@dataclass(frozen=True)
class Hall:
    """What the public page of an event says."""

    buyers: list[MeetingParticipant]
    suppliers: int
    slots: list[MeetingSlot]


def hall(event: MeetingEvent) -> Hall:
    here = event.participants.filter(state="registered")
    return Hall(
        buyers=list(here.filter(side="buyer")),
        suppliers=here.filter(side="supplier").count(),
        slots=list(event.slots.filter(is_lost=False)),
    )


def across(participant: MeetingParticipant, words: str = "") -> QuerySet[MeetingParticipant]:
    """The other side of the room, those whose name or purpose holds every word of `words`."""
    rows = MeetingParticipant.objects.filter(event=participant.event_id, state="registered")
    rows = rows.exclude(side=participant.side)
    for word in words.split()[:8]:
        rows = rows.filter(Q(name__icontains=word) | Q(purpose__icontains=word))
    return rows.order_by("name", "id")


def strengths_of(participant: MeetingParticipant) -> dict[int, int]:
    """{who: how much they are wished}."""
    return dict(participant.wishes.values_list("of", "strength"))


def asked_by(participant: MeetingParticipant) -> set[int]:
    """Who wishes to meet them."""
    return set(participant.wished_by.filter(by__state="registered").values_list("by", flat=True))


def absences_of(participant: MeetingParticipant) -> set[int]:
    """The numbers (primary keys) of the slots they cannot attend."""
    return set(MeetingAbsence.objects.filter(participant=participant).values_list("slot", flat=True))


def participants_of(event: MeetingEvent) -> QuerySet[MeetingParticipant]:
    """Everyone, with how many they ask and how many ask them."""
    there = Q(wishes__of__state="registered")
    back = Q(wished_by__by__state="registered")
    return event.participants.annotate(
        asks=Count("wishes", filter=there, distinct=True),
        asked=Count("wished_by", filter=back, distinct=True),
    ).order_by("side", "name", "id")


def wishes_of_event(event: MeetingEvent) -> QuerySet[MeetingWish]:
    """Between people still registered, in the order they were made."""
    return MeetingWish.objects.filter(
        by__event=event, by__state="registered", of__state="registered"
    ).select_related("by", "of")
