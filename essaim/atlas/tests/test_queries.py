"""The list and the points, against what the store holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.atlas import queries, readings
from essaim.observatory.store import Store
from essaim.observatory.tests.stores import MEL

coordinates = st.lists(st.tuples(st.floats(-5, 9), st.floats(42, 51)), min_size=1, max_size=200)


def held(store: Store) -> list[dict[str, object]]:
    return [row for row in store.current().read("establishments").to_pylist() if row["epci"] == "200093201"]


@pytest.mark.parametrize(
    ("filters", "keep"),
    [
        (queries.Filters(), lambda row: True),
        (queries.Filters(family="mutual"), lambda row: row["family"] == "mutual"),
        (
            queries.Filters(sector="education", status="member"),
            lambda row: row["sector"] == "education" and row["status"] == "member",
        ),
        (
            queries.Filters(words="STRUCTURE 1"),
            lambda row: "structure" in row["name"].lower() and "1" in row["name"],
        ),
        (queries.Filters(words="9000000120"), lambda row: row["siret"].startswith("9000000120")),
        (queries.Filters(words="' or 1=1 --"), lambda row: False),
        (queries.Filters(family="%"), lambda row: False),
    ],
)
def test_the_list_holds_what_the_filters_ask(store: Store, filters: queries.Filters, keep: object) -> None:
    expected = {row["siret"] for row in held(store) if keep(row)}  # type: ignore[operator]
    listed = queries.establishments(store, readings.found(store, MEL), filters, size=1000)
    assert {row["siret"] for row in listed.rows} == expected
    assert listed.total == len(expected)


def test_pages_put_end_to_end_are_the_list(store: Store) -> None:
    place = readings.found(store, MEL)
    pages = [queries.establishments(store, place, page=page, size=20) for page in range(1, 6)]
    sirets = [row["siret"] for page in pages for row in page.rows]
    assert len(sirets) == len(set(sirets)) == pages[0].total == 91
    assert pages[0].pages == 5


@settings(deadline=None)
@given(coordinates)
def test_hexagons_hold_every_point_once(points: list[tuple[float, float]]) -> None:
    lon, lat = np.array(points).T
    features = queries.hexagons(lon, lat)
    assert sum(feature["properties"]["count"] for feature in features) == len(points)
    for feature in features:
        ring = feature["geometry"]["coordinates"][0]
        assert len(ring) == 7
        assert ring[0] == ring[-1]


def test_one_category_is_read_for_every_place_at_once(store: Store) -> None:
    found = queries.one_category(store, [MEL, "commune:59350"], "family", "mutual")
    assert set(found) == {MEL, "commune:59350"}
    assert found[MEL].establishments == sum(
        row["family"] == "mutual" and row["status"] == "member" for row in held(store)
    )
