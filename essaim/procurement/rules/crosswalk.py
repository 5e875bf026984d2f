"""One contract in the words of DECP v2.0.3, of OCDS and of eForms: `crosswalk.yaml` beside this file, read once."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from essaim.law.text import Text

FILE = Path(__file__).resolve().parent / "crosswalk.yaml"
AIMS = ("social", "environmental")


@cache
def crosswalk() -> Mapping[str, Any]:
    return MappingProxyType(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def decp_values(field: str) -> tuple[str, ...]:
    """What the official schema admits for a field."""
    return tuple(crosswalk()["decp"][field])


def decp_considerations(aim: str, codes: Iterable[str]) -> list[str]:
    """The official words of our codes, in the order of the crosswalk."""
    held = set(codes)
    return [row["decp"] for code, row in crosswalk()["considerations"][aim].items() if code in held]


def ocds_strategies(aim: str, codes: Iterable[str]) -> list[str]:
    held = set(codes)
    return [
        row["ocds"]
        for code, row in crosswalk()["considerations"][aim].items()
        if code in held and row["ocds"] is not None
    ]


def ocds_method(procedure: str | None) -> str | None:
    return crosswalk()["method"].get(procedure)


def ocds_category(cpv: str | None) -> str | None:
    """works, goods or services from a CPV code; None without one."""
    if not cpv or not cpv[:2].isdigit():
        return None
    rule = crosswalk()["category"]
    if cpv[:2] in rule["works"]:
        return "works"
    return "goods" if int(cpv[:2]) <= rule["goods_up_to"] or cpv[:2] in rule["goods"] else "services"


def eforms_codes(
    contract: Mapping[str, Any], purposes: Mapping[str, list[str]] = MappingProxyType({})
) -> dict[str, Any]:
    """The strategic codes of eForms for a contract: BT-06, BT-71, BT-774, BT-775, BT-776.

    `purposes` is what its buyer said of the aims ({"social": [...], "environmental": [...], "reserved": [...],
    "innovation": [...]}); without it an aim is `other`, and a field whose answer is not known is null. DECP does not
    say to whom a contract is reserved: BT-71 is null then, unless the buyer said so.
    """
    codes = crosswalk()["eforms"]
    pursued = {aim: _pursues(contract.get(aim)) for aim in AIMS}
    innovative = contract.get("innovative")
    strategic = [codes["strategic"][aim] for aim in AIMS if pursued[aim]]
    strategic += [codes["strategic"]["innovative"]] if innovative else []
    is_unknown = None in pursued.values() or innovative is None
    is_reserved = "reserved" in (contract.get("social") or ())
    return {
        "BT-06": strategic or (None if is_unknown else [codes["strategic"]["none"]]),
        "BT-71": _reserved(contract, is_reserved, purposes.get("reserved")),
        "BT-774": _aims(pursued["environmental"], purposes.get("environmental"), codes["default"]),
        "BT-775": _aims(pursued["social"], purposes.get("social"), codes["default"]),
        "BT-776": _aims(innovative, purposes.get("innovation"), None),
    }


def _pursues(codes: Iterable[str] | None) -> bool | None:
    return None if codes is None else any(code != "none" for code in codes)


def _aims(pursued: bool | None, said: list[str] | None, default: str | None) -> list[str] | None:
    if pursued is None or (pursued and not said and default is None):
        return None
    return (said or [str(default)]) if pursued else []


def _reserved(contract: Mapping[str, Any], is_reserved: bool, said: list[str] | None) -> list[str] | None:
    codes = crosswalk()["eforms"]["reserved"]
    if contract.get("social") is None or (is_reserved and not said):
        return None
    return said if is_reserved and said else [codes["none"]]


def purpose_codes(field: str) -> tuple[str, ...]:
    """The eForms codes a buyer may give for "social", "environmental", "innovation" or "reserved"."""
    codes = crosswalk()["eforms"][field]
    return tuple(code for code in codes.values() if code != "none") if field == "reserved" else tuple(codes)


def purpose_label(code: str) -> Text:
    return Text.of(crosswalk()["labels"][code])
