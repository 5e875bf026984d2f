"""The law we apply prints what the law room holds, nothing else."""

import csv
import io
from datetime import date

import pytest
from django.test import Client

from essaim.law.parameter import in_force, parameters
from essaim.site import legal

pytestmark = pytest.mark.django_db
ON = date(2026, 5, 2)


def test_every_parameter_in_force_is_on_the_page_with_its_article(client: Client) -> None:
    page = client.get(f"/law/?on={ON}&lang=en").content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    assert len(in_force(ON)) > 10
    assert [
        value.id for value in in_force(ON) if value.label.en not in page or value.article not in page
    ] == []
    assert page.count("to be verified</span>") == sum(not value.verified for value in in_force(ON))


def test_subjects_hold_every_value_once() -> None:
    grouped = [value.id for subject in legal.subjects_in_force(ON) for value in subject.values]
    assert sorted(grouped) == sorted(value.id for value in in_force(ON))
    assert {subject.id for subject in legal.subjects_in_force(ON)} == {
        parameters()[name].subject for name in grouped
    }


def test_csv_and_json_hold_the_same_values(client: Client) -> None:
    rows = list(
        csv.DictReader(io.StringIO(client.get(f"/law/parameters.csv?on={ON}&lang=en").content.decode()))
    )
    described = client.get(f"/law/parameters.json?on={ON}").json()
    assert described["on"] == "2026-05-02"
    assert [row["Identifier"] for row in rows] == [each["id"] for each in described["parameters"]]
    assert [row["Verified"] == "1" for row in rows] == [each["verified"] for each in described["parameters"]]
    assert all(each["source"] and each["checked_on"] for each in described["parameters"])


def test_a_day_without_law_says_so(client: Client) -> None:
    page = client.get("/law/?on=1900-01-01&lang=en").content.decode()
    assert "No rule on that date" in page
    assert client.get("/law/parameters.json?on=1900-01-01").json()["parameters"] == []


@pytest.mark.parametrize("wrong", ["2026-02-30", "hier", "<b>", "99999-01-01"])
def test_what_is_not_a_date_is_explained_and_todays_law_shown(client: Client, wrong: str) -> None:
    answer = client.get("/law/", {"on": wrong, "lang": "en"})
    assert answer.status_code == 200
    assert "is not a date. Write it like 2026-05-02" in answer.content.decode()
    assert "<b>&#x27;" not in answer.content.decode()
    assert client.get("/law/parameters.csv", {"on": wrong}).status_code == 400
    assert client.get("/law/parameters.json", {"on": wrong}).json()["error"] == "not_a_date"
