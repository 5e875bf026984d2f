"""Roles, and what an authority's identifiers must look like. Plain values only."""

import re

from stdnum.fr import siren as siren_number

ROLES = (
    "visitor",
    "member",
    "organisation",
    "agent",
    "buyer",
    "facilitator",
    "juror",
    "elected",
    "administrator",
)
"""Everyone a page may meet. A visitor has no account; the others are held within an authority."""

GRANTED_ROLES = ROLES[1:]

TERRITORY_CODE = re.compile(
    r"country:FR|region:\d{2}|departement:(\d{2,3}|2[AB])|(epci|ept):\d{9}|commune:(\d{5}|2[AB]\d{3})|qpv:QN\w{6}"
)


def is_territory_code(code: str) -> bool:
    """Whether `code` has the shape of a territory ("epci:200093201"); not whether the territory exists."""
    return TERRITORY_CODE.fullmatch(code) is not None


def is_siren(number: str) -> bool:
    """Nine digits, the last one being the right check digit."""
    return re.fullmatch(r"\d{9}", number) is not None and siren_number.is_valid(number)
