"""The API against its own description."""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from essaim.observatory.store import Store
from essaim.observatory.tests.stores import ARRAS, MEL


@pytest.mark.django_db
def test_every_answer_is_as_described(store: Store) -> None:
    """Invented but valid questions to each route, in this process; the answers follow the OpenAPI description."""
    described = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application()).include(
        tag="atlas"
    )
    asked = []
    for found in described.get_all_operations():
        operation = found.ok()
        asked.append(operation.path)

        @settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def answers(case: schemathesis.Case) -> None:
            case.call_and_validate(headers={"Host": "localhost"})

        answers()
    assert sorted(asked) == [
        "/api/atlas/{code}",
        "/api/atlas/{code}/establishments",
        "/api/compare",
        "/api/figures",
    ]


@pytest.mark.django_db
def test_an_atlas_has_its_figures_and_their_definitions(store: Store, client: Client) -> None:
    content = client.get(f"/api/atlas/{MEL}").json()
    figures = {row["id"]: row for row in content["figures"]}
    assert figures["sse_establishments"]["value"] == 84
    assert figures["sse_jobs"]["definition"]["caveat"].startswith("Une fourchette")
    assert content["fictitious"] is True


@pytest.mark.django_db
def test_the_language_is_the_reader_s(store: Store, client: Client) -> None:
    content = client.get(f"/api/atlas/{MEL}", headers={"accept-language": "en"}).json()
    assert content["figures"][0]["label"] == "SSE enterprises"


@pytest.mark.django_db
def test_errors_say_what_and_what_next(store: Store, client: Client) -> None:
    unknown = client.get("/api/atlas/epci:59350")
    assert unknown.status_code == 404
    assert unknown.json() == {
        "error": "NoSuchTerritory",
        "message": "Le territoire « epci:59350 » n'est pas dans les chiffres construits. "
        "Vouliez-vous dire : Lille (commune:59350) ?",
        "suggestions": ["commune:59350"],
    }
    six = ",".join(f"commune:{code}" for code in ("59350", "59512", "59599", "59009", "59013", "62041"))
    assert client.get(f"/api/compare?codes={six}").status_code == 422


@pytest.mark.django_db
def test_a_comparison_keeps_the_order_asked(store: Store, client: Client) -> None:
    content = client.get(f"/api/compare?codes={ARRAS},{MEL}").json()
    assert [atlas["territory"]["code"] for atlas in content["atlases"]] == [ARRAS, MEL]


@pytest.mark.django_db
def test_the_list_is_paged_and_filtered(store: Store, client: Client) -> None:
    content = client.get(f"/api/atlas/{MEL}/establishments?family=mutual&status=member").json()
    assert content["total"] == len(content["establishments"]) == 9
    assert {row["family"] for row in content["establishments"]} == {"mutual"}
