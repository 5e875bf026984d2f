"""The categories of the breakdowns: families, sectors, sizes and ages, with their names. Data, not code."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from essaim.law.text import Text

FOLDER = Path(__file__).resolve().parent
UNKNOWN = "unknown"
UNKNOWN_LABEL = Text("Non renseigné", "Unknown")
DIMENSIONS = ("family", "sector", "size", "age")


@dataclass(frozen=True, slots=True)
class Sector:
    """A sector of the atlas; `divisions` are two-digit NAF rév. 2 divisions."""

    id: str
    label: Text
    divisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """A head-count band: bounds in salaried persons, both included; `high` None when open."""

    code: str
    low: int
    high: int | None
    size: str


def _read(name: str) -> dict[str, Any]:
    content = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{name}: expected a mapping")
    return content


@cache
def sectors() -> dict[str, Sector]:
    """Sectors in reading order. ValueError when a division is in two of them."""
    found = {
        key: Sector(key, Text.of(raw["label"]), tuple(raw["divisions"]))
        for key, raw in _read("sectors.yaml")["sectors"].items()
    }
    all_divisions = [division for sector in found.values() for division in sector.divisions]
    twice = {division for division in all_divisions if all_divisions.count(division) > 1}
    if twice:
        raise ValueError(f"sectors.yaml: divisions {sorted(twice)} belong to two sectors")
    return found


@cache
def sector_of_division() -> dict[str, str]:
    """Sector id of each two-digit NAF division."""
    return {division: sector.id for sector in sectors().values() for division in sector.divisions}


@cache
def bands() -> dict[str, Band]:
    """Head-count bands by their code in the register."""
    return {
        str(code): Band(str(code), raw["low"], raw["high"], raw["size"])
        for code, raw in _read("bands.yaml")["bands"].items()
    }


@cache
def ages() -> dict[str, int]:
    """First completed year of each age class, in growing order."""
    return {key: raw["from"] for key, raw in _read("bands.yaml")["ages"].items()}


@cache
def labels() -> dict[str, dict[str, Text]]:
    """For each dimension, the label of each of its categories, in reading order, "unknown" last."""
    content = _read("bands.yaml")
    return {
        "family": {**_families(), UNKNOWN: UNKNOWN_LABEL},
        "sector": {**{key: one.label for key, one in sectors().items()}, UNKNOWN: UNKNOWN_LABEL},
        "size": {key: Text.of(raw) for key, raw in content["sizes"].items()},
        "age": {
            **{key: Text.of(raw["label"]) for key, raw in content["ages"].items()},
            UNKNOWN: UNKNOWN_LABEL,
        },
    }


def _families() -> dict[str, Text]:
    return {
        "association": Text("Associations", "Associations"),
        "cooperative": Text("Coopératives", "Cooperatives"),
        "mutual": Text("Mutuelles", "Mutuals"),
        "foundation": Text("Fondations", "Foundations"),
        "commercial": Text("Sociétés commerciales de l'ESS", "Commercial SSE companies"),
    }
