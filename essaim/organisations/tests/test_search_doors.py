"""The same search from the API, the command line and the map's tiles."""

import csv
import gzip
import io
import json

import mapbox_vector_tile
import pytest
from click.testing import CliRunner
from django.test import Client

from essaim.organisations.cli import command
from essaim.organisations.models import Label
from essaim.organisations.search import Question, TileOutside, clusters, rebuild, search, tile
from essaim.organisations.tests.factories import TODAY, make_organisation, make_site
from essaim.ui.search import cells

pytestmark = pytest.mark.django_db
MEL = "epci:200093201"


@pytest.fixture
def recycleries():
    first = make_site(make_organisation(name="Recyclerie du Textile"), commune="59512", lon=3.17, lat=50.69)
    Label.objects.create(organisation=first.organisation, kind="siae_aci", seen_on=TODAY)
    make_site(make_organisation(name="Recyclerie du Bois", status="to_confirm"), lon=3.06, lat=50.63)
    make_site(make_organisation(name="Recyclerie de Lyon"), commune="69123", lon=4.83, lat=45.76)
    make_organisation(name="=Recyclerie sans lieu")
    rebuild()
    return first


def test_the_api_gives_items_count_and_facets(recycleries):
    answer = Client().get("/api/organisations", {"territory": MEL, "q": "recyclerie textile"})
    assert answer.status_code == 200
    body = answer.json()
    item = body["items"][0]
    assert (body["count"], item["siret"], item["name"]) == (1, recycleries.siret, "Recyclerie du Textile")
    assert item["sse_status"] == "member"
    assert item["why_matched"] == [
        "nom : Recyclerie du Textile", "dans le territoire : Métropole Européenne de Lille"
    ]  # fmt: skip
    assert body["facets"]["label"] == [
        {"code": "siae_aci", "label": "Atelier et chantier d'insertion", "count": 1, "chosen": False}
    ]
    assert (body["page"], body["pages"], body["size"], body["fictitious"]) == (1, 1, 20, False)
    assert body["fresh_at"]


def test_the_api_speaks_english_pages_and_says_what_it_left_aside(recycleries):
    query = {
        "q": "recyclerie",
        "size": "1",
        "page": "2",
        "sort": "name",
        "status": ["member", "x"],
        "lang": "en",
    }
    body = Client().get("/api/organisations", query).json()
    assert [item["name"] for item in body["items"]] == ["Recyclerie du Textile"]
    assert (body["page"], body["pages"], body["count"]) == (2, 3, 3)
    assert body["ignored"] == ["The criterion “status = x” is not understood: the search leaves it aside."]


def test_the_api_gives_no_address_with_a_slash_only(recycleries):
    assert Client().get("/api/organisations?q=recyclerie").status_code == 200


@pytest.mark.parametrize(
    "query", ["q=%00", "page=-1", "size=1e9", "bbox=a", "within=nan&around=3,50", "around=1e9,2"]
)
def test_the_api_never_fails_on_what_is_typed(recycleries, query):
    assert Client().get(f"/api/organisations?{query}").status_code == 200


def invoked(*arguments: str) -> str:
    done = CliRunner().invoke(command, ["search", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_command_line_gives_the_same_json_as_the_api(recycleries):
    body = (
        Client().get("/api/organisations", {"territory": MEL, "q": "recyclerie", "status": "member"}).json()
    )
    said = json.loads(
        invoked(
            "recyclerie", "--territory", MEL, "--facet", "status=member", "--format", "json", "--lang", "fr"
        )
    )
    body.pop("fresh_at"), said.pop("fresh_at")
    assert said == body


def test_csv_disarms_formulas(recycleries):
    rows = list(csv.DictReader(io.StringIO(invoked("sans lieu", "--format", "csv"))))
    assert [row["name"] for row in rows] == ["'=Recyclerie sans lieu"]
    assert rows[0]["fictitious"] == "0"


def test_text_is_a_screenful(recycleries):
    said = invoked("recyclerie roubaix", "--lang", "fr").splitlines()
    assert said[0] == "1 résultat (1/1)"
    assert said[2] == f"Recyclerie du Textile, 59000 Roubaix [{recycleries.siret}] Membre de l'ESS"
    assert said[3] == "    nom : Recyclerie du Textile; lieu : Roubaix"


def test_text_says_what_to_do_when_nothing_answers(recycleries):
    said = invoked("recyclerie", "--facet", "family=mutual", "--lang", "en").splitlines()
    assert (said[0], said[2].partition(":")[0]) == ("0 results (1/1)", "Nothing answers all of these")


def test_text_says_what_to_do_of_an_empty_directory():
    rebuild()
    assert invoked("", "--lang", "en").splitlines()[2].startswith("The directory is still empty: import")


def test_an_unknown_facet_is_a_usage_error(recycleries):
    assert CliRunner().invoke(command, ["search", "x", "--facet", "colour=red"]).exit_code == 2


def points(z: int, x: int, y: int, question: Question) -> list[dict]:
    decoded = mapbox_vector_tile.decode(gzip.decompress(tile(question, z, x, y)))
    return [feature["properties"] for feature in decoded["places"]["features"]] if decoded else []


def test_a_tile_holds_clusters_and_single_places(recycleries):
    world = points(0, 0, 0, Question(q="recyclerie"))
    assert sum(point["count"] for point in world) == 3
    x, y = cells.tile_of(3.17, 50.69, 14)
    single = recycleries.organisation
    assert points(14, x, y, Question()) == [
        {
            "count": 1,
            "organisation": single.pk,
            "name": single.name,
            "status": "member",
            "site": recycleries.pk,
        }
    ]
    assert points(14, x + 1, y, Question()) == []


@pytest.mark.parametrize("zoom", [0, 3, 7, 12, 17, 20])
def test_tiles_laid_side_by_side_hold_what_the_list_counts(recycleries, zoom):
    question = Question(q="recyclerie")
    spots = {cells.tile_of(lon, lat, zoom) for lon, lat in ((3.17, 50.69), (3.06, 50.63), (4.83, 45.76))}
    drawn = sum(point["count"] for x, y in spots for point in points(zoom, x, y, question))
    assert drawn == 3 == search(question, on=TODAY).count - 1


def test_a_place_stands_where_it_is_in_its_tile(recycleries):
    x, y = cells.tile_of(3.17, 50.69, 10)
    decoded = mapbox_vector_tile.decode(
        gzip.decompress(tile(Question(q="textile"), 10, x, y)), default_options={"y_coord_down": True}
    )
    west, south, east, north = cells.bounds(x, y, 10)
    across, down = decoded["places"]["features"][0]["geometry"]["coordinates"]
    assert west + across / 4096 * (east - west) == pytest.approx(3.17, abs=1e-3)
    assert north - down / 4096 * (north - south) == pytest.approx(50.69, abs=1e-3)


@pytest.mark.parametrize("at", [(-1, 0, 0), (21, 0, 0), (3, 8, 0), (3, 0, 8), (0, -1, 0)])
def test_a_tile_out_of_the_world_is_refused(recycleries, at):
    with pytest.raises(TileOutside):
        tile(Question(), *at)


def test_places_at_the_same_spot_stay_together_at_any_zoom():
    for _ in range(3):
        make_site(lon=3.0, lat=50.0)
    rebuild()
    for zoom in (15, 20):
        assert [cluster.count for cluster in clusters(Question(), zoom=zoom, bbox=None)] == [3]


def test_an_empty_box_holds_nothing(recycleries):
    assert clusters(Question(bbox=(0.0, 0.0, 1.0, 1.0)), zoom=5, bbox=(2.0, 48.0, 5.0, 52.0)) == []
