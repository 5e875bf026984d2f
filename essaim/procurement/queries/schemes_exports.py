"""Contracts of some buyers and years in open formats: official DECP v2.0.3, OCDS 1.1, eForms codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from essaim.procurement.models import ContractPurpose
from essaim.procurement.queries.schemes_contracts import contracts_of
from essaim.procurement.rules.crosswalk import eforms_codes
from essaim.procurement.rules.schemes_decp import LeftOut, decp_file
from essaim.procurement.rules.schemes_ocds import UNREGISTERED_PREFIX, package

FORMATS = ("decp", "ocds", "eforms")


@dataclass(frozen=True)
class Export:
    """`content` is JSON; `written` contracts are in it, `left_out` are not and say why."""

    content: dict[str, Any]
    written: int
    left_out: list[LeftOut]


def export_contracts(
    form: str,
    *,
    sirens: Sequence[str] | None,
    first_year: int | None,
    last_year: int | None,
    on: date,
    publisher: str = "Essaim",
    uri: str = "urn:essaim:contracts",
    prefix: str = UNREGISTERED_PREFIX,
    authority: int | None = None,
) -> Export:
    """`sirens` None: every buyer; years None: all. The aims said by `authority` (its id) are used, by every authority
    without one."""
    contracts = contracts_of(sirens, first_year, last_year, with_concessions=True)
    if form == "decp":
        content, left_out = decp_file(contracts)
        return Export(content, len(contracts) - len(left_out), left_out)
    said = purposes_of(authority)
    if form == "ocds":
        content = package(contracts, publisher=publisher, uri=uri, on=on, prefix=prefix, purposes=said)
    else:
        content = {
            "format": "essaim-eforms-1",
            "on": on.isoformat(),
            "contracts": [
                {"key": each["key"], **eforms_codes(each, said.get(each["key"], {}))} for each in contracts
            ],
        }
    return Export(content, len(contracts), [])


def purposes_of(authority: int | None) -> dict[str, dict[str, list[str]]]:
    rows = (
        ContractPurpose.objects.all()
        if authority is None
        else ContractPurpose.objects.filter(authority=authority)
    )
    return {row.contract_key: row.codes for row in rows}
