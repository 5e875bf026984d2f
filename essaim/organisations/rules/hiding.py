"""Whose page is shown to nobody, and what an import may change of that. See docs/decisions/0010."""

from datetime import date

from essaim.law.rules.sse_perimeter import natural_person_categories, person_named_categories

KEPT = ("objection", "erased", "withdrawn")
"""Decided by people: no import brings the record back."""


def hidden_after_import(hidden: str, is_diffusible: bool) -> str:
    """What `Organisation.hidden` becomes when a register is read again."""
    if hidden in KEPT:
        return hidden
    return "" if is_diffusible else "non_diffusible"


def may_import(hidden: str) -> bool:
    """Whether an import may write the record's content. An erased record keeps its SIREN only, so as to be recognised
    and left alone: refilling it would undo the erasure."""
    return hidden != "erased"


def is_about_a_person(legal_category: str, hidden: str, on: date) -> bool:
    """Whether the record itself is personal data: a natural person's, one that bears persons' names, or one whose
    publication the register already refuses."""
    return (
        hidden == "non_diffusible"
        or legal_category.startswith(natural_person_categories(on))
        or legal_category in person_named_categories(on)
    )


def hides_at_once(kind: str, *, is_steward: bool, is_personal: bool, was_refused: bool) -> bool:
    """Whether a request hides the record while it waits for its answer.

    `was_refused`: the same was asked of this record before and refused; asking again then waits like any request.
    """
    return kind in ("objection", "erasure") and not was_refused and (is_steward or is_personal)
