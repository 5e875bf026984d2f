"""Divisions and groups of the common procurement vocabulary (CPV 2008), by which buyers look for suppliers.

The table `cpv.csv` is rebuilt by scripts/build_cpv.py from the vocabulary of regulation (EC) 213/2008, French labels.
"""

import csv
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from essaim.organisations.rules.vocabulary import FOLDER


@cache
def families() -> Mapping[str, str]:
    """Two or three digits -> French label, in the order of the codes."""
    with (FOLDER / "cpv.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["code"]: row["label"] for row in csv.DictReader(file)})


def find(text: str, most: int = 12) -> list[tuple[str, str]]:
    """(code, label) of the families whose label has a word beginning with each word asked, or whose code begins so.
    Divisions first. Plurals are forgiven."""
    words = [word.rstrip("s") or word for word in _plain(text).split()]
    if not words or sum(map(len, words)) < 2:
        return []
    found = [
        (code, label)
        for code, label in families().items()
        if all(any(each.startswith(word) for each in (code, *_plain(label).split())) for word in words)
    ]
    return sorted(found, key=lambda row: (len(row[0]), row[0]))[:most]


@cache
def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    return "".join(each if each.isalnum() else " " for each in bare if not unicodedata.combining(each))
