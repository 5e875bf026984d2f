"""`essaim law show`: the law we apply, on a day."""

import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from essaim.law.parameter import Value, in_force
from essaim.law.text import LANGUAGES, Text

UNVERIFIED = Text("à vérifier", "to be verified")
NOTHING = Text(
    "Aucun paramètre n'est en vigueur au {on} : choisissez une date plus récente.",
    "No parameter is in force on {on}: choose a later date.",
)
YES, NO = Text("oui", "yes"), Text("non", "no")
COUNTED = Text(
    "{count} paramètres en vigueur au {on}, dont {doubtful} à vérifier.",
    "{count} parameters in force on {on}, {doubtful} of them to be verified.",
)


@click.group()
def command() -> None:
    """The law as dated, cited data."""


@command.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day, YYYY-MM-DD; today by default.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--lang", envvar="ESSAIM_LANG", default="fr", show_default=True, help=" or ".join(LANGUAGES))
def show(on: datetime | None, form: str, lang: str) -> None:
    """Every parameter in force on a day, with its article, its source and whether it was verified."""
    day = on.date() if on else datetime.now(ZoneInfo("Europe/Paris")).date()
    values = in_force(day)
    click.echo(_json(values, day, lang) if form == "json" else _text(values, day, lang))


def _json(values: list[Value], on: date, lang: str) -> str:
    rows = [
        {
            "id": each.id,
            "label": each.label.in_(lang),
            "value": _plain(each.value, lang),
            "unit": each.unit.in_(lang) if each.unit else None,
            "from": each.since.isoformat(),
            "to": each.until.isoformat() if each.until else None,
            "article": each.article,
            "source": each.source,
            "url": each.url,
            "checked_on": each.checked_on.isoformat(),
            "verified": each.verified,
            "note": each.note.in_(lang) if each.note else None,
        }
        for each in values
    ]
    return json.dumps({"on": on.isoformat(), "parameters": rows}, ensure_ascii=False, indent=2)


def _text(values: list[Value], on: date, lang: str) -> str:
    if not values:
        return NOTHING.format(on=on).in_(lang)
    blocks = [_block(each, lang) for each in values]
    doubtful = sum(not each.verified for each in values)
    return "\n\n".join([*blocks, COUNTED.format(count=len(values), on=on, doubtful=doubtful).in_(lang)])


def _block(value: Value, lang: str) -> str:
    mark = "" if value.verified else f" [{UNVERIFIED.in_(lang)}]"
    until = value.until.isoformat() if value.until else "…"
    lines = [
        f"{value.label.in_(lang)}{mark}",
        f"  {value.id}, {value.since} → {until}",
        *(f"  {line}" for line in _lines(value, lang)),
        f"  {value.article}",
        f"  {value.source} ({value.checked_on})",
    ]
    if value.note:
        lines.append(f"  {value.note.in_(lang)}")
    return "\n".join(lines)


def _lines(value: Value, lang: str) -> list[str]:
    """The value in words: one line for a number, one a code or an item otherwise."""
    plain = _plain(value.value, lang)
    if value.type == "groups":
        return [f"{name}: {group['label']} ({', '.join(group['codes'])})" for name, group in plain.items()]
    if isinstance(plain, dict):
        return [f"{code}  {label}" for code, label in plain.items()]
    if isinstance(plain, list):
        return [f"- {each}" for each in plain]
    if value.type == "flag":
        return [(YES if plain else NO).in_(lang)]
    return [f"{plain} {value.unit.in_(lang)}" if value.unit else str(plain)]


def _plain(value: Any, lang: str) -> Any:
    """The value made of plain JSON, its texts in one language."""
    if isinstance(value, Text):
        return value.in_(lang)
    if isinstance(value, dict):
        return {key: _plain(each, lang) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each, lang) for each in value]
    return value
