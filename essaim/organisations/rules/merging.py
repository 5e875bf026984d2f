"""When two records become one: which fields an agent chooses between, and what stands when nobody chose."""

from typing import Any

FIELDS = (
    "name",
    "sigle",
    "rna_id",
    "legal_category",
    "naf",
    "sector",
    "size_band",
    "created_on",
    "closed_on",
)
PROFILE_FIELDS = (
    "usual_name",
    "summary",
    "description",
    "sectors",
    "publics",
    "languages",
    "accessibility",
    "opening_hours",
    "website",
    "links",
)
EMPTY: tuple[Any, ...] = ("", None, [], {}, "unknown")


def is_empty(value: Any) -> bool:
    return any(value == each for each in EMPTY)


def chosen_side(kept: Any, absorbed: Any) -> str:
    """The absorbed side when the kept record says nothing and the other does; the kept side otherwise."""
    return "absorbed" if is_empty(kept) and not is_empty(absorbed) else "kept"
