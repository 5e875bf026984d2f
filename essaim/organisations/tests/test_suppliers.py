"""Suppliers: the index and the refining answer as scoring every organisation of the directory does."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.matching import suppliers as matching
from essaim.matching.suppliers import Asked, Won
from essaim.organisations import search
from essaim.organisations.models import Label, Offer, Organisation, Profile, ServedZone
from essaim.organisations.queries.suppliers import Known, best_suppliers, known_places, supplier_places
from essaim.organisations.tests.factories import make_organisation, make_site

# The index is written for the day it is built on and those after.
TODAY = timezone.localdate()
COMMUNES = ("59350", "59512", "59599", "62041", "75056")
PLACES = ("commune:59350", "epci:200093201", "departement:59", "region:32", "country:FR", "commune:75056")
WORDS = ("nettoyage", "traiteur", "espaces verts", "peinture", "imprimerie", "formation")
NAF = ("81.21Z", "81.30Z", "56.21Z", "94.99Z", "4334Z", "")
CPV = ("909", "90910000", "555", "55520000-1", "77", "773", "45442100")


@pytest.fixture
def directory(db: None) -> None:
    chance = random.Random(4)
    for _ in range(90):
        organisation = make_organisation(
            name=f"{chance.choice(WORDS)} {chance.choice(WORDS)}",
            naf=chance.choice(NAF),
            status=chance.choice(("member", "to_confirm", "not_member")),
            size_band=chance.choice(("", "NN", "00", "03", "12", "53", "??")),
            hidden=chance.choice(("", "", "", "objection")),
            closed_on=chance.choice((None, None, None, TODAY)),
        )
        for _ in range(chance.choice((0, 1, 1, 2))):
            make_site(organisation, **_site(chance))
        _around(chance, organisation)
    search.rebuild()


def _site(chance: random.Random) -> dict[str, Any]:
    values = {"commune": chance.choice(COMMUNES), "naf": chance.choice(("", *NAF))}
    return values | ({"lon": None, "lat": None} if chance.random() < 0.2 else {})


def _around(chance: random.Random, organisation: Organisation) -> None:
    site = organisation.sites.first()
    for kind in chance.sample(("siae_ei", "esat", "esus", "scop"), chance.choice((0, 0, 1, 2))):
        Label.objects.create(
            organisation=organisation, kind=kind, seen_on=TODAY, site=chance.choice((None, site)),
            valid_from=chance.choice((None, TODAY + timedelta(days=2))),
            valid_to=chance.choice((None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=3))),
        )  # fmt: skip
    if chance.random() < 0.5:
        Offer.objects.create(
            organisation=organisation,
            title=chance.choice(WORDS),
            cpv=chance.sample(CPV, chance.choice((0, 1, 2))),
        )
    if chance.random() < 0.3:
        Profile.objects.create(organisation=organisation, summary=chance.choice(WORDS))
    kind = chance.choice(("", "", "national", "radius", "territories"))
    if kind:
        ServedZone.objects.create(
            organisation=organisation, kind=kind, territories=chance.sample(PLACES, 2),
            radius_km=chance.choice((1, 30, 300)) if kind == "radius" else None,
        )  # fmt: skip


ASKED = st.builds(
    Asked,
    cpv=st.lists(st.sampled_from([matching.plain_cpv(code) for code in CPV]), max_size=2).map(tuple),
    naf=st.lists(st.sampled_from(("81.2", "81", "43.34Z", "56.21")), max_size=2, unique=True).map(tuple),
    stems=st.lists(st.sampled_from(("nettoyag", "traiteur", "vert", "peintur", "insert")), max_size=3, unique=True)
    .map(tuple),
    places=st.lists(st.sampled_from(PLACES), max_size=2, unique=True).map(tuple),
)  # fmt: skip


def test_the_index_ranks_as_scoring_everyone_does(directory: None) -> None:
    everyone = list(Organisation.objects.values_list("id", flat=True))

    @settings(max_examples=150, deadline=None)
    @given(
        asked=ASKED,
        jobs=st.none() | st.integers(1, 60),
        seed=st.integers(0, 2**64 - 1),
        day=st.integers(0, 6),
        most=st.integers(1, 40),
        some=st.lists(st.sampled_from(everyone), max_size=6, unique=True),
        wins=st.dictionaries(
            st.sampled_from(everyone), st.builds(Won, st.none() | st.integers(0, 2), elsewhere=st.integers(0, 2)),
            max_size=4,
        ),
        is_imported=st.booleans(),
    )  # fmt: skip
    def same(
        asked: Asked, jobs: int | None, seed: int, day: int, most: int, some: list[int], wins: dict[int, Won],
        is_imported: bool,
    ) -> None:  # fmt: skip
        if jobs is not None:
            asked = Asked(asked.cpv, asked.naf, asked.stems, asked.places, jobs * 5_000_000, jobs)
        known = Known(
            dict.fromkeys(some[:3], 90_000_000),
            dict.fromkeys(some[3:], 2),
            *((wins, Won()) if is_imported else ()),
        )
        on = TODAY + timedelta(days=day)
        places = supplier_places(everyone, asked, on=on, known=known)
        expected = matching.rank(asked, places, on=on, seed=seed, most=most)
        assert best_suppliers(asked, on=on, seed=seed, most=most, known=known) == expected

    same()


def test_the_refining_goes_on_until_nobody_left_can_enter(
    directory: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("essaim.organisations.queries.suppliers.READ_MORE", 0)
    monkeypatch.setattr("essaim.organisations.queries.suppliers.FIRST_HITS", 5)
    asked = Asked(
        cpv=("909",), naf=("81",), stems=("nettoyag",), places=("region:32",), yearly_cents=1, jobs=9
    )
    everyone = list(Organisation.objects.values_list("id", flat=True))
    for most in (1, 3, 10):
        places = supplier_places(everyone, asked, on=TODAY)
        expected = matching.rank(asked, places, on=TODAY, seed=8, most=most)
        assert best_suppliers(asked, on=TODAY, seed=8, most=most) == expected


def test_someone_who_objects_is_gone_before_the_index_knows(db: None) -> None:
    organisation = make_site(make_organisation(naf="81.21Z")).organisation
    search.rebuild()
    asked = Asked(naf=("81.2",), places=("epci:200093201",))
    found = best_suppliers(asked, on=TODAY, seed=1, most=5)
    assert [one.supplier.organisation_id for one in found] == [organisation.pk]
    Organisation.objects.filter(pk=organisation.pk).update(hidden="objection")
    assert best_suppliers(asked, on=TODAY, seed=1, most=5) == []


def test_reading_takes_as_many_queries_for_one_as_for_many(
    directory: None, django_assert_num_queries: Any
) -> None:
    asked = Asked(naf=("81.2",))
    for ids in ([1], list(range(1, 40))):
        with django_assert_num_queries(6):
            supplier_places(ids, asked, on=TODAY)


def test_places_nobody_knows_are_left_out(db: None) -> None:
    assert known_places(["commune:59350", "commune:00000", "x"]) == ["commune:59350"]
