"""What an index holds, declared once; its fingerprint tells an index written under another declaration."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import tantivy

from essaim.ui.search import analysis

WORDS, EXACT, CODES, FACET, NUMBER, REAL, PAYLOAD = (
    "words", "exact", "codes", "facet", "number", "real", "payload",
)  # fmt: skip
SET = "_set"
BETWEEN = "\x1f"
ANALYSIS_VERSION = 1


@dataclass(frozen=True, slots=True)
class Field:
    """`kind`: WORDS French text (stems, no stop words), EXACT folded text with positions, CODES any number of exact
    texts to filter on, FACET the same, also counted, NUMBER a whole number that is sorted, counted or filtered on,
    REAL a decimal one, PAYLOAD what is handed back (bytes)."""

    name: str
    kind: str


Values = Mapping[str, Any]
"""One document: field -> text, list of texts, number or bytes. A field may be absent."""


@dataclass(frozen=True)
class Schema:
    """`key` numbers a document, `owner` the row of the database it comes from (documents of a row are replaced
    together); both are NUMBER fields of their own. Raise `version` when what the fields mean has changed."""

    name: str
    version: int
    fields: tuple[Field, ...]

    @cached_property
    def stamp(self) -> str:
        """Beginning of the name of its folders."""
        told = json.dumps([ANALYSIS_VERSION, tantivy.__version__, [(f.name, f.kind) for f in self.fields]])
        return f"v{self.version}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"

    @cached_property
    def made(self) -> tantivy.Schema:
        builder = tantivy.SchemaBuilder()
        for name in ("key", "owner"):
            builder.add_unsigned_field(name, indexed=True, fast=True)
        for field in self.fields:
            _declare(builder, field)
        return builder.build()

    @cached_property
    def _facets(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.kind == FACET)

    @cached_property
    def _payloads(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.kind == PAYLOAD)

    def document(self, key: int, owner: int, values: Values) -> tantivy.Document:
        plain: dict[str, Any] = {"key": key, "owner": owner} | values
        for name in self._facets:
            if name in plain:
                # One text for the whole set: counting it is ten times quicker than counting several values.
                plain[name] = sorted(set(plain[name]))
                plain[name + SET] = BETWEEN.join(plain[name])
        payloads = [(name, plain.pop(name)) for name in self._payloads if name in plain]
        document = tantivy.Document.from_dict(plain, self.made)
        for name, value in payloads:
            document.add_bytes(name, value)
        return document


def _declare(builder: tantivy.SchemaBuilder, field: Field) -> None:
    if field.kind == WORDS:
        builder.add_text_field(field.name, tokenizer_name="words", index_option="freq")
    elif field.kind == EXACT:
        builder.add_text_field(field.name, tokenizer_name="exact", index_option="position")
    elif field.kind in (CODES, FACET):
        builder.add_text_field(field.name, tokenizer_name="raw", index_option="basic")
        if field.kind == FACET:
            builder.add_text_field(field.name + SET, tokenizer_name="raw", index_option="basic", fast=True)
    elif field.kind == NUMBER:
        builder.add_unsigned_field(field.name, indexed=True, fast=True)
    elif field.kind == REAL:
        builder.add_float_field(field.name, fast=True)
    elif field.kind == PAYLOAD:
        builder.add_bytes_field(field.name, stored=True)
    else:
        raise ValueError(f"{field.name}: no kind of field is called {field.kind!r}")


def register(index: tantivy.Index) -> tantivy.Index:
    """Give an index the analyzers its fields name."""
    for name, analyzer in analysis.analyzers().items():
        index.register_tokenizer(name, analyzer)
    return index
