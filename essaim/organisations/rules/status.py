"""Why an organisation is, or is not, in the SSE: the evidence rows and the ruling handed to `law`."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from essaim.law.rules.sse_perimeter import SseFinding, sse_status

AGAINST = "not_member"


class Said(NamedTuple):
    """One evidence row: `says` is "member", "not_member" or "" (silent); `value` as the source publishes it."""

    source: str
    says: str
    value: str = ""
    family: str = ""


def status_finding(
    *, legal_category: str, naf: str, evidence: Iterable[Said], ruling: str | None, on: date
) -> SseFinding:
    """The finding of `law` on what the sources say; the legal category speaks by itself and needs no evidence row."""
    said = {each.source: each for each in evidence}
    flag, listed, form = said.get("flag"), said.get("listed"), said.get("rne_form")
    return sse_status(
        legal_category=legal_category or None,
        naf=naf or None,
        flag=({"member": "O", AGAINST: "N"}.get(flag.says) if flag else None),
        listed=bool(listed and listed.says == "member"),
        listed_family=(listed.family or None) if listed else None,
        rne_form=(form.value or None) if form else None,
        ruling=ruling,
        # The register knows every unit's form; a list of names does not, and its silence proves nothing.
        form_is_known=bool(legal_category),
        on=on,
    )
