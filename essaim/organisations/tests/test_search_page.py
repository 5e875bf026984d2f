"""The search page as a reader without JavaScript meets it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from essaim.organisations.models import Label
from essaim.organisations.tests.brute_engine import BruteEngine
from essaim.organisations.tests.factories import TODAY, make_organisation, make_site, make_user
from essaim.organisations.views import search as search_views
from essaim.territories.tests.factories import territories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("brute")]
SEARCH = "/organisations/"


def text(response: HttpResponse) -> str:
    """What is read: tags gone, entities and spaces made plain."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def links(response: HttpResponse, words: str) -> list[str]:
    """The addresses of the links that say these words."""
    found = re.findall(r'<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>', response.content.decode(), flags=re.S)
    return [unescape(href) for href, inside in found if words in unescape(re.sub(r"<[^>]+>", "", inside))]


def names(response: HttpResponse) -> list[str]:
    return [row["found"].name for row in response.context["rows"]]


def directory(count: int = 3) -> None:
    for number in range(count):
        family = ("association", "cooperative", "mutual")[number % 3]
        organisation = make_organisation(name=f"Recyclerie {number:02d}", family=family)
        make_site(organisation)


def test_a_result_says_where_what_and_why_it_is_in_the_sse(client: Client) -> None:
    organisation = make_organisation(name="La Recyclerie du Nord")
    site = make_site(organisation)
    Label.objects.create(organisation=organisation, site=site, kind="siae_aci", seen_on=TODAY)
    said = text(client.get(SEARCH, {"q": "recyclerie"}))
    for words in (
        "1 lieu", "La Recyclerie du Nord", "1 rue Nationale, 59000 Lille", "Membre de l'ESS",
        "Sa forme juridique la rend membre.", "ACI", "Trouvé par : nom", "Recherche à jour au 22 novembre 2026, 10:30",
    ):  # fmt: skip
        assert words in said


def test_the_form_sends_one_to_a_short_address(client: Client) -> None:
    territories("commune:59350")
    sent = {"form": "1", "q": "café", "place": "59350", "code": "", "reach": "10", "family": ["association"]}
    answer = client.get(SEARCH, sent)
    assert (answer.status_code, answer.url) == (
        302,
        f"{SEARCH}?q=caf%C3%A9&around=commune%3A59350&within=10&family=association",
    )
    page = client.get(answer.url)
    assert 'value="Lille"' in page.content.decode()
    assert '<option value="10" selected>' in page.content.decode()


@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        ("in", {"territory": ["commune:59350"]}),
        ("5", {"around": ["commune:59350"], "within": ["5"]}),
        ("serves", {"serves": ["commune:59350"]}),
        ("nonsense", {"territory": ["commune:59350"]}),
    ],
)
def test_a_place_is_asked_in_around_or_served(client: Client, reach: str, expected: dict) -> None:
    sent = {"form": "1", "place": "Lille", "code": "commune:59350", "reach": reach}
    assert parse_qs(urlsplit(client.get(SEARCH, sent).url).query) == expected


def test_an_order_shown_but_not_chosen_stays_out_of_the_address(client: Client) -> None:
    sent = {"form": "1", "q": "x", "place": "", "code": "", "reach": "in", "sort": "rotation"}
    assert client.get(SEARCH, sent | {"sort_was": "rotation"}).url == f"{SEARCH}?q=x"
    assert client.get(SEARCH, sent | {"sort_was": "relevance"}).url == f"{SEARCH}?q=x&sort=rotation"
    assert client.get(SEARCH, sent).url == f"{SEARCH}?q=x&sort=rotation"
    directory(1)
    assert 'name="sort_was" value="rotation"' in client.get(SEARCH).content.decode()
    assert 'name="sort_was"' not in client.get(SEARCH, {"sort": "name"}).content.decode()


def test_a_sort_by_distance_follows_its_place(client: Client) -> None:
    sent = {"form": "1", "place": "Lille", "code": "commune:59350", "reach": "5", "sort": "distance"}
    assert client.get(SEARCH, sent).url == f"{SEARCH}?around=commune%3A59350&within=5&sort=distance"
    assert client.get(SEARCH, sent | {"reach": "in"}).url == f"{SEARCH}?territory=commune%3A59350"
    assert client.get(SEARCH, sent | {"place": ""}).url == SEARCH


def test_a_place_emptied_is_a_place_removed(client: Client) -> None:
    sent = {"form": "1", "place": "", "code": "commune:59350", "reach": "10", "q": "x"}
    assert client.get(SEARCH, sent).url == f"{SEARCH}?q=x"


def test_the_map_shown_is_forgotten_when_the_place_changes_only(client: Client) -> None:
    territories("commune:59512")
    sent = {"form": "1", "place": "Lille", "code": "commune:59350", "reach": "in", "bbox": "3,50,4,51"}
    assert "bbox=3%2C50%2C4%2C51" in client.get(SEARCH, sent).url
    assert "bbox" not in client.get(SEARCH, sent | {"place": "Roubaix"}).url


def test_a_name_of_several_places_is_taken_for_the_likeliest_and_the_others_are_offered(
    client: Client,
) -> None:
    territories("commune:59350", "epci:200093201", "commune:59512")
    page = client.get(SEARCH, {"form": "1", "place": "lille", "code": "", "reach": "in"})
    assert page.status_code == 302  # the very name of one place
    page = client.get(SEARCH, {"form": "1", "place": "lill", "code": "", "reach": "5"})
    assert "Lieu compris : Lille." in text(page)
    assert links(page, "Métropole Européenne de Lille") == [f"{SEARCH}?around=epci%3A200093201&within=5"]


def test_a_place_that_does_not_exist_is_said(client: Client) -> None:
    page = client.get(SEARCH, {"form": "1", "place": "Trifouillis {0}", "code": "", "reach": "in"})
    assert page.status_code == 200
    assert "Aucun lieu ne s'appelle « Trifouillis {0} »" in text(page)


def test_bad_parameters_are_explained_and_the_rest_answers(client: Client) -> None:
    directory()
    page = client.get(SEARCH, {"q": "recyclerie", "status": "perhaps", "page": "minus one", "bbox": "1,2"})
    said = text(page)
    for name in ("status = perhaps", "page = minus one", "bbox = 1,2"):
        assert f"Le critère « {name} » n'est pas compris" in said
    assert "3 lieux" in said


def test_each_criterion_is_removed_by_itself(client: Client) -> None:
    directory()
    query = {"q": "recyclerie", "territory": "epci:200093201", "family": ["mutual", "association"]}
    page = client.get(SEARCH, query)
    without = {one.label.fr: parse_qs(one.without) for one in page.context["criteria"]}
    place, both = ["epci:200093201"], ["association", "mutual"]
    assert without == {
        "« recyclerie »": {"territory": place, "family": both},
        "Métropole Européenne de Lille": {"q": ["recyclerie"], "family": both},
        "Association": {"q": ["recyclerie"], "territory": place, "family": ["mutual"]},
        "Mutuelle": {"q": ["recyclerie"], "territory": place, "family": ["association"]},
    }
    assert links(page, "Tout retirer") == [SEARCH]


def test_facets_are_boxes_of_the_form_with_their_counts(client: Client) -> None:
    directory(4)
    page = client.get(SEARCH, {"family": "cooperative"})
    boxes = re.findall(r'id="family-\w+" name="family" value="(\w+)"( checked)?', page.content.decode())
    assert boxes == [("cooperative", " checked"), ("association", ""), ("mutual", "")]
    assert names(page) == ["Recyclerie 01"]
    assert "Coopérative 1 Association 2 Mutuelle 1" in text(page)


def test_the_sse_and_work_integration_are_two_facets(client: Client) -> None:
    company = make_organisation(
        name="Intérim ordinaire", status="not_member", family="", reason_code="category_not"
    )
    Label.objects.create(organisation=company, site=make_site(company), kind="siae_etti", seen_on=TODAY)
    make_site(make_organisation(name="Association de quartier"))
    assert names(client.get(SEARCH, {"group": "siae"})) == ["Intérim ordinaire"]
    assert names(client.get(SEARCH, {"group": "siae", "status": "member"})) == []
    assert names(client.get(SEARCH, {"status": "member"})) == ["Association de quartier"]


def test_the_rotation_is_explained_and_dated(client: Client) -> None:
    directory(1)
    assert "Tirage n°" in text(client.get(SEARCH))
    assert "Tirage n°" not in text(client.get(SEARCH, {"sort": "name"}))


def test_nothing_found_offers_what_to_do(client: Client) -> None:
    page = client.get(SEARCH, {"q": "zzz", "around": "commune:59350", "within": "5", "family": "mutual"})
    assert "Rien ne répond à tous ces critères" in text(page)
    assert [label.fr for label, _ in page.context["wider"]] == [
        "Chercher jusqu'à 10 km autour", "Chercher partout", "Retirer tous les filtres",
    ]  # fmt: skip
    assert links(page, "Chercher jusqu'à 10 km autour") == [
        f"{SEARCH}?q=zzz&around=commune%3A59350&within=10&family=mutual"
    ]


def test_pages_follow_one_another(client: Client) -> None:
    directory(45)
    page = client.get(SEARCH, {"q": "recyclerie", "page": "2"})
    assert names(page) == [f"Recyclerie {number:02d}" for number in range(20, 40)]
    assert links(page, "Page précédente") == [f"{SEARCH}?q=recyclerie"]
    assert links(page, "Page suivante") == [f"{SEARCH}?q=recyclerie&page=3"]


def test_no_query_for_a_visitor_and_the_same_number_at_one_and_thirty_results(
    client: Client, brute: BruteEngine, monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    directory(30)
    answers = {size: brute.search(search_views.Question(size=size), on=TODAY) for size in (1, 30)}
    person = make_user()
    for size, answer in answers.items():
        monkeypatch.setattr("essaim.organisations.search.search", lambda question, on, a=answer: a)
        monkeypatch.setattr("essaim.organisations.search.clusters", lambda question, zoom, bbox: [])
        client.logout()
        with django_assert_num_queries(0):
            page = client.get(SEARCH, {"territory": "epci:200093201"})
        assert len(page.context["rows"]) == size
        client.force_login(person)
        with django_assert_num_queries(3):  # session, person, what the person keeps
            client.get(SEARCH, {"territory": "epci:200093201"})


def test_htmx_receives_the_answer_alone_and_the_address_to_show(client: Client) -> None:
    directory()
    sent = {"form": "1", "q": "recyclerie", "place": "", "code": "", "reach": "in", "family": "mutual"}
    answer = client.get(SEARCH, sent, headers={"HX-Request": "true"})
    assert answer["HX-Push-Url"] == f"{SEARCH}?q=recyclerie&family=mutual"
    assert "<html" not in answer.content.decode()
    assert 'data-query="q=recyclerie&amp;family=mutual"' in answer.content.decode()
    back = client.get(SEARCH, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in back.content.decode()


def test_places_are_suggested_as_links_to_the_same_search(client: Client) -> None:
    territories("commune:59350")
    sent = {"place": "lil", "q": "vélo", "reach": "5", "form": "1", "code": ""}
    sent |= {"sort": "rotation", "sort_was": "rotation"}
    answer = client.get("/organisations/places/", sent)
    assert links(answer, "Lille") == [f"{SEARCH}?q=v%C3%A9lo&around=commune%3A59350&within=5"]
    assert "Aucun lieu de ce nom." in text(client.get("/organisations/places/", {"place": "zzzz"}))


def test_text_of_readers_and_registers_is_never_html(client: Client) -> None:
    make_site(make_organisation(name='<script>alert("x")</script>'))
    page = client.get(SEARCH, {"q": '"><script>'}).content.decode()
    page += client.get(SEARCH).content.decode() + client.get("/organisations/map/").content.decode()
    assert not re.search(r"<script(?! src=)", page)


def test_ten_thousand_characters_are_cut_and_said(client: Client) -> None:
    page = client.get(SEARCH, {"q": "a" * 10_000})
    assert "seuls ses 200 premiers caractères ont été lus" in text(page)


def test_the_printed_page_lists_everything_up_to_a_number_it_says(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory(30)
    monkeypatch.setattr(search_views, "PRINTED_AT_ONCE", 10)
    page = client.get("/organisations/print/", {"q": "recyclerie", "page": "2"})
    assert names(page) == [f"Recyclerie {number:02d}" for number in range(30)]
    assert "Seuls les" not in text(page)
    monkeypatch.setattr(search_views, "MOST_PRINTED", 20)
    page = client.get("/organisations/print/", {"q": "recyclerie"})
    assert names(page) == [f"Recyclerie {number:02d}" for number in range(20)]
    assert "Seuls les 20 premiers sont imprimés" in text(page)


def test_what_is_hidden_or_merged_is_not_found(client: Client) -> None:
    kept = make_organisation(name="Recyclerie")
    make_site(kept)
    for values in ({"hidden": "objection"}, {"hidden": "non_diffusible"}, {"merged_into": kept}):
        make_site(make_organisation(name="Recyclerie secrète", **values))
    assert names(client.get(SEARCH)) == ["Recyclerie"]


def test_a_visitors_page_is_kept_until_the_index_moves_and_no_one_elses(
    client: Client, brute: BruteEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory(1)
    state = "first"
    monkeypatch.setattr("essaim.organisations.views.kept_pages.generation", lambda: state)

    def asked(path: str = f"{SEARCH}?q=recyclerie&sort=name", **headers: str) -> int:
        before = len(brute.asked)
        answer = client.get(path, headers=headers)
        assert answer.status_code == 200
        assert "HX-Request" in answer["Vary"]
        return len(brute.asked) - before

    cache.clear()
    assert [asked(), asked()] == [1, 0]
    assert asked(f"{SEARCH}?q=recyclerie&sort=name&page=2") == 1
    assert asked(**{"Accept-Language": "en"}) == 1
    assert asked(**{"HX-Request": "true"}) == 1
    state = "second"
    assert [asked(), asked()] == [1, 0]
    client.force_login(make_user())
    assert [asked(), asked()] == [1, 1]
    cache.clear()
