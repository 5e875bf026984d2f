"""What is typed, how it is folded, and in which order names come."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.ui.search import analysis, cells, language
from essaim.ui.search.language import Clause


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("les recycleries de Lille", [("recycleries",), ("lille",)]),
        ("l'atelier", [("atelier",)]),
        ("tiers-lieu", [("tiers",), ("lieu",)]),
        ("S.C.I.C.", [("scic",)]),
        ("St-Étienne", [("saint",), ("etienne",)]),
        ("de la", [("de",), ("la",)]),
        ("132 456 789 00012", [("13245678900012",)]),
        ("W595012345", [("W595012345",)]),
    ],
)
def test_words_are_read(text: str, expected: list[tuple[str, ...]]) -> None:
    assert [clause.tokens for clause in language.read(text)] == expected


def test_quotes_and_minus_are_read() -> None:
    assert language.read('"jardin d\'insertion" -"maison verte" -bois vélo ') == [
        Clause(("jardin", "d", "insertion"), is_phrase=True),
        Clause(("maison", "verte"), is_excluded=True, is_phrase=True),
        Clause(("bois",), is_excluded=True),
        Clause(("velo",)),
    ]


def test_only_a_word_still_being_typed_may_be_a_beginning() -> None:
    assert [clause.is_last for clause in language.read("jardin maraî")] == [False, True]
    assert [clause.is_last for clause in language.read("jardin maraî ")] == [False, False]


def test_a_dash_inside_or_alone_excludes_nothing() -> None:
    assert not any(clause.is_excluded for clause in language.read("porte-à-porte - vélo"))


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    clauses = language.read(text)
    assert len(clauses) <= language.MOST_CLAUSES
    assert all(clause.tokens and all(clause.tokens) for clause in clauses)


@given(st.lists(st.text(alphabet=string.ascii_letters + " éèçœÉ-'0123456789", min_size=1, max_size=40)))
def test_sorting_numbers_order_as_the_letters_do(names: list[str]) -> None:
    def letters(name: str) -> str:
        return analysis.sorting_key(name)[:35].rstrip()

    by_numbers = sorted(names, key=lambda name: (analysis.sorting_numbers(name, 5), name))
    assert by_numbers == sorted(names, key=lambda name: (letters(name), name))


@given(st.floats(-180, 180), st.floats(-90, 90), st.integers(0, cells.HIGHEST))
def test_a_point_lies_in_its_tile_and_its_parents(lon: float, lat: float, zoom: int) -> None:
    x, y = cells.tile_of(lon, lat, zoom)
    assert cells.cells_of(lon, lat)[zoom] == cells.number(x, y, zoom)
    west, south, east, north = cells.bounds(x, y, zoom)
    assert west - 1e-9 <= lon <= east + 1e-9
    assert south - 1e-6 <= min(max(lat, -cells.NORTHMOST), cells.NORTHMOST) <= north + 1e-6
