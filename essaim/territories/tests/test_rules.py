"""How what is typed finds a territory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.territories import rules


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("Saint-Étienne", "saint etienne"),
        ("ST ETIENNE", "saint etienne"),
        ("Ste-Foy-lès-Lyon", "sainte foy les lyon"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("Mons-en-Barœul", "mons en baroeul"),
        ("Villeneuve d’Ascq", "villeneuve d ascq"),
        ("epci:200093201", "epci 200093201"),
        ("  ", ""),
    ],
)
def test_accents_hyphens_case_and_abbreviations_do_not_matter(typed, normal):
    assert rules.normalise(typed) == normal


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    once = rules.normalise(text)
    assert rules.normalise(once) == once


@pytest.mark.parametrize(
    ("query", "rank"),
    [
        ("lille", 1),
        ("metropole europeenne de lille", 0),
        ("200093201", 0),
        ("59000", 2),
        ("metro", 3),
        ("lil euro", 4),
        ("590", 5),
        ("lyon", None),
        ("lille lyon", None),
        ("", None),
    ],
)
def test_rank_of_a_metropolis(query, rank):
    words = rules.search_words("Métropole Européenne de Lille", "epci:200093201", "Métropole", "59000")
    found = rules.rank(query, name="metropole europeenne de lille", identifier="200093201", words=words)
    assert found == rank


def test_order_is_rank_then_population_then_the_kind_people_mean():
    paris = rules.order(0, population=2_000_000, kind="commune", code="commune:75056")
    department = rules.order(0, population=2_000_000, kind="departement", code="departement:75")
    small = rules.order(0, population=None, kind="qpv", code="qpv:QN07501M")
    later = rules.order(1, population=9_000_000, kind="region", code="region:11")
    assert sorted([later, small, department, paris]) == [paris, department, small, later]
