"""The build now served: its vintage, its sources, whether it is fictitious."""

from dataclasses import dataclass
from pathlib import Path

from essaim.observatory.store import Manifest, NoBuild, Store, StoreDamaged


@dataclass(frozen=True)
class Installation:
    """`manifest` is None when no build has been made yet, or when the build cannot be read."""

    manifest: Manifest | None = None

    @property
    def build(self) -> str | None:
        return self.manifest.id if self.manifest else None

    @property
    def fictitious(self) -> bool:
        return bool(self.manifest and self.manifest.fictitious)


def current(store: Path) -> Installation:
    """Two small reads at most: the name of the current build, and its manifest the first time."""
    try:
        return Installation(Store(store).current().manifest)
    except (NoBuild, StoreDamaged):
        return Installation()
