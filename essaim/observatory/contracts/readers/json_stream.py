"""Contracts of a JSON file of any size, one at a time.

The standard decoder reads one entry after the other from a window of the file: memory holds a window, never the
file. An entry that cannot be parsed is handed over as text, and reading goes on at the next one.
"""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from essaim.observatory.contracts.readers.found import Found

CHUNK = 1 << 20
LONGEST_ENTRY = 16 << 20
"""Characters after which an entry without an end is given up: the file is broken there."""

BROKEN_KEPT = 100_000
"""Characters of a broken entry that are kept: enough for the largest real ones, not a whole file."""

KINDS = {"marche": "contract", "contrat-concession": "concession"}
SPACE = re.compile(r"[\s,\ufeff]*")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)


class Window:
    """A sliding part of a text file."""

    def __init__(self, path: Path) -> None:
        self._raw = path.open("rb")
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self.text = ""
        self.at = 0
        self.ended = False
        self._lines = 1
        self._counted = 0

    def close(self) -> None:
        self._raw.close()

    def more(self) -> bool:
        """Read on, dropping what has been used; False at the end of the file."""
        if self.ended:
            return False
        self.line()
        chunk = self._raw.read(CHUNK)
        self.ended = not chunk
        self.text = self.text[self.at :] + self._decode(chunk, self.ended)
        self.at = self._counted = 0
        return True

    def line(self) -> int:
        """Number of the line at the current place, from 1."""
        self._lines += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._lines

    def peek(self) -> str:
        """The next character that is neither a space nor a comma; empty at the end."""
        while True:
            self.at = SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]  # it always matches
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""


class Broken(ValueError):
    """No value can be read here; its argument is the text left out."""


DECODER = json.JSONDecoder()


def value(window: Window) -> Any:
    """The value at the current place. Raises Broken after having passed over it."""
    window.peek()
    while True:
        try:
            read, end = DECODER.raw_decode(window.text, window.at)
        except (json.JSONDecodeError, RecursionError) as error:
            where = error.pos if isinstance(error, json.JSONDecodeError) else window.at
            near = where >= len(window.text) - 64 or (
                isinstance(error, json.JSONDecodeError) and (error.msg.startswith("Unterminated"))
            )
            if near and len(window.text) - window.at < LONGEST_ENTRY and window.more():
                continue
            raise Broken(_pass_over(window)) from error
        if end >= len(window.text) - 1 and not isinstance(read, dict | list | str) and window.more():
            continue
        window.at = end
        return read


def _pass_over(window: Window) -> str:
    """Go to the end of the value that cannot be parsed (its own closing brace, else the rest); its text."""
    while True:
        depth = 0
        for token in TOKEN.finditer(window.text, window.at):
            mark = token.group()
            if mark in "{[":
                depth += 1
            elif mark in "}]":
                depth -= 1
            if depth <= 0:
                end = token.end() if mark in "}]" and depth == 0 else max(token.start(), window.at + 1)
                text = window.text[window.at : end]
                window.at = end
                return text[:BROKEN_KEPT]
        if len(window.text) - window.at >= LONGEST_ENTRY or not window.more():
            text = window.text[window.at : window.at + BROKEN_KEPT]
            window.at = len(window.text)
            if not window.ended:
                while window.more():
                    window.at = len(window.text)
            return text


def entries(path: Path) -> Iterator[Found]:
    """Every contract and concession of the file, whatever its wrapper: marches[], marches.marche[], [...], {...}."""
    window = Window(path)
    try:
        yield from _Walk(window).root()
    finally:
        window.close()


class _Walk:
    def __init__(self, window: Window) -> None:
        self.window = window
        self.position = 0

    def root(self) -> Iterator[Found]:
        while mark := self.window.peek():
            if mark == "[":
                yield from self.array(None)
            elif mark == "{":
                yield from self.container()
            elif mark in "}]":
                self.window.at += 1
            else:
                yield from self.one(None)

    def container(self) -> Iterator[Found]:
        """An object: what its keys hold when they are wrappers, itself when it is an entry."""
        window = self.window
        window.at += 1
        held: dict[str, Any] = {}
        line = window.line()
        while (mark := window.peek()) not in ("}", ""):
            if mark != '"':
                yield from self.one(None)
                continue
            try:
                name = value(window)
            except Broken as error:
                yield self.broken(str(error), line)
                return
            if window.peek() == ":":
                window.at += 1
            inside = window.peek()
            if inside == "[" and (name in KINDS or name == "marches"):
                yield from self.array(KINDS.get(name))
            elif inside == "{" and name == "marches":
                yield from self.container()
            elif inside == "{" and name in KINDS:
                yield from self.one(KINDS[name])
            else:
                try:
                    held[name] = value(window)
                except Broken as error:
                    yield self.broken(str(error), line)
        window.at += 1
        if "id" in held:
            self.position += 1
            yield Found(self.position, held, line)

    def array(self, kind: str | None) -> Iterator[Found]:
        self.window.at += 1
        while (mark := self.window.peek()) not in ("]", ""):
            if mark in "}:":
                self.window.at += 1
                continue
            yield from self.one(kind)
        self.window.at += 1

    def one(self, kind: str | None) -> Iterator[Found]:
        self.window.peek()
        line = self.window.line()
        try:
            entry = value(self.window)
        except Broken as error:
            yield self.broken(str(error), line)
            return
        self.position += 1
        yield Found(self.position, entry, line, kind)

    def broken(self, text: str, line: int) -> Found:
        self.position += 1
        return Found(self.position, text, line, broken=True)


def corrections(path: Path) -> Iterator[Found]:
    """The entries of a file of rejected entries (one JSON object a line), corrected or not."""
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                read = json.loads(line)
            except ValueError:
                yield Found(number, line.rstrip("\n"), number, broken=True)
                continue
            if isinstance(read, dict) and "rejected" in read and "entry" in read:
                entry, broken = read["entry"], False
                if isinstance(entry, str):
                    try:
                        entry = json.loads(entry)
                    except ValueError:
                        broken = True
                replaces, form = str(read["rejected"]), str(read.get("format") or "") or None
                yield Found(number, entry, number, None, broken, replaces, form)
            else:
                yield Found(number, read, number)
