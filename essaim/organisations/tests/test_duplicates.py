"""Which records may be one: likeness with reasons, and a search that misses nothing in small sets."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.organisations.models import Contact, DuplicatePair, Organisation, Profile
from essaim.organisations.operations.duplicates import (
    PairRefused,
    find_duplicates,
    judge_distinct,
    reopen_pair,
)
from essaim.organisations.queries.comparable import facts_of
from essaim.organisations.queries.decisions import AlreadyDecided
from essaim.organisations.rules import duplicates, names
from essaim.organisations.rules.duplicates import PROPOSE_FROM, Facts, Spot, candidate_pairs, compare
from essaim.organisations.tests.factories import (
    TODAY,
    make_agent,
    make_authority,
    make_organisation,
    make_site,
)

LILLE = Spot("59350", "12 rue nationale", 3.0573, 50.6292)
FAR_IN_LILLE = Spot("59350", "3 rue solferino", 3.0400, 50.6200)
RENNES = Spot("35238", "1 rue le bastard", -1.68, 48.11)


def record(id: int = 1, name: str = "Les Ateliers du Canal", **values) -> Facts:
    values.setdefault("spots", (LILLE,))
    return Facts(id=id, names=(name,), **values)


SIREN, OTHER_SIREN = "900000016", "900000024"
# (one, other, is the same): what the weights must separate.
LABELLED = [
    (record(siren=SIREN), record(2), True),
    (record(siren=SIREN), record(2, "Association les ateliers du canal"), True),
    (record(siren=SIREN), record(2, "ATELIERS CANAL"), True),
    (record(siren=SIREN), record(2, "Les Atelier du Canal", spots=(FAR_IN_LILLE,)), True),
    (record(), record(2, spots=(FAR_IN_LILLE,)), True),
    (record(rna_id="W595000001"), record(2, "LADC", rna_id="W595000001", spots=()), True),
    (record(spots=()), record(2, spots=(), domains=frozenset({"canal.fr"})), False),
    (
        record(domains=frozenset({"canal.fr"})),
        record(2, spots=(RENNES,), domains=frozenset({"canal.fr"})),
        True,
    ),
    (
        record(1, "Association pour le droit à l'initiative économique", siren=SIREN),
        record(2, "ADIE"),
        True,
    ),
    (record(1, "Union fédérale des consommateurs", sigle="UFC"), record(2, "U.F.C."), True),
    (record(siren=SIREN), record(2, siren=OTHER_SIREN), False),
    (
        record(siren=SIREN, domains=frozenset({"canal.fr"})),
        record(2, siren=OTHER_SIREN, domains=frozenset({"canal.fr"})),
        True,
    ),
    (record(), record(2, spots=(RENNES,)), False),
    (record(), record(2, "Les Ateliers du Port"), False),
    (record(), record(2, "Chorale du Vieux-Lille", category="9220"), False),
    (
        record(1, "Secours populaire de Lille", spots=(FAR_IN_LILLE,)),
        record(2, "Secours catholique de Lille"),
        False,
    ),
    (
        record(1, "Crèche Les Lutins", phones=frozenset({"0320000000"})),
        record(2, "Chorale du Vieux-Lille", phones=frozenset({"0320000000"}), spots=(FAR_IN_LILLE,)),
        False,
    ),
    (record(rna_id="W595000001"), record(2, rna_id="W595000002", spots=(FAR_IN_LILLE,)), False),
]


@pytest.mark.parametrize(("one", "other", "same"), LABELLED)
def test_the_weights_tell_the_labelled_pairs_apart(one: Facts, other: Facts, same: bool):
    assert (compare(one, other).score >= PROPOSE_FROM) == same, compare(one, other)


def test_the_reasons_add_up_to_the_score_strongest_first():
    likeness = compare(record(siren=SIREN, category="9220"), record(2, siren=OTHER_SIREN, category="9220"))
    assert [(each.code, each.points) for each in likeness.reasons] == [
        ("other_siren", -7.0),
        ("name", 6.3),
        ("same_address", 2.5),
        ("near", 1.5),
        ("same_commune", 1.3),
        ("same_category", 0.5),
    ]
    assert likeness.score == pytest.approx(1 / (1 + 2.718281828**1.9), abs=1e-6)


def test_every_agreement_is_worth_something_and_every_difference_costs():
    points = duplicates.POINTS
    assert {code for code, worth in points.items() if worth < 0} == {"other_siren", "other_rna"}
    assert set(points) == set(duplicates.WHY)
    assert duplicates.TWO_SIRENS_NEED_MORE


NAMES = st.sampled_from(
    ["Les Ateliers du Canal", "Atelier du canal", "ADC", "Le Relais", "Relais", "Emmaüs Lille", "Emmaus", "Chorale",
     "La Coopérative", "Association"]
)  # fmt: skip
SPOTS = st.builds(
    Spot,
    st.sampled_from(["59350", "59512", ""]),
    st.sampled_from(["", "12 rue nationale", "3 rue solferino"]),
    st.sampled_from([None, 3.05, 3.06]),
    st.sampled_from([None, 50.62, 50.63]),
)
RECORDS = st.builds(
    Facts,
    id=st.just(0),
    names=st.lists(NAMES, min_size=1, max_size=2).map(tuple),
    sigle=st.sampled_from(["", "ADC", "ELI"]),
    siren=st.sampled_from(["", "", SIREN, OTHER_SIREN]),
    rna_id=st.sampled_from(["", "", "W595000001", "W595000002"]),
    category=st.sampled_from(["", "9220", "5710"]),
    spots=st.lists(SPOTS, max_size=2).map(tuple),
    domains=st.sets(st.sampled_from(["canal.fr", "relais.org"]), max_size=1).map(frozenset),
    phones=st.sets(st.sampled_from(["0320000000", "0320000001"]), max_size=1).map(frozenset),
)


@settings(deadline=None)
@given(RECORDS, RECORDS)
def test_likeness_is_symmetric_and_between_zero_and_one(one: Facts, other: Facts):
    there, back = compare(one, other), compare(other, one)
    assert there == back
    assert 0 <= there.score <= 1


AGREEMENTS = {
    "rna": lambda each: replace(each, rna_id="W595000009"),
    "name": lambda each: replace(each, names=(*each.names, "Un nom commun aux deux")),
    "domain": lambda each: replace(each, domains=each.domains | {"commun.fr"}),
    "phone": lambda each: replace(each, phones=each.phones | {"0612345678"}),
    "place": lambda each: replace(each, spots=(*each.spots, LILLE)),
    "category": lambda each: replace(each, category="9260"),
}


@settings(deadline=None)
@given(RECORDS, RECORDS, st.sampled_from(sorted(AGREEMENTS)))
def test_one_more_agreement_never_lowers_the_likeness(one: Facts, other: Facts, what: str):
    agree = AGREEMENTS[what]
    assert compare(agree(one), agree(other)).score >= compare(one, other).score


@settings(deadline=None)
@given(RECORDS, RECORDS)
def test_two_sirens_that_differ_never_raise_it(one: Facts, other: Facts):
    apart = compare(replace(one, siren=SIREN), replace(other, siren=OTHER_SIREN))
    assert apart.score <= compare(replace(one, siren=""), other).score


def numbered(records: list[Facts]) -> list[Facts]:
    return [replace(each, id=position) for position, each in enumerate(records, 1)]


def keys(pairs) -> set[tuple[int, int]]:
    return {(min(a.id, b.id), max(a.id, b.id)) for a, b in pairs}


@settings(max_examples=60, deadline=None)
@given(st.lists(RECORDS, max_size=14).map(numbered))
def test_the_search_finds_what_comparing_all_pairs_finds(records: list[Facts]):
    slow = keys(pair for pair in combinations(records, 2) if compare(*pair).score >= PROPOSE_FROM)
    quick = keys((one, other) for one, other, _ in duplicates.likely_pairs(records))
    assert quick == slow


@settings(max_examples=20, deadline=None)
@given(st.lists(RECORDS, min_size=2, max_size=10).map(numbered), st.randoms())
def test_no_pair_is_compared_twice_nor_with_itself(records: list[Facts], chance):
    shuffled = list(records)
    chance.shuffle(shuffled)
    found = list(candidate_pairs(shuffled))
    assert len(keys(found)) == len(found)
    assert all(one.id != other.id for one, other in found)


def test_a_crowded_commune_is_not_compared_all_to_all_and_still_gives_its_twins():
    crowd = [
        record(n, f"Association sportive numéro {n * 7919}", spots=(FAR_IN_LILLE,)) for n in range(1, 801)
    ]
    twins = [record(1001, "Emmaüs Lambersart"), record(1002, "Emmaus de Lambersart", spots=(FAR_IN_LILLE,))]
    compared = keys(candidate_pairs([*crowd, *twins]))
    assert (1001, 1002) in compared
    assert len(compared) < 802 * 801 / 2 / 10


@pytest.mark.parametrize(
    ("written", "core"),
    [
        ("Association Les Ateliers du Canal", "ateliers canal"),
        ("SCIC SARL l'Écluse", "ecluse"),
        ("La Coopérative", "cooperative la"),
        ("Canal (les ateliers)", "ateliers canal"),
        ("Œuvre de l'Île", "ile oeuvre"),
    ],
)
def test_names_are_compared_without_legal_form_order_or_accents(written: str, core: str):
    assert names.core(written) == core


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.Canal.fr/contact", "canal.fr"),
        ("contact@canal.fr", "canal.fr"),
        ("canal.fr", "canal.fr"),
        ("ada@gmail.com", ""),
        ("https://asso.wordpress.com", ""),
        ("https://[mauvais", ""),
        ("", ""),
    ],
)
def test_domains_shared_by_thousands_say_nothing(address: str, domain: str):
    assert names.domain_of(address) == domain


@pytest.mark.parametrize(
    ("written", "digits"),
    [("+33 (0)3 20 00 00 00", "0320000000"), ("03.20.00.00.00", "0320000000"), ("0033320000000", "0320000000"),
     ("3949", ""), ("", "")],
)  # fmt: skip
def test_telephones_are_compared_by_their_ten_digits(written: str, digits: str):
    assert names.phone_digits(written) == digits


def twins() -> tuple[Organisation, Organisation]:
    """The same association, once from the register and once typed by someone."""
    official = make_site(make_organisation(name="Les Ateliers du Canal")).organisation
    typed = make_site(make_organisation(siren=None, name="ateliers du canal", legal_category="")).organisation
    return official, typed


def look(**values):
    return find_duplicates(**{"by": None, "on": TODAY} | values)


@pytest.mark.django_db
class TestSearching:
    def test_it_proposes_the_pair_once_with_its_reasons(self):
        official, typed = twins()
        make_site(make_organisation(name="Chorale"))
        found = look()
        pair = DuplicatePair.objects.get()
        assert (pair.low, pair.high, pair.state) == (official, typed, "open")
        assert [each["code"] for each in pair.reasons] == ["name", "same_address", "near", "same_commune"]
        assert (found.records, found.proposed) == (3, 1)
        again = look()
        assert (again.proposed, again.reopened, again.changed, again.gone) == (0, 0, 0, 0)

    def test_dry_it_writes_nothing(self):
        twins()
        assert look(apply=False).proposed == 1
        assert DuplicatePair.objects.count() == 0

    def test_what_is_hidden_or_merged_is_not_compared(self):
        official, typed = twins()
        look()
        Organisation.objects.filter(pk=typed.pk).update(hidden="objection")
        assert (look().gone, DuplicatePair.objects.count()) == (1, 0)
        Organisation.objects.filter(pk=typed.pk).update(hidden="", merged_into=official)
        assert look().records == 1

    def test_a_person_s_telephone_is_nobodys_likeness(self):
        official, typed = twins()
        for each in (official, typed):
            Contact.objects.create(organisation=each, phone="0320000000", is_personal=True)
        assert {one.phones for one in facts_of()} == {frozenset()}

    def test_judged_distinct_it_comes_back_only_when_more_makes_it_likely(self):
        official, typed = twins()
        look()
        judge_distinct(pair=DuplicatePair.objects.get(), reason="Deux sections", by=None, on=TODAY)
        assert (look().reopened, DuplicatePair.objects.get().state) == (0, "distinct")
        for each in (official, typed):
            Profile.objects.create(organisation=each, website="https://canal.fr")
        assert (look(on=TODAY + timedelta(9)).reopened, DuplicatePair.objects.get().state) == (1, "open")
        assert DuplicatePair.objects.get().decided_by is None

    def test_fewer_likenesses_do_not_bring_it_back(self):
        twins()
        look()
        judge_distinct(pair=DuplicatePair.objects.get(), reason="Deux sections", by=None, on=TODAY)
        Organisation.objects.filter(siren=None).update(name="les ateliers du canals")
        assert (look().reopened, DuplicatePair.objects.get().state) == (0, "distinct")

    def test_the_number_of_queries_does_not_grow_with_the_records(self, django_assert_num_queries):
        for _ in range(30):
            make_site()
        with django_assert_num_queries(4):
            assert len(facts_of()) == 30

    def test_progress_is_told(self, monkeypatch):
        monkeypatch.setattr("essaim.organisations.operations.duplicates.TELL_EVERY", 1)
        twins()
        told = []
        look(progress=told.append)
        assert told == [1]


@pytest.mark.django_db
class TestJudging:
    def pair(self) -> DuplicatePair:
        twins()
        look()
        return DuplicatePair.objects.get()

    def test_the_second_agent_is_told(self):
        pair, authority = self.pair(), make_authority()
        judge_distinct(pair=pair, reason="Deux sections", by=make_agent(authority), on=TODAY)
        with pytest.raises(AlreadyDecided):
            judge_distinct(pair=pair, reason="Idem", by=make_agent(authority), on=TODAY)

    def test_only_for_ones_territory(self):
        far = make_agent(make_authority(territory="epci:243500139"))
        with pytest.raises(PairRefused):
            judge_distinct(pair=self.pair(), reason="x", by=far, on=TODAY)

    def test_a_judgement_is_taken_back(self):
        pair = self.pair()
        with pytest.raises(PairRefused):
            reopen_pair(pair=pair, by=None, on=TODAY)
        judge_distinct(pair=pair, reason="Deux sections", by=None, on=TODAY)
        assert reopen_pair(pair=pair, by=None, on=TODAY).state == "open"


def test_the_order_of_the_records_changes_nothing():
    records = [record(1), record(2, "ADIE"), record(3, "Les ateliers du canal", siren=SIREN)]
    found = {
        frozenset(keys((a, b) for a, b, _ in duplicates.likely_pairs(order)))
        for order in permutations(records)
    }
    assert len(found) == 1
