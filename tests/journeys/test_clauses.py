"""A facilitator opens an operation, a company declares on a phone, hours are validated; the neighbour sees nothing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Visitor
from tests.journeys.sites import PASSWORD, Site

Visit = Callable[..., Visitor]
NAME = "Zéphirine Quatrebarbes"
SEED = """
from datetime import date
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.utils import timezone
from essaim.accounts.models import Authority, Membership
from essaim.organisations.tests.factories import siren_number
from essaim.procurement.clauses_seal import Identity
from essaim.procurement.operations.clauses import people, setting_up
today = timezone.localdate()
here = Authority.objects.create(name="Pays des Clauses", slug="clauses", territory="epci:200093201", created_on=today)
there = Authority.objects.create(name="Pays voisin", slug="voisin", territory="epci:200093201", created_on=today)
for name, authority in (("fanny", here), ("victor", there), ("paye", None)):
    address = f"{name}@clauses.example"
    person = get_user_model().objects.create_user(username=address, email=address, password=PASSWORD)
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    if authority:
        Membership.objects.create(user=person, authority=authority, role="facilitator", granted_on=today)
fanny = get_user_model().objects.get(email="fanny@clauses.example")
start = date(today.year - 1, 1, 1)
operation = setting_up.create_operation(
    authority=here, name="École du Parc", starts_on=start, ends_on=date(today.year + 1, 12, 31), by=fanny, on=today,
    is_fictitious=True,
)
figures = {"amount_cents": 100000000, "labour_share_pct": "50", "effort_pct": "5", "hourly_cost_cents": 3000}
clause = setting_up.add_clause(
    operation=operation, lot="Lot 1, gros œuvre", formula="works", figures=figures, by=fanny, on=today
)
share = setting_up.bind_company(
    clause=clause, siren=siren_number(777777), name="Maçonnerie du Nord", part_cents=0, by=fanny, on=today
)
person = people.register_beneficiary(authority=here, identity=Identity(NAME, "1990-01-01", ""), by=fanny, on=today)
people.add_proof(beneficiary=person, kind="RSA", valid_from=start, valid_to=None, by=fanny, on=today)
people.engage_beneficiary(
    share=share, beneficiary=person, starts_on=start, ends_on=operation.ends_on, expected_minutes=60000, by=fanny,
    on=today,
)
print(operation.pk, share.pk, share.company_id, person.pk, person.pseudonym, f"{today:%Y-%m}")
"""


@pytest.fixture(scope="module")
def seeded(site: Site) -> dict[str, str]:
    seed = SEED.replace("PASSWORD", repr(PASSWORD)).replace("Identity(NAME", f"Identity({NAME!r}")
    said = site.shell(seed)
    names = ("operation", "share", "company", "person", "pseudonym", "month")
    return dict(zip(names, said.split()[-6:], strict=True))


def enter(visitor: Visitor, name: str) -> None:
    visitor.go("/accounts/login/")
    visitor.page.fill("input[name=login]", f"{name}@clauses.example")
    visitor.page.fill("input[name=password]", PASSWORD)
    press(visitor.page, visitor.page.locator("main form button").first)


def press(page: Page, button: object) -> None:
    button.click()
    page.wait_for_load_state("networkidle")


def mailed_link(installation: Path) -> str:
    mails = sorted((installation / "mail").glob("*"), key=lambda path: path.stat().st_mtime)
    return re.findall(
        r"(/procurement/clauses/invitation/\S+)", "\n".join(path.read_text() for path in mails)
    )[-1]


def test_hours_go_from_the_phone_of_a_company_to_the_facilitator(
    visit: Visit, seeded: dict[str, str], installation: Path, assert_axe_clean: Callable[[Page], None]
) -> None:
    fanny, paye = visit(), visit(size=PHONE)
    enter(fanny, "fanny")
    page = fanny.go(f"/procurement/clauses/companies/{seeded['company']}/invite/")
    page.fill("#id_email", "paye@clauses.example")
    press(page, page.get_by_role("button", name="Envoyer l'invitation"))
    assert_axe_clean(page)

    enter(paye, "paye")
    phone = paye.go(mailed_link(installation))
    assert_axe_clean(phone)
    press(phone, phone.get_by_role("button", name="Oui, je déclare pour Maçonnerie du Nord"))
    assert_axe_clean(phone)
    phone = paye.go(f"/procurement/clauses/mine/{seeded['share']}/{seeded['month']}/")
    paye.assert_fits()
    assert_axe_clean(phone)
    phone.get_by_label(seeded["pseudonym"]).fill("35h30")
    expect(phone.locator("[data-draft-clock]")).to_contain_text("Brouillon enregistré")
    press(phone, phone.get_by_role("button", name="Déclarer ces heures"))
    expect(phone.locator("main")).to_contain_text("Déclarées, en attente de validation.")

    page = fanny.go("/procurement/clauses/queue/")
    assert_axe_clean(page)
    press(page, page.get_by_role("button", name=re.compile("Valider ces heures")))
    page = fanny.go(f"/procurement/clauses/operations/{seeded['operation']}/")
    assert_axe_clean(page)
    expect(page.locator(".key-figures")).to_contain_text("35,5")
    for path in ("", "reminders/", "companies/", "beneficiaries/", f"beneficiaries/{seeded['person']}/",
                 f"operations/{seeded['operation']}/clause/"):  # fmt: skip
        page = fanny.go(f"/procurement/clauses/{path}")
        assert_axe_clean(page)
        assert "Quatrebarbes" not in page.content()
    page = fanny.go(f"/procurement/clauses/beneficiaries/{seeded['person']}/")
    press(page, page.get_by_role("button", name=re.compile("Afficher l'identité")))
    expect(page.locator("main")).to_contain_text(NAME)
    assert_axe_clean(page)


def test_two_authorities_never_see_each_others_hours(visit: Visit, seeded: dict[str, str]) -> None:
    victor = visit(language="en", javascript=False)
    enter(victor, "victor")
    for path in ("", "queue/", "reminders/", "companies/", "beneficiaries/"):
        page = victor.go(f"/procurement/clauses/{path}")
        for secret in ("Maçonnerie du Nord", "École du Parc", seeded["pseudonym"], NAME):
            assert secret not in page.content(), path
    for path in (f"operations/{seeded['operation']}/", f"beneficiaries/{seeded['person']}/",
                 f"mine/{seeded['share']}/{seeded['month']}/"):  # fmt: skip
        answer = victor.page.goto(f"{victor.site}/procurement/clauses/{path}")
        assert answer is not None and answer.status == 404, path
    # The browser reports each 404 as an error of the page: they are expected here.
    victor.complaints[:] = [each for each in victor.complaints if "404" not in each]
