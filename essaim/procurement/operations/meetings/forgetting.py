"""People's names, mails and links go: some months after the event, or earlier at their request."""

import secrets
from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.rules.insertion import months_after
from essaim.law.text import Text
from essaim.procurement.models import MeetingFollowUp, MeetingParticipant
from essaim.procurement.operations.meetings.refusals import MeetingRefused
from essaim.procurement.rules.meetings import CONTACTS_KEPT_MONTHS


@transaction.atomic
def erase_contact(*, participant: MeetingParticipant, by: User | None, on: date) -> MeetingParticipant:
    """At the person's request: who they are, their mail and their link go; the structure and its meetings stay. For
    organisers. Raises MeetingRefused."""
    MeetingRefused.unless_organiser(participant.event.authority, by)
    row = MeetingParticipant.objects.select_for_update(of=("self",)).get(pk=participant.pk)
    if row.forgotten_on is not None:
        raise MeetingRefused(
            Text(
                "Ce contact est déjà effacé : il n'en reste que la structure.",
                "This contact is already erased: only the structure remains.",
            )
        )
    _forget(row, on)
    journal.record("meeting contact erased", row, by=by, on=on, authority=participant.event.authority)
    return row


@transaction.atomic
def purge_contacts(*, by: User | None, on: date) -> int:
    """Those of events held long enough ago, and the notes written of their meetings. Returns how many people."""
    rows = MeetingParticipant.objects.select_for_update(of=("self",)).filter(forgotten_on=None)
    due = [
        each
        for each in rows.filter(event__held_on__lt=on).select_related("event__authority").order_by("pk")
        if months_after(each.event.held_on, CONTACTS_KEPT_MONTHS) < on
    ]
    for each in due:
        _forget(each, on)
        journal.record("meeting contact purged", each, by=by, on=on, authority=each.event.authority)
    # People write what they like in a note, names too.
    notes = MeetingFollowUp.objects.filter(meeting__event__in={each.event_id for each in due})
    notes.exclude(note="").update(note="")
    return len(due)


def _forget(row: MeetingParticipant, on: date) -> None:
    """The old link opens nothing; nobody is given the new one."""
    row.contact, row.email, row.user, row.token, row.forgotten_on = (
        "",
        "",
        None,
        secrets.token_urlsafe(24),
        on,
    )
    row.save(update_fields=["contact", "email", "user", "token", "forgotten_on"])
