"""Signing up, confirming by mail, coming in, a second factor, out again; keys and open data. In a browser."""

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, Visitor
from tests.journeys.sites import ADMINISTRATOR, PASSWORD

Visit = Callable[..., Visitor]
Check = Callable[[Page], None]

DOORS = {
    "/accounts/login/": ("Se connecter", "Log in"),
    "/accounts/signup/": ("Créer un compte", "Create an account"),
    "/accounts/password/forgotten/": ("Mot de passe oublié", "Forgotten password"),
    "/accounts/password/forgotten/sent/": ("Ouvrez vos messages", "Open your mail"),
    "/accounts/address/sent/": ("Ouvrez vos messages", "Open your mail"),
    "/accounts/address/confirm/wrong/": ("Confirmer votre adresse", "Confirm your address"),
    "/accounts/closed/": ("Ce compte est fermé", "This account is closed"),
    "/organisations/data/": ("Les données de l'annuaire", "The data of the directory"),
}
MINE = {
    "/accounts/": ("Mon compte", "My account"),
    "/accounts/logout/": ("Se déconnecter", "Log out"),
    "/accounts/provider/": ("Se connecter avec un autre service", "Log in with another service"),
    "/organisations/data/keys/": ("Mes clés d'API", "My API keys"),
    "/organisations/mine/": ("Mes organisations", "My organisations"),
}
# These ask for the password again first.
GUARDED = {
    "/accounts/address/": ("Changer d'adresse", "Change address"),
    "/accounts/password/": ("Changer de mot de passe", "Change password"),
    "/accounts/factor/activate/": ("Activer l'application de codes", "Turn on the code app"),
    "/accounts/factor/recovery/new/": ("De nouveaux codes de secours", "New recovery codes"),
}


def code_of(secret: str) -> str:
    """What the application on the telephone shows now (RFC 6238)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1").digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def last_link(mailbox: Path, to: str) -> str:
    """The path of the link in the latest mail to someone; mails are files in a new installation."""
    mails = sorted(mailbox.glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
    texts = [
        text
        for path in mails
        for text in path.read_text(encoding="utf-8").split("-" * 79)
        if f"To: {to}" in text
    ]
    found = re.search(r"http://127\.0\.0\.1:\d+(/\S+)", texts[-1])
    assert found, texts[-1]
    return found[1]


def come_in(
    page: Page, address: str = ADMINISTRATOR, password: str = PASSWORD, button: str = "Se connecter"
) -> None:
    page.locator("input[name=login]").fill(address)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("main").get_by_role("button", name=button).click()


def sign_up(page: Page, address: str, button: str) -> None:
    page.locator("input[name=email]").fill(address)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=password2]").fill(PASSWORD)
    page.get_by_role("button", name=button).click()


def test_from_signing_up_to_logging_out(visit: Visit, mailbox: Path, assert_axe_clean: Check) -> None:
    visitor = visit()
    page = visitor.go("/accounts/login/")
    page.get_by_role("link", name="Créer un compte").click()
    sign_up(page, "fanny@exemple.fr", "Créer mon compte")
    expect(page.locator("h1")).to_have_text("Ouvrez vos messages")

    page = visitor.go(last_link(mailbox, "fanny@exemple.fr"))
    expect(page.get_by_role("main")).to_contain_text("fanny@exemple.fr")
    assert_axe_clean(page)
    page.get_by_role("button", name="Confirmer mon adresse").click()
    expect(page.get_by_role("status")).to_contain_text("est confirmée")
    come_in(page, "fanny@exemple.fr")

    page.locator(".account summary", has_text="fanny@exemple.fr").click()
    page.get_by_role("link", name="Mon compte").click()
    assert_axe_clean(page)
    page.get_by_role("link", name="Activer l'application de codes").click()
    expect(page.locator("h1")).to_have_text("Est-ce bien vous ?")
    assert_axe_clean(page)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("h1")).to_have_text("Activer l'application de codes")
    assert page.locator(".qr").evaluate("image => image.naturalWidth") > 50
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code affiché par l'application").fill("000000")
    page.get_by_role("button", name="Activer", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".secret")).to_have_text(secret)
    page.get_by_label("Code affiché par l'application").fill(code_of(secret))
    page.get_by_role("button", name="Activer", exact=True).click()
    expect(page.locator("h1")).to_have_text("Vos codes de secours")
    assert_axe_clean(page)
    codes = page.locator(".code-list code").all_inner_texts()
    assert len(codes) == 10

    page.locator(".account summary").click()
    page.locator(".account").get_by_role("button", name="Se déconnecter").click()
    page = visitor.go("/accounts/login/")
    come_in(page, "fanny@exemple.fr")
    expect(page.locator("h1")).to_have_text("Votre code")
    assert_axe_clean(page)
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Se connecter").click()
    page.locator(".account summary", has_text="fanny@exemple.fr").click()
    page.locator(".account").get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("contentinfo").get_by_role("link", name="Se connecter")).to_be_visible()


def test_in_english_without_javascript_on_a_phone(visit: Visit, mailbox: Path) -> None:
    visitor = visit(size=PHONE, language="en", javascript=False)
    page = visitor.go("/accounts/signup/")
    sign_up(page, "george@exemple.fr", "Create my account")
    page = visitor.go(last_link(mailbox, "george@exemple.fr"))
    page.get_by_role("button", name="Confirm my address").click()
    come_in(page, "george@exemple.fr", button="Log in")
    page = visitor.go("/organisations/data/keys/")
    page.get_by_label("What will this key be for?").fill("My map")
    page.get_by_role("button", name="Create the key").click()
    expect(page.get_by_role("heading", name="Your new key")).to_be_visible()
    secret = page.locator(".secret").inner_text()
    answer = page.request.get(f"{visitor.site}/organisations/data/", headers={"X-API-Key": secret})
    assert answer.status == 200
    page.get_by_role("button", name="Revoke the key My map").click()
    expect(page.get_by_role("main")).to_contain_text("Revoked on")


def test_a_forgotten_password_is_chosen_anew(visit: Visit, mailbox: Path, assert_axe_clean: Check) -> None:
    visitor = visit()
    page = visitor.go("/accounts/signup/")
    sign_up(page, "hugo@exemple.fr", "Créer mon compte")
    page = visitor.go("/accounts/password/forgotten/")
    page.get_by_label("Adresse électronique").fill("hugo@exemple.fr")
    page.get_by_role("button", name="Recevoir le lien").click()
    page = visitor.go(last_link(mailbox, "hugo@exemple.fr"))
    expect(page.locator("h1")).to_have_text("Choisir un mot de passe")
    assert_axe_clean(page)
    for field in ("password1", "password2"):
        page.locator(f"input[name={field}]").fill("une autre phrase de miel")
    page.get_by_role("button", name="Choisir ce mot de passe").click()
    page.get_by_role("main").get_by_role("link", name="Se connecter").click()
    come_in(page, "hugo@exemple.fr", "une autre phrase de miel")
    expect(page.locator(".account summary")).to_contain_text("hugo@exemple.fr")


@pytest.mark.parametrize(
    ("language", "size"), [("fr", PHONE), ("en", DESKTOP)], ids=["fr-phone", "en-desktop"]
)
def test_every_door_is_said_in_the_readers_language_fits_and_is_accessible(
    visit: Visit, assert_axe_clean: Check, language: str, size: tuple[int, int]
) -> None:
    visitor = visit(size=size, language=language)
    for path, titles in DOORS.items():
        page = visitor.go(path)
        expect(page.locator("h1")).to_have_text(titles[language == "en"])
        visitor.assert_fits()
        assert_axe_clean(page)


@pytest.mark.parametrize(("language", "size", "dark"), [("fr", DESKTOP, True), ("en", PHONE, False)])
def test_every_page_of_ones_own_fits_and_is_accessible(
    visit: Visit, assert_axe_clean: Check, language: str, size: tuple[int, int], dark: bool
) -> None:
    visitor = visit(size=size, language=language, dark=dark)
    come_in(visitor.go("/accounts/login/"), button=("Se connecter", "Log in")[language == "en"])
    visitor.page.locator(".account summary").wait_for()
    for path, titles in MINE.items():
        page = visitor.go(path)
        expect(page.locator("h1")).to_have_text(titles[language == "en"])
        visitor.assert_fits()
        assert_axe_clean(page)
    page = visitor.go("/accounts/factor/activate/")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name=("Continuer", "Continue")[language == "en"]).click()
    for path, titles in GUARDED.items():
        page = visitor.go(path)
        expect(page.locator("h1")).to_have_text(titles[language == "en"])
        visitor.assert_fits()
        assert_axe_clean(page)


def test_an_administrator_gives_and_takes_a_role(
    visit: Visit, mailbox: Path, assert_axe_clean: Check
) -> None:
    visitor = visit()
    come_in(visitor.go("/accounts/login/"))
    visitor.page.locator(".account summary").wait_for()
    page = visitor.go("/accounts/mel/roles/")
    page.get_by_label("Adresse électronique de la personne").fill("ines@exemple.fr")
    page.get_by_label("Rôle", exact=True).select_option("agent")
    page.get_by_role("button", name="Donner ce rôle").click()
    expect(page.get_by_role("status")).to_contain_text("Un message invite ines@exemple.fr")
    visitor.assert_fits()
    assert_axe_clean(page)
    page.get_by_role("button", name="Retirer le rôle agent de ines@exemple.fr").click()
    expect(page.get_by_role("status")).to_contain_text("Rôle retiré")
    expect(page.get_by_role("main")).not_to_contain_text("ines@exemple.fr")
