"""What a SPASER follows and is compared with: `schemes.yaml` beside this file, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from essaim.law.text import Text

FILE = Path(__file__).resolve().parent / "schemes.yaml"
NUMBER, VALUE = "number", "value"
BASES: Mapping[str, Text] = MappingProxyType(
    {NUMBER: Text("en nombre de contrats", "by number of contracts"), VALUE: Text("en montant", "by value")}
)


@dataclass(frozen=True, slots=True)
class Category:
    """`figures`: "considerations" and "suppliers" are computed from contracts, "none" is only written."""

    code: str
    label: Text
    figures: str
    article: str


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A published rate to stand beside, in percent of the contracts of that year."""

    category: str
    year: int
    pct: float
    who: str


@dataclass(frozen=True, slots=True)
class NationalTarget:
    category: str
    pct: float
    from_year: int
    to_year: int


@dataclass(frozen=True, slots=True)
class Source:
    name: Text
    checked_on: date
    verified: bool


@cache
def _content() -> Mapping[str, Any]:
    return MappingProxyType(yaml.safe_load(FILE.read_text(encoding="utf-8")))


@cache
def categories() -> Mapping[str, Category]:
    """Every category an objective may be written for, in the order of the law."""
    return MappingProxyType(
        {
            code: Category(code, Text.of(row["label"]), row["figures"], row["article"])
            for code, row in _content()["categories"].items()
        }
    )


@cache
def measured() -> tuple[str, ...]:
    """The categories contracts can be counted for."""
    return tuple(code for code, each in categories().items() if each.figures != "none")


def is_of_suppliers(category: str) -> bool:
    """Whether the rate rests on who the supplier is rather than on what the contract declares."""
    return categories()[category].figures == "suppliers"


@cache
def supplier_labels() -> Mapping[str, frozenset[str]]:
    return MappingProxyType({code: frozenset(kinds) for code, kinds in _content()["supplier_labels"].items()})


@cache
def benchmarks() -> tuple[Benchmark, ...]:
    return tuple(Benchmark(**row) for row in _content()["benchmarks"])


@cache
def national_targets() -> tuple[NationalTarget, ...]:
    return tuple(NationalTarget(**row) for row in _content()["national_targets"])


def source_of(subject: str) -> Source:
    """Where "benchmark" or "national_targets" were read, and when."""
    row = _content()[f"{subject}_source"]
    return Source(Text.of(row["name"]), row["checked_on"], row["verified"])


def who_label(who: str) -> Text:
    return Text.of(_content()["benchmark_who"][who])
