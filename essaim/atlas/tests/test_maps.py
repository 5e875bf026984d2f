"""Maps drawn on the server."""

from xml.etree import ElementTree

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from essaim.atlas import maps, places_map
from essaim.observatory.atlas import Place


def square(code: str, west: float, south: float, side: float = 0.5) -> maps.Shape:
    return maps.Shape(code, f"Nom <{code}>", shapely.box(west, south, west + side, south + side))


def paths(svg: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}path"))


def test_north_is_up_and_east_is_right() -> None:
    sheet = maps.lay_out([square("a", 2, 45), square("b", 4, 47)])
    first, second = sheet.shapes
    assert first.centre[0] < second.centre[0]
    assert first.centre[1] > second.centre[1]


def test_overseas_goes_to_a_box_of_its_own() -> None:
    sheet = maps.lay_out([square("region:84", 4, 45), square("region:04", 55.2, -21.4)])
    assert len(sheet.boxes) == 1
    left, top, width, height = sheet.boxes[0]
    overseas = next(drawn for drawn in sheet.shapes if drawn.code == "region:04")
    assert left < overseas.centre[0] < left + width
    assert top < overseas.centre[1] < top + height


def test_overseas_alone_takes_the_whole_sheet() -> None:
    assert maps.lay_out([square("region:04", 55.2, -21.4)]).boxes == ()


def test_a_hidden_value_is_hatched_and_an_unknown_one_is_grey() -> None:
    sheet = maps.lay_out([square("a", 2, 45), square("b", 3, 45), square("c", 4, 45)])
    svg = maps.choropleth(sheet, {"a": 3.0, "b": None, "c": None}, "Titre", said={}, hidden=frozenset({"b"}))
    classes = [path.get("class") for path in paths(svg)]
    assert classes == ["area-shade-3", "area-hidden", "area-none"]


def test_names_are_escaped() -> None:
    sheet = maps.lay_out([square("a", 2, 45)])
    svg = maps.links_map(sheet, {"a": "/atlas/commune/1/?a=1&b=2"}, 'Un "titre"')
    assert ElementTree.fromstring(svg).get("aria-label") == 'Un "titre"'
    assert "<a>" not in svg


@given(st.lists(st.floats(0, 1e6), max_size=60))
def test_every_value_falls_in_the_class_its_legend_says(values: list[float]) -> None:
    limits = maps.breaks(values)
    legend = maps.legend(values, str)
    assert limits == sorted(set(limits))
    assert len(legend) == (len(limits) + 1 if values else 0)
    for value in values:
        assert 0 <= maps.shade(value, limits) < len(maps.SHADES)
        assert maps.shade(value, limits) in {shade for shade, _ in legend}
    ordered = [maps.shade(value, limits) for value in sorted(values)]
    assert ordered == sorted(ordered)


@pytest.mark.parametrize(
    ("code", "epci", "region"),
    [
        ("epci:200093201", None, "32"),
        ("commune:97411", "249740119", "04"),
        ("qpv:QN05901M", "200093201", "32"),
    ],
)
def test_a_territory_is_found_on_the_map_of_france(code: str, epci: str | None, region: str) -> None:
    kind, _, id_ = code.partition(":")
    place = Place(code, kind, id_, "Ici", None, None, region, epci, None, None)
    svg = places_map.locator(place, "fr")
    assert svg is not None
    assert svg.count("area-here") == 1
    assert "Ici sur la carte de France" in svg


def test_a_place_of_unknown_shape_has_no_map() -> None:
    assert (
        places_map.locator(
            Place("country:FR", "country", "FR", "France", None, None, None, None, None, None), "fr"
        )
        is None
    )
