"""Events: opened, filled, planned, changed, followed up; each authority its own."""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from essaim.accounts.models import Entry
from essaim.matching.meetings.problem import faults
from essaim.organisations.models import Steward
from essaim.organisations.tests.factories import make_authority, make_organisation
from essaim.procurement.models import Meeting, MeetingFollowUp, MeetingPlan
from essaim.procurement.operations.meetings.following import record_follow_up
from essaim.procurement.operations.meetings.opening import change_room, close_wishes, lose_slot, open_event
from essaim.procurement.operations.meetings.planning import plan_event
from essaim.procurement.operations.meetings.refusals import MeetingRefused, PlanOvertaken
from essaim.procurement.operations.meetings.registering import (
    register_participant,
    renew_link,
    set_absences,
    withdraw_participant,
)
from essaim.procurement.operations.meetings.wishing import set_wishes
from essaim.procurement.queries.meetings.planning import (
    change_lines,
    meetings_of,
    people_aside,
    problem_of,
)
from essaim.procurement.tests.meetings_factory import (
    HELD_ON,
    TODAY,
    hall,
    make_agent,
    make_event,
    make_person,
    seat,
    wish,
)

IS_POSTGRESQL = connection.vendor == "postgresql"
pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return make_event()


@pytest.fixture
def people(event):
    return hall(event)


def pairs(event) -> set[tuple[str, str]]:
    return set(event.meetings.values_list("buyer__name", "supplier__name"))


ALL = {
    ("Ville de Lomme", "Atelier du Canal"), ("Ville de Lomme", "Jardin partagé"),
    ("Hôpital du Nord", "Traiteur solidaire"), ("Ville de Lomme", "Traiteur solidaire"),
}  # fmt: skip


def test_a_plan_grants_every_wish_when_there_is_room(event, people):
    plan_event(event=event, by=None, on=TODAY)
    plan = event.plans.get()
    assert pairs(event) == ALL
    assert (plan.proof, plan.asking, plan.met, plan.wishes, plan.granted) == ("optimal", 4, 4, 6, 6)
    assert (plan.weight, plan.upper_bound, plan.gap_pct, plan.greedy_weight) == (16, 16, 0.0, 16)
    event.refresh_from_db()
    assert event.state == "planned"
    assert faults(problem_of(event), meetings_of(event)) == []


def test_a_plan_that_is_not_applied_writes_nothing(event, people):
    entries = Entry.objects.count()
    made = plan_event(event=event, apply=False, by=None, on=TODAY)
    assert len(made.schedule.meetings) == 4
    assert (Meeting.objects.count(), MeetingPlan.objects.count(), Entry.objects.count()) == (0, 0, entries)


def test_a_drop_out_takes_only_their_meetings_away_and_the_board_says_which(event, people):
    plan_event(event=event, by=None, on=TODAY)
    before = {each.pk for each in event.meetings.exclude(supplier=people["atelier"])}
    withdraw_participant(participant=people["atelier"], by=None, on=TODAY)
    plan_event(event=event, is_replan=True, by=None, on=TODAY)
    assert {each.pk for each in event.meetings.all()} == before
    (line,) = change_lines(event.plans.first())
    assert (line.buyer, line.supplier, line.after) == ("Ville de Lomme", "Atelier du Canal", None)
    assert event.plans.first().changes["kept"] == 3


def test_a_lost_slot_moves_its_meetings_and_leaves_the_others(event, people):
    plan_event(event=event, by=None, on=TODAY)
    first = event.meetings.first().slot
    staying = {each.pk for each in event.meetings.exclude(slot=first)}
    moving = event.meetings.filter(slot=first).count()
    lose_slot(slot=first, by=None, on=TODAY)
    plan_event(event=event, is_replan=True, by=None, on=TODAY)
    assert pairs(event) == ALL
    assert not event.meetings.filter(slot=first).exists()
    assert staying <= {each.pk for each in event.meetings.all()}
    assert [len(event.plans.first().changes[name]) for name in ("moved", "added", "removed")] == [
        moving,
        0,
        0,
    ]
    lose_slot(slot=first, is_lost=False, by=None, on=TODAY)
    first.refresh_from_db()
    assert not first.is_lost


def test_hours_are_respected_and_who_is_left_aside_is_told_why(event, people):
    slots = [each.pk for each in event.slots.all()]
    assert set_absences(participant=people["traiteur"], slots=slots, by=None, on=TODAY) == 4
    alone = seat(event, "supplier", "Recyclerie")
    plan_event(event=event, by=None, on=TODAY)
    aside = {each.participant.name: str(each.why) for each in people_aside(event)}
    assert set(aside) == {"Traiteur solidaire", "Hôpital du Nord", alone.name}
    assert aside["Hôpital du Nord"].startswith("Jamais libre")
    assert aside["Recyclerie"].startswith("Personne ne l'a souhaité")


def test_fewer_tables_than_before_replan_within_them(event, people):
    plan_event(event=event, by=None, on=TODAY)
    change_room(event=event, tables=1, most_meetings=4, by=None, on=TODAY)
    plan_event(event=event, is_replan=True, by=None, on=TODAY)
    event.refresh_from_db()
    assert faults(problem_of(event), meetings_of(event)) == []
    assert pairs(event) == ALL  # four slots, one table: four meetings still fit


def test_a_change_during_the_computation_is_told_and_nothing_is_written(event, people):
    def meanwhile(stage: str) -> None:
        if stage == "seating":
            wish(people, "hopital", atelier=1)

    with pytest.raises(PlanOvertaken) as told:
        plan_event(event=event, progress=meanwhile, by=None, on=TODAY)
    assert "relancez la planification" in told.value.text.fr
    assert (Meeting.objects.count(), MeetingPlan.objects.count()) == (0, 0)


def test_of_two_plans_made_from_the_same_wishes_the_second_is_told(event, people):
    def meanwhile(stage: str) -> None:
        if stage == "seating":
            plan_event(event=event, by=None, on=TODAY)

    with pytest.raises(PlanOvertaken):
        plan_event(event=event, progress=meanwhile, by=None, on=TODAY)
    assert (event.plans.count(), pairs(event)) == (1, ALL)


if IS_POSTGRESQL:  # SQLite lets one writer in at a time: the test above is what can happen there

    @pytest.mark.django_db(transaction=True)
    def test_two_people_who_plan_at_the_same_instant_leave_one_plan():
        event = make_event()
        hall(event)
        ready, answers = threading.Barrier(2), []

        def meanwhile(stage: str) -> None:
            if stage == "seating":
                ready.wait(10)

        def run() -> None:
            try:
                answers.append(plan_event(event=event, progress=meanwhile, by=None, on=TODAY))
            except PlanOvertaken as told:
                answers.append(told)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run) for _ in range(2)]
        for each in threads:
            each.start()
        for each in threads:
            each.join(30)
        assert sorted(type(each).__name__ for each in answers) == ["PlanOvertaken", "Proposal"]
        assert (event.plans.count(), pairs(event)) == (1, ALL)


def test_the_database_itself_refuses_to_book_twice(event, people):
    plan_event(event=event, by=None, on=TODAY)
    one = event.meetings.get(buyer=people["ville"], supplier=people["jardin"])
    values = {
        "event": event,
        "slot": one.slot,
        "buyer": one.buyer,
        "supplier": one.supplier,
        "table": one.table,
    }
    other = event.slots.exclude(pk=one.slot_id).last()
    for clash in (
        {"supplier": people["traiteur"], "table": 9},
        {"buyer": people["hopital"], "table": 9},
        {"buyer": people["hopital"], "supplier": people["atelier"]},
        {"slot": other, "table": 9},
        {"slot": other, "buyer": people["hopital"], "table": 0},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.create(**values | clash)


def test_another_authority_may_nothing(event, people):
    stranger = make_agent(make_authority())
    slot = event.slots.first()
    for deed in (
        lambda: open_event(
            authority=event.authority, title="x", place="y", held_on=HELD_ON, slots=[(1, 2)], tables=1,
            most_meetings=1, by=stranger, on=TODAY,
        ),
        lambda: change_room(event=event, tables=1, most_meetings=1, by=stranger, on=TODAY),
        lambda: lose_slot(slot=slot, by=stranger, on=TODAY),
        lambda: close_wishes(event=event, by=stranger, on=TODAY),
        lambda: register_participant(event=event, side="supplier", name="x", by=stranger, on=TODAY),
        lambda: withdraw_participant(participant=people["ville"], by=stranger, on=TODAY),
        lambda: set_absences(participant=people["ville"], slots=[], by=stranger, on=TODAY),
        lambda: renew_link(participant=people["ville"], by=stranger, on=TODAY),
        lambda: set_wishes(participant=people["ville"], wishes={}, by=stranger, on=TODAY),
        lambda: plan_event(event=event, by=stranger, on=TODAY),
    ):  # fmt: skip
        with pytest.raises(MeetingRefused):
            deed()


def test_a_steward_registers_their_organisation_and_a_buyer_their_authority(event):
    organisation, steward = make_organisation(name="Le Fournil"), make_person()
    Steward.objects.create(organisation=organisation, user=steward, role="editor", since=TODAY)
    mine = register_participant(event=event, side="supplier", organisation=organisation, by=steward, on=TODAY)
    assert (mine.name, mine.user) == ("Le Fournil", steward)
    with pytest.raises(MeetingRefused) as told:
        register_participant(event=event, side="supplier", organisation=organisation, by=steward, on=TODAY)
    assert "déjà inscrite" in told.value.text.fr
    elsewhere = make_authority(name="Ville d'Arras")
    buyer = make_agent(elsewhere, "buyer")
    assert (
        register_participant(event=event, side="buyer", authority=elsewhere, by=buyer, on=TODAY).name
        == "Ville d'Arras"
    )
    withdraw_participant(participant=mine, by=steward, on=TODAY)
    again = register_participant(
        event=event, side="supplier", organisation=organisation, by=steward, on=TODAY
    )
    assert (mine.pk == again.pk, set_absences(participant=again, slots=[], by=steward, on=TODAY)) == (
        False,
        0,
    )


def test_the_personal_link_is_mailed_and_a_new_one_closes_the_old(
    event, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        made = seat(event, "buyer", "Ville", email="ville@exemple.fr")
    (letter,) = mailoutbox
    assert (letter.to, made.token in letter.body) == (["ville@exemple.fr"], True)
    old = made.token
    renewed = renew_link(participant=made, by=make_agent(event.authority), on=TODAY)
    assert renewed.token != old


def test_wishes_stay_within_the_room_and_close(event, people):
    for wrong in ({people["hopital"].pk: 1}, {people["atelier"].pk: 4}, {999: 1}):
        with pytest.raises(MeetingRefused):
            set_wishes(participant=people["ville"], wishes=wrong, by=None, on=TODAY)
    assert set_wishes(participant=people["ville"], wishes={people["jardin"].pk: 0}, by=None, on=TODAY) == 1
    close_wishes(event=event, by=None, on=TODAY)
    with pytest.raises(MeetingRefused):
        wish(people, "ville", jardin=1)
    close_wishes(event=event, is_open=True, by=None, on=TODAY)
    wish(people, "ville", jardin=1)
    plan_event(event=event, by=None, on=TODAY)
    with pytest.raises(MeetingRefused):
        close_wishes(event=event, is_open=True, by=None, on=TODAY)


def test_follow_up_reaches_the_first_contract_and_ends_planning(event, people):
    plan_event(event=event, by=None, on=TODAY)
    meeting = event.meetings.get(buyer=people["ville"], supplier=people["atelier"])
    after = HELD_ON + timedelta(days=30)
    words = {"meeting": meeting, "by": None, "participant": people["ville"]}
    for wrong in (
        {"outcome": "contract", "on": after},
        {"outcome": "quote", "amount_cents": 100, "contracted_on": after, "on": after},
        {"outcome": "contract", "amount_cents": 100, "contracted_on": after + timedelta(days=1), "on": after},
        {"outcome": "met", "on": TODAY},
        {"outcome": "liked", "on": after},
        {"outcome": "met", "on": after, "participant": people["hopital"]},
        {"outcome": "met", "on": after, "participant": None, "by": make_agent(make_authority())},
    ):
        with pytest.raises(MeetingRefused):
            record_follow_up(**words | wrong)
    record_follow_up(**words, outcome="quote", note="Deux sites", on=HELD_ON)
    contract = {"outcome": "contract", "amount_cents": 1_250_000, "contracted_on": date(2026, 12, 20)}
    record_follow_up(**words, **contract, on=after)
    row = MeetingFollowUp.objects.get()
    assert (row.outcome, row.amount_cents, row.contracted_on) == ("contract", 1_250_000, date(2026, 12, 20))
    with pytest.raises(MeetingRefused) as told:
        plan_event(event=event, is_replan=True, by=None, on=after)
    assert "elle a eu lieu" in told.value.text.fr


def test_every_act_is_in_the_journal_without_personal_data(event, people):
    plan_event(event=event, by=None, on=TODAY)
    acts = set(Entry.objects.filter(authority=event.authority).values_list("act", flat=True))
    assert acts == {
        "meeting event opened", "meeting participant registered", "meeting wishes said", "meetings planned",
    }  # fmt: skip
    written = "".join(str(each.details) for each in Entry.objects.all())
    assert "Noé" not in written and "exemple.fr" not in written


def test_an_event_needs_a_title_a_slot_and_a_table():
    for wrong in ({"title": " "}, {"slots": []}, {"tables": 0}, {"most_meetings": 0}, {"tables": 501}):
        with pytest.raises(MeetingRefused):
            make_event(**wrong)
