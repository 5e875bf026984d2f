"""The rates of a scheme against the slow, obvious way of counting; and what if."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.organisations.rules import LABEL_KINDS
from essaim.procurement.rules.schemes import NUMBER, VALUE, categories, measured, supplier_labels
from essaim.procurement.rules.schemes_rates import (
    CHANGES,
    CLAUSE,
    RESERVED,
    Line,
    Lot,
    Rate,
    by_buyer,
    rate,
    rates,
    supposed,
    what_if,
)
from essaim.procurement.rules.schemes_suppliers import HeldLabel, KnownSupplier, contract_answer, held

BUYERS = ("111111111", "222222222", "333333333")
answers = st.sampled_from([True, False, None])
lines_of_a_scheme = st.lists(
    st.builds(
        Line,
        key=st.uuids().map(str),
        buyer_siren=st.sampled_from(BUYERS),
        amount_cents=st.none() | st.integers(0, 10**12),
        social=answers,
        environmental=answers,
        esus=answers,
        inclusive=answers,
    ),
    max_size=25,
    unique_by=lambda line: line.key,
)
lots = st.lists(st.builds(Lot, wording=st.just("lot"), amount_cents=st.integers(1, 10**10)), max_size=3)

HAND = [
    Line("a", BUYERS[0], 10_000, social=True, environmental=False, esus=True, inclusive=None),
    Line("b", BUYERS[0], 30_000, social=False, environmental=None, esus=None, inclusive=False),
    Line("c", BUYERS[1], None, social=None, environmental=True, esus=False, inclusive=True),
    Line("d", BUYERS[1], 60_000, social=True, environmental=True, esus=None, inclusive=None),
]


def by_hand(lines: list[Line], category: str, basis: str) -> tuple[int, int, int]:
    positive, known, total = [], [], []
    for line in lines:
        amount = line.amount_cents if line.amount_cents is not None else 0
        unit = amount if basis == VALUE else 1
        total.append(unit)
        said = {"social": line.social, "environmental": line.environmental, "esus": line.esus}.get(
            category, line.inclusive
        )
        if said is True:
            positive.append(unit)
        if said is not None:
            known.append(unit)
    return sum(positive), sum(known), sum(total)


def test_rates_of_four_contracts_written_by_hand() -> None:
    found = rates(HAND)
    assert found["social"] == {NUMBER: Rate(2, 3, 4), VALUE: Rate(70_000, 100_000, 100_000)}
    assert found["environmental"] == {NUMBER: Rate(2, 3, 4), VALUE: Rate(60_000, 70_000, 100_000)}
    assert found["esus"] == {NUMBER: Rate(1, 2, 4), VALUE: Rate(10_000, 10_000, 100_000)}
    assert found["inclusive"] == {NUMBER: Rate(1, 2, 4), VALUE: Rate(0, 30_000, 100_000)}


def test_unknown_is_beside_and_never_a_no() -> None:
    one = Rate(positive=2, known=3, total=4)
    assert (one.unknown, one.unknown_pct, round(one.pct or 0, 2)) == (1, 25.0, 66.67)
    assert (one.floor_pct, one.ceiling_pct) == (50.0, 75.0)


def test_a_rate_of_nothing_is_not_zero() -> None:
    assert (Rate().pct, Rate().unknown_pct, Rate().floor_pct) == (None, None, None)
    assert Rate(0, 0, 3).pct is None


def test_suppliers_are_a_share_of_all_contracts_considerations_of_the_known_ones() -> None:
    one = Rate(1, 2, 4)
    assert [one.headline_pct(category) for category in measured()] == [50.0, 50.0, 25.0, 25.0]


@given(lines_of_a_scheme)
@settings(max_examples=40, deadline=None)
def test_rates_are_what_counting_by_hand_gives(lines: list[Line]) -> None:
    for category in measured():
        for basis in (NUMBER, VALUE):
            found = rate(lines, category, basis)
            assert (found.positive, found.known, found.total) == by_hand(lines, category, basis)


@given(lines_of_a_scheme)
@settings(max_examples=40, deadline=None)
def test_the_total_of_a_joint_scheme_is_the_sum_of_its_buyers(lines: list[Line]) -> None:
    apart = by_buyer(lines, BUYERS)
    for category, bases in rates(lines).items():
        for basis, whole in bases.items():
            summed = Rate()
            for some in apart.values():
                summed = summed.plus(rate(some, category, basis))
            assert summed == whole


@given(lines_of_a_scheme, lots, st.sampled_from([RESERVED, CLAUSE]), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_what_if_is_what_recomputing_gives(
    lines: list[Line], new: list[Lot], treatment: str, draw: object
) -> None:
    chosen = [line for line in lines if draw.random() < 0.4]  # type: ignore[attr-defined]
    keys = {line.key for line in chosen}
    after = [supposed(line, treatment) if line.key in keys else line for line in lines]
    after += [
        supposed(Line(f"lot {number}", BUYERS[0], lot.amount_cents), treatment)
        for number, lot in enumerate(new)
    ]
    steps = what_if(lines, chosen, new, treatment)
    assert [(step.category, step.basis) for step in steps] == [
        (category, basis) for category in CHANGES[treatment] for basis in (NUMBER, VALUE)
    ]
    for step in steps:
        assert step.before == rate(lines, step.category, step.basis)
        assert step.after == rate(after, step.category, step.basis)


def test_reserving_what_already_counts_changes_nothing() -> None:
    done = replace(HAND[0], inclusive=True)
    assert all(step.before == step.after for step in what_if([done], [done], [], RESERVED))


ESUS = frozenset({"esus"})
ON = date(2024, 6, 1)
SIRET = "90000001700012"


def supplier(**label: object) -> KnownSupplier:
    return KnownSupplier("900000017", (HeldLabel("esus", **label),))  # type: ignore[arg-type]


def test_an_approval_counts_on_the_day_of_notification_and_not_around() -> None:
    dated = supplier(valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31))
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1)]
    assert [held(dated, SIRET, ESUS, day) for day in days] == [False, True, True, False]


def test_what_the_directory_does_not_say_is_not_known() -> None:
    assert held(None, SIRET, ESUS, ON) is None
    assert held(supplier(), SIRET, ESUS, ON) is None
    assert held(supplier(valid_to=date(2024, 5, 31)), SIRET, ESUS, ON) is False
    assert held(KnownSupplier("900000017"), SIRET, ESUS, ON) is False


def test_an_approval_of_one_establishment_says_nothing_sure_of_another() -> None:
    sited = supplier(siret=SIRET, valid_from=date(2024, 1, 1))
    assert held(sited, SIRET, ESUS, ON) is True
    assert held(sited, "90000001700020", ESUS, ON) is None


def test_one_member_of_a_consortium_is_enough() -> None:
    yes, no = supplier(valid_from=date(2020, 1, 1)), KnownSupplier("900000025")
    assert contract_answer([(yes, SIRET), (None, "")], ESUS, ON) is True
    assert contract_answer([(no, SIRET), (None, "")], ESUS, ON) is None
    assert contract_answer([(no, SIRET)], ESUS, ON) is False
    assert contract_answer([], ESUS, ON) is None
    assert contract_answer([(yes, SIRET)], ESUS, None) is None


def test_every_label_that_counts_exists_in_the_directory() -> None:
    assert {kind for kinds in supplier_labels().values() for kind in kinds} - set(LABEL_KINDS) == set()
    assert set(supplier_labels()) == {
        code for code, each in categories().items() if each.figures == "suppliers"
    }
