"""Numbers as people read them inside a sentence, in both languages, and what is said when there is no number.

Pure: the page, the PDF and the command line say the same thing. A missing value is never written as zero,
a positive share is never written "0 %", and nothing is ever written "NaN". Plain numbers, dates and amounts
are `essaim.ui.formats`; this module adds nouns, intervals and comparisons.
"""

import math
from collections.abc import Callable

from essaim.law.text import Text
from essaim.ui import formats

NBSP = "\u00a0"

UNKNOWN = Text(fr="non connu", en="not known")


def is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def number(value: float, language: str, decimals: int = 0) -> str:
    """12500 -> "12 500" (French, narrow space) or "12,500"; ValueError for NaN and infinities."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a number to show")
    return formats.number(value, language, decimals)


def decimal(value: float, language: str, decimals: int = 1) -> str:
    """Like `number`, but a positive value too small for its decimals is said to be below the last digit."""
    smallest = 10.0**-decimals
    if 0 < value < smallest / 2:
        less = "moins de " if formats.is_french(language) else "less than "
        return less + number(smallest, language, decimals)
    return number(value, language, decimals)


def percent(value: float, language: str) -> str:
    """10.24 -> "10,2 %" or "10.2%"."""
    return decimal(value, language) + (f"{formats.THIN}%" if formats.is_french(language) else "%")


def counted(count: float, fr: tuple[str, str], en: tuple[str, str]) -> Text:
    """The count with its noun in the right number, both languages: (singular, plural) for each."""
    return Text(
        fr=f"{number(count, 'fr')}{NBSP}{fr[0] if formats.is_one(count, 'fr') else fr[1]}",
        en=f"{number(count, 'en')}{NBSP}{en[0] if formats.is_one(count, 'en') else en[1]}",
    )


def both(write: Callable[[str], str]) -> Text:
    """A Text from a function of the language."""
    return Text(fr=write("fr"), en=write("en"))


def between(low: float | None, high: float | None, language: str) -> str:
    """Inside a sentence: "entre 1 200 et 3 400", "au moins 1 200", or the number when both ends meet."""
    if low is None or high is None or number(low, language) == number(high, language):
        return formats.interval(low, high, language)
    start, end = number(low, language), number(high, language)
    return f"entre {start} et {end}" if formats.is_french(language) else f"between {start} and {end}"


def join_words(words: list[str], language: str) -> str:
    """ "A, B et C" or "A, B and C"."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + (" et " if formats.is_french(language) else " and ") + words[-1]
