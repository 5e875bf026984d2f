"""The closed lists of the profile, and how two people's edits of it meet."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import yaml

from essaim.law.text import Text
from essaim.organisations.rules.vocabulary import FOLDER

_LISTS = yaml.safe_load((FOLDER / "profile.yaml").read_text(encoding="utf-8"))


def _labels(name: str) -> Mapping[str, Text]:
    return MappingProxyType({str(code): Text.of(words) for code, words in _LISTS[name].items()})


PUBLICS = _labels("publics")
LANGUAGES = _labels("languages")
ACCESSIBILITY = _labels("accessibility")


def fingerprint(value: Any) -> str:
    """Sixteen hexadecimal digits, equal for equal values (dates as ISO text, "" and None apart)."""
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Settled:
    """`changes` may be written; `conflicts` (field -> the value kept meanwhile) need the person's choice."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    conflicts: Mapping[str, Any] = field(default_factory=dict)


def settle(current: Mapping[str, Any], wanted: Mapping[str, Any], seen: Mapping[str, str]) -> Settled:
    """Three-way: what the database holds, what the person sends, and fingerprints of what their form showed.

    A field they left as it was shown is left alone, even if someone changed it since. A field without fingerprint is
    taken as shown unchanged.
    """
    changes, conflicts = {}, {}
    for name, value in wanted.items():
        if value == current[name] or seen.get(name) == fingerprint(value):
            continue
        if name not in seen or seen[name] == fingerprint(current[name]):
            changes[name] = value
        else:
            conflicts[name] = current[name]
    return Settled(changes, conflicts)
