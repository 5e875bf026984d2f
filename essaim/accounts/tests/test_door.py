"""Coming in: signing up, confirming one's address, a second factor, a forgotten password, another service."""

import base64
import hmac
import json
import re
import struct
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from pytest_django import DjangoCaptureOnCommitCallbacks
from pytest_django.fixtures import Settings

from essaim.accounts import letters
from essaim.accounts.models import User
from essaim.accounts.tests import factories
from essaim.accounts.tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
SIGNED_UP = {"email": "Dana@exemple.fr", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def _no_limit_left_over() -> None:
    cache.clear()


def link_of(message: mail.EmailMessage) -> str:
    found = re.search(r"https?://\S+", message.body)
    assert found
    return urlsplit(found[0]).path


def log_in(client: Client, address: str, password: str = PASSWORD) -> object:
    return client.post("/accounts/login/", {"login": address, "password": password})


def prove(client: Client) -> None:
    """Coming in is not enough before an important change: the password is asked for again."""
    client.post("/accounts/again/", {"password": PASSWORD})


def code_of(secret: str) -> str:
    """What the telephone shows: RFC 6238, written again."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def test_one_signs_up_confirms_the_address_and_comes_in(client: Client) -> None:
    assert client.post("/accounts/signup/", SIGNED_UP).url == "/accounts/address/sent/"
    user = User.objects.get()
    assert (user.username, user.email, user.is_staff) == ("dana@exemple.fr", "dana@exemple.fr", False)

    assert log_in(client, "dana@exemple.fr").url == "/accounts/address/sent/"
    assert not client.get("/").wsgi_request.user.is_authenticated

    confirm = link_of(mail.outbox[0])
    assert client.get(confirm).status_code == 200
    assert not EmailAddress.objects.get().verified  # a machine that follows links confirms nothing
    client.post(confirm)
    assert EmailAddress.objects.get().verified
    assert log_in(client, "DANA@exemple.fr").url == "/"
    assert client.get("/").wsgi_request.user == user


def test_signing_up_with_an_address_already_taken_looks_the_same_and_is_told_by_mail(client: Client) -> None:
    factories.person("dana", password=PASSWORD)
    answer = client.post("/accounts/signup/", SIGNED_UP)
    assert answer.url == "/accounts/address/sent/"
    assert [message.subject for message in mail.outbox] == ["Essaim : Vous avez déjà un compte"]
    assert User.objects.count() == 1


def test_a_closed_site_invites(client: Client, settings: Settings) -> None:
    settings.SIGNUP = False
    assert "L'inscription est fermée" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", SIGNED_UP)
    assert not User.objects.exists()
    assert "Créer un compte" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("password", ["court", "123456789012", "dana@exemple.fr"])
def test_a_weak_password_is_refused(client: Client, password: str) -> None:
    page = client.post("/accounts/signup/", SIGNED_UP | {"password1": password, "password2": password})
    assert page.status_code == 200
    assert "password1" in page.context["form"].errors
    assert not User.objects.exists()


def test_guessing_passwords_is_stopped_even_with_the_right_one_at_last(client: Client) -> None:
    factories.person("bob", password=PASSWORD)
    for _ in range(5):
        log_in(client, "bob@exemple.fr", "au hasard du clavier")
    page = log_in(client, "bob@exemple.fr")
    assert "Trop d&#x27;essais manqués" in page.content.decode()
    assert not client.get("/").wsgi_request.user.is_authenticated


def test_a_hail_of_requests_is_answered_429_in_the_readers_language(client: Client) -> None:
    pages = [
        client.post("/accounts/signup/?lang=en", SIGNED_UP | {"email": f"p{n}@exemple.fr"}) for n in range(25)
    ]
    assert pages[-1].status_code == 429
    assert "Too many requests in a short time" in pages[-1].content.decode()


def test_a_forgotten_password_is_chosen_anew_by_mail(client: Client) -> None:
    factories.person("bob", password=PASSWORD)
    client.post("/accounts/password/forgotten/", {"email": "bob@exemple.fr"})
    link = link_of(mail.outbox[0])
    form = client.get(link, follow=True)
    chosen = "la ruche est pleine de miel"
    done = client.post(form.redirect_chain[-1][0], {"password1": chosen, "password2": chosen})
    assert done.url == "/accounts/password/chosen/"
    assert log_in(client, "bob@exemple.fr", chosen).url == "/"
    assert client.get(link, follow=True).context["token_fail"]


def test_an_unknown_address_learns_nothing_on_the_page(client: Client) -> None:
    answer = client.post("/accounts/password/forgotten/", {"email": "nobody@exemple.fr"})
    assert answer.url == "/accounts/password/forgotten/sent/"
    assert [message.subject for message in mail.outbox] == ["Essaim : Aucun compte à cette adresse"]


def test_a_second_factor_is_asked_for_once_turned_on_and_a_recovery_code_works_once(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    factories.person("bob", password=PASSWORD)
    log_in(client, "bob@exemple.fr")
    prove(client)
    page = client.get("/accounts/factor/activate/")
    assert page.context["form"].secret in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/factor/activate/", {"code": code_of(page.context["form"].secret)})
    assert mail.outbox[-1].subject == "Essaim : Double vérification activée"
    codes = client.get("/accounts/factor/recovery/").context["unused_codes"]
    assert len(codes) == 10
    client.post("/accounts/logout/")

    assert log_in(client, "bob@exemple.fr").url == "/accounts/factor/code/"
    assert not client.get("/").wsgi_request.user.is_authenticated
    wrong = client.post("/accounts/factor/code/", {"code": "000000"})
    assert "Ce code n&#x27;est pas le bon" in wrong.content.decode()
    assert client.post("/accounts/factor/code/", {"code": codes[0]}).url == "/"
    client.post("/accounts/logout/")
    log_in(client, "bob@exemple.fr")
    assert client.post("/accounts/factor/code/", {"code": codes[0]}).status_code == 200


def test_the_key_of_the_application_is_not_readable_in_the_database(client: Client) -> None:
    factories.person("bob", password=PASSWORD)
    log_in(client, "bob@exemple.fr")
    prove(client)
    secret = client.get("/accounts/factor/activate/").context["form"].secret
    client.post("/accounts/factor/activate/", {"code": code_of(secret)})
    assert [secret in json.dumps(each.data) for each in Authenticator.objects.all()] == [False, False]


def test_an_important_change_asks_again_who_is_there(client: Client) -> None:
    client.force_login(factories.person("bob", password=PASSWORD))
    answer = client.get("/accounts/factor/activate/")
    assert urlsplit(answer.url).path == "/accounts/again/"
    assert client.post(answer.url, {"password": PASSWORD}).url == "/accounts/factor/activate/"
    assert client.get("/accounts/factor/activate/").status_code == 200


def test_a_new_address_replaces_the_old_once_confirmed_and_the_name_follows(client: Client) -> None:
    user = factories.person("bob", password=PASSWORD)
    log_in(client, "bob@exemple.fr")
    prove(client)
    client.post("/accounts/address/", {"action_add": "", "email": "robert@exemple.fr"})
    assert "bientôt robert@exemple.fr" in client.get("/accounts/").content.decode()
    client.post(link_of(mail.outbox[-1]))
    user.refresh_from_db()
    assert (user.email, user.username) == ("robert@exemple.fr", "robert@exemple.fr")
    # Someone else may then use the address that was left.
    client.post("/accounts/logout/")
    client.post("/accounts/signup/", SIGNED_UP | {"email": "bob@exemple.fr"})
    assert User.objects.filter(email="bob@exemple.fr", username="bob@exemple.fr").count() == 1


def test_the_back_room_has_the_same_door(client: Client) -> None:
    answer = client.get("/admin/login/?next=/admin/")
    assert urlsplit(answer.url).path == "/accounts/login/"
    client.force_login(factories.person("bob"))
    assert client.get("/admin/login/").status_code == 403


def test_reading_leaves_no_cookie_and_coming_in_leaves_only_those_it_needs(client: Client) -> None:
    client.get("/")
    assert set(client.cookies) == set()
    client.get("/accounts/login/")
    assert set(client.cookies) <= {"csrftoken", "sessionid"}
    factories.person("bob", password=PASSWORD)
    log_in(client, "bob@exemple.fr")
    assert set(client.cookies) <= {"csrftoken", "sessionid", "messages"}


@pytest.mark.parametrize("prefix", sorted(letters.LETTERS | letters.CHANGES))
def test_every_letter_is_said_in_both_languages(prefix: str) -> None:
    context = dict.fromkeys(
        ("email", "activate_url", "password_reset_url", "signup_url", "from_email", "to_email", "deleted_email",
         "provider", "authority", "invitation_url"), "HERE"
    )  # fmt: skip
    said = {}
    for language in ("fr", "en"):
        with translation.override(language):
            said[language] = letters.letter(prefix, context)
    assert said["fr"][1] != said["en"][1]
    assert "%(" not in said["fr"][1] + said["en"][1]


# --- another service says who one is ---------------------------------------------------------------------


class Provider(BaseHTTPRequestHandler):
    """A small OpenID Connect provider on this machine; like ProConnect, it answers who one is with a signed token."""

    person = {"sub": "abc", "email": "eve@exemple.fr", "given_name": "Eve", "family_name": "Martin"}
    asked: list[str] = []

    def do_GET(self) -> None:
        here = f"http://127.0.0.1:{self.server.server_address[1]}"
        if self.path.endswith("openid-configuration"):
            self.say(
                json.dumps(
                    {
                        "issuer": here,
                        "authorization_endpoint": f"{here}/authorize",
                        "token_endpoint": f"{here}/token",
                        "userinfo_endpoint": f"{here}/me",
                        "jwks_uri": f"{here}/keys",
                        "token_endpoint_auth_methods_supported": ["client_secret_post"],
                    }
                )
            )
        else:
            self.say(jwt.encode(self.person, "k" * 32, algorithm="HS256"), "application/jwt")

    def do_POST(self) -> None:
        self.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.say(json.dumps({"access_token": "t", "token_type": "Bearer", "expires_in": 60}))

    def say(self, text: str, kind: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def provider(settings: Settings) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    app = {
        "provider_id": "oidc", "name": "ProConnect", "client_id": "essaim", "secret": "s" * 20,
        "settings": {"server_url": address},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield address
    server.shutdown()
    server.server_close()


def test_another_service_brings_someone_in_whose_address_is_then_confirmed(
    client: Client, provider: str
) -> None:
    assert "Continuer avec ProConnect" in client.get("/accounts/login/").content.decode()
    leaving = client.post("/accounts/provider/oidc/login/?process=login")
    asked = parse_qs(urlsplit(leaving.url).query)
    assert leaving.url.startswith(f"{provider}/authorize?")
    assert asked["code_challenge_method"] == ["S256"]
    back = client.get("/accounts/provider/oidc/back/", {"code": "c", "state": asked["state"][0]})
    assert back.url == "/accounts/address/sent/"
    user = User.objects.get()
    assert (user.email, user.username, user.first_name) == ("eve@exemple.fr", "eve@exemple.fr", "Eve")
    assert "code_verifier=" in Provider.asked[-1]
    assert [message.to for message in mail.outbox] == [["eve@exemple.fr"]]


def test_an_answer_nobody_asked_for_is_refused(client: Client, provider: str) -> None:
    answer = client.get("/accounts/provider/oidc/back/", {"code": "c", "state": "forged"})
    assert answer.status_code == 401
    assert "La connexion n'a pas abouti" in answer.content.decode()
    assert not User.objects.exists()
