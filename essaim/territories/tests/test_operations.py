"""Loading the reference: complete, idempotent, and nothing is ever deleted."""

from datetime import date

import pytest

from essaim.accounts.models import Entry
from essaim.observatory.reference import places
from essaim.territories.models import Territory
from essaim.territories.operations import Loaded, load_territories
from essaim.territories.tests.factories import TODAY, qpv_layer

pytestmark = pytest.mark.django_db
FRANCE = 36_363


def test_first_load_holds_the_whole_reference_and_the_second_changes_nothing():
    assert load_territories(on=TODAY) == Loaded(FRANCE, 0, 0, 0)
    assert Territory.objects.count() == FRANCE == len(places.all_territories())
    lille = Territory.objects.get(code="epci:200093201")
    assert (lille.name, lille.nature, lille.departement, lille.region, lille.population) == (
        "Métropole Européenne de Lille",
        "METRO",
        "59",
        "32",
        places.territory("epci:200093201").population,
    )
    assert load_territories(on=date(2027, 1, 1)) == Loaded(0, 0, 0, FRANCE)
    assert not Territory.objects.exclude(changed_on=TODAY).exists()
    entry = Entry.objects.get()
    assert (entry.act, entry.on, entry.details["created"]) == ("territories loaded", TODAY, FRANCE)


def test_what_differs_is_corrected_and_what_is_gone_is_retired_not_deleted():
    load_territories(on=TODAY)
    Territory.objects.filter(code="commune:59350").update(name="Lile", population=1)
    gone = Territory.objects.create(
        code="commune:99001",
        kind="commune",
        identifier="99001",
        name="Disparue",
        nature="commune",
        search_name="disparue",
        search_words=" disparue",
        changed_on=TODAY,
    )
    later = date(2027, 1, 1)
    assert load_territories(on=later) == Loaded(0, 1, 1, FRANCE - 1)
    lille = Territory.objects.get(code="commune:59350")
    assert (lille.name, lille.population, lille.changed_on) == ("Lille", 238_246, later)
    gone.refresh_from_db()
    assert (gone.is_current, gone.changed_on) == (False, later)
    # Retired once only.
    assert load_territories(on=later) == Loaded(0, 0, 0, FRANCE)


def test_dry_run_counts_and_writes_nothing():
    assert load_territories(on=TODAY, qpv=qpv_layer(), apply=False) == Loaded(FRANCE + 2, 0, 0, 0)
    assert not Territory.objects.exists()
    assert not Entry.objects.exists()


def test_qpv_hang_on_the_commune_they_lie_in_and_follow_their_layer():
    load_territories(on=TODAY, qpv=qpv_layer())
    qpv = Territory.objects.get(code="qpv:QN05902M")
    assert (qpv.kind, qpv.name, qpv.commune, qpv.epci, qpv.departement, qpv.region) == (
        "qpv",
        "Quartier QN05902M",
        "59512",
        "200093201",
        "59",
        "32",
    )
    # Without a layer the QPV are left alone; with another one, those it lacks are retired.
    assert load_territories(on=TODAY) == Loaded(0, 0, 0, FRANCE)
    only = {"QN05902M": qpv_layer().shapes[1]}
    assert load_territories(on=TODAY, qpv=qpv_layer(**only)) == Loaded(0, 0, 1, FRANCE + 1)
    assert not Territory.objects.get(code="qpv:QN05901M").is_current
    assert load_territories(on=TODAY, qpv=qpv_layer()) == Loaded(0, 1, 0, FRANCE + 1)
