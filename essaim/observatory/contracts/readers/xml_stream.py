"""Contracts of an XML file of any size, one at a time.

Neither entities nor document types are accepted: a contract needs none, and they are how a small file fills a memory
or reads another one.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from essaim.observatory.contracts.readers.found import Found
from essaim.observatory.errors import unreadable

KINDS = {"marche": "contract", "contrat-concession": "concession"}
CHUNK = 1 << 18
DEEPEST = 40
"""Elements inside one another: the format has 7."""


class Refused(Exception):
    """The file declares a document type or entities, or is nested beyond reason."""


class _Build:
    """Receives the parser's events and keeps the entries finished since last asked."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.words
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse
        self.done: list[Found] = []
        self.open: list[tuple[str, dict[str, Any], list[str]]] = []
        self.position = 0
        self.line = 0
        self.depth = 0

    def refuse(self, *_: Any) -> None:
        raise Refused

    def start(self, name: str, _: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Refused
        name = name.rsplit(":", 1)[-1]
        if self.open or name in KINDS:
            if not self.open:
                self.line = self.parser.CurrentLineNumber
            self.open.append((name, {}, []))

    def words(self, text: str) -> None:
        if self.open:
            self.open[-1][2].append(text)

    def end(self, _: str) -> None:
        self.depth -= 1
        if not self.open:
            return
        name, inside, words = self.open.pop()
        value: Any = inside or "".join(words).strip()
        if not self.open:
            self.position += 1
            self.done.append(Found(self.position, value, self.line, KINDS[name]))
            return
        held = self.open[-1][1]
        if name not in held:
            held[name] = value
        elif isinstance(held[name], list):
            held[name].append(value)
        else:
            held[name] = [held[name], value]


def entries(path: Path) -> Iterator[Found]:
    """Every contract and concession; what follows a syntax error is one broken entry.

    Raises UnreadableFile when the file declares entities or a document type.
    """
    build = _Build()
    with path.open("rb") as raw:
        while True:
            chunk = raw.read(CHUNK)
            try:
                build.parser.Parse(chunk, not chunk)
            except Refused as error:
                raise unreadable(
                    path.name,
                    "il déclare des entités ou un type de document, ce qu'un contrat ne demande pas. "
                    "Retirez cette déclaration.",
                    "it declares entities or a document type, which no contract needs. Remove that declaration.",
                ) from error
            except expat.ExpatError as error:
                yield from build.done
                words = f"{expat.ErrorString(error.code)} (line {error.lineno})"
                yield Found(build.position + 1, words, error.lineno, broken=True)
                return
            yield from build.done
            build.done.clear()
            if not chunk:
                return
