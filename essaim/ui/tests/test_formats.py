from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from essaim.ui import formats


@pytest.mark.parametrize(
    ("value", "decimals", "fr", "en"),
    [
        (0, None, "0", "0"),
        (1234567, None, "1\u202f234\u202f567", "1,234,567"),
        (-12.34, None, "\u221212,3", "\u221212.3"),
        (12.04, None, "12", "12"),
        (1.25, 2, "1,25", "1.25"),
        (0.125, 2, "0,13", "0.13"),
        (2.5, 0, "3", "3"),
        (Decimal("1999.999"), 2, "2\u202f000,00", "2,000.00"),
        (None, None, "–", "–"),
    ],
)
def test_a_number_in_each_language(value: float | None, decimals: int | None, fr: str, en: str) -> None:
    assert (formats.number(value, "fr", decimals), formats.number(value, "en", decimals)) == (fr, en)


def test_a_percentage_keeps_one_decimal() -> None:
    assert (formats.percent(12.34, "fr"), formats.percent(12.0, "en"), formats.percent(None, "fr")) == (
        "12,3\u202f%",
        "12.0%",
        "–",
    )


def test_amounts_show_cents_only_when_there_are_some() -> None:
    assert [formats.euros(value, "fr") for value in (12500, 12.5, None)] == [
        "12\u202f500\u202f€",
        "12,50\u202f€",
        "–",
    ]
    assert [formats.euros(value, "en") for value in (12500, -12.5)] == ["€12,500", "\u2212€12.50"]


def test_long_dates() -> None:
    day = date(2026, 11, 22)
    assert (formats.date_long(day, "fr"), formats.date_long(day, "en")) == (
        "22\u00a0novembre\u00a02026",
        "22\u00a0November\u00a02026",
    )
    assert formats.date_long("2026-01-01", "fr") == "1er\u00a0janvier\u00a02026"
    assert formats.date_long(None, "fr") == "–"


def test_an_instant_is_dated_in_paris() -> None:
    assert formats.date_long(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "en") == "1\u00a0July\u00a02026"


def test_intervals() -> None:
    assert formats.interval(1200, 2400, "fr") == "1\u202f200 à 2\u202f400"
    assert formats.interval(1200, None, "en") == "at least 1,200"
    assert formats.interval(3, 3, "fr") == "3"
    assert formats.interval(None, None, "fr") == "–"
