"""Codes as people type them."""


def plain_code(typed: str) -> str:
    """Case, spaces and hyphens are forgiven: "abcd-2345 " is "ABCD2345"."""
    return "".join(typed.split()).replace("-", "").upper()


def spaced_code(code: str) -> str:
    """In groups of four, as printed: "ABCD 2345"."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
