"""Reproducible chance in SQL: the same seed gives the same rows whatever the number of threads.

Each unit (and each establishment) draws from hashes of its own number, so no row depends on another and
DuckDB may compute them in any order, in flat memory.
"""

MULTIPLIER = 48_271_337
SIREN_ROOTS = 98_000_000
FIRST_ROOT = 1_000_000
LA_POSTE_ROOT = 35_600_000
"""First eight digits of La Poste's SIREN, whose establishments follow their own check rule."""
OUTSIDE_ROOT = 99_000_000
"""Roots from here on belong to no simulated unit: SIREN of the orphans written on purpose."""


def random_bits(keys: str, seed: int, salt: int) -> str:
    """SQL of 64 random bits for a unit ("i") or for one of its establishments ("i, k").

    One number is hashed, never several: DuckDB joins the hashes of several by XOR, so that draws which
    differ by their salt alone would be the same draw with some bits turned over.
    """
    number = " * 256 + ".join(f"({key})" for key in keys.split(", "))
    return f"hash((({number})::BIGINT * 16 + {salt}) + {seed % 2**20}::BIGINT * {2**43})"


def bits(hash: str, shift: int, count: int) -> str:
    """SQL of an integer in [0, 2**count), from bits `shift`... of a 64-bit hash."""
    return f"((({hash}) >> {shift}) & {(1 << count) - 1})::INT"


def unit(hash: str, shift: int, count: int = 12) -> str:
    """SQL of a fraction in [0, 1)."""
    return f"({bits(hash, shift, count)} / {float(1 << count)})"


def below(hash: str, shift: int, thousandths: str | int) -> str:
    """SQL, true `thousandths` times out of 1,000 (to 1/1024)."""
    return f"({bits(hash, shift, 10)} * 1000 < ({thousandths}) * 1024)"


def pick(values: tuple[str, ...] | list[str], hash: str, shift: int) -> str:
    """SQL of one of a power-of-two number of texts."""
    count = len(values)
    if count & (count - 1):
        raise ValueError(f"{count} values is not a power of two")
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"([{listed}])[1 + {bits(hash, shift, count.bit_length() - 1)}]"


def digit(number: str, power: int) -> str:
    return f"(({number} // {10**power}) % 10)"


def doubled(number: str, power: int) -> str:
    """SQL of a digit as the check sum counts it at a doubled place: 7 -> 14 -> 5."""
    place = digit(number, power)
    return f"(2 * {place} - CASE WHEN {place} > 4 THEN 9 ELSE 0 END)"


def siren_check(root: str) -> str:
    """SQL of the ninth digit, from the first eight as a number."""
    sums = [digit(root, 7 - at) if at % 2 == 0 else doubled(root, 7 - at) for at in range(8)]
    return f"((10 - ({' + '.join(sums)}) % 10) % 10)"


def siret_sum(siren: str) -> str:
    """SQL of what a SIREN brings to the check sum of its SIRETs (its odd places are doubled there)."""
    sums = [doubled(siren, 8 - at) if at % 2 == 0 else digit(siren, 8 - at) for at in range(9)]
    return f"({' + '.join(sums)})"


def siret_check(siren_part: str, sequence: str) -> str:
    """SQL of the fourteenth digit; `sequence` is the establishment's number, below 100."""
    tens, units = digit(sequence, 1), doubled(sequence, 0)
    return f"((10 - ({siren_part} + {tens} + {units}) % 10) % 10)"


def la_poste_check(luhn: str, sequence: str) -> str:
    """SQL of a fourteenth digit that fails the usual check while all digits sum to a multiple of five."""
    sum_ = f"(14 + {digit(sequence, 1)} + {digit(sequence, 0)})"
    lower = f"((5 - {sum_} % 5) % 5)"
    return f"({lower} + CASE WHEN {lower} = {luhn} THEN 5 ELSE 0 END)"
