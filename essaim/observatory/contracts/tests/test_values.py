from datetime import date

import pytest

from essaim.observatory.contracts import values


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("14 700,00", 1_470_000),
        ("129\u202f237,28 €", 12_923_728),
        ("2400000.0000", 240_000_000),
        ("1.234.567,89", 123_456_789),
        (43188.0, 4_318_800),
        (0.125, 13),
        ("-5", -500),
        ("1e3", 100_000),
    ],
)
def test_an_amount_is_read_in_french_and_in_english(written, cents):
    assert values.cents(written) == cents


@pytest.mark.parametrize("mark", ["", "MQ", "INX", "CDL", "NC", "nan", None, " cdl "])
def test_a_quality_mark_is_unknown_everywhere(mark):
    found = [values.text(mark), values.cents(mark), values.day(mark), values.whole(mark), values.yes_no(mark)]
    assert found == [None] * 5
    assert values.codes(mark, "considerationSociale", values.SOCIAL) is None


@pytest.mark.parametrize("wrong", ["test", "1 000 000 000 000 000", True, [], "12,3,4"])
def test_an_amount_that_says_nothing_is_refused(wrong):
    with pytest.raises(values.Unreadable):
        values.cents(wrong)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2018-12-17+01:00", date(2018, 12, 17)),
        ("2024-01-05T10:00:00", date(2024, 1, 5)),
        ("06/01/2021", date(2021, 1, 6)),
    ],
)
def test_a_date_is_read_with_or_without_zone(written, day):
    assert values.day(written) == day


@pytest.mark.parametrize("wrong", ["0024-01-05", "2024-02-30", "test", "20240105", "3012-01-01"])
def test_an_impossible_date_is_refused(wrong):
    with pytest.raises(values.Unreadable):
        values.day(wrong)


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        (["Clause sociale", "Critère social"], ["clause", "criterion"]),
        ({"considerationSociale": ["Marché réservé"]}, ["reserved"]),
        ("['Pas de considération sociale']", ["none"]),
        ("Clause sociale, Pas de considération sociale", ["clause"]),
        ([{"considerationSociale": "Concession réservée"}], ["reserved"]),
        ([], None),
        ([""], None),
        ("MQ", None),
    ],
)
def test_considerations_of_every_nesting_become_codes(written, codes):
    assert values.codes(written, "considerationSociale", values.SOCIAL) == codes


def test_an_identifier_keeps_what_follows_a_quality_mark():
    assert values.identifier("INX 202424 3 001 ") == "202424 3 001"
    assert values.identifier("INX") is None


def test_entities_of_web_pages_are_read():
    assert values.text("QUIMPER &#8211; Rénovation") == "QUIMPER – Rénovation"
