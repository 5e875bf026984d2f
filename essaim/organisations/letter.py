"""The letter that carries a claim's code to the head office: one A4 page for a window envelope, as a tagged PDF.

In French, which the post and the organisation read; a few lines of English below. The layout is `letter.typ`.
"""

import json
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import typst

from essaim.organisations import mail
from essaim.organisations.models import Claim
from essaim.organisations.queries.locating import commune_name
from essaim.organisations.rules.codes import spaced_code
from essaim.organisations.rules.house import CLAIMS
from essaim.ui.formats import date_long

LAYOUT = Path(__file__).with_name("letter.typ")


def claim_letter(claim: Claim, code: str, *, sender: str, on: date) -> dict[str, Any]:
    """What the layout prints: plain text, shown as it is."""
    organisation = claim.organisation
    sites = organisation.sites.filter(closed_on__isnull=True).exclude(address="").exclude(postcode="")
    site = sites.order_by("-is_head_office", "id").first()
    town = f"{site.postcode} {commune_name(site.commune)}".strip() if site else ""
    return {
        "sender": sender,
        "to": [line for line in (organisation.name, site.address if site else "", town) if line],
        "day": date_long(on, "fr"),
        "name": organisation.name,
        "code": spaced_code(code),
        "link": mail.address("claim", id=organisation.pk),
        "days": CLAIMS.post_days,
    }


def as_pdf(content: dict[str, Any]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="essaim-letter-") as folder:
        root = Path(folder)
        shutil.copyfile(LAYOUT, root / "letter.typ")
        (root / "data.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return typst.compile(str(root / "letter.typ"), root=str(root), pdf_standards=["ua-1"])
