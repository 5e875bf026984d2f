"""The closed lists of the directory, read from YAML beside this file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml

from essaim.law.rules.sse_perimeter import FAMILIES as SSE_FAMILIES
from essaim.law.rules.sse_perimeter import SSE_STATUSES
from essaim.law.text import Text

FOLDER = Path(__file__).resolve().parent

STATUSES = SSE_STATUSES
FAMILIES = tuple(SSE_FAMILIES)
EVIDENCE_SOURCES = ("listed", "flag", "category", "rne_form")
"""Sources that speak of SSE membership, as `law` names them. A local ruling has a table of its own."""


@dataclass(frozen=True, slots=True)
class LabelKind:
    """`group`: siae, disability, employers, approval, status or place; `sign`: its usual letters, or ""."""

    code: str
    group: str
    sign: str
    label: Text


def _read(name: str) -> dict:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))


def _texts(block: dict) -> Mapping[str, Text]:
    return MappingProxyType({code: Text(**words) for code, words in block.items()})


LABELS: Mapping[str, LabelKind] = MappingProxyType(
    {
        code: LabelKind(code, row["group"], row["sign"], Text(**row["label"]))
        for code, row in _read("labels.yaml").items()
    }
)
LABEL_KINDS = tuple(LABELS)
SUPPORTS = _texts(_read("support.yaml")["kinds"])
SUPPORT_KINDS = tuple(SUPPORTS)
SUPPORT_STAGES = _texts(_read("support.yaml")["stages"])
