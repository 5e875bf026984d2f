"""Article 35: which duties on which date, what answers the law accepts, what is missing."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from essaim.accounts.models import Authority, Entry
from essaim.procurement.models import DutyAnswer, Purchase
from essaim.procurement.operations.schemes_control import (
    ControlRefused,
    answer_duty,
    change_purchase,
    enter_purchase,
)
from essaim.procurement.queries.schemes_control import control_of, line_of
from essaim.procurement.rules.schemes_control import Answered, Controlled, standings, starts_on
from essaim.procurement.tests.contracts_factory import contract
from essaim.procurement.tests.schemes_factory import ON, buyer_of, fill, mel

CLEANING = {
    "reference": "2026-12",
    "wording": "Nettoyage",
    "kind": "services",
    "consulted_on": date(2026, 9, 1),
    "amount_cents": 50_000_000,
    "duration_months": 24,
}


def states(answers: dict[str, Answered] | None = None, **values: Any) -> list[str]:
    asked = {"kind": "services", "consulted_on": date(2026, 9, 1), "amount_cents": 50_000_000} | values
    return [each.state for each in standings(Controlled(**asked), answers or {})]


def test_the_rules_begin_on_21_august_2026() -> None:
    assert starts_on() == date(2026, 8, 21)
    assert states(consulted_on=date(2026, 8, 20)) == ["not_due"] * 5
    assert states(consulted_on=date(2026, 8, 21)) == ["not_due"] * 4 + ["missing"]
    assert states(consulted_on=date(2026, 8, 22)) == ["missing"] * 5


def test_renewable_energy_was_bound_two_years_earlier() -> None:
    assert states(consulted_on=date(2025, 1, 15), is_renewable=True)[:4] == ["missing"] * 4


def test_the_social_condition_waits_for_the_threshold_or_for_the_amount() -> None:
    assert states(amount_cents=21_599_999)[3] == "not_due"
    assert states(amount_cents=21_600_000)[3] == "missing"
    assert states(amount_cents=None)[3] == "unknown"


def test_defence_is_outside() -> None:
    assert standings(Controlled(kind="works", consulted_on=date(2026, 9, 1), is_defence=True), {}) == []


def test_an_answer_meets_a_duty_and_a_reasoned_waiver_lifts_one() -> None:
    met = Answered(outcome="satisfied", text="article 9 du CCAP")
    waived = Answered(outcome="waived", waiver="link", text="aucune main-d'œuvre")
    assert states({"environmental_condition": met, "social_condition": waived}) == [
        "missing", "satisfied", "missing", "waived", "missing",
    ]  # fmt: skip


@pytest.fixture
def purchase(db: None) -> Purchase:
    return enter_purchase(authority=mel(), by=None, on=ON, **CLEANING)


def test_only_the_social_condition_may_be_waived(purchase: Purchase) -> None:
    with pytest.raises(ControlRefused, match="admits no waiver"):
        answer_duty(
            purchase=purchase,
            duty="environmental_condition",
            outcome="waived",
            waiver="link",
            text="x",
            by=None,
            on=ON,
        )


def test_short_works_are_works(purchase: Purchase) -> None:
    with pytest.raises(ControlRefused, match="Waiver not kept"):
        answer_duty(
            purchase=purchase,
            duty="social_condition",
            outcome="waived",
            waiver="short_works",
            text="x",
            by=None,
            on=ON,
        )


def test_reasons_are_kept_or_nothing_is(purchase: Purchase) -> None:
    with pytest.raises(ControlRefused, match="kept on file"):
        answer_duty(
            purchase=purchase, duty="social_condition", outcome="satisfied", text="  ", by=None, on=ON
        )
    assert DutyAnswer.objects.count() == 0


def test_what_does_not_bind_needs_no_waiver(purchase: Purchase) -> None:
    change_purchase(purchase=purchase, amount_cents=1_000_000, by=None, on=ON)
    with pytest.raises(ControlRefused, match="does not bind"):
        answer_duty(
            purchase=purchase,
            duty="social_condition",
            outcome="waived",
            waiver="link",
            text="x",
            by=None,
            on=ON,
        )


def test_a_recorded_waiver_is_journalled_without_its_text(purchase: Purchase) -> None:
    answer_duty(
        purchase=purchase,
        duty="social_condition",
        outcome="waived",
        waiver="link",
        text="un secret",
        by=None,
        on=ON,
    )
    entry = Entry.objects.get(act="duty answered")
    assert entry.details == {"duty": "social_condition", "outcome": "waived", "waiver": "link"}
    assert [each.state for each in line_of(purchase).standings[2:4]] == ["missing", "waived"]


def test_a_waiver_that_no_longer_holds_is_missing_again(purchase: Purchase) -> None:
    change_purchase(
        purchase=purchase, kind="works", amount_cents=700_000_000, duration_months=3, by=None, on=ON
    )
    answer_duty(
        purchase=purchase,
        duty="social_condition",
        outcome="waived",
        waiver="short_works",
        text="3 mois",
        by=None,
        on=ON,
    )
    row = Purchase.objects.get()
    assert line_of(row).standings[3].state == "waived"
    row = change_purchase(purchase=row, duration_months=12, by=None, on=ON)
    assert line_of(row).standings[3].state == "missing"


def test_a_date_whose_thresholds_nobody_knows_is_said(purchase: Purchase) -> None:
    row = change_purchase(purchase=purchase, consulted_on=date(2035, 1, 1), by=None, on=ON)
    line = line_of(row)
    assert (line.standings, line.unknown_law is not None) == ([], True)


def test_one_reference_is_one_purchase(purchase: Purchase) -> None:
    with pytest.raises(ControlRefused, match="already has this reference"):
        enter_purchase(authority=purchase.authority, by=None, on=ON, **CLEANING)


def test_another_authority_neither_sees_nor_writes(purchase: Purchase, client: Client) -> None:
    other = buyer_of(mel(slug="lyon", name="Lyon", territory="epci:200046977"), "chloe")
    client.force_login(other)
    for name, more in (
        ("article35_purchase", ()),
        ("change_purchase", ()),
        ("answer_duty", ("social_condition",)),
    ):
        assert client.get(reverse(f"procurement:{name}", args=[purchase.pk, *more])).status_code == 404
    assert client.get(reverse("procurement:article35") + "?authority=mel").status_code == 404
    assert "Nettoyage" not in client.get(reverse("procurement:article35_csv")).content.decode()
    with pytest.raises(ControlRefused, match="Only buyers"):
        answer_duty(
            purchase=purchase, duty="social_condition", outcome="satisfied", text="x", by=other, on=ON
        )
    with pytest.raises(ControlRefused, match="Only buyers"):
        change_purchase(purchase=purchase, wording="x", by=other, on=ON)


@pytest.fixture
def notified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        contract(1, notified_on=date(2026, 8, 20)),
        contract(2, notified_on=date(2026, 8, 21)),
        contract(3, notified_on=date(2026, 10, 1)),
    ]
    fill(monkeypatch, tmp_path, rows)


@pytest.mark.django_db
def test_contracts_notified_since_wait_for_the_date_of_their_consultation(notified: None) -> None:
    authority = mel()
    assert [each["id"] for each in control_of(authority).to_date] == ["2024-0002", "2024-0003"]
    values = CLEANING | {"contract_key": contract(2)["key"]}
    enter_purchase(authority=authority, by=None, on=ON, **values)
    assert [each["id"] for each in control_of(authority).to_date] == ["2024-0003"]
    bare: Authority = mel(slug="lyon", name="Lyon", territory="epci:200046977")
    assert control_of(bare).to_date == []


@pytest.mark.django_db
def test_a_buyer_controls_a_contract_from_the_open_data_to_the_file(notified: None, client: Client) -> None:
    authority = mel()
    client.force_login(buyer_of(authority))
    assert client.get(reverse("procurement:article35")).status_code == 200
    new = reverse("procurement:enter_purchase") + f"?contract={contract(3)['key']}"
    initial = client.get(new).context["form"].initial
    assert (initial["reference"], initial["amount"]) == ("2024-0003", 100_000.0)
    typed = {
        "reference": "2024-0003", "contract_key": contract(3)["key"], "wording": "Nettoyage", "kind": "services",
        "consulted_on": "2026-09-01", "amount": "300000", "duration_months": "24",
    }  # fmt: skip
    assert client.post(new, typed).status_code == 302
    row = Purchase.objects.get()
    assert (row.amount_cents, row.contract_key) == (30_000_000, contract(3)["key"])
    assert client.get(reverse("procurement:article35_purchase", args=[row.pk])).status_code == 200
    assert client.post(reverse("procurement:change_purchase", args=[row.pk]), typed).status_code == 302
    form = reverse("procurement:answer_duty", args=[row.pk, "social_condition"])
    assert client.get(form).status_code == 200
    assert client.post(form, {"outcome": "waived", "text": "x"}).status_code == 422
    answer = {"outcome": "waived", "waiver": "link", "text": "Aucun lien avec l'objet."}
    assert client.post(form, answer).status_code == 302
    assert client.get(reverse("procurement:answer_duty", args=[row.pk, "unheard"])).status_code == 404
    file = client.get(reverse("procurement:article35_csv")).content.decode("utf-8-sig")
    shown = client.get(reverse("procurement:article35_purchase", args=[row.pk])).content.decode()
    assert ("Enregistrée le" in shown, "boris@exemple.fr" in shown) == (True, True)
    lines = list(csv.reader(io.StringIO(file)))[1:]
    missing = "à répondre"
    assert [line[5] for line in lines] == [missing, missing, missing, "dérogation motivée", missing]
    assert lines[3][7] == "Aucun lien avec l'objet."


@pytest.mark.django_db
def test_what_is_typed_before_the_answer_is_kept(client: Client) -> None:
    authority = mel()
    client.force_login(buyer_of(authority))
    row = enter_purchase(authority=authority, by=None, on=ON, **CLEANING)
    form = reverse("procurement:answer_duty", args=[row.pk, "social_condition"])
    client.post(form, {"draft": "keep", "text": "à finir"})
    assert "à finir" in client.get(form).content.decode()
    assert DutyAnswer.objects.count() == 0
