"""The pages of an event: for everyone, for its organisers, for whoever has a personal link."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.accounts.models import User
from essaim.organisations.models import Steward
from essaim.organisations.tests.factories import make_authority, make_organisation
from essaim.procurement.cli.meetings import meetings as command
from essaim.procurement.models import MeetingEvent, MeetingFollowUp, MeetingParticipant
from essaim.procurement.operations.meetings.planning import plan_event
from essaim.procurement.operations.meetings.registering import withdraw_participant
from essaim.procurement.queries.meetings.agenda import tables_at
from essaim.procurement.rules.meetings import Appointment, calendar, escaped, folded, slots_of_day
from essaim.procurement.tests.meetings_factory import (
    HELD_ON,
    TODAY,
    hall,
    make_agent,
    make_event,
    make_person,
    seat,
)
from essaim.ui.models import Draft

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def event():
    return make_event()


@pytest.fixture
def people(event):
    return hall(event)


@pytest.fixture
def organiser(event) -> Client:
    return client_of(make_agent(event.authority))


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, *args: object) -> str:
    return reverse(f"procurement:{name}", args=args)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).replace("&#x27;", "'")


BOARD = ("board", "wishes", "wishes_csv", "planning_csv", "today", "follow", "follow_csv")
DEEDS = ("room", "close", "plan")


def test_only_the_organisers_of_the_authority_see_its_board(event, people, organiser):
    stranger = client_of(make_agent(make_authority()))
    for name in BOARD:
        assert organiser.get(at(f"meeting_{name}", event.pk)).status_code == 200, name
        assert stranger.get(at(f"meeting_{name}", event.pk)).status_code == 404, name
        assert Client().get(at(f"meeting_{name}", event.pk)).status_code == 302, name
    for name in DEEDS:
        assert stranger.post(at(f"meeting_{name}", event.pk)).status_code == 404, name
    assert stranger.post(at("meeting_person", event.pk, people["ville"].pk)).status_code == 404


def test_what_belongs_to_another_event_is_not_reached_through_ones_own(event, people, organiser):
    other = make_event()
    theirs = hall(other)["ville"]
    assert organiser.post(at("meeting_person", event.pk, theirs.pk)).status_code == 404
    assert organiser.post(at("meeting_slot", event.pk, other.slots.first().pk)).status_code == 404
    plan_event(event=other, by=None, on=TODAY)
    assert organiser.get(at("meeting_outcome", event.pk, other.meetings.first().pk)).status_code == 404
    mine = at("meeting_my_outcome", people["ville"].token, other.meetings.first().pk)
    assert Client().get(mine).status_code == 404


def test_the_public_page_names_buyers_and_no_person(event, people):
    said = text_of(Client().get(at("meeting_event", event.pk)))
    assert "Ville de Lomme" in said and "Entretien de bureaux" in said and "3 fournisseurs inscrits" in said
    assert "Noé" not in said and "Jardin partagé" not in said


def test_an_agent_opens_an_event_and_registers_people():
    authority = make_authority()
    agent = client_of(make_agent(authority))
    typed = {
        "authority": authority.pk, "title": "Osez l'ESS", "place": "Lille", "held_on": "2026-12-03",
        "first": "09:00", "last": "12:00", "minutes": "20", "pause_minutes": "5",
        "break_from": "", "break_to": "", "tables": "10", "most_meetings": "8",
    }  # fmt: skip
    assert agent.post(at("meeting_open"), typed | {"break_from": "10:00"}).status_code == 422
    assert agent.post(at("meeting_open"), typed | {"last": "09:10"}).status_code == 422
    assert agent.post(at("meeting_open"), typed | {"authority": make_authority().pk}).status_code == 422
    made = agent.post(at("meeting_open"), typed)
    event = MeetingEvent.objects.get()
    assert (made.status_code, made["Location"], event.slots.count()) == (
        302,
        at("meeting_board", event.pk),
        7,
    )
    organisation = make_organisation(name="Le Fournil")
    board = at("meeting_board", event.pk)
    assert agent.post(board, {"side": "supplier", "siren": organisation.siren}).status_code == 302
    assert agent.post(board, {"side": "buyer", "name": "Hôpital"}).status_code == 302
    assert agent.post(board, {"side": "buyer"}).status_code == 422
    assert agent.post(board, {"side": "supplier", "siren": "123456789"}).status_code == 422
    assert set(event.participants.values_list("side", "name")) == {
        ("supplier", "Le Fournil"), ("buyer", "Hôpital"),
    }  # fmt: skip


def test_an_event_half_typed_is_kept_as_a_draft_and_the_page_says_so(event):
    agent = client_of(make_agent(event.authority))
    page = text_of(agent.get(at("meeting_open")))
    assert "enregistré comme brouillon au fil de la saisie" in page
    kept = agent.post(at("meeting_open"), {"title": "Salon du printemps", "draft": "keep"})
    assert kept["Location"] == at("meeting_open")
    assert 'value="Salon du printemps"' in agent.get(at("meeting_open")).content.decode()
    assert (Draft.objects.count(), MeetingEvent.objects.count()) == (1, 1)
    agent.post(at("meeting_open"), {"draft": "drop"})
    assert not Draft.objects.exists()


def test_who_has_no_authority_to_act_for_opens_nothing():
    assert client_of(make_person()).get(at("meeting_open")).status_code == 403


def test_a_steward_registers_and_lands_on_their_wishes(event, people):
    steward = make_person()
    organisation = make_organisation(name="Le Fournil")
    assert "ne représentez encore personne" in text_of(
        client_of(steward).get(at("meeting_register", event.pk))
    )
    Steward.objects.create(organisation=organisation, user=steward, role="owner", since=TODAY)
    typed = {"who": f"supplier:{organisation.pk}", "purpose": "Pain", "email": "pain@exemple.fr"}
    answer = client_of(steward).post(at("meeting_register", event.pk), typed)
    made = MeetingParticipant.objects.get(organisation=organisation)
    assert answer["Location"] == at("meeting_mine", made.token)
    assert "Le Fournil" in text_of(client_of(steward).get(at("meetings")))


def test_wishes_are_chosen_from_the_other_side_with_a_search_and_no_account(event, people):
    mine, visitor = at("meeting_mine", people["jardin"].token), Client()
    said = text_of(visitor.get(mine, {"q": "entretien"}))
    assert "Ville de Lomme" in said and "Hôpital" not in said and "souhaite vous rencontrer" in said
    assert "Traiteur" not in text_of(visitor.get(mine))
    answer = visitor.post(f"{mine}?q=entretien&page=1", {f"wish-{people['ville'].pk}": "2", "wish-x": "1"})
    assert answer["Location"] == f"{mine}?q=entretien&page=1"
    assert list(people["jardin"].wishes.values_list("of", "strength")) == [(people["ville"].pk, 2)]
    slots = list(event.slots.values_list("pk", flat=True))
    visitor.post(at("meeting_hours", people["jardin"].token), {"slot": slots[:3]})
    assert list(people["jardin"].absences.values_list("slot", flat=True)) == slots[3:]
    leave = at("meeting_withdraw", people["jardin"].token)
    visitor.post(leave)
    assert MeetingParticipant.objects.get(pk=people["jardin"].pk).state == "registered"
    visitor.post(leave, {"sure": "yes"})
    assert MeetingParticipant.objects.get(pk=people["jardin"].pk).state == "withdrawn"


def test_an_agenda_says_ones_own_meetings_only(event, people):
    plan_event(event=event, by=None, on=TODAY)
    visitor = Client()
    answer = visitor.get(at("meeting_agenda", people["hopital"].token))
    said = text_of(answer)
    assert "Traiteur solidaire" in said and "Noé Petit" in said
    assert "Atelier" not in said and "Jardin" not in said
    assert (answer["X-Robots-Tag"], "no-store" in answer["Cache-Control"]) == ("noindex", True)
    pdf = visitor.get(at("meeting_agenda_pdf", people["hopital"].token))
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    file = visitor.get(at("meeting_agenda_ics", people["hopital"].token)).content.decode()
    (uid,) = re.findall(r"UID:(\S+)", file)
    assert re.search(r"DTSTART;TZID=Europe/Paris:20261203T(09|10)[024]000\r\n", file)
    withdraw_participant(participant=people["ville"], by=None, on=TODAY)
    assert "à réarranger" in text_of(visitor.get(at("meeting_agenda", people["traiteur"].token)))
    plan_event(event=event, is_replan=True, by=None, on=TODAY)
    again = visitor.get(at("meeting_agenda_ics", people["hopital"].token)).content.decode()
    assert (re.findall(r"UID:(\S+)", again), "SEQUENCE:2" in again) == ([uid], True)


def test_the_board_plans_and_shows_what_changed(event, people, organiser):
    board = at("meeting_board", event.pk)
    organiser.post(at("meeting_close", event.pk))
    said = text_of(organiser.post(at("meeting_plan", event.pk), follow=True))
    assert "Le planning est publié" in said and "Aucun planning ne fait mieux" in said
    assert "Chaque participant a au moins un rendez-vous" in said
    organiser.post(at("meeting_person", event.pk, people["atelier"].pk), {"act": "withdraw"})
    organiser.post(at("meeting_plan", event.pk), {"how": "nearest"})
    said = text_of(organiser.get(board))
    assert "3 rendez-vous n'ont pas bougé" in said and "Ville de Lomme – Atelier du Canal : retiré" in said
    organiser.post(at("meeting_slot", event.pk, event.slots.last().pk), {"lost": "yes"})
    organiser.post(at("meeting_room", event.pk), {"tables": "5", "most_meetings": "2"})
    assert "ne conviennent pas" in text_of(
        organiser.post(at("meeting_room", event.pk), {"tables": "0", "most_meetings": "2"}, follow=True)
    )
    old = people["ville"].token
    organiser.post(at("meeting_person", event.pk, people["ville"].pk), {"act": "link"})
    assert Client().get(at("meeting_mine", old)).status_code == 404


def test_the_planning_leaves_as_csv_without_formulas(event, organiser):
    people = hall(event)
    MeetingParticipant.objects.filter(pk=people["ville"].pk).update(name="=1+1")
    plan_event(event=event, by=None, on=TODAY)
    lines = organiser.get(at("meeting_planning_csv", event.pk)).content.decode().splitlines()
    assert lines[0] == "\ufeffCréneau,Table,Acheteur,Fournisseur"
    assert len(lines) == 5 and sum("'=1+1" in line for line in lines) == 3
    wishes = organiser.get(at("meeting_wishes_csv", event.pk)).content.decode().splitlines()
    assert len(wishes) == 7 and wishes[1] == "'=1+1,Atelier du Canal,Prioritaire,oui,oui"


def test_on_the_day_the_tables_of_now_and_next_are_shown(event, people, organiser):
    plan_event(event=event, by=None, on=TODAY)
    first, second = event.slots.all()[:2]
    at_nine = tables_at(event, first.starts_at)
    assert (at_nine.now, at_nine.after) == (first, second)
    assert [each.slot for each in at_nine.now_meetings] == [first] * len(at_nine.now_meetings)
    before = tables_at(event, first.starts_at - timedelta(hours=1))
    assert (before.now, before.after) == (None, first)
    assert tables_at(event, event.slots.last().ends_at).after is None
    said = text_of(organiser.get(at("meeting_today", event.pk), {"slot": "0"}))
    assert "09:00 – 09:20" in said and "Ensuite, à 09:20" in said and "Table 1" in said


def test_follow_up_is_recorded_by_link_and_by_the_organiser(people, event, organiser):
    held = make_event(held_on=timezone.localdate() - timedelta(days=3))
    seats = hall(held)
    plan_event(event=held, by=None, on=TODAY)
    meeting = held.meetings.get(buyer=seats["ville"], supplier=seats["atelier"])
    link = at("meeting_my_outcome", seats["ville"].token, meeting.pk)
    assert Client().post(link, {"outcome": "contract"}).status_code == 422
    assert Client().post(link, {"outcome": "quote"}).status_code == 302
    agent = client_of(make_agent(held.authority))
    typed = {"outcome": "contract", "amount": "12500.50", "contracted_on": str(timezone.localdate())}
    assert agent.post(at("meeting_outcome", held.pk, meeting.pk), typed).status_code == 302
    assert MeetingFollowUp.objects.get().amount_cents == 1_250_050
    said = text_of(agent.get(at("meeting_follow", held.pk)))
    assert "1 suites notées sur 4 rendez-vous" in said and "premier contrat : 1" in said
    assert "12500.5" in agent.get(at("meeting_follow_csv", held.pk)).content.decode()
    assert agent.get(at("meeting_outcome", held.pk, meeting.pk)).status_code == 200


def test_pages_ask_the_database_as_often_for_many_as_for_few(event, organiser, django_assert_max_num_queries):
    people = hall(event)
    seat(event, "supplier", "Laissé de côté")
    plan_event(event=event, by=None, on=TODAY)
    pages = [at(f"meeting_{name}", event.pk) for name in BOARD] + [at("meeting_mine", people["ville"].token)]

    def counts() -> list[int]:
        found = []
        for page in pages:
            with django_assert_max_num_queries(60) as asked:
                organiser.get(page)
            found.append(len(asked))
        return found

    few = counts()
    agent = make_agent(event.authority)
    for number in range(12):
        seat(event, "supplier", f"Fournisseur {number}", agent)
    assert counts() == few


def test_the_command_is_dry_unless_told_and_ends_in_one_sentence(event, people):
    dry = CliRunner().invoke(command, ["plan", "--event", str(event.pk)])
    assert dry.exit_code == 0, dry.output
    assert (
        "4 meetings, 6 of 6 wishes granted, 4 of 4 people who asked are met (optimal, gap 0.00 %"
        in dry.output
    )
    assert "Nothing was written: add --apply." in dry.output and event.meetings.count() == 0
    done = CliRunner().invoke(command, ["plan", "--event", str(event.pk), "--apply", "--format", "json"])
    figures = json.loads(done.stdout)
    assert (figures["meetings"], figures["applied"], event.meetings.count()) == (4, True, 4)
    again = CliRunner().invoke(command, ["plan", "--event", str(event.pk), "--replan", "--format", "json"])
    assert json.loads(again.stdout)["kept"] == 4
    assert "There is no event 999999" in CliRunner().invoke(command, ["plan", "--event", "999999"]).output


# --- the day cut into slots, and the calendar file ---------------------------------------------------------


def test_a_day_is_cut_around_its_break():
    slots = slots_of_day(
        HELD_ON, time(9), time(15), minutes=45, pause_minutes=15, break_from=time(12, 30), break_to=time(14)
    )
    assert [f"{start:%H:%M}-{end:%H:%M}" for start, end in slots] == [
        "09:00-09:45", "10:00-10:45", "11:00-11:45", "14:00-14:45",
    ]  # fmt: skip
    assert slots[0][0].astimezone(UTC).hour == 8


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_text_is_folded_and_read_back(text: str):
    line = f"SUMMARY:{escaped(text)}"
    pieces = folded(line)
    assert all(len(piece.encode()) <= 75 for piece in pieces.split("\r\n"))
    assert pieces.replace("\r\n ", "") == line
    plain = re.sub(
        r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], line.removeprefix("SUMMARY:")
    )
    wanted = text.replace("\r\n", "\n").replace("\r", "\n")
    assert plain == "".join(each for each in wanted if each in "\t\n" or (each >= " " and each != "\x7f"))


def test_a_calendar_keeps_the_hour_of_paris_summer_and_winter():
    for day, hour in ((date(2026, 7, 1), "T090000"), (date(2026, 12, 1), "T090000")):
        start = datetime.combine(day, time(9), PARIS)
        one = Appointment("u@x", start.astimezone(UTC), start + timedelta(minutes=20), "A, B; C", "Lille")
        file = calendar("Rencontre", [one], made_at=start, sequence=1)
        assert f"DTSTART;TZID=Europe/Paris:{day:%Y%m%d}{hour}\r\n" in file
        assert "SUMMARY:A\\, B\\; C\r\n" in file and file.endswith("END:VCALENDAR\r\n")
