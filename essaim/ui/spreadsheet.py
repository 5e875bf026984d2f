"""Text that a spreadsheet opens without running it."""

import re

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def neutral(value: object) -> object:
    """A text that a spreadsheet would run as a formula is preceded by an apostrophe; numbers are left alone."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return "'" + value
    return value


def plain(text: str) -> str:
    """Without the control characters that neither XML nor a spreadsheet can hold."""
    return UNWRITABLE.sub("", text)
