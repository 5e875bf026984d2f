"""What activity codes (NAF) and purchase families (CPV) are called: `nomenclature.yaml` beside this file."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

import yaml

from essaim.law.text import Text

FOLDER = Path(__file__).resolve().parent


@cache
def _labels(kind: str) -> Mapping[str, Text]:
    content = yaml.safe_load((FOLDER / "nomenclature.yaml").read_text(encoding="utf-8"))
    return MappingProxyType({code: Text(fr, en) for code, (fr, en) in content[kind].items()})


@lru_cache(maxsize=4096)
def naf_code(raw: str) -> str:
    """The code as the nomenclature writes it: "8899b" and "88.99B" are "88.99B"; "" when it is not one."""
    bare = raw.strip().replace(".", "").upper()
    return f"{bare[:2]}.{bare[2:]}" if re.fullmatch(r"[0-9]{4}[A-Z]", bare) else ""


def naf_label(raw: str) -> Text | None:
    """The activity in words: the subclass when known, its division otherwise; None for what is not a code."""
    code = naf_code(raw)
    return _labels("naf").get(code) or _labels("naf").get(code[:2])


def cpv_label(code: str) -> Text | None:
    """The family of purchases of a CPV code of two to eight digits: its division in words; None when unknown."""
    return _labels("cpv").get(code[:2])


def cpv_families() -> Mapping[str, Text]:
    """Every CPV division, by its two digits."""
    return _labels("cpv")


def naf_divisions() -> tuple[str, ...]:
    return tuple(code for code in _labels("naf") if len(code) == 2)
