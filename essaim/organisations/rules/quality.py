"""How complete a record is, and what its people should add next. Weights are data: `quality.yaml`."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType

import yaml

from essaim.law.text import Text
from essaim.organisations.rules.vocabulary import FOLDER


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a record may have. `weight`: points out of 100; `advice`: what to do when it is absent."""

    code: str
    weight: int
    label: Text
    advice: Text


@dataclass(frozen=True, slots=True)
class Quality:
    """`score` out of 100; `missing`: what is absent, heaviest first."""

    score: int
    missing: tuple[Item, ...]


ITEMS: Mapping[str, Item] = MappingProxyType(
    {
        code: Item(code, row["weight"], Text.of(row["label"]), Text.of(row["next"]))
        for code, row in yaml.safe_load((FOLDER / "quality.yaml").read_text(encoding="utf-8")).items()
    }
)
if sum(item.weight for item in ITEMS.values()) != 100:
    raise ValueError("quality.yaml: the weights do not add up to 100")


def quality_of(present: Set[str]) -> Quality:
    """Of a record that has these things. KeyError for a thing that is not in `quality.yaml`."""
    score = sum(ITEMS[code].weight for code in present)
    missing = sorted((item for code, item in ITEMS.items() if code not in present), key=lambda i: -i.weight)
    return Quality(score, tuple(missing))
