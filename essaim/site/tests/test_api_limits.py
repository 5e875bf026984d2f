"""Limits and keys on the API, and what its description says of them."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.core.cache import caches
from ninja import Router, Schema
from ninja.errors import Throttled
from ninja.testing import TestClient
from pytest_django.fixtures import Settings

from essaim.organisations.operations.keys import create_key
from essaim.organisations.tests.factories import TODAY, make_user
from essaim.site.api import ROOMS, Api, Counted, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def probe() -> Iterator[Api]:
    """An API of one operation where the directory's stands."""
    made = Api(urls_namespace="probe", docs_url=None)
    made.add_exception_handler(Throttled, refused)
    router = Router()
    router.get("")(lambda request: {"count": 0})
    made.add_router("/organisations", router, throttle=Counted())
    caches["limits"].clear()
    yield made
    caches["limits"].clear()


def test_beyond_the_limit_the_api_answers_429_and_a_key_lifts_it(probe: Api, settings: Settings) -> None:
    settings.RATE_ANONYMOUS, settings.RATE_KEY = 1, 2
    client = TestClient(probe)
    answers = [client.get("/organisations", REMOTE_ADDR="192.0.2.1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json()["error"] == "TooMany"
    assert "Trop de demandes" in answers[1].json()["message"]
    assert "Too many requests" in answers[1].json()["message"]
    assert int(answers[1].headers["Retry-After"]) >= 1

    _, secret = create_key(name="carte", by=make_user(), on=TODAY)
    keyed = [client.get("/organisations", headers={"X-API-Key": secret}).status_code for _ in range(3)]
    assert keyed == [200, 200, 429]


def test_a_wrong_key_is_said(probe: Api) -> None:
    answer = TestClient(probe).get("/organisations", headers={"X-API-Key": "essaim_wrong"})
    assert (answer.status_code, answer.json()["error"]) == (401, "WrongKey")


def test_the_description_says_that_a_key_may_be_given_and_what_refusals_look_like(probe: Api) -> None:
    described = probe.get_openapi_schema(path_prefix="/api/")
    assert described["components"]["securitySchemes"]["ApiKey"]["name"] == "X-API-Key"
    operation = described["paths"]["/api/organisations"]["get"]
    assert operation["security"] == [{}, {"ApiKey": []}]
    assert {"200", "401", "429"} == {str(status) for status in operation["responses"]}
    assert "Retry-After" in operation["responses"]["429"]["headers"]


def test_no_two_rooms_give_different_answers_the_same_name() -> None:
    """In the description a name stands for one shape: two classes of one name would hide each other."""
    named: dict[str, set[str]] = {}
    for room in ROOMS:
        if find_spec(f"essaim.{room}.api"):
            for name, value in vars(import_module(f"essaim.{room}.api")).items():
                if isinstance(value, type) and issubclass(value, Schema) and value is not Schema:
                    named.setdefault(name, set()).add(value.__module__)
    assert {name: modules for name, modules in named.items() if len(modules) > 1} == {}
