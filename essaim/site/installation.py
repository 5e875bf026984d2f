"""The build now served: its vintage, its sources; whether what is shown is fictitious."""

from dataclasses import dataclass
from pathlib import Path

from essaim.observatory.contracts.store import ContractStore
from essaim.observatory.store import Manifest, NoBuild, Store, StoreDamaged


@dataclass(frozen=True)
class Installation:
    """`manifest` is None when no build has been made yet, or when the build cannot be read. `contracts`: the folder of
    essential contract data, which may be made up where the register is not."""

    manifest: Manifest | None = None
    contracts: Path | None = None

    @property
    def build(self) -> str | None:
        return self.manifest.id if self.manifest else None

    @property
    def fictitious(self) -> bool:
        if self.manifest and self.manifest.fictitious:
            return True
        return self.contracts is not None and ContractStore(self.contracts).contents().fictitious


def current(store: Path, contracts: Path | None = None) -> Installation:
    """Two small reads at most: the name of the current build, and its manifest the first time."""
    try:
        return Installation(Store(store).current().manifest, contracts)
    except (NoBuild, StoreDamaged):
        return Installation(None, contracts)
