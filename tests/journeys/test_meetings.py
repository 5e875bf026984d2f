"""A supplier chooses by a personal link, a buyer plans, everyone reads their own agenda."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESKTOP, PHONE, Visitor

RECORDS = "tests.journeys.meetings_records"
Visit = Callable[..., Visitor]


@pytest.fixture
def person(visit: Visit, records: dict) -> Callable[..., Visitor]:
    """`person("buyer")`: already logged in."""
    return lambda who, **options: visit(session=records[who], **options)


def test_a_supplier_chooses_a_buyer_plans_and_each_reads_their_own(
    visit: Visit, person: Callable[..., Visitor], records: dict
) -> None:
    """Without JavaScript, from the personal link to the agenda and what came of it."""
    root, tokens = "/procurement/meetings", records["tokens"]
    supplier = visit(javascript=False)
    page = supplier.go(f"{root}/mine/{tokens['jardin']}/")
    page.get_by_label("Chercher un nom ou un besoin").fill("repas")
    page.get_by_role("button", name="Chercher", exact=True).click()
    expect(page.get_by_text("Ville de Lomme")).to_have_count(0)
    page.get_by_label("Votre souhait Hôpital du Nord").select_option("3")
    page.get_by_role("button", name="Enregistrer mes souhaits").click()
    expect(page.get_by_role("status")).to_contain_text("1 en tout")

    page = person("buyer", javascript=False).go(f"{root}/{records['event']}/board/")
    page.get_by_role("button", name="Clore les souhaits").click()
    page.get_by_role("button", name="Planifier et publier").click()
    expect(page.get_by_text("Aucun planning ne fait mieux : c'est prouvé.")).to_be_visible()
    page.get_by_role("button", name="Ne vient plus Atelier du Canal").click()
    page.get_by_role("button", name="Replanifier en changeant le moins possible").click()
    expect(page.get_by_text("Ville de Lomme – Atelier du Canal : retiré")).to_be_visible()

    page = supplier.go(f"{root}/mine/{tokens['jardin']}/agenda/")
    expect(page.get_by_text("Hôpital du Nord", exact=True).first).to_be_visible()
    expect(page.get_by_text("Traiteur solidaire")).to_have_count(0)
    page.get_by_role("link", name="Dire ce qu'il en est sorti Hôpital du Nord").click()
    page.get_by_label("devis demandé").check()
    page.get_by_role("button", name="Noter cette suite").click()
    expect(page.get_by_text("devis demandé").first).to_be_visible()


@pytest.mark.parametrize(
    ("size", "language", "dark"),
    [(DESKTOP, "fr", False), (PHONE, "en", True)],
    ids=["desktop-fr", "phone-en-dark"],
)
def test_every_page_fits_and_is_accessible(
    person: Callable[..., Visitor],
    assert_axe_clean: Callable[[Page], None],
    records: dict,
    size: tuple[int, int],
    language: str,
    dark: bool,
) -> None:
    visitor = person("buyer", size=size, language=language, dark=dark)
    root, mine = (
        f"/procurement/meetings/{records['event']}",
        f"/procurement/meetings/mine/{records['tokens']['ville']}",
    )
    for path in (
        "/procurement/meetings/", "/procurement/meetings/new/", f"{root}/", f"{root}/register/", f"{root}/board/",
        f"{root}/wishes/", f"{root}/today/?slot=0", f"{root}/follow/", f"{mine}/", f"{mine}/agenda/",
    ):  # fmt: skip
        page = visitor.go(path)
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("html")).to_have_attribute("lang", language)
        visitor.assert_fits()
        assert_axe_clean(page)


def test_another_authority_finds_nothing(person: Callable[..., Visitor], records: dict) -> None:
    visitor = person("stranger")
    for name in ("board", "today", "follow", "wishes"):
        page = visitor.go(f"/procurement/meetings/{records['event']}/{name}/")
        expect(page.get_by_text("Ville de Lomme")).to_have_count(0)
    visitor.complaints[:] = [each for each in visitor.complaints if "404" not in each]
