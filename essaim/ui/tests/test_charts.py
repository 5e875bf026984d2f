"""What a chart draws, read back from its SVG."""

from xml.etree import ElementTree

import pytest
from django.utils import translation

from essaim.law.text import Text
from essaim.ui.charts import drawing
from essaim.ui.charts.chart import Chart, bars, compared_bars, intervals
from essaim.ui.charts.parts import strip, years
from essaim.ui.colours import FAMILIES, family
from essaim.ui.tables import Hidden

WORDS = {"title": Text("Qui ?", "Who?"), "sentence": Text("Beaucoup.", "Many.")}
SECRET = Hidden(Text("Secret", "Secrecy"))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(chart.svg)


def words(chart: Chart) -> list[str]:
    return [element.text or "" for element in drawn(chart).iter(f"{SVG}text")]


def widths(chart: Chart, role: str) -> list[float]:
    """Widths of the rectangles of a role, in order."""
    rectangles = drawn(chart).iter(f"{SVG}rect")
    return [float(each.get("width", "")) for each in rectangles if each.get("class") == f"fill-{role}"]


@pytest.fixture
def one() -> Chart:
    with translation.override("en"):
        return bars(
            [("A", 100), ("B", 25), ("C", SECRET), ("D", 0), ("E", None)],
            category="Kind",
            measure="Number",
            **WORDS,
        )


def test_a_chart_is_one_image_with_a_name_and_what_it_says(one: Chart) -> None:
    root = drawn(one)
    title, said = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (root.get("role"), title.text, said.text) == ("img", "Who?", "Many.")
    assert root.get("aria-labelledby") == f"{title.get('id')} {said.get('id')}"


def test_a_prefix_registered_by_another_library_does_not_rename_the_tags(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ElementTree, "_namespace_map", {"http://www.w3.org/2000/svg": "svg"})
    drawing._draw.cache_clear()
    svg = bars([("A", 100)], category="Kind", measure="Number", **WORDS).svg
    assert (svg[:5], svg.count("svg:")) == ("<svg ", 0)


def test_a_chart_scales_and_carries_no_style_of_its_own(one: Chart) -> None:
    root = drawn(one)
    assert root.get("viewBox", "").startswith("0 0 ")
    assert (root.get("width"), root.get("height")) == (None, None)
    assert [
        element.tag for element in root.iter() if "style" in element.attrib or element.tag == f"{SVG}style"
    ] == []


def test_bars_are_proportional_from_zero_and_zero_leaves_a_mark(one: Chart) -> None:
    full, quarter, nothing = widths(one, "series-1")
    assert quarter == pytest.approx(full / 4)
    assert nothing == 1.5


def test_every_row_says_its_label_and_value(one: Chart) -> None:
    assert set(words(one)) == {"A", "B", "C", "D", "E", "100", "25", "0", "Secrecy", "–"}


def test_what_is_not_published_is_hatched_and_says_why(one: Chart) -> None:
    hatched = [element for element in drawn(one).iter() if element.get("fill", "").startswith("url(#")]
    assert len(hatched) == 1
    pattern = drawn(one).find(f"{SVG}defs/{SVG}pattern")
    assert hatched[0].get("fill") == f"url(#{pattern.get('id')})"


def test_the_table_beside_holds_what_is_drawn(one: Chart) -> None:
    assert [row[:2] for row in one.rows] == [("A", 100), ("B", 25), ("C", SECRET), ("D", 0), ("E", None)]
    assert [column.label for column in one.columns] == ["Kind", "Number"]


def test_the_same_rows_give_the_same_drawing(one: Chart) -> None:
    with translation.override("en"):
        again = bars(one.rows, category="Kind", measure="Number", **WORDS)
    assert again.svg == one.svg


def test_five_series_are_compared_and_not_six() -> None:
    names = ["a", "b", "c", "d", "e"]
    chart = compared_bars([("Share", [1, 2, 3, 4, 5])], series=names, category="x", **WORDS)
    assert [len(widths(chart, f"series-{number}")) for number in range(1, 6)] == [1] * 5
    with pytest.raises(ValueError, match="between 1 and 5"):
        compared_bars([], series=[*names, "f"], category="x", **WORDS)


def test_an_interval_is_drawn_between_its_ends_and_an_open_one_to_the_edge() -> None:
    with translation.override("fr"):
        chart = intervals([("A", 50, 100), ("B", 50, None)], category="x", measure="n", **WORDS)
    closed, opened = widths(chart, "series-1")
    assert (closed, opened) == (
        pytest.approx(440 * 50 / 115, abs=0.1),
        pytest.approx(440 * 65 / 115, abs=0.1),
    )
    assert {"50 à 100", "au moins 50"} <= set(words(chart))


def test_a_strip_gives_each_family_its_colour_and_its_share() -> None:
    with translation.override("en"):
        chart = strip(
            [(label, 10) for label in FAMILIES.values()], category="x", measure="n",
            colours=[family(name) for name in FAMILIES], **WORDS,
        )  # fmt: skip
    assert [round(widths(chart, family(name))[0]) for name in FAMILIES] == [86] * 5
    assert words(chart).count("10  ·  20.0%") == 5


def test_closures_hang_below_openings_on_one_scale() -> None:
    chart = years([(2024, 40, 10), (2025, 20, None)], **WORDS)
    assert len(widths(chart, "leaf")) == 2
    assert len(widths(chart, "brick")) == 1
    with translation.override("fr"):
        assert years([(2025, 3, None)], **WORDS).columns[2].show(None) == "–"


def test_charts_of_nothing_are_drawn() -> None:
    assert bars([], category="x", measure="n", **WORDS).rows == []
    assert strip([("A", 0)], category="x", measure="n", **WORDS).rows == [("A", 0, None)]
    assert years([], **WORDS).rows == []
    assert intervals([("A", SECRET, None)], category="x", measure="n", **WORDS).rows == [("A", SECRET)]
