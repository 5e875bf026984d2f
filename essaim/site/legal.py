"""The law in force on a day, grouped as the page "the law we apply" prints it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

import yaml

from essaim.law.parameter import FOLDER, Value, in_force, parameters
from essaim.law.text import Text
from essaim.ui.tables import Column, Table

COLUMNS = (
    Column(Text("Identifiant", "Identifier")),
    Column(Text("Libellé", "Label")),
    Column(Text("Valeur", "Value")),
    Column(Text("Unité", "Unit")),
    Column(Text("Depuis", "Since")),
    Column(Text("Jusqu'au", "Until")),
    Column(Text("Article", "Article")),
    Column(Text("Source", "Source")),
    Column(Text("Adresse", "Address")),
    Column(Text("Lu le", "Checked on")),
    Column(Text("Vérifié", "Verified")),
)


@dataclass(frozen=True)
class Subject:
    id: str
    label: Text
    values: list[Value]


@cache
def subject_label(subject: str) -> Text:
    return Text.of(yaml.safe_load((FOLDER / f"{subject}.yaml").read_text("utf-8"))["label"])


def subjects_in_force(on: date) -> list[Subject]:
    """Every value in force on `on`, by subject, in the order of the files."""
    grouped: dict[str, list[Value]] = {}
    for value in in_force(on):
        grouped.setdefault(parameters()[value.id].subject, []).append(value)
    return [Subject(name, subject_label(name), values) for name, values in grouped.items()]


def entries(value: Value) -> list[tuple[str, str | Text]]:
    """What a value that is a list says, as (code, label) pairs; nothing for a single number or text."""
    content = value.value
    if value.type == "codes":
        return list(content.items())
    if value.type == "prefixes":
        return [(prefix, "") for prefix in content]
    if value.type == "texts":
        return [("", text) for text in content]
    if value.type == "groups":
        return [(", ".join(group["codes"]), group["label"]) for group in content.values()]
    return []


def as_table(on: date) -> Table:
    return Table(COLUMNS, list(_rows(on)), Text("La loi appliquée", "The law we apply"))


def _rows(on: date) -> Iterator[tuple[object, ...]]:
    for value in in_force(on):
        listed = entries(value)
        content = "; ".join(code or label.fr for code, label in listed) if listed else value.value
        yield (
            value.id, value.label, content, value.unit, value.since.isoformat(),
            value.until and value.until.isoformat(), value.article, value.source, value.url,
            value.checked_on.isoformat(), "1" if value.verified else "0",
        )  # fmt: skip


def as_json(on: date) -> dict[str, object]:
    return {"on": on.isoformat(), "parameters": [_described(value) for value in in_force(on)]}


def _described(value: Value) -> dict[str, object]:
    return {
        "id": value.id,
        "label": _plain(value.label),
        "type": value.type,
        "value": _plain(value.value),
        "unit": _plain(value.unit),
        "since": value.since.isoformat(),
        "until": value.until.isoformat() if value.until else None,
        "article": value.article,
        "source": value.source,
        "url": value.url,
        "checked_on": value.checked_on.isoformat(),
        "verified": value.verified,
        "note": _plain(value.note),
    }


def _plain(content: object) -> object:
    """Texts become {fr, en} objects, tuples lists; the rest is JSON already."""
    if isinstance(content, Text):
        return {"fr": content.fr, "en": content.en}
    if isinstance(content, dict):
        return {key: _plain(each) for key, each in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(each) for each in content]
    return content
