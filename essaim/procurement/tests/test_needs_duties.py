"""Article 35 from a need: what is due on its day, one control for it or for each lot, and whose it is."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.accounts.models import Entry
from essaim.accounts.tests import factories as people
from essaim.procurement.models import Lot, Need, Purchase
from essaim.procurement.operations.needs.calendar import change_need, remove_lot
from essaim.procurement.operations.schemes_control import (
    ControlRefused,
    answer_duty,
    control_need,
    enter_purchase,
)
from essaim.procurement.queries.needs.duties import all_duties, need_duties
from essaim.procurement.tests.needs_factory import TODAY, VALUES, make_buyer, make_need

pytestmark = pytest.mark.django_db


def add_lot(need: Need, number: int = 1, **values: Any) -> Lot:
    return Lot.objects.create(need=need, number=number, **{"title": f"Lot {number}"} | values)


def test_what_is_due_depends_on_the_day_and_the_amount_of_the_whole_operation() -> None:
    people.authority()
    early = need_duties(make_need(starts_on=date(2026, 8, 20)), None)
    assert (early.is_due, early.shown, early.problem) == (False, [], None)
    small = need_duties(make_need(amount_cents=5_000_000), None)
    assert [label.en[:10] for label, _state, _cited in small.shown] != []
    assert (len(small.shown), small.missing) == (4, 4)
    need = make_need(amount_cents=50_000_000)
    assert len(need_duties(need, None).shown) == 5
    # A small lot of a large operation owes what the operation owes.
    assert len(need_duties(need, add_lot(need, amount_cents=1_000_000)).shown) == 5


@pytest.mark.parametrize("values", [{"kind": ""}, {"starts_on": None}])
def test_what_is_not_said_is_asked_and_nothing_is_opened(values: dict[str, Any]) -> None:
    need = make_need(**values)
    assert need_duties(need, None).problem is not None
    with pytest.raises(ControlRefused):
        control_need(need=need, by=None, on=TODAY)


def test_a_need_that_owes_nothing_is_not_controlled() -> None:
    with pytest.raises(ControlRefused, match="nothing to control"):
        control_need(need=make_need(starts_on=date(2026, 8, 1)), by=None, on=TODAY)
    assert Purchase.objects.count() == 0


def test_the_control_says_what_the_need_says_and_is_opened_once() -> None:
    need = make_need(reference="2027-03")
    purchase = control_need(need=need, by=None, on=TODAY)
    assert control_need(need=need, by=None, on=TODAY) == purchase
    assert (purchase.reference, purchase.wording, purchase.kind) == ("2027-03", VALUES["title"], "services")
    assert (purchase.consulted_on, purchase.amount_cents, purchase.duration_months) == (
        date(2027, 1, 15), 12_000_000, 24,
    )  # fmt: skip
    assert Entry.objects.filter(act="purchase entered").count() == 1


def test_each_lot_has_its_own_control_and_a_taken_reference_is_told_apart() -> None:
    need = make_need(reference="2027-03")
    first, second = add_lot(need, 1), add_lot(need, 2)
    enter_purchase(
        authority=need.authority, by=None, on=TODAY, reference="2027-03 lot 2", wording="x", kind="works",
        consulted_on=TODAY,
    )  # fmt: skip
    made = [control_need(need=need, lot=lot, by=None, on=TODAY) for lot in (first, second)]
    assert [each.reference for each in made] == ["2027-03 lot 1", f"2027-03 lot 2 (besoin {need.pk})"]
    assert [(each.lot, each.purchase) for each in all_duties(need)] == [(first, made[0]), (second, made[1])]
    remove_lot(lot=first, by=None, on=TODAY)
    assert [each.purchase for each in all_duties(need)] == [made[1]]
    assert Purchase.objects.filter(pk=made[0].pk).exists()


def test_the_need_shows_the_answers_and_what_changed_since() -> None:
    need = make_need()
    purchase = control_need(need=need, by=None, on=TODAY)
    answer_duty(
        purchase=purchase,
        duty="specifications",
        outcome="satisfied",
        text="CCTP, article 3",
        by=None,
        on=TODAY,
    )
    (found,) = all_duties(need)
    assert "met" in [state.en for _label, state, _cited in found.shown]
    assert found.differences == []
    change_need(need=need, values={"amount_cents": 90_000_000}, by=None, on=TODAY)
    (found,) = all_duties(Need.objects.get(pk=need.pk))
    assert [each.en for each in found.differences] == ["the amount"]


def test_one_click_opens_the_control_from_the_page_of_the_need() -> None:
    client, user = Client(), make_buyer()
    client.force_login(user)
    need = make_need(user.memberships.get().authority)
    page = client.get(reverse("procurement:need", args=[need.pk])).content.decode()
    action = reverse("procurement:need-control", args=[need.pk])
    assert f'action="{action}"' in page
    assert client.post(action).headers["Location"] == reverse(
        "procurement:article35_purchase", args=[Purchase.objects.get().pk]
    )
    after = client.get(reverse("procurement:need", args=[need.pk])).content.decode()
    assert (action in after, "Ouvrir le contrôle" in after) == (False, True)
    control = client.get(reverse("procurement:article35_purchase", args=[Purchase.objects.get().pk]))
    assert reverse("procurement:need", args=[need.pk]) in control.content.decode()


def test_the_lot_asked_for_is_the_need_s() -> None:
    client, user = Client(), make_buyer()
    client.force_login(user)
    need = make_need(user.memberships.get().authority)
    lot = add_lot(need, 3)
    action = reverse("procurement:need-control", args=[need.pk])
    assert client.post(action, {"lot": "4"}).status_code == 404
    client.post(action, {"lot": "3"})
    assert Purchase.objects.get().lot_number == lot.number


def test_another_authority_s_need_is_not_controlled() -> None:
    need = make_need(people.authority("autre", "commune:59512", "Roubaix"))
    user = make_buyer(people.authority())
    client = Client()
    client.force_login(user)
    assert client.post(reverse("procurement:need-control", args=[need.pk])).status_code == 404
    with pytest.raises(ControlRefused):
        control_need(need=need, by=user, on=TODAY)
    assert Purchase.objects.count() == 0
