"""Whom one would like to meet, and how much."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.procurement.models import MeetingParticipant, MeetingWish
from essaim.procurement.operations.meetings.refusals import MeetingRefused
from essaim.procurement.queries.meetings.events import across, may_act_as

MOST_WISHES = 60


@transaction.atomic
def set_wishes(
    *, participant: MeetingParticipant, wishes: Mapping[int, int], by: User | None, on: date
) -> int:
    """Set the wishes towards these people (primary key to strength, 0 for none), leaving the others as they are.
    Returns how many wishes they then have. `by` None: by their personal link. Raises MeetingRefused when wishes are
    closed, for someone who is not across the room, or beyond 60 wishes."""
    event = participant.event.locked()
    if by is not None and not may_act_as(by, participant):
        raise MeetingRefused(
            Text(
                "Ces souhaits sont ceux d'une autre structure : seule elle ou l'organisateur les change.",
                "These wishes are another body's: only they or the organiser change them.",
            )
        )
    if event.state != "open" or participant.state != "registered":
        raise MeetingRefused(
            Text(
                "Les souhaits sont clos. Écrivez à l'organisateur si quelque chose d'important a changé.",
                "Wishes are closed. Write to the organiser if something important has changed.",
            )
        )
    possible = set(across(participant).values_list("id", flat=True))
    if not set(wishes) <= possible or not all(0 <= strength <= 3 for strength in wishes.values()):
        raise MeetingRefused(
            Text(
                "L'une de ces personnes n'est plus de l'autre côté de la salle. Rechargez la page et recommencez.",
                "One of these people is no longer across the room. Reload the page and try again.",
            )
        )
    before = dict(participant.wishes.values_list("of", "strength"))
    gone = [key for key, strength in wishes.items() if strength == 0 and key in before]
    if len(before) - len(gone) + sum(1 for key, s in wishes.items() if s and key not in before) > MOST_WISHES:
        raise MeetingRefused(
            Text(
                f"Vous avez plus de {MOST_WISHES} souhaits. Retirez-en : le planning servira mieux les autres.",
                f"You have more than {MOST_WISHES} wishes. Remove some: the schedule will serve the others better.",
            )
        )
    participant.wishes.filter(of__in=gone).delete()
    for key, strength in wishes.items():
        if strength and before.get(key) != strength:
            MeetingWish.objects.update_or_create(
                by=participant,
                of_id=key,
                defaults={"strength": strength},
                create_defaults={"strength": strength, "made_on": on},
            )
    event.touch()
    total = participant.wishes.count()
    journal.record("meeting wishes said", participant, by=by, on=on, authority=event.authority, wishes=total)
    return total
