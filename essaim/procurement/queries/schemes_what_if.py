"""A hypothesis on the contracts of a scheme: which ones it may bear on, and what it would change."""

from collections.abc import Collection, Sequence
from typing import Any

from essaim.procurement.models import Scheme
from essaim.procurement.queries.schemes_contracts import contracts_of
from essaim.procurement.queries.schemes_figures import lines_of, pursues
from essaim.procurement.rules.schemes_rates import Lot, Step, what_if

MOST = 100
"""Contracts offered to the choice: the largest."""


def worth_supposing(scheme: Scheme, first_year: int, last_year: int) -> list[dict[str, Any]]:
    """Contracts of the period without a social consideration, or whose answer is not known, the largest first. A
    suspect amount is no amount, as in the rates."""
    sirens = [each.siren for each in scheme.buyers.all()]
    found = [
        each | {"amount_cents": None if each.get("amount_flag") else each.get("amount_cents")}
        for each in contracts_of(sirens, first_year, last_year)
        if not pursues(each.get("social"))
    ]
    return sorted(found, key=lambda each: (-(each.get("amount_cents") or 0), each["key"]))[:MOST]


def hypothesis(
    scheme: Scheme,
    first_year: int,
    last_year: int,
    keys: Collection[str],
    lots: Sequence[Lot],
    treatment: str,
) -> list[Step]:
    """The rates of the period if those contracts and lots were treated so."""
    sirens = [each.siren for each in scheme.buyers.all()]
    lines = lines_of(contracts_of(sirens, first_year, last_year))
    return what_if(lines, [line for line in lines if line.key in set(keys)], lots, treatment)
