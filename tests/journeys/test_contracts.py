"""A buyer brings a file of contracts in, corrects what was rejected, and finds the contracts."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from essaim.observatory.contracts.tests.published import entry
from tests.journeys.conftest import DESKTOP, PHONE, Visitor
from tests.journeys.contracts_records import BUYER, file_of

RECORDS = "tests.journeys.contracts_records"
Visit = Callable[..., Visitor]
HERE = "/procurement/contracts/imports"
YEARS = "first_year=2024&last_year=2026"


@pytest.fixture
def buyer(visit: Visit, records: dict) -> Callable[..., Visitor]:
    """A buyer of the metropolis, already logged in."""
    return lambda **options: visit(session=records["session"], **options)


@pytest.mark.parametrize(
    ("size", "language", "dark", "javascript"),
    [(PHONE, "fr", False, True), (DESKTOP, "en", True, True), (PHONE, "en", False, False)],
    ids=["phone-fr", "desktop-en-dark", "phone-en-no-javascript"],
)
def test_every_page_of_contracts_fits_and_is_accessible(
    buyer: Callable[..., Visitor],
    assert_axe_clean: Callable[[Page], None],
    records: dict,
    size: tuple[int, int],
    language: str,
    dark: bool,
    javascript: bool,
) -> None:
    visitor = buyer(size=size, language=language, dark=dark, javascript=javascript)
    scheme = f"/procurement/schemes/{records['scheme']}/contracts"
    for path in (
        f"{HERE}/",
        f"{HERE}/new/",
        f"{HERE}/{records['import']}/",
        f"{HERE}/{records['import']}/rejected/{records['rejected']}/",
        f"{scheme}/?{YEARS}",
        f"{scheme}/aims/?key={records['key']}",
    ):
        page = visitor.go(path)
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("html")).to_have_attribute("lang", language)
        visitor.assert_fits()
        # axe is a script of the page: it says nothing where scripts do not run.
        if javascript:
            assert_axe_clean(page)


def test_a_newcomer_is_told_what_to_do_first(
    visit: Visit, records: dict, assert_axe_clean: Callable[[Page], None]
) -> None:
    page = visit(session=records["newcomer"], size=PHONE).go(f"{HERE}/")
    assert_axe_clean(page)
    page.get_by_role("link", name="Apporter un fichier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Apporter un fichier")


def test_a_visitor_is_sent_to_the_door(visit: Visit) -> None:
    page = visit().go(f"{HERE}/")
    expect(page).to_have_url(f"{page.url.split('/accounts/')[0]}/accounts/login/?next={HERE}/")


@pytest.mark.parametrize(
    ("size", "language", "javascript"),
    [(DESKTOP, "fr", True), (PHONE, "en", False)],
    ids=["desktop-fr", "phone-en-no-javascript"],
)
def test_a_file_is_looked_at_imported_corrected_and_found_again(
    buyer: Callable[..., Visitor], records: dict, size: tuple[int, int], language: str, javascript: bool
) -> None:
    words = WORDS[language]
    good, bad = f"2025-{language}-1", f"2025-{language}-2"
    visitor = buyer(size=size, language=language, javascript=javascript)
    page = visitor.go(f"{HERE}/new/")
    content = file_of(
        entry(good, acheteur=BUYER, dateNotification="2025-02-03", objet=f"Entretien du parc {language}"),
        entry(
            bad, acheteur=BUYER, dateNotification="2025-02-04", objet=f"Vitrerie {language}", montant="à voir"
        ),
    )
    page.get_by_label(words["file"]).set_input_files(
        {"name": f"marches-{language}.json", "mimeType": "application/json", "buffer": content}
    )
    page.get_by_role("button", name=words["look"]).click()
    expect(page.get_by_role("main")).to_contain_text(words["unwritten"])
    page.get_by_role("button", name=words["import"], exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(words["imported"])

    page.get_by_role("link", name=words["correct"]).click()
    box = page.get_by_label(words["entry"])
    corrected = json.loads(box.input_value()) | {"montant": "encore à voir"}
    box.fill(json.dumps(corrected, ensure_ascii=False))
    page.get_by_role("button", name=words["replay"]).click()
    expect(page.get_by_role("alert")).to_contain_text(words["unreadable"])
    visitor.complaints[:] = [each for each in visitor.complaints if "422" not in each]
    box.fill(json.dumps(corrected | {"montant": 12_500}, ensure_ascii=False))
    page.get_by_role("button", name=words["replay"]).click()
    expect(page.get_by_role("main")).to_contain_text(words["nothing left"])

    page = visitor.go(f"/procurement/schemes/{records['scheme']}/contracts/?{YEARS}")
    expect(page.get_by_role("main")).to_contain_text(f"Vitrerie {language}")
    page.get_by_role("link", name=good, exact=True).click()
    expect(page.get_by_role("main")).to_contain_text(f"Entretien du parc {language}")
    visitor.assert_fits()


WORDS = {
    "fr": {
        "file": "Fichier", "look": "Voir ce qu'il contient", "unwritten": "Rien n'est encore écrit",
        "import": "Importer", "imported": "Ce fichier est importé.", "correct": "Corriger l'entrée 2",
        "entry": "Entrée corrigée (JSON)",
        "replay": "Importer l'entrée corrigée", "unreadable": "Le montant est illisible.",
        "nothing left": "Toutes les entrées rejetées ont été corrigées.",
    },
    "en": {
        "file": "File", "look": "See what it holds", "unwritten": "Nothing is written yet", "import": "Import",
        "imported": "This file is imported.", "correct": "Correct entry 2", "entry": "Corrected entry (JSON)",
        "replay": "Import the corrected entry", "unreadable": "The amount cannot be read.",
        "nothing left": "All rejected entries have been corrected.",
    },
}  # fmt: skip
