"""Plain words for what an organisation does, from its activity code and its sector."""

from functools import cache, lru_cache
from pathlib import Path

import yaml

from essaim.law.text import Text
from essaim.observatory import categories


@cache
def _activities() -> dict[str, Text]:
    content = yaml.safe_load(Path(__file__).with_name("activities.yaml").read_text(encoding="utf-8"))
    return {code: Text.of(words) for code, words in content.items()}


@lru_cache(maxsize=4_000)
def activity_of(naf: str) -> Text | None:
    """Plain words for a NAF code (88.99B), those of the longest beginning of it that is listed; None for none."""
    dotted = naf if "." in naf or len(naf) < 3 else f"{naf[:2]}.{naf[2:]}"
    for length in range(len(dotted), 1, -1):
        found = _activities().get(dotted[:length])
        if found:
            return found
    return None


def sector_of(sector: str) -> Text | None:
    """The name of a sector; None when it is not known."""
    named = categories.sectors().get(sector)
    return named and named.label
