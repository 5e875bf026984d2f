"""What the files mean: columns, closed lists, licence, date, and whether any of it is made up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from essaim.law.rules.sse_perimeter import FAMILIES
from essaim.law.rules.sse_words import REASONS, SOURCES, STATUS_LABELS
from essaim.law.text import Text
from essaim.observatory import categories
from essaim.organisations.exports.columns import COLUMNS, Column
from essaim.organisations.exports.rows import Facts
from essaim.organisations.rules import LABELS

TITLE = Text("Annuaire de l'économie sociale et solidaire", "Directory of the social and solidarity economy")
LICENCE = "Licence Ouverte 2.0 (Etalab)"
LICENCE_URL = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
FICTITIOUS = Text(
    "Données fictives : organisations inventées pour la démonstration. Ne pas citer.",
    "Fictitious data: organisations made up for the demonstration. Do not quote.",
)


def closed_lists() -> Mapping[str, Mapping[str, Text]]:
    """The codes that may stand in a column, by the name its `values` gives, and what each means."""
    return {
        "status": STATUS_LABELS,
        "status_reason": REASONS,
        "family": FAMILIES,
        "sector": categories.labels()["sector"],
        "labels": {code: kind.label for code, kind in LABELS.items()},
        "evidence": SOURCES,
    }


def column_as_json(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "kind": column.kind,
        "label_fr": column.label.fr,
        "label_en": column.label.en,
        "source_fr": column.source.fr,
        "source_en": column.source.en,
        "unit": column.unit,
        "nullable": column.nullable,
        "values": column.values,
    }


def described(about: Facts, made_at: datetime) -> dict[str, Any]:
    """All a file must carry to be understood once it has left the site."""
    warning = FICTITIOUS if about.fictitious else Text("", "")
    return {
        "title_fr": TITLE.fr,
        "title_en": TITLE.en,
        "uri": f"{settings.PUBLIC_URL}/organisations/data/",
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "fictitious": about.fictitious,
        "warning_fr": warning.fr,
        "warning_en": warning.en,
        "vintage": about.vintage.isoformat() if about.vintage else None,
        "sources": list(about.datasets),
        "made_at": made_at.isoformat(timespec="seconds"),
        "columns": [column_as_json(column) for column in COLUMNS],
    }


def dictionary(about: Facts, made_at: datetime) -> dict[str, Any]:
    """The description with the meaning of every code."""
    return described(about, made_at) | {
        "values": {
            name: {code: {"fr": words.fr, "en": words.en} for code, words in listed.items()}
            for name, listed in closed_lists().items()
        }
    }


def file_stem(about: Facts, day: str) -> str:
    """organisations-ess-2026-11-22, which says so when it is made up: fictif-organisations-ess-2026-11-22."""
    return f"{'fictif-' if about.fictitious else ''}organisations-ess-{day}"
