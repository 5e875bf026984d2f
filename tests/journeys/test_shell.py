"""Home, law, login, gallery: both languages, two screens, light and dark, with keys only, without JavaScript."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, Visitor
from tests.journeys.sites import ADMINISTRATOR, PASSWORD, Site

Visit = Callable[..., Visitor]
PAGES = {
    "/": (
        "L'économie sociale et solidaire de votre territoire",
        "The social and solidarity economy of your territory",
    ),
    "/law/": ("La loi appliquée", "The law we apply"),
    "/accounts/login/": ("Se connecter", "Log in"),
    "/ui/gallery/": ("Galerie des composants", "Gallery of components"),
    "/api/": ("L'interface de programmation (API)", "The programming interface (API)"),
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
    expect(page.locator("html")).to_have_attribute("lang", language)
    is_dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 25, 31)"
    assert is_dark == dark
    visitor.assert_fits()
    assert_axe_clean(page)


def test_the_language_is_changed_and_remembered(visit: Visit) -> None:
    page = visit().go("/law/?on=2026-05-02")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("The law we apply")
    expect(page.locator("#on")).to_have_value("2026-05-02")
    page.get_by_role("link", name="Essaim", exact=True).click()
    expect(page.locator("h1")).to_have_text(PAGES["/"][1])


def test_the_first_key_leads_to_the_content(visit: Visit) -> None:
    page = visit().go("/law/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_menu_opens_and_closes_by_keyboard(visit: Visit) -> None:
    page = visit().go("/")
    summary = page.locator(".main-navigation summary", has_text="Comprendre")
    summary.focus()
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("navigation").get_by_role("link", name="La loi appliquée Chaque règle")
    ).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".main-navigation details[open]")).to_have_count(0)
    expect(summary).to_be_focused()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_everything_without_javascript(visit: Visit, path: str) -> None:
    visitor = visit(javascript=False)
    page = visitor.go(path)
    expect(page.locator("h1")).to_have_text(PAGES[path][0])
    page.locator(".main-navigation summary", has_text="Comprendre").click()
    expect(page.locator(".main-navigation").get_by_role("link", name="La loi appliquée")).to_be_visible()


def test_without_javascript_the_gallerys_maps_are_lists_and_its_search_a_form(visit: Visit) -> None:
    page = visit(javascript=False).go("/ui/gallery/")
    expect(page.locator("[data-map]").first.get_by_text("Lorient")).to_be_visible()
    page.get_by_label("Choisir une ville").fill("li")
    page.get_by_role("button", name="Rechercher").click()
    assert page.url.endswith("/ui/gallery/?q=li")


def test_the_menus_open_within_a_phones_screen(visit: Visit) -> None:
    visitor = visit(size=PHONE)
    page = visitor.go("/")
    for name in ("Explorer", "Comprendre"):
        page.locator(".main-navigation summary", has_text=name).click()
        menu = page.locator(".main-navigation details[open] ul").bounding_box()
        assert menu is not None
        assert menu["x"] >= 0
        assert menu["x"] + menu["width"] <= PHONE[0]
        visitor.assert_fits()


def test_suggestions_are_walked_with_the_arrows(visit: Visit) -> None:
    page = visit().go("/ui/gallery/")
    box = page.get_by_label("Choisir une ville")
    box.press_sequentially("li")
    expect(page.locator(".suggestions a")).to_have_text(["Lille", "Limoges"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Limoges")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    expect(page.locator(".suggestions a")).to_have_count(0)


def test_the_map_is_drawn_and_its_list_walked_with_the_arrows(visit: Visit) -> None:
    page = visit().go("/ui/gallery/")
    points = page.locator('[data-map="points"]')
    expect(points).to_have_attribute("data-ready", "true", timeout=30_000)
    first = points.locator(".map-list button").first
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(points.locator(".map-card")).to_contain_text("Ruche 10")
    page.keyboard.press("Escape")
    expect(points.locator(".map-card")).to_have_count(0)


def test_a_name_from_a_register_is_never_read_as_markup(visit: Visit) -> None:
    page = visit().go("/ui/gallery/")
    points = page.locator('[data-map="points"]')
    expect(points).to_have_attribute("data-ready", "true", timeout=30_000)
    points.locator(".map-list button", has_text="<b>Ruche</b> 1").click()
    expect(points.locator(".map-card a")).to_have_text("<b>Ruche</b> 1")
    expect(points.locator(".map-card b")).to_have_count(0)


def test_a_form_sent_wrong_says_so_and_takes_the_focus(visit: Visit) -> None:
    page = visit().go("/ui/gallery/")
    page.get_by_role("button", name="Vérifier les réponses").click()
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Il y a 2 points à corriger")
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("Nom de l'organisation")).to_be_focused()


def test_the_law_of_another_day(visit: Visit) -> None:
    page = visit().go("/law/")
    page.locator("#on").fill("1910-01-01")
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_role("heading", name="Aucune règle à cette date")).to_be_visible()
    page.get_by_role("link", name="La loi d'aujourd'hui").click()
    expect(page.get_by_role("heading", name="Périmètre de l'économie sociale et solidaire")).to_be_visible()


def test_an_administrator_logs_in_and_out(visit: Visit) -> None:
    page = visit().go("/accounts/login/")
    page.get_by_label("Adresse électronique").fill(ADMINISTRATOR)
    page.get_by_label("Mot de passe").fill("autre chose")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    page.locator(".account summary", has_text=ADMINISTRATOR).click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("contentinfo").get_by_role("link", name="Se connecter")).to_be_visible()


def test_a_page_that_does_not_exist_says_what_to_do(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/nowhere/")
    expect(page.locator("h1")).to_have_text("Cette page n'existe pas")
    # The browser logs the 404 itself.
    visitor.complaints[:] = [said for said in visitor.complaints if "404" not in said]
    page.get_by_role("main").get_by_role("link", name="Accueil").click()
    expect(page.locator("h1")).to_have_text(PAGES["/"][0])


def test_links_that_leave_the_site_begin_with_the_address_it_is_served_at(site: Site) -> None:
    said = httpx.get(f"{site.address}/robots.txt").text
    assert f"Sitemap: {site.address}/sitemap.xml" in said
