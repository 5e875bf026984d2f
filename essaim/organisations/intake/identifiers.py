"""SIRET, SIREN and RNA numbers as people and spreadsheets write them."""

import re

from stdnum.fr import siren as siren_check
from stdnum.fr import siret as siret_check

RNA = re.compile(r"^W[0-9A-Z]{9}$")
SEPARATORS = re.compile(r"[\s.\u00a0\u202f-]+")
FLOAT_END = re.compile(r"[.,]0+$")


def digits(text: str) -> str:
    """Blanks, dots, hyphens and a spreadsheet's ".0" taken off."""
    text = text.strip().lstrip("'")
    if text.isascii() and text.isdigit():
        return text
    return SEPARATORS.sub("", FLOAT_END.sub("", text))


def siret_of(text: str) -> str:
    """14 digits whose check holds, leading zeros put back; "" for nothing. ValueError otherwise."""
    return _checked(digits(text), 14, siret_check.is_valid)


def siren_of(text: str) -> str:
    """9 digits whose check holds, leading zeros put back; "" for nothing. ValueError otherwise."""
    return _checked(digits(text), 9, siren_check.is_valid)


def _checked(number: str, length: int, is_valid: object) -> str:
    if not number:
        return ""
    # Two zeros lost at most: beyond, it is another number.
    if not (number.isascii() and number.isdigit() and length - 3 < len(number) <= length):
        raise ValueError(number)
    padded = number.zfill(length)
    if not is_valid(padded) or padded.startswith("000"):  # type: ignore[operator]
        raise ValueError(number)
    return padded


def rna_of(text: str) -> str:
    """ "W" and nine signs; "" for nothing (or for the "0" some files write). ValueError otherwise."""
    bare = SEPARATORS.sub("", text).upper()
    if bare in ("", "0"):
        return ""
    if not RNA.match(bare):
        raise ValueError(text)
    return bare


def naf_of(text: str) -> str:
    """ "88.99B" from "8899B" or "88.99b"; older codes as they stand; "" for more than six signs."""
    bare = text.strip().upper().replace(" ", "")
    if len(bare) == 5 and bare[:4].isdigit():
        return f"{bare[:2]}.{bare[2:]}"
    return bare if len(bare) <= 6 else ""
