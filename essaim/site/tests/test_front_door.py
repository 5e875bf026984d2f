from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django.fixtures import Settings

from essaim.observatory.tests.stores import StoreFactory
from essaim.site import views
from essaim.site.installation import current

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Path:
    settings.STORE = tmp_path / "store"
    return settings.STORE


def test_home_without_figures_says_what_to_do(client: Client, store: Path) -> None:
    page = client.get("/?lang=en").content.decode()
    assert "No figure has been computed yet" in page
    assert "Fictitious data" not in page


def test_home_names_the_register_and_warns_of_fictitious_figures(client: Client, store: Path) -> None:
    StoreFactory().write(store)
    page = client.get("/?lang=en").content.decode()
    assert "Register as of 1\u00a0November\u00a02026." in page
    assert "Fictitious data." in page


def test_real_figures_carry_no_warning(client: Client, store: Path) -> None:
    StoreFactory(fictitious=False).write(store)
    assert "Fictitious data" not in client.get("/?lang=en").content.decode()


def test_home_opens_on_the_installations_own_territory(
    client: Client, store: Path, settings: Settings
) -> None:
    settings.TERRITORY = "epci:200093201"
    assert 'href="/atlas/epci/200093201/"' in client.get("/").content.decode()
    settings.TERRITORY = "epci:000000000"
    assert client.get("/").status_code == 200


def test_a_damaged_store_is_an_empty_installation_not_an_error(store: Path) -> None:
    build = StoreFactory().write(store)
    assert current(store).build == build.id
    (build.path / "manifest.json").write_text("{")
    broken = store.parent / "moved"
    store.rename(broken)
    assert current(broken).build is None


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(client: Client) -> None:
    headers = client.get("/").headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == (
        "'none'",
        "'self'",
        "'self'",
    )
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "http" not in headers["Content-Security-Policy"]
    assert (headers["X-Frame-Options"], headers["X-Content-Type-Options"]) == ("DENY", "nosniff")


def test_health_says_what_is_served(client: Client, store: Path) -> None:
    assert client.get("/health/").json()["build"] is None
    StoreFactory().write(store, "20261101T000000Z-test")
    answer = client.get("/health/")
    assert answer.json() | {"version": ""} == {
        "database": "ok",
        "build": "20261101T000000Z-test",
        "version": "",
    }
    assert "no-store" in answer.headers["Cache-Control"]


def test_health_is_503_when_the_database_is_gone(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", unreachable)
    answer = views.health(RequestFactory().get("/health/"))
    assert answer.status_code == 503


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Cette page n'existe pas"), ("en", "This page does not exist")]
)
def test_a_missing_page_in_both_languages(client: Client, language: str, said: str) -> None:
    answer = client.get(f"/nowhere/?lang={language}")
    assert answer.status_code == 404
    assert said in answer.content.decode()


def test_an_error_of_ours_needs_neither_database_nor_context() -> None:
    with translation.override("fr"):
        answer = views.failed(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Une erreur de notre part" in answer.content.decode()


def test_a_refused_form_says_nothing_was_saved() -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = strict.post("/accounts/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403
    assert "nothing was saved" in answer.content.decode()


def test_robots_are_kept_from_the_back_room(client: Client) -> None:
    assert "Disallow: /admin/" in client.get("/robots.txt").content.decode().splitlines()


def test_the_api_page_lists_every_operation_of_the_description(client: Client) -> None:
    described = client.get("/api/openapi.json").json()["paths"]
    page = client.get("/api/").content.decode()
    assert len(described) > 2
    assert [path for path in described if f"<code>{path}</code>" not in page] == []
