"""A buyer asks what the law allows, changes the date, looks for a code; on a phone too, without JavaScript."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Visitor

Visit = Callable[..., Visitor]


def test_a_buyer_asks_and_sees_what_the_day_before_allowed(
    visit: Visit, assert_axe_clean: Callable[[Page], None]
) -> None:
    visitor = visit()
    page = visitor.go("/procurement/routes/")
    assert_axe_clean(page)
    page.get_by_label("Montant estimé, en euros hors taxes").fill("55 000")
    page.get_by_label("Fournitures").check()
    page.get_by_label("Lancement de la consultation").fill("2026-05-02")
    page.get_by_role("button", name="Voir ce que permet le droit").click()
    expect(page.locator("#route-direct .tag").first).to_have_text("ouverte")
    assert "amount=55+000" in page.url
    assert_axe_clean(page)
    page.get_by_role("link", name="La même question au 31 mars 2026").click()
    expect(page.locator("#route-direct .tag").first).to_have_text("fermée")
    expect(page.locator("#route-adapted .tag").first).to_have_text("ouverte")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "procedures-2026-03-31.csv"


def test_a_code_is_looked_for_by_words_on_a_phone_in_english_without_javascript(
    visit: Visit, assert_axe_clean: Callable[[Page], None]
) -> None:
    visitor = visit(size=PHONE, language="en", javascript=False)
    page = visitor.go("/procurement/routes/?amount=300000&kind=services&on=2026-09-01")
    expect(page.locator("#route-reserved-sse .tag").first).to_have_text("to be specified")
    expect(page.get_by_text("Act 2026-403 of 26 May 2026", exact=False).first).to_be_visible()
    visitor.assert_fits()
    page.get_by_label("CPV code, or a few words to look for it").fill("services sociaux enfants")
    page.get_by_role("button", name="See what the law allows").click()
    page.get_by_role("link", name="85311300", exact=True).click()
    expect(page.locator("#route-reserved-sse .tag").first).to_have_text("open")
    checked = visit(size=PHONE, language="en", dark=True)
    assert_axe_clean(
        checked.go("/procurement/routes/?amount=300000&kind=services&on=2026-09-01&cpv=85311300")
    )
    checked.assert_fits()
