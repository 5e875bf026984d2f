"""Followed searches: one mail when something is new, none otherwise, and one click to stop."""

import re
from datetime import date, timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from essaim.accounts.models import Entry, User
from essaim.organisations.models import Organisation, SavedSearch
from essaim.organisations.operations import saving
from essaim.organisations.operations.saving import Sent
from essaim.organisations.rules.rhythm import next_date
from essaim.organisations.tests.factories import TODAY, make_organisation, make_site, make_user
from essaim.organisations.tests.test_search_page import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("brute")]
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def person() -> User:
    return make_user("alice")


def follow(person: User, **values: str) -> SavedSearch:
    asked = {"name": "Recycleries", "query": "q=recyclerie", "rhythm": "daily", "language": "fr"} | values
    return saving.save_search(**asked, by=person, on=TODAY)


def arrive(name: str = "Recyclerie neuve") -> Organisation:
    organisation = make_organisation(name=name)
    make_site(organisation)
    return organisation


def send(on: date = TOMORROW) -> Sent:
    return saving.send_due_alerts(by=None, on=on)


def test_what_is_there_already_is_not_news_and_what_arrives_is(person: User) -> None:
    arrive("Recyclerie ancienne")
    saved = follow(person)
    arrive("Boulangerie")
    assert send() == Sent(due=1, mailed=0, failed=0)
    organisation = arrive()
    assert send(TOMORROW + timedelta(days=1)) == Sent(due=1, mailed=1, failed=0)
    (sent,) = mail.outbox
    assert sent.subject == "Recycleries : 1 nouvelle organisation"
    assert sent.to == ["alice@exemple.fr"]
    assert "- Recyclerie neuve" in sent.body
    assert "ancienne" not in sent.body
    assert "http://localhost:8000/organisations/?q=recyclerie" in sent.body
    saved.refresh_from_db()
    assert organisation.pk in saved.known_ids
    stop = f"http://localhost:8000/organisations/searches/stop/{saved.token}/"
    assert stop in sent.body
    assert sent.extra_headers == {
        "List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }  # fmt: skip


def test_a_day_sends_once_however_often_it_is_run(person: User) -> None:
    follow(person)
    arrive()
    assert [send().mailed for _ in range(3)] == [1, 0, 0]
    arrive()
    assert send().mailed == 0  # of tomorrow's round
    assert send(TOMORROW + timedelta(days=1)).mailed == 1
    assert len(mail.outbox) == 2


def test_nothing_is_due_before_its_day(person: User) -> None:
    follow(person, rhythm="weekly")
    arrive()
    assert send(TODAY + timedelta(days=6)) == Sent(due=0, mailed=0, failed=0)
    assert send(TODAY + timedelta(days=7)).mailed == 1


def test_what_leaves_and_comes_back_is_not_news(person: User) -> None:
    organisation = arrive()
    follow(person)
    Organisation.objects.filter(pk=organisation.pk).update(hidden="withdrawn")
    send()
    Organisation.objects.filter(pk=organisation.pk).update(hidden="")
    assert send(TOMORROW + timedelta(days=1)).mailed == 0


def test_an_organisation_hidden_since_it_was_indexed_is_in_no_mail(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(person)
    shy, other = arrive("Recyclerie discrète"), arrive("Recyclerie ouverte")
    Organisation.objects.filter(pk=shy.pk).update(hidden="objection")
    monkeypatch.setattr("essaim.organisations.search.every_id", lambda question: [shy.pk, other.pk])
    send()
    assert "ouverte" in mail.outbox[0].body
    assert "discrète" not in mail.outbox[0].body


def test_a_mail_is_in_the_language_of_the_search_and_never_html(person: User) -> None:
    follow(person, language="en", name='L\'eau & \n the "bin"')
    arrive("Recyclerie <b>&amp; Cie")
    arrive("Recyclerie deux")
    send()
    (sent,) = mail.outbox
    assert sent.subject == 'L\'eau & the "bin": 2 new organisations'
    assert "- Recyclerie <b>&amp; Cie" in sent.body
    assert "To stop receiving anything, without a password:" in sent.body
    assert "Bonjour" not in sent.body


def test_a_long_list_is_cut_and_counted(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MOST_IN_A_MAIL", 2)
    follow(person)
    for number in range(5):
        arrive(f"Recyclerie {number}")
    send()
    assert re.findall(r"^- (.*)$", mail.outbox[0].body, flags=re.M) == ["Recyclerie 0", "Recyclerie 1"]
    assert "Et 3 autres." in mail.outbox[0].body


def test_a_mail_that_fails_stops_no_other_and_is_tried_again(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(person)
    follow(make_user("bruno"))
    arrive()
    plain = EmailMultiAlternatives.send

    def broken(self: EmailMultiAlternatives, *args: object, **kwargs: object) -> int:
        if self.to == ["alice@exemple.fr"]:
            raise SMTPException("no")
        return plain(self, *args, **kwargs)

    monkeypatch.setattr(EmailMultiAlternatives, "send", broken)
    assert send() == Sent(due=2, mailed=1, failed=1)
    monkeypatch.setattr(EmailMultiAlternatives, "send", plain)
    assert send() == Sent(due=1, mailed=1, failed=0)
    assert sorted(each.to[0] for each in mail.outbox) == ["alice@exemple.fr", "bruno@exemple.fr"]


def test_a_closed_account_receives_nothing(person: User) -> None:
    follow(person)
    arrive()
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert send() == Sent(due=0, mailed=0, failed=0)


@pytest.mark.parametrize(
    ("rhythm", "after", "expected"),
    [
        ("daily", date(2026, 12, 31), date(2027, 1, 1)),
        ("weekly", date(2026, 12, 28), date(2027, 1, 4)),
        ("monthly", date(2026, 12, 31), date(2027, 1, 31)),
        ("monthly", date(2027, 1, 31), date(2027, 2, 28)),
        ("monthly", date(2026, 11, 30), date(2026, 12, 30)),
    ],
)
def test_the_next_day(rhythm: str, after: date, expected: date) -> None:
    assert next_date(rhythm, after) == expected


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_a_month_later_is_in_the_next_month(after: date) -> None:
    later = next_date("monthly", after)
    assert (later.year * 12 + later.month) - (after.year * 12 + after.month) == 1
    assert later.day <= after.day


def test_what_cannot_be_followed_is_refused_and_explained(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = make_user("sans")
    silent.email = ""
    for wrong, values in (
        ("rhythm", {"rhythm": "hourly"}),
        ("needs a name", {"name": "  "}),
        ("too many criteria", {"query": "q=" + "é" * 200 + "&public=" + "x" * 80 + "&public=" + "y" * 80}),
    ):
        with pytest.raises(saving.SearchNotSaved, match=wrong):
            follow(person, **values)
    with pytest.raises(saving.SearchNotSaved, match="no e-mail address"):
        follow(silent)
    arrive()
    monkeypatch.setattr(saving, "MOST_FOLLOWED", 0)
    with pytest.raises(saving.SearchNotSaved, match="beyond 0"):
        follow(person)
    monkeypatch.setattr(saving, "MOST_FOLLOWED", 10)
    monkeypatch.setattr(saving, "MOST_SEARCHES", 1)
    follow(person)
    with pytest.raises(saving.SearchNotSaved, match="already follow"):
        follow(person)


def test_stopped_resumed_changed_and_deleted_by_its_owner_only(person: User) -> None:
    saved = follow(person)
    stranger = make_user()
    for attempt in (
        lambda: saving.stop_search(saved=saved, by=stranger, on=TODAY),
        lambda: saving.resume_search(saved=saved, by=stranger, on=TODAY),
        lambda: saving.change_search(saved=saved, name="x", rhythm="daily", by=stranger, on=TODAY),
        lambda: saving.delete_search(saved=saved, by=stranger, on=TODAY),
    ):
        with pytest.raises(saving.SearchNotSaved):
            attempt()
    token = saved.token
    assert saving.stop_search(saved=saved, by=person, on=TODAY)
    assert not saving.stop_search(saved=saved, by=person, on=TODAY)
    arrive()
    assert send().due == 0
    saving.resume_search(saved=saved, by=person, on=TOMORROW)
    assert saved.token != token
    assert send(TOMORROW + timedelta(days=1)).mailed == 0  # arrived while it was stopped
    saving.change_search(saved=saved, name="Autre nom", rhythm="monthly", by=person, on=TODAY)
    saved.refresh_from_db()
    assert (saved.name, saved.rhythm, saved.next_on) == ("Autre nom", "monthly", date(2026, 12, 22))
    saving.delete_search(saved=saved, by=person, on=TODAY)
    assert SavedSearch.objects.count() == 0


def test_the_link_of_the_mail_stops_it_without_an_account_in_one_click(person: User) -> None:
    saved = follow(person)
    address = reverse("organisations:stop_alert", args=[saved.token])
    visitor = Client(enforce_csrf_checks=True)
    assert "Arrêter cette alerte ?" in text(visitor.get(address))
    saved.refresh_from_db()
    assert saved.stopped_on is None  # reading stops nothing: scanners open links
    answer = visitor.post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert answer.cookies == {}
    assert "L'alerte est arrêtée" in text(answer)
    saved.refresh_from_db()
    assert saved.stopped_on is not None
    assert saved.known_ids == []
    assert "L'alerte est arrêtée" in text(visitor.post(address))  # twice is no error
    assert list(Entry.objects.values_list("act", "by")) == [("alert stopped", None)]


def test_a_dead_stop_link_is_explained(client: Client) -> None:
    page = client.get(reverse("organisations:stop_alert", args=["inconnu"]))
    assert page.status_code == 404
    assert "Cette alerte a été supprimée, ou reprise avec un lien plus récent." in text(page)


def test_a_search_is_followed_from_its_results(client: Client, person: User) -> None:
    arrive()
    address = "/organisations/searches/save/?q=recyclerie&family=association&page=3"
    assert "Il faut un compte" in text(client.get(address))
    client.force_login(person)
    page = client.get(address)
    assert 'value="recyclerie, Association"' in page.content.decode()
    assert "Elle trouve 1 lieu aujourd'hui." in text(page)
    refused = client.post(address, {"name": "", "rhythm": "daily"})
    assert refused.status_code == 422
    assert "a besoin d'un nom" in text(refused)
    answer = client.post(address, {"name": "Mes recycleries", "rhythm": "weekly"}, follow=True)
    assert "Vous suivez « Mes recycleries »." in text(answer)
    saved = SavedSearch.objects.get()
    assert (saved.query, saved.rhythm, saved.user) == ("q=recyclerie&family=association", "weekly", person)


def test_the_page_of_searches_manages_them(client: Client, person: User) -> None:
    saved = follow(person)
    client.force_login(person)

    def press(button: str, **sent: str) -> str:
        return text(client.post(reverse(f"organisations:{button}", args=[saved.pk]), sent, follow=True))

    assert "Changement enregistré." in press("change_search", name="Neuf", rhythm="monthly")
    assert "Choisissez un rythme" in press("change_search", name="Neuf", rhythm="x")
    assert "Vous ne recevrez plus de courriel pour « Neuf »." in press("stop_search")
    assert "Vous suivez de nouveau « Neuf »." in press("resume_search")
    assert "« Neuf » est supprimée." in press("delete_search")
    assert "Vous ne suivez aucune recherche" in text(client.get("/organisations/searches/"))


def test_another_persons_search_does_not_exist(client: Client, person: User) -> None:
    saved = follow(person)
    client.force_login(make_user())
    for name in ("change_search", "stop_search", "resume_search", "delete_search"):
        assert client.post(reverse(f"organisations:{name}", args=[saved.pk])).status_code == 404, name
