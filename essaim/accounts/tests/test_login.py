import pytest
from django.test import Client

from essaim.accounts.tests import factories

pytestmark = pytest.mark.django_db


def test_one_logs_in_with_the_address_and_out_again(client: Client) -> None:
    factories.person("bob", password=factories.PASSWORD)
    answer = client.post("/accounts/login/", {"login": "bob@exemple.fr", "password": factories.PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/")
    assert "bob@exemple.fr" in client.get("/").content.decode()
    assert client.post("/accounts/logout/").status_code == 302
    assert "bob@exemple.fr" not in client.get("/").content.decode()


def test_a_wrong_password_is_explained_in_the_summary_without_saying_which_was_wrong(client: Client) -> None:
    factories.person("bob", password=factories.PASSWORD)
    pages = [
        client.post("/accounts/login/?lang=en", {"login": name, "password": "wrong"}).content.decode()
        for name in ("bob@exemple.fr", "nobody@exemple.fr")
    ]
    assert all("data-takes-focus" in page for page in pages)
    assert all("No account matches this address and password." in page for page in pages)


def test_login_does_not_lead_to_another_site(client: Client) -> None:
    factories.person("bob", password=factories.PASSWORD)
    answer = client.post(
        "/accounts/login/",
        {"login": "bob@exemple.fr", "password": factories.PASSWORD, "next": "https://ailleurs.example/"},
    )
    assert answer.url == "/"
