"""What procurement holds about one person, found by their e-mail address (see `organisations.queries.held`).

Beneficiaries are not found so: no mail of theirs is kept, and their names are enciphered.
"""

from collections.abc import Iterator

from django.db.models import Q

from essaim.organisations.queries.held import Line
from essaim.procurement.models import CompanyContact, CompanyInvitation, MeetingParticipant


def held_about(email: str) -> Iterator[Line]:
    theirs = Q(email__iexact=email) | Q(user__email__iexact=email)
    for seat in MeetingParticipant.objects.filter(theirs).select_related("event").order_by("id"):
        words = ", ".join(filter(None, (seat.event.title, seat.name, seat.contact, seat.email)))
        yield "meeting", str(seat.registered_on), str(seat.organisation_id or ""), words
    contacts = CompanyContact.objects.filter(user__email__iexact=email).select_related("company")
    for contact in contacts.order_by("id"):
        yield (
            "company contact",
            str(contact.since),
            str(contact.company.organisation_id or ""),
            contact.company.name,
        )
    invitations = CompanyInvitation.objects.filter(email__iexact=email).select_related("company")
    for sent in invitations.order_by("id"):
        yield (
            "company invitation",
            str(sent.made_on),
            str(sent.company.organisation_id or ""),
            sent.company.name,
        )
