"""An organisation's page, the support ecosystem, value chains and the ESUS self-check, in a real browser."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, Visitor

Visit = Callable[..., Visitor]
MEL = "territory=epci%3A200093201"
FULL, DOUBTFUL, OUT, HIDDEN = 1, 58, 59, 60
PAGES = {
    f"/organisations/{FULL}/": ("Recyclerie des Trois Ponts", "Recyclerie des Trois Ponts"),
    f"/organisations/{DOUBTFUL}/": (re.compile("."), re.compile(".")),
    "/organisations/esus/": ("Suis-je éligible à l'agrément ESUS ?", "Am I eligible for the ESUS approval?"),
    f"/organisations/supports/?{MEL}": ("Qui accompagne qui", "Who supports whom"),
    "/organisations/channels/": ("Les filières", "Value chains"),
    f"/organisations/channels/reuse/?{MEL}": ("Réemploi des objets", "Reuse of household goods"),
}


@pytest.mark.parametrize(
    ("language", "size", "dark"),
    [("fr", PHONE, False), ("en", DESKTOP, True)],
    ids=["fr-phone", "en-desktop-dark"],
)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_said_in_the_readers_language_fits_and_is_accessible(
    visit: Visit,
    assert_axe_clean: Callable[[Page], None],
    path: str,
    language: str,
    size: tuple[int, int],
    dark: bool,
) -> None:
    visitor = visit(size=size, language=language, dark=dark)
    page = visitor.go(path)
    expect(page.locator("h1")).to_have_text(PAGES[path][language == "en"])
    visitor.assert_fits()
    assert_axe_clean(page)


def test_the_page_explains_why_and_its_linked_data_is_read(visit: Visit) -> None:
    page = visit().go(f"/organisations/{FULL}/")
    expect(page.locator("#why")).to_have_text("Pourquoi elle est dans l'ESS")
    expect(page.get_by_role("row", name="Indicateur ESS de SIRENE membre O 22 novembre 2026")).to_be_visible()
    document = json.loads(page.locator('script[type="application/ld+json"]').inner_text())
    assert document["name"] == "Recyclerie des Trois Ponts"
    assert document["@type"] == ["Organization", "NGO", "LocalBusiness"]


def test_the_map_of_its_places_is_drawn(visit: Visit) -> None:
    page = visit().go(f"/organisations/{FULL}/")
    expect(page.locator('[data-map="points"]')).to_have_attribute("data-ready", "true", timeout=30_000)


def test_sources_that_disagree_are_shown_as_such(visit: Visit) -> None:
    page = visit().go(f"/organisations/{DOUBTFUL}/")
    expect(page.locator("#why")).to_have_text("Est-elle dans l'ESS ?")
    expect(page.get_by_text("Les sources se contredisent.", exact=True)).to_be_visible()


def test_a_hidden_organisation_is_not_there(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go(f"/organisations/{HIDDEN}/")
    expect(page.locator("h1")).not_to_contain_text("Recyclerie")
    # The browser itself complains of the 404, as it should.
    assert [each for each in visitor.complaints if "404" not in each] == []
    visitor.complaints.clear()


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "plain"])
def test_contacts_appear_when_a_person_asks_personal_ones_never_without_consent(
    visit: Visit, javascript: bool
) -> None:
    page = visit(javascript=javascript).go(f"/organisations/{FULL}/")
    assert "@exemple.fr" not in page.content()
    page.get_by_role("button", name="Afficher les contacts").click()
    expect(page.get_by_role("link", name="accueil@exemple.fr")).to_be_visible()
    assert "camille" not in page.content()


def test_without_javascript_the_page_says_everything(visit: Visit) -> None:
    page = visit(javascript=False).go(f"/organisations/{FULL}/")
    for words in (
        "Débarras d'appartement",
        "Apprendre à réparer",
        "Vendre ou donner",
        "Tout public",
        "9 h – 12 h 30",
    ):
        expect(page.get_by_text(words).first).to_be_visible()


def test_the_self_check_answers_each_condition_without_javascript(visit: Visit) -> None:
    page = visit(javascript=False).go("/organisations/esus/")
    for question in ("membre de l'ESS", "cinq buts", "titre coté", "inscrivent-ils"):
        page.get_by_role("group", name=re.compile(question)).get_by_label("Oui").check()
    page.get_by_label("SMIC annuel brut").fill("20 000")
    page.get_by_label("Moyenne des cinq").fill("60 000")
    page.get_by_label("La plus haute rémunération").fill("250 000")
    page.get_by_role("button", name="Examiner chaque condition").click()
    expect(page.get_by_text("une condition au moins n'est pas remplie")).to_be_visible()
    expect(page.get_by_text("Elle fait 12,5 fois le minimum")).to_be_visible()
    expect(page.get_by_label("SMIC annuel brut")).to_have_value("20 000")


def test_a_wrong_amount_takes_the_reader_to_its_question(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/organisations/esus/")
    page.get_by_label("La plus haute rémunération").fill("beaucoup")
    page.get_by_role("button", name="Examiner chaque condition").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("La plus haute rémunération")).to_be_focused()
    visitor.complaints.clear()  # the 422 itself


def test_the_matrix_leads_to_the_supports_it_counts(visit: Visit) -> None:
    page = visit(javascript=False).go(f"/organisations/supports/?{MEL}")
    page.get_by_role("row", name=re.compile("^La création")).get_by_role("link", name="1").click()
    expect(page.locator("#list")).to_have_text("1 appui")
    page.get_by_text("Prêt d'honneur solidaire").wait_for()
    page.get_by_label("Type d'appui").select_option(label="Locaux et espaces")
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_text("Personne n'offre cela ici")).to_be_visible()


def test_a_territory_is_found_by_its_name_and_the_chain_says_why(visit: Visit) -> None:
    page = visit().go("/organisations/channels/reuse/")
    page.get_by_label("Territoire").fill("Roubaix")
    page.get_by_role("button", name="Afficher").click()
    expect(page.locator("#flow")).to_have_text("La chaîne : Roubaix")
    expect(page.get_by_text("déduit", exact=True).first).to_be_visible()


def test_it_prints_on_paper_with_its_places(visit: Visit) -> None:
    page = visit().go(f"/organisations/{FULL}/")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Afficher les contacts")).to_be_hidden()
    expect(page.locator(".map-canvas")).to_be_hidden()
    expect(page.locator("#places")).to_be_visible()
