"""`?lang=` on any address."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def language_of(client: Client, address: str, **headers: str) -> str:
    return client.get(address, headers={"accept-language": "fr"} | headers).headers["Content-Language"]


def test_the_browser_decides_until_one_chooses(client: Client) -> None:
    assert language_of(client, "/law/") == "fr"
    assert language_of(client, "/law/", **{"accept-language": "en-GB"}) == "en"


def test_a_choice_is_remembered(client: Client) -> None:
    assert language_of(client, "/law/?lang=en") == "en"
    assert language_of(client, "/law/") == "en"
    assert language_of(client, "/law/?lang=fr") == "fr"
    assert language_of(client, "/law/") == "fr"


@pytest.mark.parametrize("wrong", ["de", "", "../fr", "EN"])
def test_an_unknown_language_is_ignored_and_not_remembered(client: Client, wrong: str) -> None:
    assert language_of(client, f"/law/?lang={wrong}") == "fr"
    assert client.cookies == {}


def test_caches_are_told_that_pages_differ_by_language(client: Client) -> None:
    vary = {name.strip() for name in client.get("/law/").headers["Vary"].split(",")}
    assert {"Cookie", "Accept-Language"} <= vary


def test_the_switch_keeps_the_rest_of_the_address(client: Client) -> None:
    page = client.get("/law/?on=2026-05-02&lang=fr").content.decode()
    assert '<input type="hidden" name="on" value="2026-05-02">' in page
    assert '<button name="lang" value="en" lang="en">English</button>' in page
