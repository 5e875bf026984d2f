"""Where the essential contract data of this installation is, and what it says."""

from pathlib import Path

from django.conf import settings

from essaim.observatory.contracts.store import ContractStore


def contract_store() -> ContractStore:
    """The contracts of the whole installation: open data, the same for every authority."""
    return ContractStore(Path(settings.HOME) / "contracts")
