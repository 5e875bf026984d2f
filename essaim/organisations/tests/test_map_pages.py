"""The map page, the page other sites show, and the page that gives its HTML."""

import re
from html import unescape

import pytest
from django.test import Client

from essaim.organisations import search as engine
from essaim.organisations.search import Question
from essaim.organisations.search.mapping import tile as real_tile
from essaim.organisations.tests.brute_engine import BruteEngine
from essaim.organisations.tests.factories import TODAY, make_organisation, make_site, make_user
from essaim.organisations.tests.test_search_page import names, text
from essaim.organisations.views import places
from essaim.ui.search.folder import IndexMissing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("brute")]
MAP, EMBED, SHARE = "/organisations/map/", "/organisations/embed/", "/organisations/share/"


def attribute(page: str, name: str) -> str:
    return unescape(re.search(rf'{name}="([^"]*)"', page)[1])


def test_the_map_reads_our_tiles_with_the_same_question_and_opens_on_the_place(client: Client) -> None:
    make_site(make_organisation(name="Chez nous"))
    page = client.get(MAP, {"q": "chez", "territory": "epci:200093201", "sort": "name", "page": "1"})
    content = page.content.decode()
    assert (
        attribute(content, "data-tiles")
        == "/organisations/tiles/{z}/{x}/{y}.pbf?q=chez&territory=epci%3A200093201&v=now"
    )
    assert attribute(content, "data-bounds") == "2.7892,50.4998,3.2721,50.7938"
    assert attribute(content, "data-outlines") == (
        "/territories/outlines.geojson?kind=commune&within=epci%3A200093201"
    )
    assert names(page) == ["Chez nous"]  # the list is there without JavaScript


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (Question(bbox=(1.0, 2.0, 3.0, 4.0), territory="epci:200093201"), (1.0, 2.0, 3.0, 4.0)),
        (Question(around="3.06,50.63", within_km=10), (2.96, 50.53, 3.16, 50.73)),
        (Question(q="nulle part"), places.FRANCE),
        (Question(q="chez"), (3.0073, 50.5792, 3.1073, 50.6792)),
    ],
)
def test_the_map_opens_on_what_is_asked_or_found(
    brute: BruteEngine, question: Question, expected: tuple[float, ...]
) -> None:
    make_site(make_organisation(name="Chez nous"))
    answer = brute.search(question, on=TODAY)
    assert places.bounds(question, answer) == pytest.approx(expected)


def test_the_outlines_asked_for_exist(client: Client) -> None:
    for code in (
        "",
        "region:32",
        "departement:59",
        "epci:200093201",
        "commune:59350",
        "3.06,50.63",
        "country:FR",
    ):
        answer = client.get(places.outlines_address(code))
        assert answer.status_code == 200, code
        assert answer.json()["features"], code


def test_only_the_embedded_page_may_be_framed_and_it_sets_no_cookie(client: Client) -> None:
    make_site(make_organisation(name="Chez nous"))
    client.force_login(make_user())
    before = {name: morsel.value for name, morsel in client.cookies.items()}
    page = client.get(EMBED, {"q": "chez", "lang": "en", "show": "list"})
    assert page.cookies == {}
    assert {name: morsel.value for name, morsel in client.cookies.items()} == before
    assert "frame-ancestors *" in page["Content-Security-Policy"]
    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page
    assert "1 place of the SSE directory" in text(page)
    assert '<html lang="en"' in page.content.decode()
    assert '<nav class="main-navigation"' not in page.content.decode()
    for path in ("/organisations/", MAP, SHARE, "/"):
        other = client.get(path)
        assert other["X-Frame-Options"] == "DENY", path
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"], path


def test_the_embedded_page_shows_the_map_the_list_or_both(client: Client) -> None:
    make_site(make_organisation(name="Chez nous"))
    shown = {
        show: client.get(EMBED, {"show": show}).content.decode() for show in ("both", "map", "list", "x")
    }
    assert {show: ("data-tiles-map" in page, 'class="result"' in page) for show, page in shown.items()} == {
        "both": (True, True), "map": (True, False), "list": (False, True), "x": (True, True),
    }  # fmt: skip


def test_the_pages_of_the_embedded_page_stay_inside_it(client: Client) -> None:
    for number in range(21):
        make_site(make_organisation(name=f"Lieu {number:02d}"))
    page = client.get(EMBED, {"show": "list", "lang": "en", "q": "lieu"}).content.decode()
    assert 'rel="next" href="/organisations/embed/?q=lieu&amp;page=2&amp;show=list&amp;lang=en"' in page


def test_the_share_page_gives_html_that_no_search_can_break(client: Client) -> None:
    given = {
        "q": '"><script>x',
        "height": "720",
        "show": "map",
        "in": "en",
        "family": ["mutual", "association"],
    }
    page = client.get(SHARE, given).content.decode()
    copied = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, flags=re.S)[1])
    assert copied == (
        '<iframe src="http://localhost:8000/organisations/embed/?q=%22%3E%3Cscript%3Ex&amp;family=association'
        '&amp;family=mutual&amp;show=map&amp;lang=en" title="&quot;&gt;&lt;script&gt;x, Association, Mutuelle" '
        'width="100%" height="720" loading="lazy"></iframe>'
    )
    assert '<input type="hidden" name="family" value="association">' in page
    assert client.get(unescape(re.search(r'<iframe[^>]* src="([^"]*)"', page)[1])).status_code == 200


@pytest.mark.parametrize(
    ("height", "kept"), [("720", 720), ("5", 300), ("99999", 1600), ("x", 560), ("²", 560)]
)
def test_the_height_is_kept_within_reason(client: Client, height: str, kept: int) -> None:
    assert client.get(SHARE, {"height": height}).context["height"] == kept


def test_results_near_one_another_are_drawn_on_their_communes(brute: BruteEngine) -> None:
    make_site(make_organisation(name="Chez nous"))
    question = Question(q="chez")
    made = places.map_of(question, brute.search(question, on=TODAY))
    assert made["outlines"] == "/territories/outlines.geojson?kind=commune&within=epci%3A200093201"


def test_a_tile_outside_the_world_is_not_found_and_a_missing_index_is_said(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*args: object, **kwargs: object) -> None:
        raise IndexMissing

    tile = client.get("/organisations/tiles/0/0/0.pbf", {"v": "now"})
    assert tile["Content-Encoding"] == "gzip"
    assert tile["Cache-Control"] == "public, max-age=3600"
    monkeypatch.setattr(engine, "tile", real_tile)
    assert client.get("/organisations/tiles/1/2/0.pbf").status_code == 404
    assert client.get("/organisations/tiles/99/0/0.pbf").status_code == 404
    monkeypatch.setattr(engine, "tile", missing)
    assert client.get("/organisations/tiles/0/0/0.pbf").status_code == 503
    monkeypatch.setattr(engine, "search", missing)
    for path in ("/organisations/", MAP, EMBED, SHARE, "/organisations/print/"):
        page = client.get(path)
        assert (page.status_code, page["Retry-After"]) == (503, "60"), path
        assert "L'annuaire se prépare" in text(page)


def test_the_engine_is_the_one_faked() -> None:
    assert engine.search.__self__.__class__ is BruteEngine
