"""A resident finds an organisation, sees it on the map, keeps it, and shows it on another site."""

import http.server
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, Visitor
from tests.journeys.sites import ADMINISTRATOR, PASSWORD

Visit = Callable[..., Visitor]
Check = Callable[[Any], None]
SEARCH, MAP, EMBED = "/organisations/", "/organisations/map/", "/organisations/embed/"
LILLE = "territory=epci:200093201"
PAGES = {
    SEARCH: ("Annuaire de l'ESS", "SSE directory"),
    f"{SEARCH}?q=recyclerie&{LILLE}&family=association": ("Annuaire de l'ESS", "SSE directory"),
    f"{SEARCH}?q=introuvable": ("Annuaire de l'ESS", "SSE directory"),
    f"{MAP}?{LILLE}": ("Carte de l'ESS", "SSE map"),
    "/organisations/share/?q=traiteur": (
        "Montrer cette recherche sur un autre site",
        "Show this search on another site",
    ),
    "/organisations/print/?q=recyclerie": ("recyclerie", "recyclerie"),
    "/organisations/lists/": ("Il faut un compte", "An account is needed"),
}


def result_names(page: Page) -> list[str]:
    return [each.inner_text() for each in page.locator(".result-name").all()]


def the_map(page: Page) -> Any:
    page.locator(".map[data-ready]").wait_for()
    return page.locator(".map-list button")


@pytest.mark.parametrize(
    ("language", "size", "dark"),
    [("fr", PHONE, False), ("en", DESKTOP, True)],
    ids=["fr-phone", "en-desktop-dark"],
)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_said_in_the_readers_language_fits_and_is_accessible(
    visit: Visit, assert_axe_clean: Check, path: str, language: str, size: tuple[int, int], dark: bool
) -> None:
    visitor = visit(size=size, language=language, dark=dark)
    page = visitor.go(path)
    expect(page.locator("h1")).to_have_text(PAGES[path][language == "en"])
    expect(page.locator("html")).to_have_attribute("lang", language)
    if "map" in path:
        the_map(page)
    visitor.assert_fits()
    assert_axe_clean(page)


def test_find_filter_and_undo_without_leaving_the_page(visit: Visit) -> None:
    page = visit().go(SEARCH)
    assert "Données fictives" in page.locator("body").inner_text()
    page.get_by_label("Qui ou quoi ?").fill("recycleries")
    page.get_by_label("Où ?", exact=True).press_sequentially("métropole eur")
    page.locator("#place-suggestions a", has_text="Métropole Européenne de Lille").click()
    page.wait_for_url(f"**{SEARCH}?q=recycleries&territory=epci%3A200093201")
    names = result_names(page)
    # Others hold records too: every one found says the word, or does the thing.
    assert any(name.startswith("Recyclerie") for name in names)
    assert all("cycl" in found.lower() for found in page.locator(".result").all_inner_texts())
    assert "Recyclerie Invisible" not in names
    first = page.locator(".result").first
    expect(first).to_contain_text("Membre de l'ESS")
    expect(first).to_contain_text("Sa forme juridique la rend membre.")

    page.goto(page.url.replace("recycleries", ""))
    before = page.locator("#results-title").inner_text()
    page.locator("#family-cooperative").check()
    page.wait_for_url("**family=cooperative")
    expect(page.locator("#family-cooperative")).to_be_focused()
    assert page.locator("#results-title").inner_text() != before
    expect(page.locator("#said")).to_have_text(page.locator("#results-title").inner_text())
    page.locator(".chip", has_text="Coopérative").click()
    expect(page.locator("#results-title")).to_have_text(before)


def test_the_map_and_the_list_count_the_same_and_follow_the_filters(visit: Visit) -> None:
    page = visit().go(f"{SEARCH}?{LILLE}")
    page.set_viewport_size({"width": 1400, "height": 1000})
    the_map(page)
    found = int(page.locator("#results-title").inner_text().split()[0])
    said = page.locator(".map-list p")
    expect(said).to_have_text(f"Lieux de la carte affichée : {found - 1}")  # one has no position
    page.locator("#family-mutual").check()
    page.wait_for_url("**family=mutual")
    shown = page.locator("#results-title").inner_text().split()[0]
    expect(said).to_have_text(f"Lieux de la carte affichée : {shown}")


def test_the_map_by_keyboard_alone(visit: Visit) -> None:
    page = visit().go(f"{MAP}?{LILLE}&family=foundation")
    stops = the_map(page)
    stops.first.focus()
    for _ in range(12):  # groups come closer, until a place opens
        if page.locator(".map-card a").count():
            break
        page.keyboard.press("Enter")
        page.wait_for_timeout(700)
    card = page.locator(".map-card a").first
    expect(card).to_be_visible()
    assert page.evaluate("document.querySelector('.maplibregl-popup').contains(document.activeElement)")
    assert "/organisations/" in (card.get_attribute("href") or "")
    page.keyboard.press("Escape")
    expect(page.locator(".map-card")).to_have_count(0)
    assert page.evaluate("document.querySelector('.map-list').contains(document.activeElement)")
    page.keyboard.press("ArrowDown")
    page.locator(".map-list a").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**bbox=**")
    expect(page.locator(".chip", has_text="dans la carte affichée")).to_be_visible()


def test_a_phone_has_a_tab_for_the_map_and_folded_filters(visit: Visit) -> None:
    visitor = visit(size=PHONE)
    page = visitor.go(f"{SEARCH}?{LILLE}")
    expect(page.locator("#family-mutual")).to_be_hidden()
    page.locator(".facets > summary").click()
    page.locator("#family-mutual").check()
    page.wait_for_url("**family=mutual")
    expect(page.locator("#family-mutual")).to_be_visible()
    page.get_by_role("link", name="Carte", exact=True).click()
    page.wait_for_url(f"**{MAP}?territory=epci%3A200093201&family=mutual")
    the_map(page)
    visitor.assert_fits()
    page.get_by_role("link", name="Liste", exact=True).click()
    page.wait_for_url(f"**{SEARCH}?territory=epci%3A200093201&family=mutual")


def test_everything_is_found_without_javascript(visit: Visit) -> None:
    visitor = visit(javascript=False)
    page = visitor.go(SEARCH)
    page.get_by_label("Qui ou quoi ?").fill("atelier velo")
    page.get_by_label("Où ?", exact=True).fill("roubaix")
    page.get_by_label("Jusqu'où ?").select_option("10")
    page.get_by_role("button", name="Chercher").click()
    assert page.url.endswith("?q=atelier+velo&around=commune%3A59512&within=10")
    assert {name[:12] for name in result_names(page)} == {"Atelier vélo"}
    page.locator("#status-member").check()
    page.get_by_role("button", name="Appliquer les filtres").click()
    assert page.url.endswith("&within=10&status=member")
    page.get_by_label("Trier par").select_option("name")
    page.get_by_role("button", name="Trier").click()
    names = result_names(page)
    assert names == sorted(names)
    page.goto(visitor.site + f"{MAP}?{LILLE}")
    expect(page.locator(".plain-list li").first).to_be_visible()
    page.get_by_role("link", name="Voir toute la liste").click()
    assert page.url.endswith(f"{SEARCH}?territory=epci%3A200093201")
    page.get_by_role("link", name="Page suivante").click()
    expect(page.locator("#results-title")).to_be_visible()


def test_the_place_hidden_by_objection_is_nowhere(visit: Visit) -> None:
    page = visit(javascript=False).go(f"{SEARCH}?q=recyclerie+invisible&sort=name")
    assert "Recyclerie Invisible" not in page.content()


@pytest.fixture
def other_site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A web server of someone else, and the folder it serves."""
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", tmp_path
        server.shutdown()
        thread.join()


def test_another_site_shows_the_search(visit: Visit, other_site: tuple[str, Path]) -> None:
    address, folder = other_site
    visitor = visit()
    page = visitor.go(f"/organisations/share/?{LILLE}&q=traiteur")
    expect(page.frame_locator("iframe").locator("h1")).to_contain_text("lieux de l'annuaire de l'ESS")
    page.get_by_label("Hauteur").select_option("720")
    page.locator("#in").select_option("en")
    page.get_by_role("button", name="Voir l'aperçu").click()
    html = page.get_by_label("HTML à copier").input_value()
    assert 'height="720"' in html
    (folder / "page.html").write_text(f"<!doctype html><title>x</title>{html}", encoding="utf-8")
    page.goto(f"{address}/page.html")
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_contain_text("places of the SSE directory")
    expect(frame.locator(".result-name").first).to_contain_text("Traiteur")
    frame.locator(".map[data-ready]").wait_for()
    assert [each for each in page.context.cookies() if each["name"] != "csrftoken"] == []
    # Only the embedded page may be framed.
    refused = page.request.get(visitor.site + SEARCH).headers
    assert refused["x-frame-options"] == "DENY"
    visitor.complaints[:] = [
        said
        for said in visitor.complaints
        if address not in said and "favicon" not in said and "404" not in said
    ]


def sign_in(visitor: Visitor) -> Page:
    page = visitor.go("/accounts/login/")
    page.locator("input[name=username], input[name=login]").fill(ADMINISTRATOR)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state("networkidle")
    return page


def test_keep_note_share_and_follow(visit: Visit, assert_axe_clean: Check) -> None:
    visitor = visit()
    sign_in(visitor)
    page = visitor.go(f"{SEARCH}?q=recyclerie&sort=name")
    name = result_names(page)[0]
    page.locator(".result-keep").first.click()
    assert_axe_clean(page)
    page.get_by_label("Nom de la nouvelle liste").fill("À rappeler")
    page.get_by_role("button", name="Garder dans cette liste").click()
    page.wait_for_url("**q=recyclerie**")
    expect(page.locator(".result-keep").first).to_contain_text("Dans vos listes")

    page.get_by_role("link", name="Mes listes").click()
    assert_axe_clean(page)
    page.get_by_role("link", name="À rappeler").click()
    page.get_by_label("Votre note").first.fill("Le lundi matin")
    page.get_by_role("button", name="Enregistrer la note").click()
    page.get_by_role("button", name="Partager la liste").click()
    expect(page.get_by_label("Lien à envoyer")).to_be_visible()
    assert_axe_clean(page)
    shared = page.get_by_label("Lien à envoyer").input_value().removeprefix(visitor.site)
    other = visit(size=PHONE)
    read = other.go(shared)
    expect(read.locator(".kept-list")).to_contain_text(name)
    expect(read.locator(".kept-note")).to_have_text("Le lundi matin")
    other.assert_fits()
    assert_axe_clean(read)

    visitor.go(f"/organisations/searches/save/?{LILLE}&family=mutual")
    assert_axe_clean(page)
    page.get_by_role("button", name="Suivre la recherche").click()
    assert_axe_clean(page)
    visitor.assert_fits()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    visitor.assert_fits()
