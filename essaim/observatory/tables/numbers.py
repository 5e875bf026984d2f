"""What is looked at over all the SIRET at once: their check digits, and whether one is met twice.

Plain arrays, whatever the engine: ten million numbers are sorted in a tenth of a second, when grouping them takes
an engine ten times that.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

LA_POSTE = 356_000_000
LA_POSTE_HEAD_OFFICE = 356_000_000_00048
GROUP_DIGITS = 5
AT_ONCE = 1 << 20

Ints = NDArray[np.int64]


def valid_check_digits(siret: Ints) -> NDArray[np.bool_]:
    """Whether each SIRET passes its check: Luhn's sum, or for La Poste a digit sum multiple of five.

    The head office of La Poste follows the common rule.
    """
    found = np.empty(len(siret), bool)
    for start in range(0, len(siret), AT_ONCE):
        found[start : start + AT_ONCE] = _valid(siret[start : start + AT_ONCE])
    return found


def has_repeats(siret: Ints) -> bool:
    """Whether a number is met twice."""
    ordered = np.sort(siret)
    return bool((ordered[1:] == ordered[:-1]).any())


def _valid(siret: Ints) -> NDArray[np.bool_]:
    plain, luhn, luhn_odd = _sums()
    siren = siret // 100_000
    # Groups of digits 13 to 9, 8 to 4 and 3 to 0, counted from the right.
    above = siren // 10_000
    groups = above, siret // 10_000 - above * 100_000, siret - siret // 10_000 * 10_000
    passes: NDArray[np.bool_] = (luhn_odd[groups[0]] + luhn[groups[1]] + luhn[groups[2]]) % 10 == 0
    office = (siren == LA_POSTE) & (siret != LA_POSTE_HEAD_OFFICE)
    if office.any():
        digits = sum(plain[group[office]] for group in groups)
        passes[office] = digits % 5 == 0
    return passes


@cache
def _sums() -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Sum of the digits of every group, plainly, and for Luhn with the last digit at an even or an odd place."""
    group = np.arange(10**GROUP_DIGITS)
    plain, even, odd = (np.zeros(len(group), np.uint8) for _ in range(3))
    for place in range(GROUP_DIGITS):
        digit = group // 10**place % 10
        doubled = digit * 2 - 9 * (digit > 4)
        plain += digit.astype(np.uint8)
        even += (doubled if place % 2 else digit).astype(np.uint8)
        odd += (digit if place % 2 else doubled).astype(np.uint8)
    return plain, even, odd
