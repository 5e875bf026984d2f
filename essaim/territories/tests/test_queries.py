"""Search and outlines."""

import pytest

from essaim.observatory.reference.places import UnknownTerritory
from essaim.territories import kept_qpv, queries
from essaim.territories.models import Territory
from essaim.territories.operations import load_territories
from essaim.territories.tests.factories import TODAY, qpv_layer, territories


def codes(found):
    return [territory.code for territory in found]


@pytest.fixture
def some(db):
    return territories(
        "commune:59350",  # Lille
        "epci:200093201",
        "commune:59352",  # Lillers is 62516; 59352 is Linselles
        "commune:62516",
        "commune:42218",  # Saint-Étienne
        "commune:76575",  # Saint-Étienne-du-Rouvray
        "commune:75056",
        "departement:75",
        "departement:59",
        "commune:59507",  # Ronchin
    )


def test_exact_name_then_whole_word_then_beginning(some):
    assert codes(queries.search("lille")) == ["commune:59350", "epci:200093201", "commune:62516"]


def test_saint_is_found_however_it_is_written(some):
    for typed in ("Saint-Étienne", "st etienne", "SAINT ETIENNE", "St-Étienne"):
        assert codes(queries.search(typed)) == ["commune:42218", "commune:76575"]


def test_the_commune_comes_before_the_department_of_the_same_name(some):
    assert codes(queries.search("paris"))[:2] == ["commune:75056", "departement:75"]


@pytest.mark.parametrize("typed", ["59350", "commune:59350", "59355", "Lomme", "hellemmes", "59260"])
def test_lille_is_found_by_its_codes_and_former_communes(some, typed):
    assert codes(queries.search(typed))[0] == "commune:59350"


def test_kinds_limit_and_short_text(some):
    assert codes(queries.search("lille", kinds=["epci"])) == ["epci:200093201"]
    assert codes(queries.search("lille", limit=1)) == ["commune:59350"]
    assert queries.search("l") == queries.search("") == queries.search("%") == []
    assert queries.search("zzzzzz") == []


def test_retired_territories_are_not_offered(some):
    Territory.objects.filter(code="commune:59350").update(is_current=False)
    assert codes(queries.search("lille")) == ["epci:200093201", "commune:62516"]


def test_search_takes_two_queries_whatever_it_finds(some, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert len(queries.search("lille", limit=1)) == 1
    with django_assert_num_queries(2):
        assert len(queries.search("lille", limit=30)) == 3


def test_outlines_of_communes_come_from_the_reference():
    collection = queries.outlines("commune", "epci:200093201")
    assert len(collection["features"]) == 95
    with pytest.raises(UnknownTerritory):
        queries.outlines("commune", "epci:1")


@pytest.mark.django_db
def test_outlines_of_qpv_come_from_the_layer_kept_here():
    assert queries.outlines("qpv", None) == {"type": "FeatureCollection", "features": [], "missing": []}
    kept_qpv.keep(qpv_layer())
    load_territories(on=TODAY, qpv=kept_qpv.read())
    everywhere = queries.outlines("qpv", "country:FR")
    assert [each["id"] for each in everywhere["features"]] == ["qpv:QN05901M", "qpv:QN05902M"]
    roubaix = queries.outlines("qpv", "commune:59512")
    assert [each["properties"]["name"] for each in roubaix["features"]] == ["Quartier QN05902M"]
    kept_qpv.path().unlink()
    assert queries.outlines("qpv", "commune:59512")["missing"] == ["qpv:QN05902M"]
