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

LA_POSTE = 356000000
LA_POSTE_HEAD_OFFICE = 35600000000048


def column(table: ir.Table, name: str, type_: str = "string") -> Any:
    """A column that older files do not have: null when absent."""
    return table[name] if name in table.columns else ibis.null(type_)


def as_code(value: Any) -> Any:
    """A code as text, empty is null. Codes are compared as they stand: nothing is trimmed."""
    text = value if value.type().is_string() else value.cast("string")
    return text.nullif("")


def as_words(value: Any) -> Any:
    """Words to show, without blanks around; empty and masked values are null."""
    words = value.cast("string").strip()
    return words.isin(["", MASKED]).ifelse(ibis.null("string"), words)


def as_whole_number(value: Any) -> Any:
    """BIGINT; null for text that is not a number. Digits only are promised: "1e3" depends on the engine."""
    return value.try_cast("int64") if value.type().is_string() else value.cast("int64")


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


def as_day(value: Any) -> Any:
    """A date as the number YYYYMMDD; null when absent or not a date.

    The shape is checked first because Spark reads "2024" as the first of January and DuckDB does not.
    """
    if value.type().is_string():
        shaped = value.re_search(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        value = shaped.ifelse(value, ibis.null("string")).try_cast("date")
    elif value.type().is_timestamp():
        value = value.date()
    day = value.year().cast("int64") * 10000 + value.month().cast("int64") * 100 + value.day().cast("int64")
    return day.cast("int64")


def division_of(naf: Any) -> Any:
    """Two-digit division of an activity code of NAF rév. 2 ("88.99B" or "8899B"), null for anything else.

    Codes of the older nomenclatures ("85.3K", "8514") are shorter: their divisions mean something else.
    """
    dotted = (naf.length() == 6) & (naf.substr(2, 1) == ".")
    bare = (naf.length() == 5) & (naf.substr(2, 1) != ".")
    return (dotted | bare).ifelse(naf.substr(0, 2), ibis.null("string"))


def has_valid_check_digits(siret: Any) -> Any:
    """Whether a SIRET (BIGINT) passes its check: Luhn's sum, or for La Poste a digit sum multiple of five.

    The head office of La Poste follows the common rule. Written without a division remainder, the slowest
    operation there is on tens of millions of rows. With q[k] = n // 10^k the digit k is q[k] - 10 q[k+1], so
    a weighted sum of digits is a weighted sum of the q; and a digit at least 5, whose double loses nine, is
    n // (5 x 10^k) - 2 q[k+1]. All quotients are exact: they are far below 2^53.
    """
    quotients = [siret, *((siret / 10**place).floor().cast("int64") for place in range(1, 14))]
    zero = ibis.literal(0, "int64")
    above = sum(quotients[1:], start=zero)
    halves = [(siret / (5 * 10**place)).floor().cast("int64") for place in range(1, 14, 2)]
    # Weights 1, 2, 1, 2... from the right: 1, then 2 - 10, 1 - 20, 2 - 10...
    weighted = siret - sum(quotients[1::2], start=zero) * 8 - sum(quotients[2::2], start=zero) * 19
    at_least_five = sum(halves, start=zero) - sum(quotients[2::2], start=zero) * 2
    luhn = weighted - at_least_five * 9
    plain = siret - above * 9
    is_post_office = (quotients[5] == LA_POSTE) & (siret != LA_POSTE_HEAD_OFFICE)
    return is_post_office.ifelse(plain % 5 == 0, luhn % 10 == 0)
