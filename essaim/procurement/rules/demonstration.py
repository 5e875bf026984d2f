"""What a demonstration of procurement shows: `demonstration.yaml`, its days and its names."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from essaim.observatory.simulate.contracts import MARK, Party, invented_siren, siret_of

FILE = Path(__file__).with_name("demonstration.yaml")


@cache
def script() -> Mapping[str, Any]:
    """The file as it is written."""
    return MappingProxyType(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def marked(name: str) -> str:
    """The name, saying that it is made up."""
    return name + MARK


def buyers() -> list[Party]:
    """The authority of the demonstration, then the cities beside it: invented SIRETs."""
    return [
        Party(siret_of(invented_siren(each["root"])), marked(each["name"])) for each in script()["buyers"]
    ]


def month_from(on: date, months: int) -> date:
    """The first day of the month that comes `months` after that of `on` (before it when negative)."""
    years, month = divmod(on.month - 1 + months, 12)
    return date(on.year + years, month + 1, 1)


def cents(euros: int | None) -> int | None:
    return None if euros is None else euros * 100
