"""The question "what does the law allow?" in a reader's words: read, asked, and told as rows.

Amounts are read in euros as people write them and held in cents.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from essaim.law.finding import Citation
from essaim.law.parameter import NotInForce, Value, parameter
from essaim.law.rules.procurement import BadNeed, Need, Route, cpv_code, known_gaps, routes
from essaim.law.rules.procurement_changes import Change, last_change, next_change
from essaim.law.rules.procurement_duties import Duty, climate_duties, publication_duties
from essaim.law.text import Text
from essaim.organisations.rules import cpv as vocabulary

LARGEST_EUROS = 10**12
SUGGESTED = 12
STATES = {
    "open": Text("ouverte", "open"),
    "conditional": Text("à préciser", "to be specified"),
    "closed": Text("fermée", "closed"),
}


class NotAnAmount(BadNeed):
    """What was written is not a sum in euros."""


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """All that the law says of one need on one day. `past`, `coming`: the changes of law around that day."""

    need: Need
    on: date
    routes: tuple[Route, ...]
    gaps: tuple[Value, ...]
    past: Change | None
    coming: Change | None
    duties: tuple[Duty, ...]


def answer(need: Need, on: date) -> RouteAnswer:
    """Raises BadNeed and, outside the law we hold, UnknownLaw."""
    found = routes(need, on)
    return RouteAnswer(
        need,
        on,
        found,
        known_gaps(on),
        last_change(need, on),
        next_change(need, on),
        _duties(need, found, on),
    )


def _duties(need: Need, found: Sequence[Route], on: date) -> tuple[Duty, ...]:
    """What is owed by the ordinary way to buy it; nothing before the code, whose duties were not entered."""
    adapted = next(each for each in found if each.route == "adapted")
    try:
        published = publication_duties(need, on, "formalised" if adapted.open is False else "adapted")
        return (*published, *climate_duties(need, on))
    except NotInForce:
        return ()


def state(route: Route) -> str:
    """One of STATES."""
    return "conditional" if route.open is None else "open" if route.open else "closed"


def as_rows(told: RouteAnswer, language: str) -> list[dict[str, Any]]:
    """One object a route: `route`, `label`, `open` (true, false, null), `compulsory` for the formalised one, `reasons`
    in the reader's language and `citations`. What was not read of the law ends the reasons of each."""
    gaps = [each.value.in_(language) for each in told.gaps]
    rows = []
    for each in told.routes:
        row: dict[str, Any] = {
            "route": each.route,
            "label": each.label.in_(language),
            "open": each.open,
            "reasons": [*(text.in_(language) for text in each.reasons), *gaps],
            "citations": [
                as_object(cited) for cited in (*each.citations, *(gap.citation for gap in told.gaps))
            ],
        }
        if each.route == "formalised":
            row["compulsory"] = each.compulsory
        rows.append(row)
    return rows


def as_object(cited: Citation) -> dict[str, object]:
    return {
        "article": cited.article,
        "source": cited.source,
        "url": cited.url,
        "checked_on": cited.checked_on.isoformat(),
        "verified": cited.verified,
    }


def cents_of(text: str) -> int | None:
    """ "55 000,50 €" is 5500050; None for nothing; NotAnAmount for what is not a sum."""
    bare = re.sub(r"[\s\u00a0\u202f€]", "", text).replace(",", ".")
    if not bare:
        return None
    try:
        euros = Decimal(bare)
    except InvalidOperation:
        euros = Decimal("NaN")
    if not euros.is_finite() or not 0 <= euros < LARGEST_EUROS:
        raise NotAnAmount(
            Text(
                f"« {text} » n'est pas un montant. Écrivez par exemple 55000 ou 55 000,50.",
                f"'{text}' is not an amount. Write for example 55000 or 55000.50.",
            )
        )
    return int((euros * 100).to_integral_value(ROUND_HALF_UP))


def read_code(text: str) -> str | None:
    """The CPV code written, None for nothing; raises BadNeed."""
    return cpv_code(text) if text.strip() else None


def suggestions(text: str, on: date) -> list[tuple[str, str, bool]]:
    """(eight-digit code, label, may be reserved for the SSE) for words: listed services first, then families."""
    # Plurals are forgiven, small words do not count.
    wanted = [word.rstrip("s") for word in _plain(text).split() if len(word) > 2]
    try:
        listed = parameter("procurement.reserved_sse.codes", on).value
    except NotInForce:
        listed = {}
    found = [
        (code, label, True)
        for code, label in listed.items()
        if wanted and all(any(each.startswith(word) for each in _plain(label).split()) for word in wanted)
    ]
    families = [(code.ljust(8, "0"), label) for code, label in vocabulary.find(text)]
    known = {code for code, _, _ in found}
    others = [(code, label, code in listed) for code, label in families if code not in known]
    return (found[: SUGGESTED // 2] + others)[:SUGGESTED]


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.lower())
    return "".join(each if each.isalnum() else " " for each in bare if not unicodedata.combining(each))
