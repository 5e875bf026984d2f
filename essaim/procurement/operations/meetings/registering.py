"""Who takes part: registered, away at some hours, dropping out, given a new link."""

import secrets
from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from essaim.accounts import journal
from essaim.accounts.models import Authority, User
from essaim.law.text import Text
from essaim.organisations.models import Organisation
from essaim.procurement.models import MeetingAbsence, MeetingEvent, MeetingParticipant
from essaim.procurement.operations.meetings.refusals import MeetingRefused
from essaim.procurement.queries.meetings.events import may_act_as, may_organise


@transaction.atomic
def register_participant(
    *,
    event: MeetingEvent,
    side: str,
    name: str = "",
    organisation: Organisation | None = None,
    authority: Authority | None = None,
    contact: str = "",
    email: str = "",
    purpose: str = "",
    by: User | None,
    on: date,
) -> MeetingParticipant:
    """A seat on one side, with the secret link of its pages. An organiser registers anyone, and so does whoever holds
    the machine (`by` None); others register their own organisation as a supplier, or an authority where they buy as a
    buyer. Raises MeetingRefused."""
    event = event.locked()
    is_organiser = by is None or may_organise(by, event.authority)
    is_their_own = by is not None and _is_their_own(side, organisation, authority, by)
    if not is_organiser and not is_their_own:
        raise MeetingRefused(
            Text(
                "Vous inscrivez une organisation dont vous tenez la fiche, ou une collectivité pour laquelle vous "
                "achetez. Sinon, demandez à l'organisateur.",
                "You register an organisation whose page you run, or an authority you buy for. Otherwise, ask the "
                "organiser.",
            )
        )
    _check_open(event, organisation, is_organiser)
    named = organisation.name if organisation else authority.name if authority else " ".join(name.split())
    if side not in ("buyer", "supplier") or not named:
        raise MeetingRefused(
            Text("Dites de quel côté et qui s'inscrit.", "Say on which side, and who registers.")
        )
    seat = MeetingParticipant.objects.create(
        event=event,
        side=side,
        name=named[:200],
        organisation=organisation,
        authority=authority,
        contact=contact.strip(),
        email=email.strip(),
        purpose=" ".join(purpose.split()),
        token=secrets.token_urlsafe(24),
        user=by if is_their_own else None,
        registered_on=on,
    )
    event.touch()
    journal.record("meeting participant registered", seat, by=by, on=on, authority=event.authority, side=side)
    _mail_link(event, seat)
    return seat


def _check_open(event: MeetingEvent, organisation: Organisation | None, is_organiser: bool) -> None:
    if event.state != "open" and not is_organiser:
        raise MeetingRefused(
            Text(
                "Les inscriptions sont closes. Écrivez à l'organisateur : il peut encore vous ajouter.",
                "Registrations are closed. Write to the organiser: they can still add you.",
            )
        )
    if (
        organisation is not None
        and event.participants.filter(organisation=organisation, state="registered").exists()
    ):
        raise MeetingRefused(
            Text(
                f"{organisation.name} est déjà inscrite à cette rencontre. Complétez son inscription.",
                f"{organisation.name} is already registered for this event. Complete its registration.",
            )
        )


def _mail_link(event: MeetingEvent, seat: MeetingParticipant) -> None:
    """Once everything is saved. A mail that cannot leave loses nothing: the organiser's board shows the link too."""
    if not seat.email:
        return
    link = settings.PUBLIC_URL + reverse("procurement:meeting_mine", kwargs={"token": seat.token})
    context = {"seat": seat, "event": event, "link": link}
    letter = EmailMessage(
        f"[Essaim] {event.title}",
        render_to_string("procurement/mail/meeting_link.txt", context),
        to=[seat.email],
    )
    transaction.on_commit(letter.send, robust=True)


def _is_their_own(
    side: str, organisation: Organisation | None, authority: Authority | None, by: User
) -> bool:
    if side == "supplier":
        return organisation is not None and organisation.stewards.filter(user=by).exists()
    return authority is not None and may_organise(by, authority)


@transaction.atomic
def withdraw_participant(*, participant: MeetingParticipant, by: User | None, on: date) -> MeetingParticipant:
    """They no longer come. Their meetings stand until the next re-plan, which says who is affected. `by` None: by
    their personal link. Raises MeetingRefused."""
    event = participant.event.locked()
    _check_theirs(participant, by)
    row = MeetingParticipant.objects.select_for_update(of=("self",)).get(pk=participant.pk)
    if row.state != "withdrawn":
        row.state = "withdrawn"
        row.save(update_fields=["state"])
        event.touch()
        journal.record(
            "meeting participant withdrew", row, by=by, on=on, authority=event.authority, side=row.side
        )
    return row


@transaction.atomic
def set_absences(
    *, participant: MeetingParticipant, slots: Collection[int], by: User | None, on: date
) -> int:
    """The slots (primary keys) they cannot attend, replacing those said before; those of another event are ignored.
    Returns how many. Once there is a plan it only takes effect at the next re-plan. Raises MeetingRefused."""
    event = participant.event.locked()
    _check_theirs(participant, by)
    known = list(event.slots.filter(pk__in=slots))
    participant.absences.all().delete()
    MeetingAbsence.objects.bulk_create(MeetingAbsence(participant=participant, slot=each) for each in known)
    event.touch()
    journal.record(
        "meeting hours said", participant, by=by, on=on, authority=event.authority, absences=len(known)
    )
    return len(known)


@transaction.atomic
def renew_link(*, participant: MeetingParticipant, by: User, on: date) -> MeetingParticipant:
    """A new personal link; the old one opens nothing any more. For organisers. Raises MeetingRefused."""
    MeetingRefused.unless_organiser(participant.event.authority, by)
    participant.token = secrets.token_urlsafe(24)
    participant.save(update_fields=["token"])
    journal.record("meeting link renewed", participant, by=by, on=on, authority=participant.event.authority)
    return participant


def _check_theirs(participant: MeetingParticipant, by: User | None) -> None:
    if by is not None and not may_act_as(by, participant):
        raise MeetingRefused(
            Text(
                "Cette inscription est celle d'une autre structure : seule elle ou l'organisateur la change.",
                "This registration is another body's: only they or the organiser change it.",
            )
        )
