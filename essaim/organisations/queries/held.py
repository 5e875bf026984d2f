"""What the installation holds about one person, found by their e-mail address: the answer to a request for access.

The directory tells what it holds; rooms above it are asked too, once `site` has named them here.
"""

import csv
import io
from collections.abc import Callable, Iterable

from essaim.organisations.models import Claim, Contact, ListItem, Proposal, Request, SavedSearch, Steward
from essaim.ui.spreadsheet import neutral

HEADER = ("table", "date", "organisation", "what / quoi")
Line = tuple[str, str, str, str]
"""Table, ISO date or "", id of the organisation or "", words."""
ROOMS_ABOVE: dict[str, Callable[[str], Iterable[Line]]] = {}
"""Room -> what it holds about an e-mail address. Filled by `site` as it starts."""


def held_about(email: str) -> str:
    """CSV, one line a row held, the directory's first. The address is compared without regard to case."""
    lines: list[Line] = []
    for each in Contact.objects.filter(email__iexact=email).order_by("id"):
        words = ", ".join(filter(None, (each.person, each.email, each.phone, each.label)))
        lines.append(("contact", str(each.consent_on or ""), str(each.organisation_id), words))
    for claim in Claim.objects.filter(email__iexact=email) | Claim.objects.filter(user__email__iexact=email):
        lines.append(("claim", str(claim.made_on), str(claim.organisation_id), claim.motive))
    proposals = Proposal.objects.filter(email__iexact=email) | Proposal.objects.filter(
        user__email__iexact=email
    )
    for proposal in proposals:
        lines.append(
            ("proposal", str(proposal.made_on), str(proposal.organisation_id or ""), proposal.message)
        )
    for steward in Steward.objects.filter(user__email__iexact=email).order_by("id"):
        lines.append(("steward", str(steward.since), str(steward.organisation_id), steward.role))
    for request in Request.objects.filter(email__iexact=email):
        lines.append(
            ("request", str(request.received_on), str(request.organisation_id or ""),
             f"{request.kind}: {request.message}")
        )  # fmt: skip
    for search in SavedSearch.objects.filter(user__email__iexact=email):
        lines.append(("search", str(search.made_on), "", f"{search.name}: {search.query}"))
    for item in ListItem.objects.filter(of__user__email__iexact=email).select_related("of"):
        lines.append(("list", str(item.added_on), str(item.organisation_id), f"{item.of.name}: {item.note}"))
    for tells in ROOMS_ABOVE.values():
        lines.extend(tells(email))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    writer.writerows(tuple(neutral(cell) for cell in line) for line in lines)
    return out.getvalue()
