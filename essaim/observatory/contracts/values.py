"""One published value into one plain value. Null is unknown; what cannot be read raises `Unreadable`."""

import ast
import html
import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

UNKNOWN_MARKS = frozenset({"", "MQ", "INX", "CDL", "NC", "NULL", "NONE", "NAN", "N/A"})
"""Ministry's quality marks (missing, invalid, empty, not communicated) and the ways of writing nothing."""

EARLIEST, LATEST = 1990, 2100
"""Years between which a date is taken for possible."""

MOST_EUROS = Decimal(10) ** 15
MARKED = re.compile(r"(?:MQ|INX|CDL|NC)\s+", re.IGNORECASE)
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,2})?|[+-]?\.\d+")
ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:$|[T ]\d|Z|[+-]\d{2}:?\d{2}$)")
FRENCH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:$| )")
YES = frozenset({"oui", "true", "1", "1.0", "vrai", "yes"})
NO = frozenset({"non", "false", "0", "0.0", "faux", "no"})


class Unreadable(ValueError):
    """The value is there, and says nothing that can be used."""


def text(value: Any) -> str | None:
    """Words without HTML entities, quality marks and spaces around; None when unknown."""
    if value is None or isinstance(value, dict | list):
        return None
    words = str(value)
    if "&" in words:
        words = html.unescape(words)
    words = " ".join(words.replace("\xa0", " ").split())
    return None if words.upper() in UNKNOWN_MARKS or MARKED.match(words) else words


def identifier(value: Any) -> str | None:
    """An identifier: like `text`, but a quality mark before it is dropped rather than believed."""
    if value is None or isinstance(value, dict | list | bool):
        return None
    words = MARKED.sub("", " ".join(str(value).replace("\xa0", " ").split()), count=1)
    return None if words.upper() in UNKNOWN_MARKS else words


def cents(value: Any) -> int | None:
    """Euros, as a number or as words in French or in English, into whole cents (half up)."""
    if isinstance(value, bool | dict | list):
        raise Unreadable(str(value))
    words = text(value)
    if words is None:
        return None
    number = re.sub(r"[\s\u202f€]|EUR$", "", words)
    if "," in number:
        point = number.rfind(",") > number.rfind(".")
        number = number.replace(".", "").replace(",", ".") if point else number.replace(",", "")
    if not NUMBER.fullmatch(number):
        raise Unreadable(words)
    euros = Decimal(number)
    if abs(euros) >= MOST_EUROS:
        raise Unreadable(words)
    return int((euros * 100).quantize(Decimal(1), ROUND_HALF_UP))


def day(value: Any) -> date | None:
    """An ISO date, with or without hour and zone, or a French one (31/12/2021)."""
    words = text(value)
    if words is None:
        return None
    if found := ISO_DAY.match(words):
        year, month, number = (int(part) for part in found.groups())
    elif found := FRENCH_DAY.match(words):
        number, month, year = (int(part) for part in found.groups())
    else:
        raise Unreadable(words)
    if not EARLIEST <= year <= LATEST:
        raise Unreadable(words)
    try:
        return date(year, month, number)
    except ValueError as error:
        raise Unreadable(words) from error


def whole(value: Any) -> int | None:
    """A whole number, also written 12.0; between 0 and a million."""
    if isinstance(value, bool | dict | list):
        raise Unreadable(str(value))
    words = text(value)
    if words is None:
        return None
    try:
        number = Decimal(words.replace(",", "."))
    except ArithmeticError as error:
        raise Unreadable(words) from error
    if not number.is_finite() or number != number.to_integral_value() or not 0 <= number <= 1_000_000:
        raise Unreadable(words)
    return int(number)


def yes_no(value: Any) -> bool | None:
    words = text(value)
    if words is None:
        return None
    if words.casefold() in YES:
        return True
    if words.casefold() in NO:
        return False
    raise Unreadable(words)


def cpv(value: Any) -> str | None:
    """Eight digits; the check digit is dropped, zeros lost at the end are not guessed."""
    words = text(value)
    if words is None:
        return None
    code = words.split("-")[0].strip()
    if not re.fullmatch(r"\d{8}", code):
        raise Unreadable(words)
    return code


def plain(words: str) -> str:
    """Lower case without accents."""
    cut = unicodedata.normalize("NFKD", words.replace("œ", "oe"))
    return "".join(letter for letter in cut if not unicodedata.combining(letter)).casefold()


def listed(value: Any, name: str) -> list[Any]:
    """The items under every nesting met: {"technique": [...]}, [{"technique": ...}], [...], "a, b", "['a', 'b']"."""
    if value is None:
        return []
    if isinstance(value, list):
        return [item for one in value for item in listed(one, name)]
    if isinstance(value, dict):
        return listed(value[name], name) if name in value else [value]
    words = str(value).strip()
    if words.startswith("[") and words.endswith("]"):
        try:
            return [item for one in ast.literal_eval(words) for item in listed(one, name)]
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return [value]
    return [value]


def words_of(value: Any, name: str) -> list[str]:
    """Known words of a list, each once, in order; a text with commas is cut."""
    found: list[str] = []
    for item in listed(value, name):
        parts = str(item).split(",") if isinstance(item, str) and "d'" not in item else [item]
        found += [word for part in parts if (word := text(part)) and word not in found]
    return found


def codes(value: Any, name: str, known: tuple[tuple[str, str], ...]) -> list[str] | None:
    """Codes of the considerations named; None when unknown. `known`: (what the plain words hold, code).

    “none” beside another one is dropped: what is there is there. Raises Unreadable when nothing is understood.
    """
    words = [text(item) for item in listed(value, name)]
    said = plain(" ".join(word for word in words if word))
    if not said:
        return None
    found = {code for part, code in known if part in said}
    if not found:
        raise Unreadable(said)
    return sorted(found - {"none"} if len(found) > 1 else found)


SOCIAL = (("clause", "clause"), ("critere", "criterion"), ("reserv", "reserved"), ("pas de", "none"))
ENVIRONMENTAL = (("clause", "clause"), ("critere", "criterion"), ("pas de", "none"))
