"""Outlines share their borders, answer quickly, and say what they lack."""

import json
import time

import numpy as np
import pytest
import shapely

from essaim.law.text import Text
from essaim.observatory.reference import outlines, places


@pytest.fixture(scope="module")
def communes():
    return outlines.outlines_of_kind("commune")


def test_every_commune_has_an_outline_or_a_reason(communes):
    every = {place.id for place in places.all_territories().values() if place.kind == "commune"}
    gaps = outlines.gaps()
    assert set(communes) | set(gaps) == every
    assert set(communes) & set(gaps) == set()
    assert (len(communes), len(gaps)) == (34_871, 98)
    assert all(isinstance(reason, Text) for reason in gaps.values())


def test_every_group_with_an_outlined_commune_has_an_outline(communes):
    for kind in ("region", "departement", "epci", "ept"):
        drawn = outlines.outlines_of_kind(kind)
        expected = {
            place.id
            for place in places.all_territories().values()
            if place.kind == kind and set(places.communes_of(place.code)) & set(communes)
        }
        assert set(drawn) == expected
    # The eight overseas collectivities.
    assert len(outlines.outlines_of_kind("departement")) == 101


def test_borders_are_shared_and_shapes_valid(communes):
    shapes = np.array(list(communes.values()))
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)


def test_groups_cover_about_the_same_ground_as_their_communes(communes):
    for code in ("epci:200093201", "departement:59", "region:32", "ept:200057867", "region:94"):
        members = shapely.union_all([communes[i] for i in places.communes_of(code)])
        overlap = shapely.area(shapely.intersection(members, outlines.outline(code)))
        assert overlap / shapely.area(members) > 0.97, code


def test_france_is_its_regions():
    west, south, east, north = shapely.bounds(outlines.outline("country:FR"))
    assert (west < -60, south < -20, east > 55, north > 51) == (True, True, True, True)


def test_geojson_of_the_communes_of_an_epci():
    collection = outlines.geojson("commune", "epci:200093201")
    assert len(collection["features"]) == 95
    assert collection["missing"] == []
    first = collection["features"][0]
    assert first["id"] == first["properties"]["code"] == "commune:59005"
    assert first["properties"]["name"] == "Allennes-les-Marais"
    west, south, east, north = collection["bbox"]
    assert 2.7 < west < east < 3.3
    assert 50.4 < south < north < 50.9
    assert json.loads(json.dumps(collection)) == json.loads(
        json.dumps(outlines.geojson("commune", "epci:200093201"))
    )


def test_geojson_lists_what_it_cannot_draw():
    assert outlines.geojson("commune", "departement:975")["missing"] == ["commune:97501", "commune:97502"]
    assert outlines.geojson(codes=["commune:59350", "commune:15031"])["missing"] == ["commune:15031"]


def test_geojson_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="qpv"):
        outlines.geojson("qpv", "epci:200093201")
    with pytest.raises(places.UnknownTerritory):
        outlines.geojson("commune", "epci:1")


def test_within_follows_the_hierarchy():
    assert outlines.within("region", "country:FR") == [
        place.id for place in places.all_territories().values() if place.kind == "region"
    ]
    assert outlines.within("departement", "region:32") == ["02", "59", "60", "62", "80"]
    assert len(outlines.within("ept", "epci:200054781")) == 11
    assert outlines.within("epci", "epci:200093201") == ["200093201"]
    assert outlines.within("epci", "commune:59350") == []


def test_neighbours_share_a_border():
    assert outlines.neighbours("departement:59") == ["departement:02", "departement:62", "departement:80"]
    lille = outlines.neighbours("commune:59350")
    assert "commune:59410" in lille  # Mons-en-Barœul
    assert "commune:59512" not in lille  # Roubaix
    for code in lille:
        assert "commune:59350" in outlines.neighbours(code)
    assert "epci:200041960" in outlines.neighbours("epci:200093201")  # Pévèle Carembault
    assert outlines.neighbours("country:FR") == []
    assert outlines.neighbours("commune:97501") == []


@pytest.mark.parametrize(
    ("kind", "code"), [("commune", "epci:200093201"), ("epci", "region:76"), ("departement", "country:FR")]
)
def test_a_page_gets_its_outlines_quickly(kind, code):
    outlines.geojson(kind, code)  # reads the file, once in the life of a process
    times = []
    for _ in range(5):
        start = time.perf_counter()
        outlines.geojson(kind, code)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1  # 5 to 30 ms on a quiet machine
