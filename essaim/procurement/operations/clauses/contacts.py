"""Who declares for a company: invited by a link that opens once; and reminded of the months they forgot."""

import secrets
from datetime import date, timedelta

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.procurement import clauses_mail
from essaim.procurement.clauses_refusals import DEAD_LINK, NOT_YOURS, InvitationRefused, ReminderRefused
from essaim.procurement.models import (
    ClauseCompany,
    ClauseReminder,
    ClauseShare,
    CompanyContact,
    CompanyInvitation,
)
from essaim.procurement.permissions.clauses import may_facilitate
from essaim.procurement.queries.clauses_people import is_month_missing
from essaim.procurement.rules.clauses import POLICY


@transaction.atomic
def invite_contact(*, company: ClauseCompany, email: str, by: User | None, on: date) -> CompanyInvitation:
    """Send a link that makes its reader, once logged in, a contact of the company. An earlier link no longer opens.

    Raises InvitationRefused."""
    if by is not None and not may_facilitate(by, company.authority):
        raise InvitationRefused(NOT_YOURS)
    token = secrets.token_urlsafe(24)
    company.invitations.filter(email__iexact=email, used_on=None).update(token_hash="")
    invitation = CompanyInvitation.objects.create(
        company=company,
        email=email,
        token_hash="",
        made_by=by,
        made_on=on,
        expires_on=on + timedelta(days=POLICY.invitation_days),
    )
    invitation.token_hash = invitation.hash_of(token)
    invitation.save(update_fields=["token_hash"])
    journal.record("company contact invited", company, by=by, on=on, authority=company.authority)
    clauses_mail.send_after(
        "clauses_invitation",
        [email],
        company=company.name,
        authority=company.authority.name,
        days=POLICY.invitation_days,
        link=clauses_mail.address("clauses_invitation", id=invitation.pk, token=token),
    )
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: CompanyInvitation, token: str, by: User, on: date) -> CompanyContact:
    """The link is used up. Raises InvitationRefused when it was, or is too old."""
    invitation = CompanyInvitation.objects.select_for_update().get(pk=invitation.pk)
    if invitation.used_on or invitation.expires_on < on or not invitation.opens_with(token):
        raise InvitationRefused(DEAD_LINK)
    invitation.used_on = on
    invitation.save(update_fields=["used_on"])
    contact, _ = CompanyContact.objects.get_or_create(
        company=invitation.company, user=by, defaults={"since": on}
    )
    authority = invitation.company.authority
    journal.record("company contact accepted", invitation.company, by=by, on=on, authority=authority)
    return contact


@transaction.atomic
def remove_contact(*, contact: CompanyContact, by: User | None, on: date) -> None:
    """They no longer declare for the company; what they declared stays. Raises InvitationRefused."""
    company = contact.company
    if by is not None and not may_facilitate(by, company.authority):
        raise InvitationRefused(NOT_YOURS)
    contact.delete()
    journal.record("company contact removed", company, by=by, on=on, authority=company.authority)


@transaction.atomic
def remind_company(*, share: ClauseShare, month: date, by: User | None, on: date) -> ClauseReminder:
    """Write to the company's contacts that the hours of a month are awaited. Raises ReminderRefused."""
    share = ClauseShare.objects.select_for_update().get(pk=share.pk)
    operation, first = share.clause.operation, month.replace(day=1)
    if by is not None and not may_facilitate(by, operation.authority):
        raise ReminderRefused(NOT_YOURS)
    if first > on or not is_month_missing(share, first):
        raise ReminderRefused(
            Text("Rien ne manque pour ce mois : tout est déclaré.", "Nothing is missing for that month.")
        )
    since = on - timedelta(days=POLICY.reminder_wait_days)
    if share.reminders.filter(month=first, sent_on__gt=since).exists():
        days = POLICY.reminder_wait_days
        raise ReminderRefused(
            Text(f"Cette entreprise vient d'être relancée pour ce mois. Attendez {days} jours.",
                 f"This company has just been reminded of that month. Wait {days} days.")
        )  # fmt: skip
    to = list(share.company.contacts.filter(user__is_active=True).values_list("user__email", flat=True))
    if not any(to):
        raise ReminderRefused(
            Text("Personne ne déclare encore pour cette entreprise. Invitez un contact d'abord.",
                 "Nobody declares for this company yet. Invite a contact first.")
        )  # fmt: skip
    reminder = ClauseReminder.objects.create(share=share, month=first, sent_on=on)
    journal.record("company reminded", share, by=by, on=on, authority=operation.authority, month=str(first))
    clauses_mail.send_after(
        "clauses_reminder",
        to,
        company=share.company.name,
        operation=operation.name,
        lot=share.clause.lot,
        month=f"{first:%m/%Y}",
        link=clauses_mail.address("clauses_month", id=share.pk, month=f"{first:%Y-%m}"),
    )
    return reminder
