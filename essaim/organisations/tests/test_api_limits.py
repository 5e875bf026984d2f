"""The directory's API against its own description, and within its limits."""

import pytest
import schemathesis
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, given, settings
from pytest_django.fixtures import Settings
from schemathesis import GenerationMode

from essaim.organisations.search import rebuild
from essaim.organisations.tests.factories import make_organisation, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _indexed() -> None:
    make_site(make_organisation(name="Recyclerie du Nord"))
    rebuild()
    caches["limits"].clear()


@pytest.mark.django_db(transaction=True)  # the whole application is called, which lets go of its connection
def test_every_answer_is_as_described_key_or_not() -> None:
    """Invented but valid questions, some with keys that do not exist: those are refused as the description says."""
    described = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application()).include(
        tag="organisations"
    )
    asked = 0
    for found in described.get_all_operations():
        operation = found.ok()
        asked += 1

        @settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def answers(case: schemathesis.Case) -> None:
            case.call_and_validate(headers={"Host": "localhost"})

        answers()
    assert asked >= 1


def test_the_api_of_the_directory_is_counted(client: Client, settings: Settings) -> None:
    settings.RATE_ANONYMOUS = 1
    caches["limits"].clear()
    statuses = [client.get("/api/organisations?q=recyclerie").status_code for _ in range(2)]
    assert statuses == [200, 429]
    described = client.get("/api/openapi.json").json()["paths"]["/api/organisations"]["get"]
    assert described["security"] == [{}, {"ApiKey": []}]
