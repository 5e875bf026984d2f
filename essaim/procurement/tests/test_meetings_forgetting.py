"""People's contacts go when their time has come or when they ask; structures and meetings stay."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from essaim.accounts.models import Entry
from essaim.organisations.queries import held
from essaim.procurement.models import Meeting, MeetingFollowUp, MeetingParticipant
from essaim.procurement.operations.meetings.forgetting import erase_contact, purge_contacts
from essaim.procurement.operations.meetings.planning import plan_event
from essaim.procurement.operations.meetings.refusals import MeetingRefused
from essaim.procurement.tests.meetings_factory import TODAY, hall, make_agent, make_event, make_person

pytestmark = pytest.mark.django_db
LAST = date(2027, 12, 3)


def test_contacts_are_purged_a_year_after_the_event_and_only_then() -> None:
    event, later = make_event(), make_event(held_on=date(2027, 1, 15))
    people = hall(event)
    hall(later)
    plan_event(event=event, by=None, on=TODAY)
    MeetingFollowUp.objects.create(
        meeting=Meeting.objects.first(), outcome="continued", note="Rappeler Noé Petit", recorded_on=TODAY
    )
    old = people["traiteur"].token
    assert purge_contacts(by=None, on=LAST) == 0
    assert purge_contacts(by=None, on=LAST + timedelta(days=1)) == 5
    assert purge_contacts(by=None, on=LAST + timedelta(days=1)) == 0
    row = MeetingParticipant.objects.get(pk=people["traiteur"].pk)
    assert (row.contact, row.email, row.user, row.name) == ("", "", None, "Traiteur solidaire")
    assert row.forgotten_on == LAST + timedelta(days=1)
    assert Client().get(reverse("procurement:meeting_mine", args=[old])).status_code == 404
    assert (MeetingFollowUp.objects.get().note, Meeting.objects.exists()) == ("", True)
    assert MeetingParticipant.objects.filter(event=later, email="noe@exemple.fr").exists()
    lines = Entry.objects.filter(act="meeting contact purged")
    assert (lines.count(), "noe" in str(list(lines.values_list("details", flat=True)))) == (5, False)


def test_a_contact_is_erased_on_request_by_an_organiser_from_the_board(client: Client) -> None:
    event = make_event()
    seat = hall(event)["traiteur"]
    for by in (make_person(), make_agent(make_event().authority)):
        with pytest.raises(MeetingRefused):
            erase_contact(participant=seat, by=by, on=TODAY)
    client.force_login(make_agent(event.authority))
    board = reverse("procurement:meeting_board", args=[event.pk])
    assert "Effacer pour de bon" in client.get(board).content.decode()
    answer = client.post(reverse("procurement:meeting_person", args=[event.pk, seat.pk]), {"act": "erase"})
    assert answer["Location"] == board
    row = MeetingParticipant.objects.get(pk=seat.pk)
    assert (row.contact, row.email, row.token == seat.token, row.state) == ("", "", False, "registered")
    page = client.get(board).content.decode()
    assert ("Contact effacé le" in page, row.token in page) == (True, False)
    with pytest.raises(MeetingRefused) as refused:
        erase_contact(participant=row, by=None, on=TODAY)
    assert "déjà effacé" in refused.value.text.fr


def test_who_asks_for_access_is_told_what_meetings_hold() -> None:
    people = hall(make_event())
    seat = people["traiteur"]
    seat.email = "Ada@exemple.fr"
    seat.save()
    lines = [line for line in held.held_about("ada@exemple.fr").splitlines() if line.startswith("meeting,")]
    assert len(lines) == 1
    assert seat.name in lines[0]
    erase_contact(participant=seat, by=None, on=TODAY)
    assert "meeting," not in held.held_about("ada@exemple.fr")
