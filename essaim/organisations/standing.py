"""Keeping the derived status true to the evidence."""

from datetime import date

from django.db.models import Q

from essaim.law.rules.sse_perimeter import SseFinding
from essaim.organisations.acts import Deed
from essaim.organisations.models import Organisation
from essaim.organisations.rules.status import Said, status_finding


def finding_of(organisation: Organisation, on: date) -> SseFinding:
    """What the law says of it on a day, from its evidence rows and the ruling in force then."""
    rulings = organisation.rulings.filter(revoked_on__isnull=True, ruled_on__lte=on)
    ruling = rulings.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).first()
    return status_finding(
        legal_category=organisation.legal_category,
        naf=organisation.naf,
        evidence=[Said(e.source, e.says, e.value, e.family) for e in organisation.evidence.all()],
        ruling=ruling.says if ruling else None,
        on=on,
    )


def refresh_status(deed: Deed, organisation: Organisation, *, on: date) -> bool:
    """Write the status the evidence leads to; says whether it changed. Inside an act."""
    found = finding_of(organisation, on)
    return deed.update(
        organisation, status=found.status, family=found.family or "", reason_code=found.reason_code
    )
