"""Published needs as an API: which ones answer, what is said of them, and that nothing else leaves."""

from datetime import date, timedelta
from typing import Any

import pytest
import schemathesis
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from pytest_django.fixtures import Settings
from schemathesis import GenerationMode

from essaim.accounts.tests import factories as people
from essaim.procurement.models import Need
from essaim.procurement.operations.needs.calendar import close_need, publish_need, save_lot
from essaim.procurement.tests.needs_factory import TODAY, VALUES, make_need

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _uncounted() -> None:
    caches["limits"].clear()


def published(**values: Any) -> Need:
    need = make_need(**values)
    publish_need(need=need, by=None, on=TODAY)
    return need


def titles(client: Client, **query: Any) -> list[str]:
    return [each["title"] for each in client.get("/api/procurement/needs", query).json()["items"]]


@pytest.mark.django_db(transaction=True)  # the whole application is called, which lets go of its connection
def test_every_answer_is_as_described() -> None:
    """Invented but valid questions to the route; the answers follow the OpenAPI description."""
    # Written without the journal, which nothing empties.
    owner = people.authority()
    Need.objects.create(authority=owner, status="published", published_on=TODAY, **VALUES)
    Need.objects.create(authority=owner, status="published", published_on=TODAY, title="Divers")
    described = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application()).include(
        path="/api/procurement/needs"
    )
    asked = []
    for found in described.get_all_operations():
        operation = found.ok()
        asked.append(operation.path)

        @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def answers(case: schemathesis.Case) -> None:
            case.call_and_validate(headers={"Host": "localhost"})

        answers()
    assert asked == ["/api/procurement/needs"]


def test_only_published_needs_are_there_with_what_they_say(client: Client) -> None:
    need = published()
    save_lot(
        need=need, lot=None, by=None, on=TODAY,
        values={"number": 1, "title": "Vitres", "cpv": ["90911300"], "amount_cents": None, "places": []},
    )  # fmt: skip
    make_need(title="Brouillon")
    gone = published(title="Clos")
    close_need(need=gone, by=None, on=TODAY)
    answer = client.get("/api/procurement/needs").json()
    assert (answer["count"], answer["page"], answer["pages"], answer["size"]) == (1, 1, 1, 20)
    (item,) = answer["items"]
    assert item.pop("url").endswith(f"/procurement/calendar/{need.pk}/")
    assert item == {
        "id": need.pk,
        "title": "Nettoyage des locaux de la mairie",
        "description": "",
        "buyer": {"name": need.authority.name, "siren": need.authority.siren},
        "kind": "services",
        "cpv": ["90910000"],
        "amount_cents": 12_000_000,
        "starts_on": "2027-01-15",
        "duration_months": 24,
        "recurs_months": None,
        "places": [{"code": "commune:59350", "name": "Lille"}],
        "status": "coming" if timezone.localdate() <= date(2027, 1, 15) else "started",
        "published_on": TODAY.isoformat(),
        "lots": [{"number": 1, "title": "Vitres", "cpv": ["90911300"], "amount_cents": None, "places": []}],
    }


def test_a_need_answers_for_its_place_what_it_holds_and_what_holds_it(client: Client) -> None:
    people.authority()
    published(title="Lille")
    published(title="Toute la métropole", places=[])
    published(title="Arras", places=["commune:62041"])
    assert titles(client, territory="epci:200093201") == ["Lille", "Toute la métropole"]
    assert titles(client, territory="commune:59512") == ["Toute la métropole"]
    assert titles(client, territory="region:32") == ["Lille", "Toute la métropole", "Arras"]
    wrong = client.get("/api/procurement/needs?territory=epci:1")
    assert (wrong.status_code, wrong.json()["error"]) == (404, "NoSuchPlace")


def test_a_family_holds_its_codes_and_those_of_lots(client: Client) -> None:
    published(title="Propreté")
    garden = published(title="Divers", cpv=["39000000"])
    save_lot(
        need=garden, lot=None, by=None, on=TODAY,
        values={"number": 1, "title": "Vert", "cpv": ["77310000"], "amount_cents": None, "places": []},
    )  # fmt: skip
    assert [titles(client, cpv=code) for code in ("90", "90910000", "90911000", "773", "39")] == [
        ["Propreté"], ["Propreté"], [], ["Divers"], ["Divers"],
    ]  # fmt: skip
    wrong = client.get("/api/procurement/needs?cpv=xx", headers={"accept-language": "en"})
    assert (wrong.status_code, wrong.json()["message"][:13]) == (404, "This CPV code")


def test_dates_and_status_are_those_of_the_consultation(client: Client) -> None:
    today = timezone.localdate()
    published(title="Hier", starts_on=today - timedelta(days=1))
    published(title="Aujourd'hui", starts_on=today)
    published(title="Un jour", starts_on=None)
    assert titles(client) == ["Hier", "Aujourd'hui", "Un jour"]
    assert titles(client, **{"from": today.isoformat()}) == ["Aujourd'hui"]
    assert titles(client, to=(today - timedelta(days=1)).isoformat()) == ["Hier"]
    assert titles(client, status="coming") == ["Aujourd'hui"]
    assert titles(client, status=["started", "undated"]) == ["Hier", "Un jour"]


def test_pages_follow_each_other(client: Client) -> None:
    for rank in range(5):
        published(title=str(rank))
    assert [titles(client, page=page, size=2) for page in (1, 2, 3, 4)] == [["0", "1"], ["2", "3"], ["4"], []]
    assert client.get("/api/procurement/needs?size=2").json()["pages"] == 3


def test_it_is_counted_as_the_directory_is(client: Client, settings: Settings) -> None:
    settings.RATE_ANONYMOUS = 1
    statuses = [client.get("/api/procurement/needs").status_code for _ in range(2)]
    assert statuses == [200, 429]
    described = client.get("/api/openapi.json").json()["paths"]["/api/procurement/needs"]["get"]
    assert described["security"] == [{}, {"ApiKey": []}]
    assert "429" in described["responses"]


def test_it_reads_as_much_for_one_as_for_many(client: Client, django_assert_num_queries: Any) -> None:
    published()
    with django_assert_num_queries(4):
        assert client.get("/api/procurement/needs").json()["count"] == 1
    for rank in range(6):
        published(title=str(rank))
    with django_assert_num_queries(4):
        assert client.get("/api/procurement/needs").json()["count"] == 7
