"""From choosing a territory to taking its figures away, in a browser."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESKTOP, PHONE, Visitor

Visit = Callable[..., Visitor]
Check = Callable[[Any], None]
LILLE = "/atlas/epci/200093201/"


def test_choose_read_compare_download_and_learn_the_method(visit: Visit, assert_axe_clean: Check) -> None:
    visitor = visit()
    page = visitor.go("/atlas/")
    assert_axe_clean(page)

    page.get_by_label("Nom ou code du territoire").press_sequentially("métropole eur")
    page.locator(".suggestions a", has_text="Métropole Européenne de Lille").click()
    page.wait_for_url(f"**{LILLE}")
    assert page.locator("h1").inner_text() == "Métropole Européenne de Lille"
    assert "84" in page.locator(".key-figure").first.inner_text()
    assert_axe_clean(page)

    section = page.locator("#families")
    section.get_by_text("Voir les chiffres dans un tableau").click()
    assert section.locator("tbody tr").first.inner_text().split("\t")[:2] == ["Associations", "50"]

    with page.expect_download() as taking:
        section.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(taking.value.path().read_text())))
    assert taking.value.suggested_filename == "fictif-atlas-ess-epci-200093201-2026-11-01.csv"
    assert {row["fictitious"] for row in rows} == {"true"}

    page.get_by_role("link", name="Comparer", exact=True).click()
    page.wait_for_url("**/atlas/compare/**")
    assert (
        page.locator(".compare-table thead th").count() == 5
    )  # the figure, Lille, Nord, Hauts-de-France, France
    assert_axe_clean(page)

    page.locator(".compare-table tbody th a", has_text="Postes salariés").click()
    page.wait_for_url("**/atlas/method/sse_jobs/")
    assert "Une fourchette, jamais un point" in page.locator("main").inner_text()
    assert_axe_clean(page)


def test_the_map_leads_to_a_territory_without_javascript(visit: Visit) -> None:
    page = visit(javascript=False).go("/atlas/")
    for name in ("Hauts-de-France", "Nord"):  # by keyboard: each shape is a link
        page.locator(f'.is-links a[aria-label="{name}"]').press("Enter")
    page.locator('.choose-list a:text-is("Métropole Européenne de Lille")').first.click()
    page.wait_for_url(f"**{LILLE}")
    # The address is there before the page is.
    expect(page.locator(".atlas-section svg")).to_have_count(8)
    page.goto(page.url + "establishments/")
    assert page.locator(".listed li").count() == 50


def test_the_search_answers_without_javascript(visit: Visit) -> None:
    page = visit(javascript=False).go("/atlas/")
    page.get_by_label("Nom ou code du territoire").fill("roubaix")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Roubaix").click()
    assert page.url.endswith("/atlas/commune/59512/")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    "path",
    [
        LILLE,
        "/atlas/compare/?t=epci:200093201&t=epci:200033579",
        f"{LILLE}establishments/",
        f"{LILLE}map/sse_employer_share_pct/",
        f"{LILLE}sector/social_action/",
        "/atlas/method/sources/",
        "/atlas/epci/59350/",
    ],
)
def test_a_phone_in_english(visit: Visit, assert_axe_clean: Check, path: str, dark: bool) -> None:
    visitor = visit(size=PHONE, language="en", dark=dark)
    if path == "/atlas/epci/59350/":  # no such territory: the browser itself logs the 404
        visitor.page.goto(visitor.site + path)
        visitor.complaints.clear()
    else:
        visitor.go(path)
    assert visitor.page.locator("html").get_attribute("lang") == "en"
    visitor.assert_fits()
    assert_axe_clean(visitor.page)


def test_the_map_shows_the_establishments_and_the_filter_narrows_both(visit: Visit) -> None:
    page = visit(size=DESKTOP).go(f"{LILLE}establishments/")
    page.locator(".map[data-ready]").wait_for()
    assert page.locator(".map-list li").count() == 91
    page.get_by_label("Famille").select_option("mutual")
    page.get_by_role("button", name="Filtrer").click()
    page.locator(".map[data-ready]").wait_for()
    assert page.locator(".map-list li").count() == page.locator(".listed > li").count() == 9


def test_the_report_opens(visit: Visit) -> None:
    visitor = visit()
    answer = visitor.page.request.get(f"{visitor.site}{LILLE}atlas.pdf?lang=en")
    assert answer.status == 200
    text = pypdf.PdfReader(io.BytesIO(answer.body())).pages[0].extract_text()
    assert "FICTITIOUS DATA" in text
