"""The reference is complete, consistent, and answers quickly."""

import subprocess
import sys
from collections import Counter

import duckdb
import pytest

from essaim.observatory.reference import places


@pytest.fixture(scope="module")
def territories():
    return places.all_territories()


def test_every_kind_is_complete(territories):
    assert Counter(place.kind for place in territories.values()) == {
        "country": 1,
        "region": 18,
        "departement": 101 + 8,
        "epci": 1255,
        "ept": 11,
        "commune": 34_969,
    }


def test_natures_of_epci_and_departments(territories):
    natures = Counter(place.nature for place in territories.values() if place.kind in ("epci", "departement"))
    assert natures == {
        "departement": 101,
        "collectivite": 8,
        "CC": 989,
        "CA": 230,
        "CU": 14,
        "METRO": 21,
        "MET69": 1,
    }
    assert all(place.nature in places.NATURE_LABELS for place in territories.values())


def test_every_commune_hangs_on_existing_parents(territories):
    for place in territories.values():
        for kind in ("departement", "region", "epci", "ept"):
            parent = getattr(place, kind)
            assert parent is None or f"{kind}:{parent}" in territories, (place, kind)


def test_every_commune_has_a_department_and_outside_the_collectivities_a_region(territories):
    communes = [place for place in territories.values() if place.kind == "commune"]
    assert [place.code for place in communes if place.departement is None] == []
    without_region = Counter(place.departement for place in communes if place.region is None)
    assert without_region == {
        "975": 2,
        "977": 1,
        "978": 1,
        "984": 5,
        "986": 3,
        "987": 48,
        "988": 33,
        "989": 1,
    }


def test_population_adds_up_and_is_plausible(territories):
    communes = [place for place in territories.values() if place.kind == "commune"]
    total = sum(place.population or 0 for place in communes)
    assert total == territories["country:FR"].population == 68_952_941
    in_regions = sum(place.population for place in territories.values() if place.kind == "region")
    overseas = sum(place.population or 0 for place in communes if place.region is None)
    assert in_regions + overseas == total
    # Six villages destroyed in 1916, the Southern lands and Clipperton: nobody to count.
    assert len([place for place in communes if not place.population]) == 12


def test_every_group_has_members_and_ids_are_sorted(territories):
    for code, place in territories.items():
        members = places.communes_of(code)
        assert members == sorted(set(members)) and members, place


def test_known_territories(territories):
    lille = territories["epci:200093201"]
    assert (lille.name, lille.nature, lille.departement, lille.region) == (
        "Métropole Européenne de Lille",
        "METRO",
        "59",
        "32",
    )
    assert len(places.communes_of("epci:200093201")) == 95
    assert territories["epci:200046977"].nature == "MET69"
    commune = places.territory("commune:59350")
    assert (commune.name, commune.epci, commune.population) == ("Lille", "200093201", 238_246)
    assert "59260" in commune.postcodes.split()


def test_ept_exist_only_in_the_greater_paris_metropolis(territories):
    members = [place for place in territories.values() if place.kind == "commune" and place.ept]
    assert {place.epci for place in members} == {"200054781"}
    assert len(members) == 129  # all 130 communes but Paris
    assert {place.epci for place in territories.values() if place.kind == "ept"} == {"200054781"}


def test_unknown_territory_is_explained_with_suggestions():
    with pytest.raises(places.UnknownTerritory) as caught:
        places.territory("commune:59355")
    assert caught.value.suggestions == ("commune:59350",)
    assert caught.value.text.fr == "Territoire inconnu : « commune:59355 ». Peut-être commune:59350 ?"
    with pytest.raises(places.UnknownTerritory) as caught:
        places.territory("metropole:200093201")
    assert caught.value.suggestions == ("epci:200093201",)
    with pytest.raises(places.UnknownTerritory) as caught:
        places.territory("nonsense")
    assert caught.value.suggestions == ()
    assert "epci:200093201" in caught.value.text.en


def test_old_codes_are_followed():
    assert places.current_commune("59350") == ("59350", "current")
    assert places.current_commune("59355") == ("59350", "associated")
    assert places.current_commune("75111") == ("75056", "arrondissement")
    assert places.current_commune("69381") == ("69123", "arrondissement")
    assert places.current_commune("13216") == ("13055", "arrondissement")
    assert places.current_commune("12076") == ("12218", "delegated")
    assert places.current_commune("69232") == ("69123", "merged")
    assert places.current_commune("97127") == ("97801", "merged")
    assert places.current_commune("55273") == ("55386", "associated")
    assert places.current_commune("99999") is None


def test_lookup_is_one_row_a_code_and_always_lands_on_a_current_commune(territories):
    ((rows, codes),) = duckdb.sql(
        f"select count(*), count(distinct insee_code) from '{places.COMMUNES}'"
    ).fetchall()
    assert rows == codes == 39_256
    by_how = dict(duckdb.sql(f"select how, count(*) from '{places.COMMUNES}' group by how").fetchall())
    assert by_how["current"] == 34_969
    assert by_how["arrondissement"] == 45
    targets = duckdb.sql(f"select distinct commune from '{places.COMMUNES}'").fetchall()
    assert {f"commune:{code}" for (code,) in targets} == {
        code for code, place in territories.items() if place.kind == "commune"
    }


@pytest.mark.shared_data
def test_old_codes_agree_with_an_independent_table(shared_data):
    table = shared_data / "geo" / "communes_anciens_codes_vers_2026.parquet"
    expected: dict[str, set[str]] = {}
    for old, new in duckdb.sql(f"select code_insee, code_insee_2026 from '{table}'").fetchall():
        expected.setdefault(old, set()).add(new)
    assert len(expected) > 36_000
    ours = {code: places.current_commune(code) for code in expected}
    unknown = [code for code in expected if ours[code] is None]
    differing = [code for code, new in expected.items() if ours[code] and ours[code][0] not in new]
    assert (unknown, differing) == ([], [])
    # Mergers since undone: the code lives again and means itself; the other table also gives the communes
    # that left it (15141: Celles, Chalinargues, Chavagnac, Sainte-Anastasie).
    several = {code for code, new in expected.items() if len(new) > 1}
    assert {ours[code][1] for code in several - {"52427"}} == {"current"}
    assert len(several) == 23
    assert ours["52427"] == (
        "52331",
        "delegated",
    )  # Robert-Magny; its neighbour Laneuville-à-Rémy left in 2012


def test_loading_is_quick():
    """In a fresh process, without the time Python takes to import."""
    program = (
        "import time; from essaim.observatory.reference import places;"
        "start = time.perf_counter(); places.all_territories(); places.current_commune('59355');"
        "print(time.perf_counter() - start);"
        "import sys; assert 'pandas' not in sys.modules and 'django' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 1.0  # 0.15 s on a quiet machine; the margin is for a busy one
