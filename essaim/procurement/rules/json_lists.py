"""A JSON text around one long list, written entry by entry: what `json.dumps` of the whole would give."""

import json
from typing import Any, TextIO

HERE = "\0entries"
"""Stands, alone in its list, where the entries go."""


class JsonList:
    """Writes `frame` to `out`, with the entries added one after the other in the place of `HERE`. `close` ends it."""

    def __init__(self, out: TextIO, frame: Any) -> None:
        whole = json.dumps(frame, ensure_ascii=False, indent=1)
        before, after = whole.split(json.dumps(HERE))
        self._out = out
        self._opening = before.rstrip()
        self._margin = before[len(self._opening) :]
        self._ending = after
        self.count = 0
        out.write(self._opening)

    def add(self, entry: Any) -> None:
        # A line break in a string is written \n: those of the text are all of the layout.
        text = json.dumps(entry, ensure_ascii=False, indent=1).replace("\n", self._margin)
        self._out.write(f"{',' if self.count else ''}{self._margin}{text}")
        self.count += 1

    def close(self) -> None:
        self._out.write(self._ending if self.count else self._ending.lstrip())
