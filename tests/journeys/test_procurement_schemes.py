"""A buyer supposes, publishes and controls; a visitor reads what was published."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, Visitor

RECORDS = "tests.journeys.schemes_records"
Visit = Callable[..., Visitor]
HERE = "/procurement"


@pytest.fixture
def buyer(visit: Visit, records: dict) -> Callable[..., Visitor]:
    """A buyer of the metropolis, already logged in."""
    return lambda **options: visit(session=records["session"], **options)


@pytest.mark.parametrize(
    ("size", "language", "dark"),
    [(PHONE, "fr", False), (DESKTOP, "en", True)],
    ids=["phone-fr", "desktop-en-dark"],
)
def test_every_page_of_a_scheme_fits_and_is_accessible(
    buyer: Callable[..., Visitor],
    assert_axe_clean: Callable[[Page], None],
    records: dict,
    size: tuple[int, int],
    language: str,
    dark: bool,
) -> None:
    visitor = buyer(size=size, language=language, dark=dark)
    scheme, purchase = f"{HERE}/schemes/{records['scheme']}", f"{HERE}/article-35/{records['purchase']}"
    for path in (
        f"{HERE}/schemes/",
        f"{HERE}/schemes/new/",
        f"{scheme}/",
        f"{scheme}/figures/?first_year=2024&last_year=2025",
        f"{scheme}/what-if/?first_year=2024&last_year=2025&treatment=reserved&amount_1=50000",
        f"{scheme}/contracts/?first_year=2024&last_year=2025",
        f"{scheme}/contracts/aims/?key={records['key']}",
        f"{HERE}/schemes/published/{records['publication']}/",
        f"{HERE}/article-35/",
        f"{HERE}/article-35/new/",
        f"{purchase}/",
        f"{purchase}/social_condition/",
    ):
        page = visitor.go(path)
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("html")).to_have_attribute("lang", language)
        visitor.assert_fits()
        assert_axe_clean(page)


def test_a_buyer_supposes_a_lot_is_reserved_then_publishes_without_javascript(
    buyer: Callable[..., Visitor], visit: Visit, records: dict
) -> None:
    visitor = buyer(javascript=False)
    page = visitor.go(f"{HERE}/schemes/{records['scheme']}/what-if/?first_year=2024&last_year=2025")
    page.get_by_label("Montant du lot 1").fill("100000")
    page.get_by_role("button", name="Calculer les nouveaux taux").click()
    expect(page.get_by_role("main")).to_contain_text("(3 + 1) ÷ (9 + 1) = 4 ÷ 10")
    page = visitor.go(f"{HERE}/schemes/{records['scheme']}/figures/?first_year=2024&last_year=2025")
    page.get_by_role("button", name="Publier les indicateurs 2024–2025").click()
    expect(page.get_by_role("main")).to_contain_text("édition 2")
    reader = visit().go(page.url.removeprefix(visitor.site))
    expect(reader.get_by_role("heading", level=1)).to_have_text("Achats responsables, 2024–2025")
    expect(reader.get_by_role("main")).to_contain_text("33,3")


def test_a_buyer_answers_a_duty_of_article_35(buyer: Callable[..., Visitor], records: dict) -> None:
    page = buyer().go(f"{HERE}/article-35/{records['purchase']}/")
    page.get_by_role("link", name="Répondre : Condition d'exécution environnementale").click()
    page.get_by_label("Justification").fill("Article 9 du cahier des charges : produits écolabellisés.")
    page.get_by_role("button", name="Enregistrer la réponse au dossier").click()
    expect(page.get_by_role("main")).to_contain_text("produits écolabellisés")
