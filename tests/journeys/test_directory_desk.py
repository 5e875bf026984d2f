"""An agent moderates, rules, merges and undoes; an objection is respected everywhere."""

import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, Visitor

RECORDS = "tests.journeys.desk_records"
Visit = Callable[..., Visitor]


@pytest.fixture
def agent(visit: Visit, records: dict) -> Callable[..., Visitor]:
    """`agent(0, size=PHONE)`: one of the two agents, already logged in."""
    return lambda which=0, **options: visit(session=records["sessions"][which], **options)


def status_of(address: str) -> int:
    """As a program sees it, without following."""
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def pages(records: dict) -> list[str]:
    desk = "/organisations/desk/"
    return [
        desk,
        f"{desk}requests/",
        f"{desk}duplicates/",
        f"{desk}to_confirm/",
        f"{desk}imports/",
        f"{desk}requests/{records['request']}/",
        f"{desk}claims/{records['claim']}/",
        f"{desk}proposals/{records['proposal']}/",
        f"{desk}duplicates/1/",
        f"{desk}records/{records['doubtful']}/",
        "/organisations/journal/",
        "/organisations/object/",
        f"/organisations/{records['canal']}/object/",
    ]


@pytest.mark.parametrize(
    ("size", "language", "dark"),
    [(DESKTOP, "fr", False), (PHONE, "en", True)],
    ids=["desktop-fr", "phone-en-dark"],
)
def test_every_page_of_the_desk_fits_and_is_accessible(
    agent: Callable[..., Visitor],
    assert_axe_clean: Callable[[Page], None],
    records: dict,
    size: tuple[int, int],
    language: str,
    dark: bool,
) -> None:
    visitor = agent(size=size, language=language, dark=dark)
    for path in pages(records):
        page = visitor.go(path)
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("html")).to_have_attribute("lang", language)
        visitor.assert_fits()
        assert_axe_clean(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_an_error_takes_the_reader_to_the_field(
    agent: Callable[..., Visitor], records: dict, javascript: bool
) -> None:
    visitor = agent(javascript=javascript)
    page = visitor.go(f"/organisations/desk/proposals/{records['proposal']}/")
    page.get_by_role("button", name="Refuser la proposition").click()
    expect(page.get_by_role("alert")).to_contain_text("Motif")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.locator("#id_refuse-reason")).to_be_focused()
    # The browser notes the 422 itself.
    visitor.complaints[:] = [each for each in visitor.complaints if "422" not in each]


def test_an_agent_accepts_a_correction_and_the_second_agent_is_told(
    agent: Callable[..., Visitor], records: dict
) -> None:
    first, second = agent(0, javascript=False), agent(1)
    page = first.go("/organisations/desk/")
    page.get_by_role("link", name="Corrections et nouveaux lieux").click()
    page.get_by_role("link", name="Le Jardin partagé").click()
    expect(page.get_by_role("row", name="Sigle – JARDIN")).to_be_visible()
    late = second.go(f"/organisations/desk/proposals/{records['proposal']}/")
    page.get_by_role("button", name="Faire ces changements sur la fiche").click()
    expect(page.get_by_role("status")).to_contain_text("C'est décidé")
    late.get_by_label("Motif").fill("Pas assez précis")
    late.get_by_role("button", name="Refuser la proposition").click()
    expect(late.get_by_role("alert")).to_contain_text("déjà été décidé")
    expect(late.get_by_role("alert")).to_contain_text("agent, Métropole de Lille")
    expect(late.locator("#decision")).to_be_visible()
    second.complaints[:] = [each for each in second.complaints if "409" not in each]


def test_an_agent_rules_and_the_public_page_says_so(
    agent: Callable[..., Visitor], visit: Visit, records: dict
) -> None:
    page = agent().go(f"/organisations/desk/records/{records['doubtful']}/")
    expect(
        page.get_by_text("Les sources se contredisent : à confirmer par une décision locale.")
    ).to_be_visible()
    page.get_by_label("Membre de l'ESS").check()
    page.get_by_label("Motif, public").fill("Statuts lus en séance.")
    page.get_by_role("button", name="Décider et publier le motif").click()
    expect(page.get_by_role("heading", name="Décision locale en vigueur")).to_be_visible()
    public = visit().go(f"/organisations/{records['doubtful']}/")
    expect(public.get_by_text("Statuts lus en séance.").first).to_be_visible()


def test_an_agent_merges_two_records_then_undoes_it(
    agent: Callable[..., Visitor], live_site: str, records: dict
) -> None:
    visitor = agent(javascript=False)
    page = visitor.go("/organisations/desk/duplicates/")
    page.get_by_role("link", name="Les Ateliers du Canal").click()
    expect(page.get_by_text("Noms ressemblants")).to_be_visible()
    page.get_by_role("button", name="Fondre les deux fiches en une").click()
    expect(page.get_by_role("status")).to_contain_text("Les deux fiches n'en font plus qu'une.")
    page.goto(f"{live_site}/organisations/{records['typed']}/")
    assert page.url == f"{live_site}/organisations/{records['canal']}/"
    expect(page.get_by_text("On répare les vélos.").first).to_be_visible()
    visitor.go("/organisations/journal/")
    page.get_by_role("link", name="Fiches fondues").first.click()
    page.get_by_role("button", name="Annuler l'acte et remettre").click()
    expect(page.get_by_role("status")).to_contain_text("L'acte est annulé")
    page.goto(f"{live_site}/organisations/{records['typed']}/")
    assert page.url == f"{live_site}/organisations/{records['typed']}/"


def test_an_objection_is_respected_everywhere(
    agent: Callable[..., Visitor], visit: Visit, live_site: str, records: dict
) -> None:
    name, person = "Camille Martin", records["person"]
    page = visit(javascript=False, size=PHONE).go(f"/organisations/{person}/object/?kind=objection")
    page.get_by_label("Votre adresse électronique").fill("camille@exemple.fr")
    page.get_by_role("button", name="Envoyer la demande").click()
    expect(page.locator("h1")).to_contain_text("Demande n°")
    assert name not in page.content()
    # A natural person's record: hidden at once, and still so once granted.
    assert_gone(live_site, person, name)
    desk = agent().go("/organisations/desk/requests/")
    desk.get_by_role("link", name=name).click()
    desk.get_by_label("Comment l'identité a été vérifiée").select_option("not_needed")
    desk.get_by_role("button", name="Masquer la fiche partout").click()
    expect(desk.locator("#decision")).to_be_visible()
    assert_gone(live_site, person, name)
    page.reload()
    expect(page.get_by_text("acceptée")).to_be_visible()


def assert_gone(site: str, person: int, name: str) -> None:
    """Its pages answer 404; whatever else the site publishes does not name it."""
    for suffix in ("/", ".json", ".jsonld", "/object/", "/history/", "/propose/"):
        assert status_of(f"{site}/organisations/{person}{suffix}") == 404, suffix
    lists = ("organisations/?q=camille", "organisations/map/?q=camille", "sitemap.xml", "api/organisations?q=camille",
             "organisations/data/organisations.csv")  # fmt: skip
    for path in lists:
        try:
            with urllib.request.urlopen(f"{site}/{path}", timeout=20) as answer:
                assert name not in answer.read().decode("utf-8", "replace"), path
        except urllib.error.HTTPError as error:
            # Not part of this tree yet.
            assert error.code == 404, path


def test_the_desk_is_nobody_elses(visit: Visit, live_site: str) -> None:
    page = visit().go("/organisations/desk/")
    assert "/accounts/login/" in page.url
