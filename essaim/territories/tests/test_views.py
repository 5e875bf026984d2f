"""The pages: search, locate, outlines."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from essaim.territories import forms, kept_qpv
from essaim.territories.operations import load_territories
from essaim.territories.tests.factories import TODAY, qpv_layer, territories

pytestmark = pytest.mark.django_db
POINTS = b"lon,lat\n3.0551,50.6366\n50.63,3.05\n,\n3.20,50.6366\n"


def upload(client, content=POINTS, answer="page", name="points.csv", **fields):
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(reverse("territories:locate"), {"file": file, "answer": answer, **fields})


def text(response):
    return response.content.decode()


def test_search_page_works_without_javascript(client):
    territories("commune:59350", "epci:200093201")
    page = text(client.get(reverse("territories:search"), {"q": "lille"}))
    assert '<form class="typeahead"' in page
    assert "2 territoires" in page
    assert "Métropole Européenne de Lille" in page


def test_search_page_invites_when_empty_and_explains_when_nothing_is_found(client):
    assert "Aucun territoire trouvé" not in text(client.get(reverse("territories:search")))
    assert "Aucun territoire trouvé" in text(client.get(reverse("territories:search"), {"q": "zzzz"}))


def test_suggestions_are_the_list_alone(client):
    territories("commune:59350")
    answer = text(client.get(reverse("territories:search"), {"q": "lil"}, headers={"HX-Request": "true"}))
    assert answer.startswith("<li><a href=")
    assert "<html" not in answer


def test_search_as_json(client):
    territories("commune:59350")
    found = client.get(
        reverse("territories:search"), {"q": "lille", "format": "json", "kind": "commune"}
    ).json()
    assert found == {
        "results": [
            {
                "code": "commune:59350",
                "kind": "commune",
                "id": "59350",
                "name": "Lille",
                "nature": "Commune",
                "departement": "59",
                "population": 238246,
            }
        ]
    }


def test_search_escapes_what_was_typed(client):
    page = text(client.get(reverse("territories:search"), {"q": '"><script>alert(1)</script>'}))
    assert "<script>alert" not in page


def test_one_point_in_a_qpv(client):
    kept_qpv.keep(qpv_layer())
    page = text(client.get(reverse("territories:locate"), {"lon": "3,0551", "lat": "50.6366"}))
    assert "Lille</a> (59350)" in page or "Lille (59350)" in page
    assert "(200093201)" in page
    assert "Quartier QN05901M (QN05901M)" in page
    assert "le plus proche</strong>" not in page


def test_one_point_near_a_qpv_says_how_far(client):
    kept_qpv.keep(qpv_layer())
    page = text(client.get(reverse("territories:locate"), {"lon": "3.0614", "lat": "50.635"}))
    assert "Quartier QN05901M (QN05901M), à 99 m de son bord" in page


def test_without_a_layer_the_page_says_so(client):
    page = text(client.get(reverse("territories:locate"), {"lon": "3.0551", "lat": "50.6366"}))
    assert "Aucun fichier de quartiers prioritaires" in page
    assert "(59350)" in page


def test_a_point_at_sea_is_said_to_be_nowhere(client):
    page = text(client.get(reverse("territories:locate"), {"lon": "2.0", "lat": "43.0000"}))
    assert "Hors de toute commune connue" not in page  # Aude
    page = text(client.get(reverse("territories:locate"), {"lon": "5.0", "lat": "42.0"}))
    assert "Hors de toute commune connue" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"lon": "50.63", "lat": "3.05"}, "Longitude et latitude inversées."),
        ({"lon": "abc", "lat": "3.05"}, "pas un nombre"),
        ({"lon": "704000", "lat": "7059000"}, "Lambert 93"),
        ({"lon": "3.05"}, "error-summary"),
    ],
)
def test_bad_points_are_explained(client, query, said):
    response = client.get(reverse("territories:locate"), query)
    assert response.status_code == 422
    assert said in text(response).replace("&#x27;", "'")


def test_file_gives_counts_and_rejected_rows(client):
    kept_qpv.keep(qpv_layer())
    page = text(upload(client))
    assert "2 lignes situées sur 4" in page
    assert "Dont 1 dans un quartier prioritaire." in page
    assert "longitude et latitude inversées" in page
    assert "coordonnée manquante" in page


def test_file_gives_a_csv_with_every_row_in_order(client):
    kept_qpv.keep(qpv_layer())
    response = upload(client, answer="csv")
    assert response["Content-Disposition"] == 'attachment; filename="points.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["lon"] for row in rows] == ["3.0551", "50.63", "", "3.20"]
    assert [row["commune"] for row in rows] == ["59350", "", "", "59299"]
    assert [row["qpv"] for row in rows] == ["QN05901M", "", "", ""]
    assert (rows[0]["qpv_distance_m"], rows[1]["qpv_distance_m"]) == ("0.0", "")
    assert [row["problem"] for row in rows] == [
        "",
        "longitude et latitude inversées",
        "coordonnée manquante",
        "",
    ]
    assert [row["line"] for row in rows] == ["2", "3", "4", "5"]


def test_file_in_lambert_93_with_its_own_columns(client):
    content = "abscisse;ordonnée\n704061;7059136\n".encode("cp1252")
    fields = {"lon_column": "abscisse", "lat_column": "ordonnée", "epsg": "2154"}
    rows = list(
        csv.DictReader(io.StringIO(upload(client, content, "csv", **fields).content.decode("utf-8-sig")))
    )
    assert [row["commune"] for row in rows] == ["59350"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "pas de colonne lon"),
        (b"\x00\x01\x02\x03", "fichier texte"),
        (b"x", "pas de colonne lat"),
    ],
)
def test_unusable_files_are_explained_beside_the_field(client, content, said):
    response = upload(client, content)
    assert response.status_code == 422
    assert said in text(response).replace("&#x27;", "'")
    assert "field-error" in text(response)


def test_too_large_and_too_long_files_are_refused_clearly(client, monkeypatch):
    monkeypatch.setattr(forms, "LARGEST_FILE_BYTES", 20)
    assert "5 Mo au plus" in text(upload(client))
    monkeypatch.setattr(forms, "LARGEST_FILE_BYTES", 10_000)
    monkeypatch.setattr(forms, "MOST_ROWS", 3)
    response = upload(client)
    assert (response.status_code, "4 lignes, 100 000 au plus" in text(response)) == (422, True)


def test_many_rejected_rows_are_not_all_printed(client):
    page = text(upload(client, b"lon,lat\n" + b"a,b\n" * 130))
    assert "Et 30 autres" in page
    assert page.count("n&#x27;est pas un nombre") == 100


def test_outlines_are_geojson_that_caches(client):
    address = reverse("territories:outlines")
    query = {"kind": "commune", "within": "epci:200093201"}
    response = client.get(address, query)
    assert response["Content-Type"] == "application/geo+json"
    assert set(response["Cache-Control"].split(", ")) == {"public", "max-age=86400"}
    assert len(response.json()["features"]) == 95
    again = client.get(address, query, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_outlines_of_qpv(client):
    kept_qpv.keep(qpv_layer())
    load_territories(on=TODAY, qpv=kept_qpv.read())
    found = client.get(reverse("territories:outlines"), {"kind": "qpv", "within": "epci:200093201"}).json()
    assert [each["id"] for each in found["features"]] == ["qpv:QN05901M", "qpv:QN05902M"]


def test_outlines_of_the_unknown(client):
    address = reverse("territories:outlines")
    refused = client.get(address, {"kind": "canton"})
    assert (refused.status_code, refused.json()["error"][:23]) == (400, "Échelon inconnu : canto")
    assert client.get(address, {"kind": "commune", "within": "epci:1"}).status_code == 404
