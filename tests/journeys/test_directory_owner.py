"""Someone claims their organisation by mail, edits it, meets a colleague's edit, undoes; a resident proposes."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Visitor
from tests.journeys.sites import ADMINISTRATOR, PASSWORD, Site

Visit = Callable[..., Visitor]
SEED = """
from django.contrib.auth import get_user_model
from allauth.account.models import EmailAddress
from essaim.organisations.models import Profile, Steward
from essaim.organisations.tests.factories import make_organisation, make_site, TODAY
from essaim.organisations.operations.profiles import add_offer, edit_profile
people = []
for name in ("ada", "bob"):
    address = f"{name}@exemple.org"
    person = get_user_model().objects.create_user(username=address, email=address, password=PASSWORD)
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    people.append(person)
free = make_site(make_organisation(name="Recyclerie des Bois Blancs")).organisation
Profile.objects.create(organisation=free, website="https://www.exemple.org")
kept = make_site(make_organisation(name="Traiteur du Canal")).organisation
for person in people:
    Steward.objects.create(organisation=kept, user=person, role="owner", since=TODAY)
edit_profile(organisation=kept, values={"summary": "Nous cuisinons."}, by=None, on=TODAY)
add_offer(organisation=kept, values={"title": "Repas de midi", "cpv": ["555"]}, by=None, on=TODAY)
print(free.pk, kept.pk)
"""


@pytest.fixture(scope="module")
def records(site: Site) -> tuple[int, int]:
    """(an organisation nobody owns, one that Ada and Bob own)."""
    free, kept = site.shell(SEED.replace("PASSWORD", repr(PASSWORD))).split()[-2:]
    return int(free), int(kept)


def enter(visitor: Visitor, address: str = "ada@exemple.org") -> None:
    visitor.go("/accounts/login/")
    visitor.page.fill("input[name=login]", address)
    visitor.page.fill("input[name=password]", PASSWORD)
    visitor.page.locator("main form button").first.click()
    visitor.page.wait_for_load_state("networkidle")


def mailed_code(installation: Path) -> str:
    mails = sorted((installation / "mail").glob("*"), key=lambda path: path.stat().st_mtime)
    return re.findall(r"code : (\w{8})", "\n".join(path.read_text() for path in mails))[-1]


def publish(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state("networkidle")


def test_an_owner_claims_by_mail_edits_and_undoes(
    visit: Visit, records: tuple[int, int], installation: Path, assert_axe_clean: Callable[[Page], None]
) -> None:
    free, _ = records
    ada = visit()
    enter(ada)
    page = ada.go(f"/organisations/{free}/claim/")
    assert_axe_clean(page)
    page.fill("#id_email", "ada@exemple.org")
    publish(page, "Demander à tenir cette fiche")
    expect(page.locator("h1")).to_have_text("Tapez votre code")
    assert_axe_clean(page)
    page.fill("#id_code", mailed_code(installation))
    publish(page, "Vérifier le code")
    expect(page.locator("h2#here")).to_have_text("Présentation")
    page.fill("#id_summary", "<b>Nous donnons</b> une seconde vie.")
    publish(page, "Publier la présentation")
    page = ada.go(f"/organisations/{free}/")
    expect(page.locator(".lead")).to_have_text("<b>Nous donnons</b> une seconde vie.")
    page = ada.go(f"/organisations/{free}/history/")
    assert_axe_clean(page)
    page.get_by_role("button", name=re.compile("Annuler cet acte")).first.click()
    page.wait_for_load_state("networkidle")
    page = ada.go(f"/organisations/{free}/")
    assert "seconde vie" not in page.content()


def test_two_people_on_one_field_lose_nothing(
    visit: Visit, records: tuple[int, int], assert_axe_clean: Callable[[Page], None]
) -> None:
    _, kept = records
    ada, bob = visit(javascript=False), visit()
    enter(ada)
    enter(bob, "bob@exemple.org")
    first, second = ada.go(f"/organisations/{kept}/edit/"), bob.go(f"/organisations/{kept}/edit/")
    first.fill("#id_summary", "Le texte d'Ada")
    publish(first, "Publier la présentation")
    second.fill("#id_summary", "Le texte de Bob")
    publish(second, "Publier la présentation")
    box = second.locator(".conflicts")
    expect(box).to_contain_text("Le texte d'Ada")
    expect(box).to_contain_text("Le texte de Bob")
    assert_axe_clean(second)
    box.get_by_label("Garder ce que j'ai écrit").check()
    publish(second, "Publier la présentation")
    bob.go(f"/organisations/{kept}/")
    expect(second.locator(".lead")).to_have_text("Le texte de Bob")
    # The browser reports the 409 of the conflict as an error of the page: it is expected here.
    bob.complaints[:] = [each for each in bob.complaints if "409" not in each]


def test_what_one_types_is_saved_and_found_again(visit: Visit, records: tuple[int, int]) -> None:
    _, kept = records
    ada = visit()
    enter(ada)
    page = ada.go(f"/organisations/{kept}/edit/")
    page.fill("#id_description", "Un texte pas encore fini")
    expect(page.locator("[data-draft-clock]")).to_contain_text(
        re.compile(r"Brouillon enregistré à \d\d:\d\d")
    )
    page = ada.go(f"/organisations/{kept}/edit/")
    expect(page.locator("#id_description")).to_have_value("Un texte pas encore fini")
    publish(page, "Abandonner le brouillon")
    expect(page.locator("#id_description")).to_have_value("")


def picture() -> bytes:
    """A JPEG as a telephone writes it: who made it, and where."""
    exif = Image.Exif()
    exif[0x010F] = "Telephone of Ada"
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    Image.effect_noise((900, 600), 60).convert("RGB").save(written, "JPEG", exif=exif)
    return written.getvalue()


def test_a_photo_is_added_shown_without_what_the_telephone_wrote_and_removed(
    visit: Visit, records: tuple[int, int], assert_axe_clean: Callable[[Page], None]
) -> None:
    _, kept = records
    ada = visit(size=PHONE)
    enter(ada)
    page = ada.go(f"/organisations/{kept}/edit/photos/new/")
    publish(page, "Publier la photo")  # nothing chosen: the form says what is missing
    assert page.locator(".field-error").count() >= 1
    assert_axe_clean(page)
    page.set_input_files("#id_file", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.get_by_label("Description de l'image").fill("Des cagettes devant l'atelier")
    publish(page, "Publier la photo")
    page = ada.go(f"/organisations/{kept}/")
    shown = page.get_by_alt_text("Des cagettes devant l'atelier")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("image => image.naturalWidth") >= 480
    assert_axe_clean(page)
    ada.assert_fits()
    answer = page.request.get(ada.site + str(shown.get_attribute("src")))
    with Image.open(io.BytesIO(answer.body())) as served:
        assert not served.getexif()
    assert b"Ada" not in answer.body()
    page = ada.go(f"/organisations/{kept}/edit/photos/")
    page.get_by_role("link", name="Des cagettes devant l'atelier").click()
    publish(page, "Retirer cette photo")
    page = ada.go(f"/organisations/{kept}/")
    expect(page.get_by_alt_text("Des cagettes devant l'atelier")).to_have_count(0)
    assert page.request.get(answer.url).status == 404
    # The browser reports the 422 of the empty form as an error of the page: it is expected here.
    ada.complaints[:] = [each for each in ada.complaints if "422" not in each]


def test_a_place_is_put_on_the_map_by_mouse_and_by_keyboard(visit: Visit, records: tuple[int, int]) -> None:
    _, kept = records
    ada = visit()
    enter(ada)
    page = ada.go(f"/organisations/{kept}/edit/places/new/")
    page.locator("[data-point-map][data-ready]").wait_for()
    page.locator("#id_lon").fill("3,0586")
    page.locator("#id_lat").fill("50,6366")
    page.locator("#id_lat").blur()
    marker = page.get_by_label("Repère du lieu")
    expect(marker).to_be_visible()
    # Both arrows move it by some twenty metres, and the fields follow.
    marker.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#id_lon")).to_have_value("3.058800")
    expect(page.locator("#id_lat")).to_have_value("50.636800")
    box = page.locator("[data-point-map] canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2 + 60, box["y"] + box["height"] / 2)
    expect(page.locator("#id_lon")).not_to_have_value("3.058800")
    east = float(page.locator("#id_lon").input_value())
    assert 3.0588 < east < 3.2
    page.get_by_label("Nom du lieu").fill("La réserve")
    page.get_by_label("Numéro et rue").fill("1 rue du Repère")
    page.get_by_label("Code postal").fill("59000")
    page.get_by_label("Commune").fill("Lille")
    publish(page, "Publier")
    page = ada.go(f"/organisations/{kept}/edit/places/")
    page.get_by_role("link", name="La réserve").click()
    assert float(page.locator("#id_lon").input_value().replace(",", ".")) == pytest.approx(east, abs=1e-6)


@pytest.mark.parametrize("section", ["", "hours/", "zone/", "offers/", "offers/new/", "places/", "places/new/",
                                     "contacts/", "contacts/new/", "photos/", "photos/new/", "labels/", "labels/new/",
                                     "identity/"])  # fmt: skip
def test_every_page_of_the_owner_is_clean_in_english_on_a_phone(
    visit: Visit, records: tuple[int, int], assert_axe_clean: Callable[[Page], None], section: str
) -> None:
    _, kept = records
    ada = visit(size=PHONE, language="en", dark=len(section) % 2 == 0)
    enter(ada)
    page = ada.go(f"/organisations/{kept}/edit/{section}")
    assert_axe_clean(page)
    ada.assert_fits()


def test_the_team_and_history_are_clean_on_a_phone(
    visit: Visit, records: tuple[int, int], assert_axe_clean: Callable[[Page], None]
) -> None:
    _, kept = records
    ada = visit(size=PHONE)
    enter(ada)
    for part in ("team", "history"):
        assert_axe_clean(ada.go(f"/organisations/{kept}/{part}/"))
        ada.assert_fits()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_resident_proposes_without_account(
    visit: Visit, records: tuple[int, int], assert_axe_clean: Callable[[Page], None], javascript: bool
) -> None:
    free, _ = records
    resident = visit(size=PHONE, javascript=javascript)
    page = resident.go(f"/organisations/{free}/propose/")
    if javascript:
        assert_axe_clean(page)
        resident.assert_fits()
    page.fill("#id_website", "https://autre.exemple.org")
    publish(page, "Envoyer la proposition")
    expect(page.locator("h1")).to_have_text("Merci, votre proposition est reçue")
    assert "/organisations/proposals/" in page.url
    page = resident.go("/organisations/propose/")
    if javascript:
        assert_axe_clean(page)
        resident.assert_fits()
    page.fill("#id_name", "Recyclerie des Bois-Blancs")
    page.select_option("#id_sector", "water_waste")
    page.fill("#id_postcode", "59000")
    publish(page, "Proposer ce lieu")
    expect(page.locator("main")).to_contain_text("N'est-ce pas l'une de celles-ci ?")
    publish(page, "Aucune : envoyer ma proposition")
    expect(page.locator("h1")).to_have_text("Merci, votre proposition est reçue")
    resident.complaints[:] = [each for each in resident.complaints if "422" not in each]


def test_an_agent_reads_the_team_of_a_record(visit: Visit, records: tuple[int, int]) -> None:
    _, kept = records
    alice = visit(language="en")
    enter(alice, ADMINISTRATOR)
    page = alice.go(f"/organisations/{kept}/team/")
    expect(page.locator("main")).to_contain_text("ada@exemple.org")
