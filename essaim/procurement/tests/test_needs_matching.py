"""From a need to suppliers: the list, the advice, the teams, what is known of past contracts."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from essaim.accounts.tests import factories as people
from essaim.matching.suppliers import Won
from essaim.observatory.contracts.store import ContractStore
from essaim.organisations import search
from essaim.organisations.models import Offer, Organisation, ServedZone
from essaim.organisations.tests.factories import make_site
from essaim.procurement.models import Award, Lot, Need, SupplierMessage
from essaim.procurement.queries.needs import past
from essaim.procurement.queries.needs.legal import locks_of, reading_of
from essaim.procurement.queries.needs.matching import (
    asked_of,
    known_of,
    shortlist,
    shortlist_table,
)
from essaim.procurement.tests.contracts_factory import contract
from essaim.procurement.tests.needs_factory import TODAY, make_need, make_supplier
from essaim.procurement.tests.schemes_factory import fill, supplied_by

pytestmark = pytest.mark.django_db
NOW = timezone.localdate()


def names(need: Need, lot: Lot | None = None) -> list[str]:
    return [one.organisation.name for one in shortlist(need, lot, on=NOW).proposed]


def test_what_a_need_asks_is_what_it_says() -> None:
    people.authority()
    asked = asked_of(make_need())
    assert (asked.cpv, asked.naf, asked.places) == (("9091",), ("81.21", "81.22"), ("commune:59350",))
    assert (asked.yearly_cents, asked.jobs) == (6_000_000, 1)
    bare = asked_of(make_need(title="Achat divers", cpv=[], amount_cents=None, places=[]))
    assert (bare.cpv, bare.naf, bare.stems, bare.places) == ((), (), (), ("epci:200093201",))
    assert (bare.yearly_cents, bare.jobs) == (None, None)


def test_a_lot_asks_its_own_and_the_need_lends_the_rest() -> None:
    need = make_need()
    lot = Lot.objects.create(need=need, number=1, title="Espaces verts", cpv=["77310000"])
    asked = asked_of(need, lot)
    assert (asked.cpv, asked.naf, asked.places, asked.yearly_cents) == (
        ("7731",), ("81.30",), ("commune:59350",), None,
    )  # fmt: skip


def test_suppliers_come_best_first_and_hidden_or_closed_ones_never() -> None:
    need = make_need()
    make_supplier("Entreprise d'insertion", label="siae_ei")
    make_supplier("Association")
    make_supplier("Traiteur", naf="56.21Z")
    make_supplier("Cachée", hidden="objection")
    make_supplier("Close", closed_on=TODAY)
    search.rebuild()
    assert names(need) == ["Entreprise d'insertion", "Association"]
    found = shortlist(need, None, on=NOW)
    assert (found.counted, found.is_more, found.advice.code) == (2, False, "open")
    assert found.advice.counts == {"integration": 1, "disability": 0, "sse": 2}
    table = shortlist_table(found)
    assert [row[0] for row in table.rows] == ["Entreprise d'insertion", "Association"]
    assert [sum(row[4:10]) == row[3] for row in table.rows] == [True, True]


def test_past_contracts_and_turnovers_are_those_this_authority_knows() -> None:
    need, before = make_need(), make_need(title="Ménage", cpv=["90911200"])
    garden = make_need(title="Jardin", cpv=["77310000"])
    other = make_need(people.authority("autre", "commune:59512", "Roubaix"))
    supplier, elsewhere = make_supplier(), make_supplier()
    for one, organisation in ((before, supplier), (garden, elsewhere), (other, elsewhere), (need, elsewhere)):
        Award.objects.create(need=one, organisation=organisation, awarded_on=TODAY)
    for rank, (one, cents) in enumerate(((before, 500), (garden, 900), (other, 700))):
        SupplierMessage.objects.create(
            need=one, organisation=supplier, body="x", token_hash=str(rank), sent_on=TODAY, answer="interested",
            answered_on=TODAY + timedelta(days=rank), turnover_cents=cents,
        )  # fmt: skip
    known = known_of(need, asked_of(need))
    assert (known.contracts, known.turnovers) == ({supplier.pk: 1}, {supplier.pk: 900})


HERE = "200093201"


def published(siren: str | None, number: int, buyer: str, **values: Any) -> dict[str, Any]:
    return contract(number, buyer_siren=buyer, suppliers=supplied_by(siren or "900000017"), **values)


def test_published_contracts_of_the_family_are_counted_here_and_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = people.authority()
    authority.siren = HERE
    authority.save()
    need, supplier, other = make_need(), make_supplier(), make_supplier("Autre")
    both = supplied_by(supplier.siren or "") * 2 + supplied_by(other.siren or "")
    rows = [
        published(supplier.siren, 1, HERE, notified_on=date(2022, 5, 1), cpv="90911200"),
        published(supplier.siren, 2, HERE, notified_on=date(2021, 5, 1), cpv="90000000"),
        published(supplier.siren, 3, "215905126", notified_on=date(2019, 2, 3)),
        contract(4, buyer_siren="215905126", suppliers=both, notified_on=date(2020, 2, 3)),
        # Another family, a concession, another supplier.
        published(supplier.siren, 5, HERE, cpv="77310000"),
        published(supplier.siren, 6, HERE, kind="concession"),
        published(None, 7, HERE),
    ]
    fill(monkeypatch, tmp_path, rows)
    known = known_of(need, asked_of(need))
    vintage = date(2024, 4, 2)
    assert known.won == {
        supplier.pk: Won(2, date(2021, 5, 1), 2, date(2019, 2, 3), vintage),
        other.pk: Won(0, None, 1, date(2020, 2, 3), vintage),
    }
    assert known.won_else == Won(vintage=vintage)
    search.rebuild()
    (found,) = (one for one in shortlist(need, None, on=NOW).proposed if one.id == supplier.pk)
    reason = next(part.reason.fr for part in found.scored.parts if part.name == "past")
    assert "2 marché(s) publié(s) de cette famille avec cette collectivité depuis le 01/05/2021" in reason


def test_without_an_imported_file_or_a_code_nothing_is_said_of_published_contracts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    need = make_need()
    monkeypatch.setattr(past, "contract_store", lambda: ContractStore(tmp_path / "none"))
    known = known_of(need, asked_of(need))
    assert (known.won, known.won_else) == ({}, None)
    fill(monkeypatch, tmp_path, [contract()])
    bare = make_need(title="Sans code", cpv=[])
    assert known_of(bare, asked_of(bare)).won_else is None
    # This authority did not say its SIREN: what is its own is not known.
    assert known_of(need, asked_of(need)).won_else == Won(here=None, vintage=date(2024, 4, 2))


def offering(name: str, cpv: list[str], territory: str) -> Organisation:
    organisation = make_supplier(name, naf="94.99Z", size_band="12")
    Offer.objects.create(organisation=organisation, title="x", cpv=cpv)
    ServedZone.objects.create(organisation=organisation, kind="territories", territories=[territory])
    return organisation


def test_teams_are_proposed_when_nobody_holds_every_piece() -> None:
    need = make_need(cpv=["90910000", "77310000"], places=["commune:59350", "commune:62041"])
    offering("Lille deux", ["909", "773"], "commune:59350")
    offering("Arras propre", ["909"], "commune:62041")
    offering("Arras vert", ["773"], "commune:62041")
    search.rebuild()
    (team,) = shortlist(need, None, on=NOW).consortia
    assert sorted(member.organisation.name for member in team.members) == [
        "Arras propre",
        "Arras vert",
        "Lille deux",
    ]
    assert all(member.brings for member in team.members)
    offering("Seule", ["909", "773"], "region:32")
    search.rebuild()
    assert shortlist(need, None, on=NOW).consortia == []


def reserve(supplier: Organisation, need: Need, day: date, basis: str = "sse") -> None:
    lot = Lot.objects.create(need=need, number=need.lots.count() + 1, title="x")
    Award.objects.create(need=need, lot=lot, organisation=supplier, basis=basis, awarded_on=day)


def test_a_holder_is_locked_for_three_years_whoever_the_buyer() -> None:
    need, there = make_need(), make_need(people.authority("autre", "commune:59512", "Roubaix"))
    supplier, free, ours = make_supplier(), make_supplier(), make_supplier()
    reserve(supplier, there, date(2026, 5, 5))
    reserve(supplier, there, date(2026, 5, 1))
    reserve(free, there, date(2026, 5, 9), "integration")
    reserve(ours, make_need(title="Avant"), date(2026, 5, 9))
    ids = [supplier.pk, free.pk, ours.pk]
    locks = locks_of(need, ids, on=date(2027, 1, 15))
    assert sorted(locks) == [supplier.pk, ours.pk]
    assert ("05/05/2029" in locks[supplier.pk].fr, "Roubaix" in locks[supplier.pk].fr) == (True, False)
    assert "Métropole de Lille" in locks[ours.pk].fr
    assert locks_of(need, ids, on=date(2029, 5, 9)) == {}


def test_the_law_is_read_on_the_day_the_consultation_starts() -> None:
    cheap = make_need(amount_cents=5_500_000, starts_on=date(2026, 5, 2))
    before = make_need(amount_cents=5_500_000, starts_on=date(2026, 3, 2))

    def is_open(need: Need, route: str) -> bool | None:
        found = reading_of(need, None, on=TODAY)
        return {each.route: each.open for each in found.routes}[route]

    assert [is_open(need, "direct") for need in (cheap, before)] == [True, False]
    assert is_open(cheap, "reserved-sse") is False
    assert reading_of(cheap, None, on=TODAY).closed_bases == ("sse",)


def test_a_need_without_amount_or_kind_is_asked_for_them_and_never_guessed() -> None:
    for values in ({"amount_cents": None}, {"kind": ""}):
        reading = reading_of(make_need(**values), None, on=TODAY)
        assert (len(reading.routes), reading.closed_bases) == (0, ())
        assert reading.problem is not None
    undated = reading_of(make_need(starts_on=None), None, on=TODAY)
    assert (undated.on, undated.is_today) == (TODAY, True)


def test_a_lot_is_read_as_a_lot_of_its_operation() -> None:
    need = make_need(kind="works", amount_cents=120_000_000, starts_on=date(2026, 6, 15))
    lot = Lot.objects.create(need=need, number=1, title="Peinture", amount_cents=9_000_000)
    routes = {each.route: each.open for each in reading_of(need, lot, on=TODAY).routes}
    assert (routes["direct"], routes["small-lot"]) == (False, None)
    silent = Lot.objects.create(need=need, number=2, title="Sols")
    assert reading_of(need, silent, on=TODAY).problem is not None


def test_the_page_of_suppliers_reads_as_much_for_one_as_for_many(
    django_assert_max_num_queries: object,
) -> None:
    need = make_need()
    for rank in range(12):
        make_site(make_supplier(str(rank)))
    search.rebuild()
    with django_assert_max_num_queries(20):
        assert len(shortlist(need, None, on=NOW).proposed) == 12
