"""Territories as an API."""

import pytest
from ninja.testing import TestClient

from essaim.territories import kept_qpv
from essaim.territories.api import router
from essaim.territories.tests.factories import qpv_layer, territories

pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    """The router alone, wherever the site mounts it."""
    return TestClient(router)


def test_territories_are_found_best_first(api):
    territories("commune:59350", "epci:200093201")
    found = api.get("/search", query_params={"q": "lille", "limit": 1}).json()
    assert found == [
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


def test_a_point_without_and_with_a_layer(api):
    point = {"lon": 3.0614, "lat": 50.635}
    nothing = {"qpv": None, "nearest_qpv": None, "qpv_distance_m": None}
    place = {**point, "commune": "59350", "epci": "200093201"}
    assert api.get("/locate", query_params=point).json() == {**place, **nothing}
    kept_qpv.keep(qpv_layer())
    # 99.05 m on the ellipsoid; Lambert 93 stretches by 1.5 in 1,000 this far north.
    near = {"qpv": None, "nearest_qpv": "QN05901M", "qpv_distance_m": pytest.approx(99.05, rel=2e-3)}
    assert api.get("/locate", query_params=point).json() == {**place, **near}


@pytest.mark.parametrize(
    "query", [{}, {"lon": "x", "lat": 1}, {"lon": 704000, "lat": 7059000}, {"lon": "nan", "lat": 1}]
)
def test_bad_points_are_refused(api, query):
    assert api.get("/locate", query_params=query).status_code == 422
