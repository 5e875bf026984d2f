"""A month validated in one gesture: exactly what was shown, the rest left with its reason, nothing twice."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from essaim.accounts.models import Entry, Membership
from essaim.procurement.clauses_refusals import HoursRefused
from essaim.procurement.models import Beneficiary, EligibilityProof, MonthlyHours
from essaim.procurement.operations.clauses.hours import declare_hours, validate_hours, validate_month
from essaim.procurement.queries.clauses_anomalies import waiting_months
from essaim.procurement.tests.clauses_factory import (
    MONTH,
    TODAY,
    World,
    make_authority,
    make_engaged,
    make_person,
    make_world,
)
from essaim.procurement.tests.test_clauses_acts import at_once
from essaim.procurement.views import clauses as views

IS_POSTGRESQL = connection.vendor == "postgresql"
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def declared(
    world: World, person: Beneficiary | None = None, minutes: int = 2_100, month: date = MONTH
) -> MonthlyHours:
    who = person or make_engaged(world.share)
    return declare_hours(share=world.share, beneficiary=who, month=month, minutes=minutes, by=None, on=TODAY)


def seen(*rows: MonthlyHours) -> dict[int, int]:
    return {each.pk: each.minutes for each in rows}


def test_what_shows_no_anomaly_is_validated_and_the_rest_left_with_its_reason(world: World) -> None:
    fine, other = declared(world), declared(world)
    too_much = declared(world, minutes=6_060)
    ineligible = declared(world)
    EligibilityProof.objects.filter(beneficiary=ineligible.beneficiary).delete()
    full = declared(world)
    MonthlyHours.objects.filter(pk=full.pk).update(minutes=13_000)
    full.refresh_from_db()
    gone = declared(world)
    gone.beneficiary.engagements.update(ends_on=date(2026, 9, 30))
    everything = seen(fine, other, too_much, ineligible, full, gone)
    outcome = validate_month(
        authority=world.authority, month=MONTH, seen=everything, by=world.facilitator, on=TODAY
    )
    assert list(outcome.validated) == [fine, other]
    told = {hours.pk: reason.fr for hours, reason in outcome.left}
    assert ["prévues par l'engagement" in told[too_much.pk], "éligible" in told[ineligible.pk],
            "L3121-20" in told[full.pk], "n'est pas engagé" in told[gone.pk]] == [True] * 4  # fmt: skip
    assert MonthlyHours.objects.filter(state="validated").count() == 2
    assert Entry.objects.filter(act="hours validated").count() == 2


def test_a_month_that_runs_is_left(world: World) -> None:
    hours = declared(world, month=date(2026, 11, 1))
    outcome = validate_month(
        authority=world.authority, month=hours.month, seen=seen(hours), by=None, on=TODAY
    )
    assert (outcome.validated, "pas fini" in outcome.left[0][1].fr) == ((), True)


def test_only_what_was_seen_as_it_was_seen(world: World) -> None:
    shown, unseen = declared(world), declared(world)
    before = seen(shown)
    declared(world, shown.beneficiary, 600)
    elsewhere = declared(make_world())
    other_month = declared(world, month=date(2026, 9, 1))
    outcome = validate_month(
        authority=world.authority, month=MONTH, seen=before | seen(elsewhere, other_month),
        by=world.facilitator, on=TODAY,
    )  # fmt: skip
    assert (outcome.validated, len(outcome.left)) == ((), 1)
    assert "viennent d'être" in outcome.left[0][1].fr
    assert not MonthlyHours.objects.filter(state="validated").exists()
    assert unseen.state == "declared"


def test_only_facilitators_of_the_authority_and_not_more_than_a_page(world: World) -> None:
    hours = declared(world)
    for by in (world.contact, make_person(world.authority, "buyer"), make_person(make_authority())):
        with pytest.raises(HoursRefused):
            validate_month(authority=world.authority, month=MONTH, seen=seen(hours), by=by, on=TODAY)
    with pytest.raises(HoursRefused) as refused:
        validate_month(
            authority=world.authority, month=MONTH, seen=dict.fromkeys(range(201), 1), by=None, on=TODAY
        )
    assert "trop de déclarations" in refused.value.text.fr


def test_months_that_wait_are_listed_by_authority(world: World) -> None:
    other = make_world("Ville d'à côté")
    for each in (world, world, other):
        declared(each)
    found = [(each.authority, each.count) for each in waiting_months([world.authority, other.authority])]
    assert found == [(world.authority, 2), (other.authority, 1)]


@pytest.mark.django_db(transaction=IS_POSTGRESQL)
def test_two_facilitators_at_once_validate_nothing_twice() -> None:
    world = make_world()
    rows = [declared(world) for _ in range(8)]
    colleague = Membership.objects.create(
        user=make_person(), authority=world.authority, role="facilitator", granted_on=TODAY
    ).user
    answers = at_once(
        *(
            lambda by=by: validate_month(
                authority=world.authority, month=MONTH, seen=seen(*rows), by=by, on=TODAY
            )
            for by in (world.facilitator, colleague)
        ),
        lambda: validate_hours(hours=MonthlyHours.objects.get(pk=rows[3].pk), by=colleague, on=TODAY),
    )
    problems = [each for each in answers if isinstance(each, Exception)]
    assert all(isinstance(each, HoursRefused) for each in problems), problems
    assert MonthlyHours.objects.filter(state="validated").count() == 8
    lines = Entry.objects.filter(act="hours validated").values_list("object_id", flat=True)
    assert sorted(lines) == sorted(str(each.pk) for each in rows)


class TestPage:
    @pytest.fixture(autouse=True)
    def _today(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(views.timezone, "localdate", lambda: TODAY)

    def test_the_page_lists_exactly_what_its_button_validates(self, world: World, client: Client) -> None:
        fine, odd = declared(world), declared(world, minutes=6_060)
        client.force_login(world.facilitator)
        queue = client.get(reverse("procurement:clauses_queue")).content.decode()
        here = reverse("procurement:clauses_queue_month", args=[world.authority.pk, "2026-10"])
        assert here in queue
        page = client.get(here).content.decode()
        assert (f'value="{fine.pk}:2100"' in page, f'value="{odd.pk}:' in page) == (True, False)
        assert ("Valider cette déclaration : 35 h" in page, "prévues par l" in page) == (True, True)
        # What is not a declaration seen on the page is nothing.
        done = client.post(here, {"seen": [f"{fine.pk}:2100", "x", "1", ":", "٣:٤"]}).content.decode()
        assert ("1 déclaration validée." in done, odd.beneficiary.pseudonym in done) == (True, True)
        again = client.post(here, {"seen": f"{fine.pk}:2100"}).content.decode()
        assert ("Rien n&#x27;a été validé" in again, "déjà validées" in again) == (True, True)
        assert Entry.objects.filter(act="hours validated").count() == 1

    def test_a_month_with_nothing_says_so(self, world: World, client: Client) -> None:
        client.force_login(world.facilitator)
        here = reverse("procurement:clauses_queue_month", args=[world.authority.pk, "2026-09"])
        assert "Rien à valider pour ce mois" in client.get(here).content.decode()
