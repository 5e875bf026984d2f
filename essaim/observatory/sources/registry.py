"""Every source module of this folder, found by looking."""

import importlib
import pkgutil
from functools import cache

from essaim.law.text import Text
from essaim.observatory import sources
from essaim.observatory.errors import SourceError
from essaim.observatory.sources.source import Source


@cache
def all_sources() -> dict[str, Source]:
    """Sources by id, in alphabetical order. A module of this folder is one when it defines `SOURCE`."""
    found: dict[str, Source] = {}
    for module in pkgutil.iter_modules(sources.__path__, f"{sources.__name__}."):
        if module.ispkg:
            continue
        made = getattr(importlib.import_module(module.name), "SOURCE", None)
        if isinstance(made, Source):
            found[made.id] = made
    return dict(sorted(found.items()))


def source(id: str) -> Source:
    """One source by id; SourceError naming those that exist."""
    known = all_sources()
    if id not in known:
        names = ", ".join(known)
        raise SourceError(
            Text(
                f"La source « {id} » n'existe pas. Choisissez parmi : {names}.",
                f"There is no source “{id}”. Choose one of: {names}.",
            )
        )
    return known[id]
