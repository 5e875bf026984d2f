"""What a reader hands over for each entry of a file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """One entry. `position`: from 1. `line`: where it begins, when known. `kind`: contract, concession or None.

    `broken`: the entry could not be parsed; `entry` is then its raw text.
    `replaces`: the id of the rejection that this entry corrects, in a file of corrections.
    """

    position: int
    entry: Any
    line: int | None = None
    kind: str | None = None
    broken: bool = False
    replaces: str | None = None
    form: str | None = None


def beginning(path: Path, size: int = 1 << 16) -> bytes:
    """The first bytes of a file, enough to tell what it is."""
    with path.open("rb") as raw:
        return raw.read(size)
