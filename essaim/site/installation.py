"""The build now served, read from its manifest: its vintage, its sources, whether it is fictitious."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True)
class Installation:
    build: str | None = None
    vintage: str | None = None
    built_at: str | None = None
    fictitious: bool = False
    sources: tuple[dict[str, object], ...] = ()


@lru_cache(maxsize=4)
def read(store: Path, build: str) -> Installation:
    """One build never changes, so its manifest is read once."""
    manifest = json.loads((store / "builds" / build / "manifest.json").read_text())
    return Installation(
        build=build,
        vintage=manifest.get("vintage"),
        built_at=manifest.get("built_at"),
        fictitious=bool(manifest.get("fictitious")),
        sources=tuple(manifest.get("sources", ())),
    )


def current(store: Path) -> Installation:
    """An empty Installation when no build has been made yet (or the store is being moved)."""
    try:
        return read(store, (store / "current").read_text().strip())
    except (FileNotFoundError, NotADirectoryError):
        return Installation()
