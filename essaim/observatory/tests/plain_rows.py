"""What one row of the register means, read the obvious way: the bricks of the oracle."""

import datetime
from pathlib import Path

import yaml

JOBS = {
    "01": (1, 2), "02": (3, 5), "03": (6, 9), "11": (10, 19), "12": (20, 49), "21": (50, 99), "22": (100, 199),
    "31": (200, 249), "32": (250, 499), "41": (500, 999), "42": (1000, 1999), "51": (2000, 4999),
    "52": (5000, 9999), "53": (10000, None),
}  # fmt: skip

SECTORS = {
    division: sector
    for sector, raw in yaml.safe_load(
        (Path(__file__).parents[1] / "sectors.yaml").read_text(encoding="utf-8")
    )["sectors"].items()
    for division in raw["divisions"]
}


def passes_its_check(siret: str) -> bool:
    digits = [int(character) for character in siret]
    if siret.startswith("356000000") and siret != "35600000000048":
        return sum(digits) % 5 == 0
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def a_day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def sector(naf: str) -> str:
    plain = len(naf) == 5 and naf[2] != "."
    return SECTORS.get(naf[:2], "unknown") if plain or (len(naf) == 6 and naf[2] == ".") else "unknown"


def size(band: str) -> str:
    low = JOBS.get(band, (0, 0))[0]
    names = {250: "from_250", 100: "from_100_to_249", 50: "from_50_to_99", 20: "from_20_to_49"}
    bounds = (names | {10: "from_10_to_19", 1: "from_1_to_9"}).items()
    return next((name for start, name in bounds if low >= start), "none")


def age_years(created: datetime.date | None, at: datetime.date) -> int | None:
    if created is None or created == datetime.date(1900, 1, 1):
        return None
    return max(0, at.year - created.year - ((at.month, at.day) < (created.month, created.day)))


def age_class(years: int | None) -> str:
    if years is None:
        return "unknown"
    starts = ((21, "from_21"), (11, "from_11_to_20"), (6, "from_6_to_10"), (3, "from_3_to_5"))
    return next((name for start, name in starts if years >= start), "under_3")
