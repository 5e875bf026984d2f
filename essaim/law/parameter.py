"""The law as dated data: every value has a period, an article, a source and the day it was checked.

One YAML file a subject, in `parameters/`. The loader is strict on purpose: a misspelt key, a value
without its source, or two values for the same day stop the program when it starts, never a page
later. Periods include both their ends; `to: null` means still in force when last checked.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from essaim.law.finding import Citation
from essaim.law.text import ExplainedError, Text

FOLDER = Path(__file__).parent / "parameters"

SUBJECT_KEYS = {"subject", "label", "parameters"}
PARAMETER_KEYS = {"id", "label", "type", "values"}
VALUE_KEYS = {"from", "to", "value", "article", "source", "checked_on", "verified"}


class InvalidParameters(ExplainedError):
    """A parameter file that must not be trusted; says which file, which parameter, what to write."""


class UnknownParameter(ExplainedError):
    """No parameter bears this name."""


class NotInForce(ExplainedError):
    """The parameter exists, and had no value on that day."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a parameter over one period, `since` and `until` included.

    `value` is a number (in `unit`), a flag (True or False), a dict of codes to French labels, a tuple
    of prefixes, a `Text`, a tuple of `Text`, or a dict of named groups of codes, as `type` says.
    """

    id: str
    label: Text
    type: str
    value: Any
    unit: Text | None
    since: date
    until: date | None
    article: str
    source: str
    url: str | None
    checked_on: date
    verified: bool
    note: Text | None

    @property
    def citation(self) -> Citation:
        return Citation(self.article, self.source, self.url, self.checked_on, self.verified)

    def covers(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A name, its label and its successive values, oldest first."""

    id: str
    subject: str
    label: Text
    values: tuple[Value, ...]


def parameter(id: str, on: date) -> Value:
    """The value of `id` in force on `on`; raises UnknownParameter or NotInForce."""
    found = parameters().get(id)
    if found is None:
        raise UnknownParameter(
            Text(
                f"Aucun paramètre de droit ne s'appelle « {id} ». Voyez la liste : essaim law show.",
                f"No law parameter is called '{id}'. See the list with: essaim law show.",
            )
        )
    for value in found.values:
        if value.covers(on):
            return value
    raise NotInForce(
        Text(
            f"« {found.label.fr} » ({id}) n'a pas de valeur connue au {on:%d/%m/%Y}. "
            f"La première commence le {found.values[0].since:%d/%m/%Y} : choisissez une autre date.",
            f"'{found.label.en}' ({id}) has no known value on {on}. "
            f"The first one starts on {found.values[0].since}: choose another date.",
        )
    )


def in_force(on: date) -> list[Value]:
    """Every value in force on `on`, in the order of the files (subject by subject)."""
    return [value for each in parameters().values() for value in each.values if value.covers(on)]


@cache
def parameters() -> dict[str, Parameter]:
    """All parameters by id, read once; raises InvalidParameters."""
    return load(FOLDER)


def load(folder: Path) -> dict[str, Parameter]:
    """Read every `*.yaml` of `folder`; raises InvalidParameters on the first fault."""
    loaded: dict[str, Parameter] = {}
    for path in sorted(folder.glob("*.yaml")):
        for each in _read_subject(path):
            if each.id in loaded:
                raise _fault(path, each.id, "porte un nom déjà pris", "bears a name already taken")
            loaded[each.id] = each
    return loaded


# The same reader ten times faster, where PyYAML was built with libyaml.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeys(_SafeLoader):  # type: ignore[misc]  # chosen when the module is read
    """YAML keeps the last of two equal keys without a word; a law file must not."""


def _mapping(loader: _UniqueKeys, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    twice = sorted({str(key) for key in keys if keys.count(key) > 1})
    if twice:
        raise yaml.constructor.ConstructorError(
            None, None, f"key written twice: {', '.join(twice)}", node.start_mark
        )
    found: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return found


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _read_subject(path: Path) -> list[Parameter]:
    try:
        raw = yaml.load(path.read_text("utf-8"), Loader=_UniqueKeys)  # noqa: S506  # a SafeLoader subclass
    except yaml.YAMLError as error:
        raise _fault(
            path, "?", f"n'est pas du YAML lisible : {error}", f"is not readable YAML: {error}"
        ) from error
    _check_keys(path, "?", raw, SUBJECT_KEYS, set())
    if raw["subject"] != path.stem:
        raise _fault(path, "?", "doit nommer son sujet comme le fichier", "must name its subject as the file")
    _text(path, "?", raw["label"])
    if not isinstance(raw["parameters"], list) or not raw["parameters"]:
        raise _fault(path, "?", "n'a pas de liste « parameters »", "has no 'parameters' list")
    return [_read_parameter(path, each) for each in raw["parameters"]]


def _read_parameter(path: Path, raw: Any) -> Parameter:
    id = str(raw.get("id", "?")) if isinstance(raw, dict) else "?"
    _check_keys(path, id, raw, PARAMETER_KEYS, {"unit"})
    label = _text(path, id, raw["label"])
    unit = _text(path, id, raw["unit"]) if "unit" in raw else None
    if raw["type"] not in _READERS:
        kinds = ", ".join(_READERS)
        raise _fault(
            path, id, f"a un type inconnu (connus : {kinds})", f"has an unknown type (known: {kinds})"
        )
    if (raw["type"] == "number") != (unit is not None):
        raise _fault(path, id, "doit avoir une unité si, et seulement si, c'est un nombre",
                     "must have a unit if, and only if, it is a number")  # fmt: skip
    if not isinstance(raw["values"], list) or not raw["values"]:
        raise _fault(path, id, "n'a aucune valeur", "has no value")
    values = [_read_value(path, id, label, raw["type"], unit, each) for each in raw["values"]]
    values.sort(key=lambda value: value.since)
    for earlier, later in pairwise(values):
        if earlier.until is None or later.since <= earlier.until:
            raise _fault(path, id, f"a deux valeurs au {later.since}", f"has two values on {later.since}")
    return Parameter(id, path.stem, label, tuple(values))


def _read_value(path: Path, id: str, label: Text, type: str, unit: Text | None, raw: Any) -> Value:
    _check_keys(path, id, raw, VALUE_KEYS, {"url", "note"})
    since, until = _day(path, id, raw["from"]), None if raw["to"] is None else _day(path, id, raw["to"])
    if until is not None and until < since:
        raise _fault(
            path, id, f"finit ({until}) avant de commencer ({since})", f"ends ({until}) before {since}"
        )
    for key in ("article", "source"):
        if not isinstance(raw[key], str) or not raw[key].strip():
            raise _fault(path, id, f"a un champ « {key} » vide", f"has an empty '{key}'")
    if not isinstance(raw["verified"], bool):
        raise _fault(path, id, "doit dire verified: true ou false", "must say verified: true or false")
    return Value(
        id=id,
        label=label,
        type=type,
        value=_READERS[type](path, id, raw["value"]),
        unit=unit,
        since=since,
        until=until,
        article=raw["article"],
        source=raw["source"],
        url=raw.get("url"),
        checked_on=_day(path, id, raw["checked_on"]),
        verified=raw["verified"],
        note=_text(path, id, raw["note"]) if "note" in raw else None,
    )


def _number(path: Path, id: str, raw: Any) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise _fault(path, id, f"attend un nombre, pas {raw!r}", f"wants a number, not {raw!r}")
    return raw


def _flag(path: Path, id: str, raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise _fault(path, id, f"attend true ou false, pas {raw!r}", f"wants true or false, not {raw!r}")
    return raw


def _codes(path: Path, id: str, raw: Any) -> dict[str, str]:
    if not isinstance(raw, dict) or not raw:
        raise _fault(path, id, "attend des codes avec leur libellé", "wants codes with their labels")
    for code, label in raw.items():
        if not isinstance(code, str) or not isinstance(label, str) or not label.strip():
            raise _fault(path, id, f"attend un code entre guillemets et son libellé, pas {code!r}: {label!r}",
                         f"wants a quoted code and its label, not {code!r}: {label!r}")  # fmt: skip
    return dict(raw)


def _prefixes(path: Path, id: str, raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw or not all(isinstance(each, str) and each for each in raw):
        raise _fault(
            path, id, "attend une liste de débuts de code entre guillemets", "wants a list of quoted prefixes"
        )
    return tuple(raw)


def _text(path: Path, id: str, raw: Any) -> Text:
    try:
        return Text.of(raw)
    except ValueError as error:
        raise _fault(path, id, f"attend un texte dans les deux langues, pas {raw!r}", str(error)) from error


def _texts(path: Path, id: str, raw: Any) -> tuple[Text, ...]:
    if not isinstance(raw, list) or not raw:
        raise _fault(path, id, "attend une liste de textes", "wants a list of texts")
    return tuple(_text(path, id, each) for each in raw)


def _groups(path: Path, id: str, raw: Any) -> dict[str, dict[str, Any]]:
    """Named groups of codes, each with the family it belongs to."""
    if not isinstance(raw, dict) or not raw:
        raise _fault(path, id, "attend des groupes nommés", "wants named groups")
    for name, group in raw.items():
        _check_keys(path, f"{id}, {name}", group, {"family", "label", "codes"}, set())
        if not isinstance(group["family"], str):
            raise _fault(path, id, f"ne dit pas la famille de {name}", f"does not say the family of {name}")
    return {
        str(name): {
            "family": group["family"],
            "label": _text(path, id, group["label"]),
            "codes": _prefixes(path, id, group["codes"]),
        }
        for name, group in raw.items()
    }


_READERS = {
    "number": _number,
    "flag": _flag,
    "codes": _codes,
    "prefixes": _prefixes,
    "text": _text,
    "texts": _texts,
    "groups": _groups,
}


def _day(path: Path, id: str, raw: Any) -> date:
    if type(raw) is not date:
        raise _fault(
            path, id, f"attend une date AAAA-MM-JJ, pas {raw!r}", f"wants a YYYY-MM-DD date, not {raw!r}"
        )
    return raw


def _check_keys(path: Path, id: str, raw: Any, required: set[str], optional: set[str]) -> None:
    if not isinstance(raw, dict):
        raise _fault(path, id, "n'a pas la forme attendue", "does not have the expected shape")
    missing, unknown = sorted(required - set(raw)), sorted(map(str, set(raw) - required - optional))
    if missing:
        names = ", ".join(missing)
        raise _fault(path, id, f"ne dit pas : {names}", f"does not say: {names}")
    if unknown:
        names = ", ".join(unknown)
        raise _fault(path, id, f"a des champs inconnus : {names}", f"has unknown keys: {names}")


def _fault(path: Path, id: str, fr: str, en: str) -> InvalidParameters:
    return InvalidParameters(
        Text(
            f"Le paramètre {id} de {path.name} {fr}. Corrigez le fichier : rien n'est chargé avant.",
            f"Parameter {id} in {path.name} {en}. Correct the file: nothing is loaded before.",
        )
    )
