"""Numbers, dates and amounts as each language writes them.

French: thin no-break spaces between thousands, a comma before decimals. English: commas and a point.
All functions take the language code first chosen by the reader ("fr" or "en") and return text; None gives "–".
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

THIN = "\u202f"  # narrow no-break space
NOTHING = "–"
MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


def is_french(language: str) -> bool:
    return language[:2].lower() != "en"


def is_one(count: float, language: str) -> bool:
    """Whether the noun after `count` is singular: French says "0 association, 1,5 point", English "0 associations"."""
    return abs(count) < 2 if is_french(language) else count == 1


def rounded(value: float | int | Decimal, decimals: int) -> Decimal:
    """Half away from zero, as people round: 0.125 at two decimals is 0.13."""
    exact = Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def number(value: float | int | Decimal | None, language: str, decimals: int | None = None) -> str:
    """12345.6 -> "12 345,6" or "12,345.6". Without `decimals`: none for whole numbers, at most one otherwise."""
    if value is None:
        return NOTHING
    if decimals is None:
        decimals = 0 if rounded(value, 1) == rounded(value, 0) else 1
    figure = f"{rounded(value, decimals):,f}"
    figure = figure.replace("-", "\u2212")
    if is_french(language):
        figure = figure.replace(",", THIN).replace(".", ",")
    return figure


def percent(value: float | int | Decimal | None, language: str, decimals: int = 1) -> str:
    """12.34 (already a percentage) -> "12,3 %" or "12.3%"."""
    if value is None:
        return NOTHING
    return number(value, language, decimals) + (f"{THIN}%" if is_french(language) else "%")


def euros(value: float | int | Decimal | None, language: str, decimals: int | None = None) -> str:
    """12500 -> "12 500 €" or "€12,500"; two decimals when there are cents, unless told otherwise."""
    if value is None:
        return NOTHING
    if decimals is None:
        decimals = 0 if rounded(value, 2) == rounded(value, 0) else 2
    figure = number(value, language, decimals)
    if is_french(language):
        return f"{figure}{THIN}€"
    return f"\u2212€{figure[1:]}" if figure.startswith("\u2212") else f"€{figure}"


def as_day(value: date | datetime | str) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def date_long(value: date | datetime | str | None, language: str) -> str:
    """2026-11-22 -> "22 novembre 2026" or "22 November 2026"; the first of a month is "1er" in French."""
    if value is None or value == "":
        return NOTHING
    day = as_day(value)
    french = is_french(language)
    month = MONTHS["fr" if french else "en"][day.month - 1]
    first = "1er" if french and day.day == 1 else str(day.day)
    return f"{first}\u00a0{month}\u00a0{day.year}"


def interval(low: float | None, high: float | None, language: str, decimals: int = 0) -> str:
    """(1200, 2400) -> "1 200 à 2 400"; an open top (high None) -> "au moins 1 200"; equal ends -> one number."""
    french = is_french(language)
    if low is None:
        return NOTHING
    start = number(low, language, decimals)
    if high is None:
        return f"{'au moins' if french else 'at least'} {start}"
    end = number(high, language, decimals)
    if start == end:
        return start
    return f"{start} {'à' if french else 'to'} {end}"
