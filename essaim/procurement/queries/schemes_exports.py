"""Contracts of some buyers and years in open formats: official DECP v2.0.3, OCDS 1.1, eForms codes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TextIO

from essaim.procurement.models import ContractPurpose
from essaim.procurement.queries.schemes_contracts import contracts_of, each_contract
from essaim.procurement.rules.crosswalk import eforms_codes
from essaim.procurement.rules.json_lists import HERE, JsonList
from essaim.procurement.rules.schemes_decp import LeftOut, decp_file, entry_or_left_out
from essaim.procurement.rules.schemes_ocds import UNREGISTERED_PREFIX, package, release

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
        content = _eforms_frame([eforms_entry(each, said) for each in contracts], on)
    return Export(content, len(contracts), [])


def write_export(
    form: str,
    out: TextIO,
    leave_out: Callable[[LeftOut], None],
    *,
    sirens: Sequence[str] | None,
    first_year: int | None,
    last_year: int | None,
    on: date,
    publisher: str = "Essaim",
    uri: str = "urn:essaim:contracts",
    prefix: str = UNREGISTERED_PREFIX,
) -> int:
    """The content of `export_contracts` written to `out` as it is read, in little memory whatever the number of
    contracts. `leave_out` is told each contract that is not written. Returns how many are."""
    said = purposes_of(None)
    if form == "decp":
        frame: dict[str, Any] = {"marches": {"marche": [HERE]}}
    elif form == "ocds":
        frame = package([], publisher=publisher, uri=uri, on=on, prefix=prefix) | {"releases": [HERE]}
    else:
        frame = _eforms_frame([HERE], on)
    writer = JsonList(out, frame)
    for contract in each_contract(sirens, first_year, last_year, with_concessions=True):
        if form == "decp":
            entry = entry_or_left_out(contract)
            if isinstance(entry, LeftOut):
                leave_out(entry)
                continue
        elif form == "ocds":
            entry = release(contract, prefix, on, said.get(contract["key"], {}))
        else:
            entry = eforms_entry(contract, said)
        writer.add(entry)
    writer.close()
    return writer.count


def _eforms_frame(contracts: list[Any], on: date) -> dict[str, Any]:
    return {"format": "essaim-eforms-1", "on": on.isoformat(), "contracts": contracts}


def eforms_entry(contract: Mapping[str, Any], said: Mapping[str, Mapping[str, list[str]]]) -> dict[str, Any]:
    return {"key": contract["key"], **eforms_codes(contract, said.get(contract["key"], {}))}


def purposes_of(authority: int | None) -> dict[str, dict[str, list[str]]]:
    rows = (
        ContractPurpose.objects.all()
        if authority is None
        else ContractPurpose.objects.filter(authority=authority)
    )
    return {row.contract_key: row.codes for row in rows}
