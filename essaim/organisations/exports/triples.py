"""Statements, and the two ways we write them: JSON-LD and Turtle. Subjects are addresses; there are no blank nodes."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "adms": "http://www.w3.org/ns/adms#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "spdx": "http://spdx.org/rdf/terms#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)


@dataclass(frozen=True, slots=True)
class Iri:
    address: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in a language, or typed ("xsd:date")."""

    text: str
    language: str = ""
    datatype: str = ""


Node = Iri | Literal
Triple = tuple[Iri, str, Node]


def expanded(short: str) -> str:
    prefix, _, name = short.partition(":")
    return PREFIXES[prefix] + name


def by_subject(triples: Iterable[Triple]) -> dict[Iri, dict[str, list[Node]]]:
    grouped: dict[Iri, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, node in triples:
        grouped[subject][predicate].append(node)
    return grouped


def as_turtle(triples: Iterable[Triple]) -> str:
    lines = [f"@prefix {prefix}: <{address}> ." for prefix, address in PREFIXES.items()]
    for subject, said in by_subject(triples).items():
        statements = [
            f"    {predicate} {', '.join(turtle_node(node) for node in nodes)}"
            for predicate, nodes in said.items()
        ]
        lines.append(f"\n{turtle_node(subject)}\n" + " ;\n".join(statements) + " .")
    return "\n".join(lines) + "\n"


def turtle_node(node: Node) -> str:
    if isinstance(node, Iri):
        return f"<{iri_text(node.address)}>"
    quoted = turtle_text(node.text)
    if node.language:
        return f"{quoted}@{node.language}"
    return f"{quoted}^^{node.datatype}" if node.datatype else quoted


def iri_text(address: str) -> str:
    """An address holds none of these characters; if one came in, it is encoded rather than breaking the file."""
    return "".join(f"%{ord(c):02X}" if c in '<>"{}|^`\\' or ord(c) <= 32 else c for c in address)


def turtle_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def as_jsonld(triples: Iterable[Triple]) -> str:
    graph = []
    for subject, said in by_subject(triples).items():
        entry: dict[str, Any] = {"@id": iri_text(subject.address)}
        for predicate, nodes in said.items():
            if predicate == "rdf:type":
                entry["@type"] = [shortened(node) for node in nodes]
            else:
                entry[predicate] = [jsonld_node(node) for node in nodes]
        graph.append(entry)
    return json.dumps({"@context": dict(PREFIXES), "@graph": graph}, ensure_ascii=False, indent=1) + "\n"


def shortened(node: Node) -> str:
    address = node.address if isinstance(node, Iri) else node.text
    return next(
        (
            f"{prefix}:{address.removeprefix(full)}"
            for prefix, full in PREFIXES.items()
            if address.startswith(full)
        ),
        address,
    )


def jsonld_node(node: Node) -> dict[str, str]:
    if isinstance(node, Iri):
        return {"@id": iri_text(node.address)}
    value = {"@value": node.text}
    if node.language:
        return value | {"@language": node.language}
    return value | {"@type": node.datatype} if node.datatype else value
