"""What came of a meeting, up to the first contract."""

from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.procurement.models import Meeting, MeetingFollowUp, MeetingParticipant
from essaim.procurement.operations.meetings.refusals import MeetingRefused
from essaim.procurement.queries.meetings.events import may_organise

OUTCOMES = tuple(code for code, _ in MeetingFollowUp.OUTCOMES)


@transaction.atomic
def record_follow_up(
    *,
    meeting: Meeting,
    outcome: str,
    amount_cents: int | None = None,
    contracted_on: date | None = None,
    note: str = "",
    participant: MeetingParticipant | None = None,
    by: User | None,
    on: date,
) -> MeetingFollowUp:
    """Say what came of a meeting; the latest word stands. `participant`: one of the two, by their personal link;
    otherwise an organiser. Raises MeetingRefused."""
    event = meeting.event.locked()
    is_one_of_them = participant is not None and participant.pk in (meeting.buyer_id, meeting.supplier_id)
    if not is_one_of_them and (by is None or not may_organise(by, event.authority)):
        raise MeetingRefused(
            Text(
                "Seules les deux personnes du rendez-vous et l'organisateur notent ses suites.",
                "Only the two people of the meeting and the organiser record what came of it.",
            )
        )
    is_contract = outcome == "contract"
    if outcome not in OUTCOMES or is_contract != (bool(amount_cents) and contracted_on is not None):
        raise MeetingRefused(
            Text(
                "Un premier contrat a un montant et une date ; les autres suites n'en ont pas. Complétez ou videz ces "
                "deux cases.",
                "A first contract has an amount and a date; nothing else has. Fill in or empty both boxes.",
            )
        )
    if on < event.held_on or (contracted_on is not None and contracted_on > on):
        raise MeetingRefused(
            Text(
                "Cette date n'est pas encore passée : les suites se notent à partir du jour de la rencontre.",
                "That date has not come yet: what came of it is recorded from the day of the event.",
            )
        )
    row, _made = MeetingFollowUp.objects.update_or_create(
        meeting=meeting,
        defaults={
            "outcome": outcome,
            "amount_cents": amount_cents if is_contract else None,
            "contracted_on": contracted_on if is_contract else None,
            "note": " ".join(note.split())[:500],
            "recorded_on": on,
        },
    )
    journal.record(
        "meeting followed up", meeting, by=by, on=on, authority=event.authority,
        outcome=outcome, amount_cents=row.amount_cents,
    )  # fmt: skip
    return row
