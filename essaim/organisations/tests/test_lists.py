"""Lists: kept, noted, shared, taken away; never what may not be shown."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from essaim.accounts.models import Entry, User
from essaim.organisations.models import Organisation, OrganisationList
from essaim.organisations.operations import listing
from essaim.organisations.queries import kept
from essaim.organisations.tests.factories import TODAY, make_organisation, make_site, make_user
from essaim.organisations.tests.test_search_page import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user()


@pytest.fixture
def mine(person: User) -> OrganisationList:
    return listing.make_list(name="À rappeler", by=person, on=TODAY)


@pytest.fixture
def signed(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


def put(of: OrganisationList, **values: object) -> Organisation:
    organisation = make_organisation(**values)
    make_site(organisation)
    listing.add_to_list(of=of, organisation=organisation, by=of.user, on=TODAY)
    return organisation


def kept_names(of: OrganisationList) -> list[str]:
    return [each.organisation.name for each in kept.items_of(of)]


def test_an_organisation_is_kept_once_and_its_note_replaced(mine: OrganisationList, person: User) -> None:
    organisation = make_organisation()
    for note in ("premier", "", "dernier"):
        listing.add_to_list(of=mine, organisation=organisation, note=note, by=person, on=TODAY)
    assert [(each.organisation.pk, each.note) for each in kept.items_of(mine)] == [
        (organisation.pk, "dernier")
    ]
    assert listing.note_item(of=mine, organisation=organisation, note="", by=person, on=TODAY)
    assert kept.items_of(mine)[0].note == ""
    assert listing.remove_from_list(of=mine, organisation=organisation, by=person, on=TODAY)
    assert not listing.remove_from_list(of=mine, organisation=organisation, by=person, on=TODAY)
    assert kept.items_of(mine) == []


def test_a_list_is_changed_by_its_owner_only(mine: OrganisationList) -> None:
    other, organisation = make_user(), make_organisation()
    on_it = {"of": mine, "by": other, "on": TODAY}
    attempts = (
        lambda: listing.rename_list(name="x", **on_it),
        lambda: listing.delete_list(**on_it),
        lambda: listing.add_to_list(organisation=organisation, **on_it),
        lambda: listing.remove_from_list(organisation=organisation, **on_it),
        lambda: listing.note_item(organisation=organisation, note="x", **on_it),
        lambda: listing.share_list(**on_it),
        lambda: listing.stop_sharing(**on_it),
    )
    for attempt in attempts:
        with pytest.raises(listing.ListRefused):
            attempt()


def test_a_list_needs_a_name_and_there_are_fifty_at_most(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(listing.ListRefused, match="needs a name"):
        listing.make_list(name="  ", by=person, on=TODAY)
    monkeypatch.setattr(listing, "MOST_LISTS", 1)
    first = listing.make_list(name=" deux \n mots ", by=person, on=TODAY)
    assert first.name == "deux mots"
    with pytest.raises(listing.ListRefused, match="already have"):
        listing.make_list(name="b", by=person, on=TODAY)
    assert listing.rename_list(of=first, name="c" * 200, by=person, on=TODAY).name == "c" * 120
    listing.delete_list(of=first, by=person, on=TODAY)
    assert OrganisationList.objects.count() == 0


def test_a_list_is_not_endless(mine: OrganisationList, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_ITEMS", 1)
    first = put(mine)
    listing.add_to_list(of=mine, organisation=first, by=mine.user, on=TODAY)  # there already: not one more
    with pytest.raises(listing.ListRefused, match="lines at most"):
        put(mine)


@pytest.mark.parametrize("hidden", ["non_diffusible", "objection", "erased", "withdrawn"])
def test_an_organisation_that_is_hidden_leaves_every_list(mine: OrganisationList, hidden: str) -> None:
    organisation = put(mine, name="Discrète")
    put(mine, name="Publique")
    Organisation.objects.filter(pk=organisation.pk).update(hidden=hidden)
    assert kept_names(mine) == ["Publique"]
    assert [each.shown for each in kept.lists_of(mine.user)] == [1]
    organisation.refresh_from_db()
    with pytest.raises(listing.ListRefused, match="no longer published"):
        listing.add_to_list(of=mine, organisation=organisation, by=mine.user, on=TODAY)


def test_a_merged_record_shows_as_the_one_that_was_kept_once(mine: OrganisationList) -> None:
    double, kept_one = put(mine, name="Double"), put(mine, name="Gardée")
    Organisation.objects.filter(pk=double.pk).update(merged_into=kept_one)
    assert kept_names(mine) == ["Gardée"]
    Organisation.objects.filter(pk=kept_one.pk).update(hidden="objection")
    assert kept_names(mine) == []


def test_reading_a_list_costs_the_same_at_one_and_thirty(
    signed: Client, mine: OrganisationList, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 29):
        for _ in range(count):
            put(mine)
        with django_assert_num_queries(7):  # session, person, list, its lines, organisations twice, sites
            signed.get(reverse("organisations:list", args=[mine.pk]))


def test_a_visitor_is_told_why_an_account_is_needed(client: Client) -> None:
    organisation = make_organisation(name="Chez nous")
    page = client.get(reverse("organisations:keep", args=[organisation.pk]))
    assert page.status_code == 200
    assert "Pour garder « Chez nous » dans une liste, connectez-vous." in text(page)
    assert f"next=%2Forganisations%2F{organisation.pk}%2Fkeep%2F" in page.content.decode()
    assert "Une liste et une alerte doivent être à quelqu'un" in text(client.get("/organisations/lists/"))


def test_keeping_from_the_results_makes_the_first_list_and_leads_back(signed: Client, person: User) -> None:
    organisation = make_organisation(name="Chez nous")
    address = reverse("organisations:keep", args=[organisation.pk])
    assert "Nom de la nouvelle liste" in text(signed.get(address, {"next": "/organisations/?q=x"}))
    sent = {"name": "Voisins", "note": "vus au marché", "list": "", "next": "/organisations/?q=x"}
    answer = signed.post(address, sent)
    assert answer.url == "/organisations/?q=x"
    of = OrganisationList.objects.get(user=person)
    assert (of.name, kept.items_of(of)[0].note) == ("Voisins", "vus au marché")
    assert "elle y est déjà" in text(signed.get(address))
    answer = signed.post(address, {"list": str(of.pk), "next": "https://ailleurs.example/"})
    assert "ailleurs" not in answer.url


def test_keeping_without_a_list_nor_a_name_is_explained(signed: Client) -> None:
    address = reverse("organisations:keep", args=[make_organisation().pk])
    answer = signed.post(address, {"list": "", "name": ""})
    assert answer.status_code == 200
    assert "Une liste a besoin d'un nom" in text(answer)


def test_nothing_hidden_can_be_kept(signed: Client) -> None:
    organisation = make_organisation(hidden="objection")
    assert signed.get(reverse("organisations:keep", args=[organisation.pk])).status_code == 404


def test_another_persons_list_does_not_exist(client: Client, mine: OrganisationList) -> None:
    client.force_login(make_user())
    organisation = make_organisation()
    assert client.get(reverse("organisations:list", args=[mine.pk])).status_code == 404
    assert client.get(reverse("organisations:list_file", args=[mine.pk, "csv"])).status_code == 404
    for name in ("rename_list", "share_list", "stop_sharing", "delete_list", "note_item", "remove_item"):
        assert client.post(reverse(f"organisations:{name}", args=[mine.pk])).status_code == 404, name
    keep = reverse("organisations:keep", args=[organisation.pk])
    assert client.post(keep, {"list": str(mine.pk)}).status_code == 404


def test_the_buttons_of_the_page_do_what_they_say(signed: Client, mine: OrganisationList) -> None:
    organisation = put(mine, name="Chez nous")

    def press(button: str, **sent: str) -> str:
        return text(signed.post(reverse(f"organisations:{button}", args=[mine.pk]), sent, follow=True))

    assert "Note enregistrée." in press("note_item", organisation=str(organisation.pk), note="le lundi")
    assert kept.items_of(mine)[0].note == "le lundi"
    assert "La liste a changé de nom." in press("rename_list", name="Lundis")
    assert "Une liste a besoin d'un nom" in press("rename_list", name="")
    assert "Retirée de la liste « Lundis »." in press("remove_item", organisation=str(organisation.pk))
    assert "Cette liste est vide" in text(signed.get(reverse("organisations:list", args=[mine.pk])))
    assert "Cochez la case pour confirmer" in press("delete_list")
    assert "La liste « Lundis » est supprimée." in press("delete_list", sure="yes")
    made = signed.post(reverse("organisations:make_list"), {"name": "Autre"}, follow=True)
    assert "Autre" in text(made)
    assert "Une liste a besoin d'un nom" in text(
        signed.post(reverse("organisations:make_list"), {"name": ""}, follow=True)
    )


def test_a_shared_list_is_read_by_link_until_sharing_stops(client: Client, mine: OrganisationList) -> None:
    put(mine, name="Chez nous")

    def read(token: str) -> tuple[int, str]:
        page = Client().get(reverse("organisations:shared_list", args=[token]))
        return page.status_code, text(page)

    assert read(mine.token)[0] == 404
    first = listing.share_list(of=mine, by=mine.user, on=TODAY).token
    listing.share_list(of=mine, by=mine.user, on=TODAY)
    status, said = read(first)
    assert status == 200
    assert "Chez nous" in said
    assert "Enregistrer la note" not in said
    listing.stop_sharing(of=mine, by=mine.user, on=TODAY)
    status, said = read(first)
    assert status == 404
    assert "Demandez-lui un nouveau lien." in said
    assert listing.share_list(of=mine, by=mine.user, on=TODAY).token != first
    assert list(Entry.objects.order_by("pk").values_list("act", flat=True)) == [
        "list shared", "list no longer shared", "list shared",
    ]  # fmt: skip


def test_the_files_hold_the_list_and_no_formula(signed: Client, mine: OrganisationList) -> None:
    organisation = put(mine, name="=HYPERLINK(1)")
    listing.note_item(of=mine, organisation=organisation, note="@jeudi", by=mine.user, on=TODAY)
    answer = signed.get(reverse("organisations:list_file", args=[mine.pk, "csv"]))
    assert answer["Content-Disposition"] == 'attachment; filename="a-rappeler.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    expected = {
        "Nom": "'=HYPERLINK(1)", "SIREN": organisation.siren, "SIRET": organisation.sites.get().siret,
        "Adresse": "1 rue Nationale", "Code postal": "59000", "Commune (code Insee)": "59350",
        "Statut ESS": "Membre de l'ESS", "Famille": "Association", "Note": "'@jeudi",
        "Ajoutée le": "2026-11-22",
    }  # fmt: skip
    assert [{name: row[name] for name in expected} for row in rows] == [expected]
    book = signed.get(reverse("organisations:list_file", args=[mine.pk, "xlsx"]))
    sheet = load_workbook(io.BytesIO(book.content)).active
    assert [cell.value for cell in sheet[2]][:2] == ["'=HYPERLINK(1)", organisation.siren]
    assert signed.get(reverse("organisations:list_file", args=[mine.pk, "exe"])).status_code == 404
