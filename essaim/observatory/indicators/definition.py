"""What each figure means: one YAML file per figure beside this module, read strictly.

A file with a missing, extra or half-translated field is refused: a figure that is not fully defined is
not published.
"""

import datetime
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from essaim.law.text import Text

FOLDER = Path(__file__).resolve().parent
VOCABULARY = FOLDER / "vocabulary"

PLACES = ("figures", "by_sector")
"""Where a defined figure appears in an atlas: among the key figures, or as a column of the sectors."""

CONFIDENTIALITY_CLASSES = ("public_register", "gated")
"""Counts of a register that is itself public, or sums that pass the secrecy gate before storage."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a value is counted in; `decimals` is how many of them mean something."""

    id: str
    label: Text
    decimals: int


@dataclass(frozen=True, slots=True)
class Perimeter:
    """Who is counted. Figures of different perimeters are neither compared nor added."""

    id: str
    label: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Confidentiality:
    """Why a figure may be published: `class_` is one of CONFIDENTIALITY_CLASSES."""

    class_: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure as the page prints it. `denominator` is None for a plain count."""

    id: str
    place: str
    label: Text
    short_label: Text
    unit: Unit
    perimeter: Perimeter
    numerator: Text
    denominator: Text | None
    source: Text
    vintage: Text
    caveat: Text
    why_it_matters: Text
    confidentiality: Confidentiality
    author: str
    checked_on: datetime.date


_TEXTS = ("label", "short_label", "numerator", "source", "vintage", "caveat", "why_it_matters")


def read_definition(path: Path) -> Definition:
    """The definition in one YAML file. ValueError naming the file and the field when it is incomplete."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    expected = {f.name for f in fields(Definition)}
    if not isinstance(raw, dict) or set(raw) != expected:
        given = set(raw) if isinstance(raw, dict) else set()
        raise ValueError(
            f"{path.name}: missing {sorted(expected - given)}, unexpected {sorted(given - expected)}"
        )
    try:
        if raw["id"] != path.stem:
            raise ValueError(f"its id {raw['id']!r} is not its file name")
        texts = {name: Text.of(raw[name]) for name in _TEXTS}
        return Definition(
            id=raw["id"],
            place=_one_of(raw["place"], PLACES),
            unit=units()[_one_of(raw["unit"], units())],
            perimeter=perimeters()[_one_of(raw["perimeter"], perimeters())],
            denominator=None if raw["denominator"] is None else Text.of(raw["denominator"]),
            confidentiality=_confidentiality(raw["confidentiality"]),
            author=_filled(raw["author"]),
            checked_on=_day(raw["checked_on"]),
            **texts,
        )
    except (ValueError, KeyError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _one_of(value: Any, allowed: Any) -> str:
    if value not in allowed:
        raise ValueError(f"{value!r} is not one of {sorted(allowed)}")
    return str(value)


def _filled(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected a name, got {value!r}")
    return value.strip()


def _day(value: Any) -> datetime.date:
    if not isinstance(value, datetime.date):
        raise ValueError(f"expected a date, got {value!r}")
    return value


def _confidentiality(raw: Any) -> Confidentiality:
    if not isinstance(raw, dict) or set(raw) != {"class", "reason"}:
        raise ValueError(f"confidentiality needs 'class' and 'reason', got {raw!r}")
    return Confidentiality(_one_of(raw["class"], CONFIDENTIALITY_CLASSES), Text.of(raw["reason"]))


def _vocabulary(name: str) -> dict[str, Any]:
    content = yaml.safe_load((VOCABULARY / f"{name}.yaml").read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{name}.yaml: expected a mapping")
    return content


@cache
def units() -> dict[str, Unit]:
    """Every unit by its id."""
    return {
        key: Unit(key, Text.of(raw["label"]), raw["decimals"]) for key, raw in _vocabulary("units").items()
    }


@cache
def perimeters() -> dict[str, Perimeter]:
    """Every perimeter by its id."""
    return {
        key: Perimeter(key, Text.of(raw["label"]), Text.of(raw["text"]))
        for key, raw in _vocabulary("perimeters").items()
    }


@cache
def notes() -> dict[str, Text]:
    """What each note code of figures.parquet says to the reader."""
    return {key: Text.of(raw) for key, raw in _vocabulary("notes").items()}


@cache
def all_definitions() -> dict[str, Definition]:
    """Every definition by its id, figures of the atlas and columns of its tables."""
    return {path.stem: read_definition(path) for path in sorted(FOLDER.glob("*.yaml"))}


ORDER = (
    "sse_enterprises",
    "sse_establishments",
    "sse_employer_establishments",
    "sse_employer_share_pct",
    "sse_employer_share_private_pct",
    "sse_jobs",
    "sse_density_per_10000",
    "sse_employer_location_quotient",
    "sse_establishments_in_qpv",
    "sse_share_in_qpv_pct",
    "sse_establishments_within_300m_qpv",
    "sse_creations",
    "sse_closures",
    "sse_median_age_years",
    "sse_to_confirm",
    "employer_establishments",
    "private_employer_establishments",
)
"""The key figures, in the order a reader meets them."""


@cache
def figure_definitions() -> dict[str, Definition]:
    """The key figures of an atlas, in reading order."""
    known = {key: one for key, one in all_definitions().items() if one.place == "figures"}
    if set(known) != set(ORDER):
        raise ValueError(f"ORDER and the definitions disagree on {sorted(set(known) ^ set(ORDER))}")
    return {key: known[key] for key in ORDER}
