"""The page of the ESUS self-check: nothing kept, every condition answered, bad amounts said."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.organisations.forms.esus import EsusForm

pytestmark = pytest.mark.django_db
SENT = {
    "sse_member": "yes",
    "by_right": "no",
    "aim": "yes",
    "statutes": "yes",
    "unlisted": "yes",
    "minimum_pay_cents": "20 000",
    "top_five_mean_cents": "140\u202f000 €",
    "highest_pay_cents": "200000,01",
    "social_cost_cents": "66",
    "total_cost_cents": "100",
    "is_young": "yes",
}


def said(html: str) -> list[str]:
    """States of the conditions, in their order."""
    return re.findall(r'<span class="tag [^"]*">([^<]+)</span></p>\s*<p>', html)


def test_it_asks_every_question_and_answers_none_yet(client: Client):
    html = client.get(reverse("organisations:esus")).content.decode()
    assert "Votre réponse" not in html
    assert html.count("<fieldset") == 8
    assert "Examiner chaque condition" in html


def test_each_condition_is_answered_with_what_to_do_and_its_article(client: Client):
    answer = client.post(reverse("organisations:esus"), SENT)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert said(html) == ["remplie", "remplie", "remplie", "remplie", "non remplie", "remplie", "remplie"]
    assert "Elle fait 10,1 fois le minimum que vous avez saisi, au-dessus du plafond de 10 fois." in html
    assert "C. trav., art. L3332-17-1 I 3°" in html
    assert "Il vaudra 2 ans." in html
    assert (
        "Sans réponse sous 2 mois, l&#x27;agrément est accordé." in html or "Sans réponse sous 2 mois" in html
    )


def test_by_right_three_conditions_are_not_asked(client: Client):
    html = client.post(reverse("organisations:esus"), SENT | {"by_right": "yes"}).content.decode()
    assert said(html).count("sans objet") == 3
    assert "Voie suivie : agrément de droit." in html


def test_without_any_answer_everything_is_to_be_verified(client: Client):
    html = client.post(reverse("organisations:esus"), {}).content.decode()
    assert said(html) == ["à vérifier"] * 7


@pytest.mark.parametrize("typed", ["abc", "-1", "1e99", "NaN", "Infinity", "9" * 23])
def test_what_is_not_an_amount_is_said_beside_its_question(client: Client, typed: str):
    answer = client.post(reverse("organisations:esus"), SENT | {"highest_pay_cents": typed})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Votre réponse" not in html
    assert "pas un montant" in html


def test_amounts_that_contradict_each_other_are_said(client: Client):
    answer = client.post(reverse("organisations:esus"), SENT | {"top_five_mean_cents": "300000"})
    assert answer.status_code == 422
    assert "dépasse la plus haute" in answer.content.decode()


def test_nothing_is_kept(client: Client):
    with CaptureQueriesContext(connection) as met:
        answer = client.post(reverse("organisations:esus"), SENT)
    assert [each["sql"] for each in met if "INSERT" in each["sql"] or "UPDATE" in each["sql"]] == []
    assert "no-store" in answer["Cache-Control"]
    assert "sessionid" not in answer.cookies


def test_an_amount_is_read_as_people_write_it():
    form = EsusForm(SENT | {"bond_rate_pct": "3,25 %"})
    assert form.is_valid()
    answers = form.answers()
    assert (answers.minimum_pay_cents, answers.top_five_mean_cents, answers.highest_pay_cents) == (
        2_000_000,
        14_000_000,
        20_000_001,
    )
    assert str(answers.bond_rate_pct) == "3.25"


def test_it_is_said_in_english_too(client: Client):
    html = client.post(
        reverse("organisations:esus"), SENT, headers={"Accept-Language": "en"}
    ).content.decode()
    assert "It is 10.1 times the minimum you entered, above the cap of 10 times." in html
