"""Essential contract data of the demonstration, brought in as any file is."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from essaim.accounts.models import Authority, User
from essaim.observatory.simulate.contracts import write_contracts
from essaim.procurement.models import ContractImport
from essaim.procurement.operations.contracts import import_contracts, look_at_contracts
from essaim.procurement.queries.fictitious import organisations_of, parties_of
from essaim.procurement.rules.demonstration import buyers, script

EACH_TRADE = 14


def demonstrate_contracts(*, authority: Authority, by: User | None, on: date) -> ContractImport:
    """Write a file of contracts, look at it, import it: its faulty entries wait for a correction."""
    suppliers = {
        trade: parties_of(organisations_of(naf, authority.territory, EACH_TRADE))
        for trade, naf in script()["trades"].items()
    }
    with TemporaryDirectory() as folder:
        path = write_contracts(Path(folder), buyers=buyers(), suppliers=suppliers, on=on)
        row = look_at_contracts(
            content=[path.read_bytes()], file_name=path.name, authority=authority, is_fictitious=True, by=by, on=on
        )  # fmt: skip
    return import_contracts(looked_at=row, by=by, on=on)
