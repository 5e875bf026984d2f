"""What is invented in the directory of a demonstration: `demonstration.yaml`, and to whom it goes."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

FILE = Path(__file__).with_name("demonstration.yaml")
MARK = " (fictif)"


@cache
def demonstration() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Labels, steps and supports, as the file writes them."""
    return MappingProxyType(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def fingerprint() -> str:
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


class Hall:
    """Organisations waiting to be chosen: (id, main activity), in the order in which they are."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        self.by_naf: dict[str, list[int]] = {}
        for id, naf in rows:
            self.by_naf.setdefault(naf, []).append(id)

    def first(self, naf: Sequence[str], count: int = 1) -> list[int]:
        """`count` of these activities, each activity in its turn, without choosing them."""
        queues = [self.by_naf.get(code, []) for code in naf]
        turns = range(max((len(queue) for queue in queues), default=0))
        return [queue[turn] for turn in turns for queue in queues if turn < len(queue)][:count]

    def take(self, naf: Sequence[str], count: int = 1) -> list[int]:
        """The same, who are then no longer there."""
        chosen = self.first(naf, count)
        for code in naf:
            self.by_naf[code] = [id for id in self.by_naf.get(code, []) if id not in chosen]
        return chosen
