"""A buyer writes a need, finds suppliers and writes to one; the supplier answers by its link; everyone reads the
calendar."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Visitor
from tests.journeys.sites import PASSWORD, Site

Visit = Callable[..., Visitor]
SEED = """
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from essaim.accounts.models import Authority, Membership
from essaim.organisations import search
from essaim.organisations.tests.factories import TODAY, siren_number
from essaim.procurement.operations.needs.calendar import publish_need
from essaim.procurement.tests.needs_factory import make_need, make_supplier
from essaim.ui.search.changes import note_changes
mel = Authority.objects.get(slug="mel")
mail = "brice@exemple.org"
person = get_user_model().objects.create_user(username=mail, email=mail, password=PASSWORD)
EmailAddress.objects.create(user=person, email=mail, verified=True, primary=True)
Membership.objects.create(user=person, authority=mel, role="buyer", granted_on=TODAY)
supplier = make_supplier("Atelier Propreté du Canal", label="siae_ei", siren=siren_number(770_001))
publish_need(need=make_need(mel, title="Repas de l'hôtel de ville", cpv=["55520000"]), by=None, on=TODAY)
note_changes("organisations", [supplier.pk])
search.bring_up_to_date()
"""


@pytest.fixture(scope="module")
def buyer(site: Site) -> None:
    """Brice buys for the metropolis; a supplier of his is in the directory."""
    site.shell(SEED.replace("PASSWORD", repr(PASSWORD)))


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).click()
    page.wait_for_load_state("networkidle")


def answer_link(mailbox: Path) -> str:
    mails = sorted(mailbox.glob("*"), key=lambda path: path.stat().st_mtime)
    text = "\n".join(path.read_text().replace("=\n", "") for path in mails)
    return re.findall(r"/procurement/answers/[\w-]+/", text)[-1]


def test_a_buyer_finds_a_supplier_who_answers_by_its_link(
    visit: Visit, buyer: None, mailbox: Path, assert_axe_clean: Callable[[Page], None]
) -> None:
    brice = visit()
    brice.go("/accounts/login/")
    brice.page.fill("input[name=login]", "brice@exemple.org")
    brice.page.fill("input[name=password]", PASSWORD)
    brice.page.locator("main form button").first.click()
    brice.page.wait_for_load_state("networkidle")
    page = brice.go("/procurement/needs/new/")
    page.fill("#id_title", "Nettoyage des locaux de la mairie")
    expect(page.get_by_text("90910000")).to_be_visible()
    page.fill("#id_cpv", "90910000")
    page.fill("#id_places", "commune:59350")
    assert_axe_clean(page)
    press(page, "Enregistrer le besoin")
    expect(page.get_by_role("heading", name="Ce qu'il reste à dire")).to_be_visible()
    assert_axe_clean(page)
    page.get_by_role("link", name="Trouver des fournisseurs").click()
    page.wait_for_load_state("networkidle")
    page.get_by_label("Atelier Propreté du Canal").check()
    page.get_by_text("Pourquoi ce score : Atelier Propreté du Canal").click()
    assert_axe_clean(page)
    press(page, "Écrire aux fournisseurs choisis")
    assert_axe_clean(page)
    press(page, "Envoyer le même message à tous")
    expect(page.get_by_text("pas encore de réponse")).to_be_visible()
    mine = page.url.removeprefix(brice.site)

    supplier = visit(size=PHONE, language="fr", javascript=False)
    page = supplier.go(answer_link(mailbox))
    page.get_by_text("Nous sommes intéressés", exact=True).click()
    press(page, "Envoyer ma réponse")
    expect(page.get_by_role("heading", name="Votre réponse est enregistrée")).to_be_visible()

    page = brice.go(mine)
    expect(page.get_by_text("intéressé", exact=True)).to_be_visible()
    assert_axe_clean(page)


def test_anyone_reads_the_calendar_on_a_phone_in_english(
    visit: Visit, buyer: None, assert_axe_clean: Callable[[Page], None]
) -> None:
    visitor = visit(size=PHONE, language="en", dark=True)
    page = visitor.go("/procurement/calendar/")
    visitor.assert_fits()
    assert_axe_clean(page)
    page.get_by_role("link", name="Repas de l'hôtel de ville").click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("heading", name="The planned purchase")).to_be_visible()
    visitor.assert_fits()
    assert_axe_clean(page)
