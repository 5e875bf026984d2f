"""Numbers as people read them, in both languages, and what is said when there is no number.

Pure: the page, the PDF and the command line say the same thing. A missing value is never written as zero,
a positive share is never written "0 %", and nothing is ever written "NaN".
"""

import math
from collections.abc import Callable
from datetime import date

from essaim.law.text import Text

THIN = "\u202f"  # French thousands and the space before "%": narrow, never broken
NBSP = "\u00a0"

MONTHS_FR = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
)
MONTHS_EN = (
    "January February March April May June July August September October November December".split()
)

UNKNOWN = Text(fr="non connu", en="not known")
SECRET = Text(fr="secret statistique", en="statistical secrecy")

SECRET_REASON = Text(
    fr="Masqué : moins de trois entreprises, ou une seule qui pèse plus de 85 %, ou une case qui permettrait de "
    "retrouver l'une de celles-ci par différence (loi du 7 juin 1951).",
    en="Hidden: fewer than three enterprises, or one that weighs more than 85%, or a cell from which one of those "
    "could be worked out by difference (act of 7 June 1951).",
)

def is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def number(value: float, language: str, decimals: int = 0) -> str:
    """12500 -> "12 500" (French, narrow space) or "12,500"; ValueError for NaN and infinities."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a number to show")
    rounded = round(value, decimals)
    if rounded == 0:
        rounded = 0.0  # never "-0"
    text = f"{rounded:,.{decimals}f}"
    if language[:2] == "en":
        return text
    return text.replace(",", THIN).replace(".", ",")


def decimal(value: float, language: str, decimals: int = 1) -> str:
    """Like `number`, but a positive value too small for its decimals is said to be below the last digit."""
    smallest = 10.0**-decimals
    if 0 < value < smallest / 2:
        less = "moins de " if language[:2] != "en" else "less than "
        return less + number(smallest, language, decimals)
    return number(value, language, decimals)


def percent(value: float, language: str) -> str:
    """10.24 -> "10,2 %" or "10.2%"."""
    sign = "%" if language[:2] == "en" else f"{THIN}%"
    return decimal(value, language) + sign


def is_one(count: float, language: str) -> bool:
    """Whether the noun after `count` is singular: French says "0 association, 1,5 point", English "0 associations"."""
    return abs(count) < 2 if language[:2] != "en" else count == 1


def counted(count: float, fr: tuple[str, str], en: tuple[str, str]) -> Text:
    """The count with its noun in the right number, both languages: (singular, plural) for each."""
    return Text(
        fr=f"{number(count, 'fr')} {fr[0] if is_one(count, 'fr') else fr[1]}",
        en=f"{number(count, 'en')} {en[0] if is_one(count, 'en') else en[1]}",
    )


def both(write: Callable[[str], str]) -> Text:
    """A Text from a function of the language."""
    return Text(fr=write("fr"), en=write("en"))


def interval(low: float | None, high: float | None, language: str) -> str:
    """An interval, never a false point: "entre 1 200 et 3 400", "au moins 1 200", or the number when both ends meet."""
    french = language[:2] != "en"
    if not is_number(low):
        return UNKNOWN.in_(language)
    if not is_number(high):
        return f"{'au moins' if french else 'at least'} {number(low, language)}"  # type: ignore[arg-type]  # a number
    if low == high:
        return number(low, language)  # type: ignore[arg-type]  # checked above
    start, end = number(low, language), number(high, language)  # type: ignore[arg-type]  # checked above
    return f"entre {start} et {end}" if french else f"between {start} and {end}"


def day(on: date | str | None, language: str) -> str:
    """2026-11-22 -> "22 novembre 2026" or "22 November 2026"."""
    if on is None or on == "":
        return UNKNOWN.in_(language)
    moment = date.fromisoformat(on[:10]) if isinstance(on, str) else on
    if language[:2] == "en":
        return f"{moment.day} {MONTHS_EN[moment.month - 1]} {moment.year}"
    first = "1er" if moment.day == 1 else str(moment.day)
    return f"{first}{NBSP}{MONTHS_FR[moment.month - 1]}{NBSP}{moment.year}"


def join_words(words: list[str], language: str) -> str:
    """ "A, B et C" or "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + (" et " if language[:2] != "en" else " and ") + words[-1]
