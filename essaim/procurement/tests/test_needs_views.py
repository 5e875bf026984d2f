"""Pages of needs: what a buyer does, what a supplier answers by its link, what everyone reads; and isolation."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.accounts.models import User
from essaim.accounts.tests import factories as people
from essaim.organisations import search
from essaim.procurement.models import CalendarImport, Consultation, Lot, Need, SupplierMessage
from essaim.procurement.operations.needs.calendar import award_need, publish_need
from essaim.procurement.operations.needs.consultations import open_consultation
from essaim.procurement.operations.needs.importing import look_at_calendar
from essaim.procurement.operations.needs.messages import write_to_suppliers
from essaim.procurement.rules.needs import hash_of
from essaim.procurement.tests.needs_factory import TODAY, make_buyer, make_need, make_supplier
from essaim.procurement.urls.needs import urlpatterns

pytestmark = pytest.mark.django_db
NOW = timezone.localdate()


@pytest.fixture
def buyer() -> User:
    return make_buyer()


@pytest.fixture
def browser(buyer: User) -> Client:
    client = Client()
    client.force_login(buyer)
    return client


def address(name: str, *args: object) -> str:
    return reverse(f"procurement:{name}", args=args)


def text(client: Client, where: str, status: int = 200) -> str:
    answer = client.get(where)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_need_is_written_with_only_its_title_and_what_is_missing_is_asked(
    buyer: User, browser: Client
) -> None:
    authority = buyer.memberships.get().authority
    answer = browser.post(address("need-new"), {"authority": authority.pk, "title": "Nettoyage des écoles"})
    need = Need.objects.get()
    assert answer.headers["Location"] == address("need", need.pk)
    page = text(browser, address("need", need.pk))
    assert page.count("Ce qu&#x27;il reste à dire") + page.count("Ce qu'il reste à dire") == 1
    assert "90910000" in page
    assert (need.amount_cents, need.starts_on, need.kind, need.cpv) == (None, None, "", [])


def test_wrong_values_are_said_beside_their_field(browser: Client) -> None:
    answer = browser.post(
        address("need-new"), {"title": "", "cpv": "xx", "amount_cents": "abc", "places": "Atlantide"}
    )
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"authority", "title", "cpv", "amount_cents", "places"}


def test_a_need_is_changed_and_shown_again_as_it_was(browser: Client) -> None:
    need = make_need(amount_cents=5_500_050)
    page = text(browser, address("need-change", need.pk))
    assert 'value="55000,50"' in page
    values = {"title": "Autre", "amount_cents": "60 000", "cpv": "90910000, 909", "places": "commune:59350"}
    assert browser.post(address("need-change", need.pk), values).status_code == 302
    need.refresh_from_db()
    assert (need.title, need.amount_cents, need.cpv, need.starts_on) == (
        "Autre",
        6_000_000,
        ["90910000", "909"],
        None,
    )


def test_acts_lots_and_awards_are_done_from_the_page(browser: Client) -> None:
    need, supplier = make_need(recurs_months=12), make_supplier()
    browser.post(address("lot-new", need.pk), {"title": "Vitres", "amount_cents": "100"})
    browser.post(address("lot", need.pk, 1), {"title": "Vitres hautes"})
    browser.post(address("need-act", need.pk, "publish"))
    award = {"siren": supplier.siren, "awarded_on": "2026-05-02", "basis": "sse", "lot": need.lots.get().pk}
    assert browser.post(address("need-award", need.pk), award).status_code == 302
    assert browser.post(address("need-award", need.pk), award | {"siren": "1"}).status_code == 422
    again = browser.post(address("need-act", need.pk, "repeat"))
    assert again.headers["Location"] == address("need", Need.objects.latest("pk").pk)
    assert browser.post(address("need-act", need.pk, "steal")).status_code == 404
    page = text(browser, address("need", need.pk))
    for words in ("Vitres hautes", supplier.name, "réservé, L2113-15", "Retirer du calendrier public"):
        assert words in page
    browser.post(address("lot-remove", need.pk, 1))
    assert need.lots.count() == 1


def test_the_public_calendar_shows_published_needs_only(browser: Client) -> None:
    need, draft = make_need(title="Pain; bon, chaud"), make_need(title="Brouillon")
    publish_need(need=need, by=None, on=TODAY)
    visitor = Client()
    page = text(visitor, address("calendar"))
    assert (need.title in page, draft.title in page) == (True, False)
    assert need.title in text(visitor, address("published-need", need.pk))
    text(visitor, address("published-need", draft.pk), 404)
    assert text(visitor, address("calendar-csv")).count("Métropole de Lille") == 1
    calendar = visitor.get(address("calendar-ics")).content.decode()
    assert "DTSTART;VALUE=DATE:20270115\r\n" in calendar
    assert "SUMMARY:Pain\\; bon\\, chaud\r\n" in calendar
    assert need.title not in text(visitor, address("calendar") + "?authority=autre")
    assert need.title in text(visitor, address("calendar") + "?authority=mel%00")
    assert draft.title in text(browser, address("needs"))
    assert text(browser, address("needs-csv")).count("Métropole de Lille") == 2


def test_a_calendar_is_imported_from_the_page(buyer: User, browser: Client) -> None:
    authority = buyer.memberships.get().authority
    file = SimpleUploadedFile("achats.csv", b"objet;montant\nPain;100\nBois;=1+1\n")
    answer = browser.post(address("calendar-import"), {"authority": authority.pk, "file": file})
    draft = CalendarImport.objects.get()
    assert answer.headers["Location"] == address("calendar-import-page", draft.pk)
    page = text(browser, address("calendar-import-page", draft.pk))
    assert ("Pain" in page, "montant illisible" in page, Need.objects.count()) == (True, True, 0)
    assert "'=1+1" in text(browser, address("calendar-import-rejected", draft.pk))
    browser.post(address("calendar-import-apply", draft.pk))
    browser.post(address("calendar-import-apply", draft.pk))
    assert [need.title for need in Need.objects.all()] == ["Pain"]
    wrong = SimpleUploadedFile("x.csv", b"a;b\n")
    assert (
        browser.post(address("calendar-import"), {"authority": authority.pk, "file": wrong}).status_code
        == 422
    )


def test_suppliers_are_found_written_to_and_answer_by_their_link(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    need, supplier = make_need(), make_supplier(label="siae_ei")
    make_supplier("Muette").contacts.all().delete()
    search.rebuild()
    page = text(browser, address("suppliers", need.pk))
    assert (supplier.name in page, "aucune adresse de courriel" in page) == (True, True)
    assert supplier.name in text(browser, address("suppliers-csv", need.pk))
    chosen = {"organisation": supplier.pk}
    assert "Envoyer le même message" in browser.post(address("need-write", need.pk), chosen).content.decode()
    monkeypatch.setattr("essaim.procurement.rules.needs.new_token", lambda: ("jeton", hash_of("jeton")))
    browser.post(address("need-write", need.pk), chosen | {"body": "Bonjour"})
    assert SupplierMessage.objects.get().organisation == supplier
    visitor = Client()
    link = address("need-answer", "jeton")
    assert "Bonjour" in text(visitor, link)
    assert visitor.post(link, {"answer": "refused"}).status_code == 422
    said = {"answer": "interested", "turnover_cents": "100 000", "comment": "Volontiers"}
    answer = visitor.post(link, said)
    assert (answer.status_code, answer.headers["Referrer-Policy"]) == (200, "same-origin")
    assert "60 % de votre chiffre" in answer.content.decode()
    assert visitor.post(link, {"answer": "refused", "reason": "zone"}).status_code == 422
    page = text(browser, address("need-messages", need.pk))
    for words in ("Volontiers", "60 % de son chiffre", "C'est plus que le seuil"):
        assert words in page.replace("&#x27;", "'")
    assert "Volontiers" in text(browser, address("need-messages-csv", need.pk))


def test_writing_to_nobody_goes_back_to_the_list(browser: Client) -> None:
    need = make_need()
    answer = browser.post(
        address("need-write", need.pk), {"organisation": [make_supplier(closed_on=TODAY).pk, "x"]}
    )
    assert answer.headers["Location"] == address("suppliers", need.pk)


def test_a_consultation_is_opened_answered_and_published(
    buyer: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    need, supplier = make_need(), make_supplier()
    form = {"sheet": "Nous achetons.", "questions": "Prix ?\n\nDélais ?", "closes_on": NOW.isoformat()}
    assert browser.post(address("consultation", need.pk), form | {"sheet": ""}).status_code == 422
    browser.post(address("consultation", need.pk), form)
    monkeypatch.setattr("essaim.procurement.rules.needs.new_token", lambda: ("jeton", hash_of("jeton")))
    browser.post(address("consultation-act", need.pk, "invite"), {"organisation": supplier.pk})
    visitor = Client()
    link = address("consultation-answer", "jeton")
    assert "Délais ?" in text(visitor, link)
    assert visitor.post(link, {"kind": "answer", "body": "Dix jours"}).status_code == 302
    browser.post(address("consultation-act", need.pk, "clarify"), {"body": "Liv\0ré"})
    page = text(browser, address("consultation", need.pk))
    assert [words in page for words in ("Dix jours", "Livré", supplier.name)] == [True, True, True]
    assert "Dix jours" in text(browser, address("consultation-csv", need.pk))
    one = Consultation.objects.get()
    text(visitor, address("consultation-report", one.pk), 404)
    Consultation.objects.update(opened_on=date(2026, 1, 1), closes_on=NOW - timedelta(days=1))
    browser.post(address("consultation-act", need.pk, "publish"))
    page = text(visitor, address("consultation-report", one.pk))
    assert [words in page for words in ("Livré", "Dix jours", supplier.name)] == [True, False, False]
    assert "terminée" in text(visitor, link)
    assert browser.post(address("consultation-act", need.pk, "x")).status_code == 404


def test_codes_are_suggested_while_one_types(browser: Client) -> None:
    assert "90910000" in text(browser, address("need-cpv") + "?title=nettoyage+des+locaux")


NEED_PAGES = [
    pattern
    for pattern in urlpatterns
    if str(pattern.pattern).startswith(("needs/<int:id>", "needs/import/<int:id>"))
]


def test_nothing_of_another_authority_is_seen_or_done(buyer: User) -> None:
    """Every address about a need answers the other authority's buyer, agent and facilitator as if it did not exist."""
    need, supplier = make_need(), make_supplier()
    Lot.objects.create(need=need, number=1, title="x")
    (message,) = write_to_suppliers(need=need, organisations=[supplier], body="x", by=None, on=TODAY)
    open_consultation(need=need, sheet="x", questions=["y"], closes_on=NOW, by=None, on=TODAY)
    award_need(need=need, organisation=supplier, awarded_on=TODAY, by=None, on=TODAY)
    draft = look_at_calendar(
        authority=need.authority, content=b"objet\nPain\n", file_name="x.csv", by=None, on=TODAY
    )
    other = people.authority("autre", "commune:59512", "Roubaix")
    olga = make_buyer(other, "olga")
    for role in ("agent", "facilitator"):
        people.with_role(olga, need.authority, role)
    client = Client()
    client.force_login(olga)
    before = list(Need.objects.values())
    answers = {}
    for pattern in NEED_PAGES:
        written = str(pattern.pattern)
        kwargs: dict[str, object] = {"id": draft.pk if "import" in written else need.pk}
        more = {
            "<int:message>": ("message", message.pk),
            "<int:lot>": ("lot", 1),
            "<str:act>": ("act", "publish"),
        }
        kwargs |= dict(pair for part, pair in more.items() if part in written)
        where = reverse(f"procurement:{pattern.name}", kwargs=kwargs)
        answers[pattern.name] = {
            client.get(where).status_code,
            client.post(where, {"title": "volé"}).status_code,
        }
        answers[pattern.name] -= {405}
    assert len(answers) == 20
    assert {name: answer for name, answer in answers.items() if answer != {404}} == {}
    assert list(Need.objects.values()) == before
    assert need.title not in text(client, address("needs"))
    assert need.title not in text(client, address("needs-csv"))
