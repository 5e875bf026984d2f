"""An answer as JSON or CSV, the same for the API and the command line. No personal data: the index holds none."""

import csv
import io
from typing import Any

from essaim.law.rules.sse_words import STATUS_LABELS
from essaim.law.text import Text
from essaim.organisations.search.answer import Answer, Found
from essaim.organisations.search.question import Question
from essaim.ui.formats import is_one

COLUMNS = (
    "siret", "siren", "rna_id", "name", "site_name", "address", "postcode", "commune", "commune_name", "lon", "lat",
    "sector", "family", "sse_status", "reason_code", "labels", "summary", "distance_km", "why_matched",
    "organisation_id", "site_id",
)  # fmt: skip
FICTITIOUS = Text(
    "DONNÉES FICTIVES : ne pas utiliser pour décider", "FICTITIOUS DATA: not to be used for decisions"
)
EMPTY = Text(
    "L'annuaire est encore vide : importez un registre ou une liste (essaim organisations import).",
    "The directory is still empty: import a register or a list (essaim organisations import).",
)
NOTHING = Text(
    "Rien ne répond à tous ces critères : retirez-en un, ou choisissez un lieu plus large.",
    "Nothing answers all of these: remove one, or choose a wider place.",
)
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so would be run as a formula by a spreadsheet."""


def as_json(answer: Answer, question: Question, language: str) -> dict[str, Any]:
    """Plain values, words in the language: `items`, `count`, `facets`, paging, freshness, what was left aside."""
    return {
        "items": [_item(found, language) for found in answer.items],
        "count": answer.count,
        "page": answer.page,
        "pages": answer.pages,
        "size": question.size,
        "sort": question.order,
        "seed": answer.seed or None,
        "facets": {
            name: [
                {
                    "code": one.code,
                    "label": one.label.in_(language),
                    "count": one.count,
                    "chosen": one.is_chosen,
                }
                for one in counted
            ]
            for name, counted in answer.facets.items()
        },
        "place": answer.place_label and answer.place_label.in_(language),
        "close_spellings": answer.was_loosened,
        "ignored": [text.in_(language) for text in answer.ignored],
        "fresh_at": answer.fresh_at.isoformat(timespec="seconds"),
        "fictitious": answer.fictitious,
    }


def _item(found: Found, language: str) -> dict[str, Any]:
    values = {name: getattr(found, name) for name in COLUMNS}
    return values | {
        "labels": list(found.labels),
        "sse_status_label": STATUS_LABELS[found.sse_status].in_(language),
        "why_matched": [text.in_(language) for text in found.why_matched],
    }


def as_csv(answer: Answer, language: str) -> str:
    """One line a place, lists joined by commas; text that a spreadsheet would run is disarmed by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*COLUMNS, "fictitious"])
    for found in answer.items:
        item = _item(found, language)
        cells = [
            ", ".join(value) if isinstance(value, list) else value
            for value in (item[name] for name in COLUMNS)
        ]
        writer.writerow([*map(_disarmed, cells), int(answer.fictitious)])
    return out.getvalue()


def _disarmed(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


def as_text(answer: Answer, question: Question, language: str) -> str:
    """A screenful: each place on two lines, then the facets."""
    lines = [FICTITIOUS.in_(language)] if answer.fictitious else []
    lines += [text.in_(language) for text in answer.ignored]
    noun = Text("résultat", "result").in_(language) + ("" if is_one(answer.count, language) else "s")
    lines += [f"{answer.count} {noun} ({answer.page}/{answer.pages})", ""]
    if not answer.count:
        lines.append((EMPTY if question.is_blank else NOTHING).in_(language))
    for found in answer.items:
        status = STATUS_LABELS[found.sse_status].in_(language)
        lines.append(f"{found.name}, {found.postcode} {found.commune_name} [{found.siret or '–'}] {status}")
        if found.why_matched:
            lines.append("    " + "; ".join(text.in_(language) for text in found.why_matched))
    for name, values in answer.facets.items():
        if values:
            lines.append("")
            lines.append(
                f"{name}: " + ", ".join(f"{one.label.in_(language)} {one.count}" for one in values[:8])
            )
    return "\n".join(lines) + "\n"
