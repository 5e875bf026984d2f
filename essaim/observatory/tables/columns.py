"""Columns read whatever the file said they were: text from CSV, typed from official Parquet.

Every expression here compiles for DuckDB and for Spark, and gives integers, so that both count alike.
"""

from typing import Any

import ibis
import ibis.expr.types as ir

MASKED = "[ND]"
"""What the register writes in place of a value that may not be diffused."""

UNKNOWN_CREATION_DAY = 19000101
"""The register's conventional date for "not known"."""


def column(table: ir.Table, name: str, type_: str = "string") -> Any:
    """A column that older files do not have: null when absent."""
    return table[name] if name in table.columns else ibis.null(type_)


def as_code(value: Any) -> Any:
    """A code as text, empty is null. Codes are compared as they stand: nothing is trimmed."""
    text = value if value.type().is_string() else value.cast("string")
    return text.nullif("")


def as_words(value: Any) -> Any:
    """Words to show, without blanks around; empty and masked values are null."""
    words = value.cast("string")
    # Few words have blanks around, and looking at both ends costs ten times less than stripping.
    outer = (words.left(1) <= " ") | (words.right(1) <= " ")
    words = outer.ifelse(words.strip(), words)
    return words.isin(["", MASKED]).ifelse(ibis.null("string"), words)


def as_whole_number(value: Any, type_: str = "int64") -> Any:
    """A whole number; null for text that is not one. Digits only are promised: "1e3" depends on the engine."""
    return value.try_cast(type_) if value.type().is_string() or type_ != "int64" else value.cast(type_)


def as_category(value: Any) -> Any:
    """A legal category as a number; null for text that is not made of digits."""
    if not value.type().is_string():
        return value.cast("int64")
    return value.re_search("^[0-9]{1,4}$").ifelse(value, ibis.null("string")).try_cast("int64")


def as_flag(value: Any) -> Any:
    """Boolean from a boolean or from "true"/"false" in any case; null otherwise."""
    if value.type().is_boolean():
        return value
    word = value.lower()
    return ibis.cases((word == "true", True), (word == "false", False))


def as_date(value: Any) -> Any:
    """A date; null when absent or not one.

    The shape is checked first because Spark reads "2024" as the first of January and DuckDB does not.
    """
    if value.type().is_string():
        shaped = value.re_search(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        return shaped.ifelse(value, ibis.null("string")).try_cast("date")
    return value.date() if value.type().is_timestamp() else value


def as_day(value: Any) -> Any:
    """A date as the number YYYYMMDD; null when absent or not a date."""
    day = as_date(value)
    number = day.year().cast("int64") * 10000 + day.month().cast("int64") * 100 + day.day().cast("int64")
    return number.cast("int64")


def division_of(naf: Any) -> Any:
    """Two-digit division of an activity code of NAF rév. 2 ("88.99B" or "8899B"), null for anything else.

    Codes of the older nomenclatures ("85.3K", "8514") are shorter: their divisions mean something else.
    """
    dotted = (naf.length() == 6) & (naf.substr(2, 1) == ".")
    bare = (naf.length() == 5) & (naf.substr(2, 1) != ".")
    return (dotted | bare).ifelse(naf.substr(0, 2), ibis.null("string"))
