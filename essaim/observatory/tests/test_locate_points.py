"""Where points lie: against a slow obvious oracle, on edges, at sea, and on real establishments."""

import csv

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from essaim.observatory.locate import communes_at, distances_to_qpv, locate, qpv_at
from essaim.observatory.locate.points import cover, simplified_communes
from essaim.observatory.locate.qpv_layer import QpvLayer
from essaim.observatory.reference import outlines


def layer_of(shapes, first=1):
    codes = [f"QP059{number:03d}" for number in range(first, first + len(shapes))]
    return QpvLayer(
        np.array(codes, dtype=object), np.array(codes, dtype=object), np.array(shapes, dtype=object)
    )


def oracle(lon, lat, shapes):
    """Every point against every polygon."""
    found = []
    for x, y in zip(lon, lat, strict=True):
        holding = [i for i, shape in enumerate(shapes) if shape.intersects(shapely.Point(x, y))]
        found.append(holding[0] if holding else -1)
    return found


coordinate = st.integers(0, 12).map(float)  # a small grid: points often fall on edges and corners
polygons = st.lists(
    st.tuples(coordinate, coordinate, st.integers(1, 5), st.booleans()).map(
        lambda t: (
            shapely.box(t[0], t[1], t[0] + t[2], t[1] + t[2])
            if t[3]
            else shapely.Polygon([(t[0], t[1]), (t[0] + t[2], t[1]), (t[0], t[1] + t[2])])
        )
    ),
    max_size=8,
)
points = st.lists(st.tuples(coordinate, coordinate), max_size=60)


@given(polygons, points)
@settings(max_examples=200, deadline=None)
def test_cover_agrees_with_every_point_against_every_polygon(shapes, points):
    lon, lat = np.array(points, dtype=float).reshape(-1, 2).T
    assert cover(lon, lat, np.array(shapes, dtype=object)).tolist() == oracle(lon, lat, shapes)


def test_cover_agrees_with_the_oracle_on_the_communes_of_a_metropolis():
    shapes = np.array(list(outlines.outlines_of_kind("commune").values()), dtype=object)
    ids = list(outlines.outlines_of_kind("commune"))
    mel = np.array([ids.index(i) for i in outlines.within("commune", "epci:200093201")])
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(2.75, 3.3, 500), rng.uniform(50.48, 50.83, 500)
    assert cover(lon, lat, shapes[mel]).tolist() == oracle(lon, lat, shapes[mel])


def test_many_points_are_sieved_without_losing_any(monkeypatch):
    """The sieve only opens above a number of points: here the same points pass with and without it."""
    rng = np.random.default_rng(11)
    corners = rng.uniform((-5, 42), (8, 51), (300, 2)).round(2)
    shapes = np.array([shapely.box(x, y, x + 0.05, y + 0.03) for x, y in corners])
    lon, lat = rng.uniform(-5.5, 8.5, 30_000).round(2), rng.uniform(41.5, 51.5, 30_000).round(2)
    lon[::1000] = np.nan
    sieved = cover(lon, lat, shapes)
    monkeypatch.setattr("essaim.observatory.locate.points.WORTH_SIEVING", 10**9)
    assert sieved.tolist() == cover(lon, lat, shapes).tolist()
    assert (sieved >= 0).sum() > 100


@given(st.permutations(range(6)))
@settings(max_examples=20, deadline=None)
def test_answers_follow_the_order_of_the_points(order):
    lon = np.array([3.0586, 2.3522, np.nan, 4.8357, 5.3698, -1.5536])
    lat = np.array([50.6366, 48.8566, 48.0, 45.7640, 43.2965, 47.2184])
    expected = np.array(["59350", "75056", "", "69123", "13055", "44109"])
    assert communes_at(lon[order], lat[order]).tolist() == expected[order].tolist()


def test_one_point_gets_its_commune_and_epci():
    found = locate(3.0586, 50.6366)
    assert (found.commune.tolist(), found.epci.tolist(), found.qpv.tolist()) == (
        ["59350"],
        ["200093201"],
        [""],
    )
    assert np.isnan(found.qpv_distance_m).all()


def test_overseas_and_foreign_points():
    lon = np.array(
        [55.4485, -61.0742, 4.3517, 0.0, 166.4580]
    )  # Saint-Denis, Fort-de-France, Brussels, sea, Nouméa
    lat = np.array([-20.8789, 14.6161, 50.8467, 0.0, -22.2711])
    assert communes_at(lon, lat).tolist() == ["97411", "97209", "", "", ""]


def test_a_point_just_off_the_coast_belongs_to_the_nearest_commune():
    square = shapely.box(2.0, 50.0, 2.1, 50.1)
    layer = type(simplified_communes())(np.array(["59999"], dtype=object), np.array([square], dtype=object))
    # East of the square at 50.05 north, where a degree of longitude is 71.7 km.
    off_m = np.array([100.0, 480.0, 520.0, 5000.0])
    lon = 2.1 + off_m / 71_700
    assert communes_at(lon, np.full(4, 50.05), layer).tolist() == ["59999", "59999", "", ""]


def test_distance_is_metres_to_the_nearest_edge_and_zero_inside():
    layer = layer_of([shapely.box(3.0, 50.6, 3.01, 50.61), shapely.box(3.2, 50.6, 3.21, 50.61)])
    lon, lat = np.array([3.005, 3.0, 3.05, 3.16, np.nan]), np.array([50.605, 50.605, 50.605, 50.7, 50.6])
    metres, nearest = distances_to_qpv(lon, lat, layer)
    assert metres[:2].tolist() == [0.0, 0.0]
    assert nearest.tolist() == ["QP059001", "QP059001", "QP059001", "QP059002", ""]
    geod = Geod(ellps="GRS80")
    assert metres[2] == pytest.approx(geod.inv(3.01, 50.605, 3.05, 50.605)[2], rel=2e-3)
    assert metres[3] == pytest.approx(geod.inv(3.2, 50.61, 3.16, 50.7)[2], rel=2e-3)
    assert np.isnan(metres[4])


def test_distance_is_that_of_the_slow_way():
    rng = np.random.default_rng(3)
    shapes = [shapely.Point(x, y).buffer(0.01) for x, y in rng.uniform((2.8, 50.5), (3.2, 50.8), (20, 2))]
    layer = layer_of(shapes)
    lon, lat = rng.uniform(2.7, 3.3, 200), rng.uniform(50.4, 50.9, 200)
    metres, nearest = distances_to_qpv(lon, lat, layer)
    to_metres = _lambert_93()
    flat = [shapely.transform(shape, to_metres, interleaved=False) for shape in shapes]
    for x, y, distance, code in zip(lon, lat, metres, nearest, strict=True):
        point = shapely.Point(*to_metres(x, y))
        each = [point.distance(shape) for shape in flat]
        assert distance == pytest.approx(min(each), abs=1e-6)
        if distance > 0:
            assert code == layer.codes[int(np.argmin(each))]


def _lambert_93():
    from pyproj import Transformer  # noqa: PLC0415  # beside the slow way it serves

    return Transformer.from_crs(4326, 2154, always_xy=True).transform


def test_no_distance_across_the_sea():
    layer = layer_of([shapely.box(3.0, 50.6, 3.01, 50.61)])
    metres, nearest = distances_to_qpv([55.45], [-20.88], layer)
    assert np.isnan(metres).all()
    assert nearest.tolist() == [""]


def test_no_points_and_no_polygons():
    layer = layer_of([])
    assert qpv_at([3.0], [50.0], layer).tolist() == [""]
    found = locate(np.array([]), np.array([]), layer)
    assert found.commune.tolist() == found.qpv_distance_m.tolist() == []


@pytest.mark.shared_data
def test_real_establishments_fall_in_their_declared_commune(shared_data):
    """518 of 533, as many as on the source's full outlines: the other points are wrong, not the outlines."""
    file = shared_data / "sirene" / "mel_lille_sirene_ods_2023.csv"
    with file.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    lon = [float(row["Longitude"]) for row in rows]
    lat = [float(row["Latitude"]) for row in rows]
    found = communes_at(lon, lat)
    agree = sum(
        commune == row["Code commune de l'établissement"] for commune, row in zip(found, rows, strict=True)
    )
    assert (agree, len(rows)) == (518, 533)
