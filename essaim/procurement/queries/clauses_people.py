"""Who works where, is eligible when, and whose hours are awaited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch, QuerySet, Sum

from essaim.accounts.models import Authority, User
from essaim.law.finding import Finding
from essaim.law.rules.insertion import Period, is_eligible, month_of, months_after
from essaim.procurement.models import (
    Beneficiary,
    BeneficiaryIdentity,
    ClauseCompany,
    ClauseReminder,
    ClauseShare,
    CompanyInvitation,
    EligibilityProof,
    Engagement,
    MonthlyHours,
)
from essaim.procurement.rules.clauses import POLICY

FURTHEST_MONTHS = 24
"""How far back missing months are looked for."""


def engagements_in(share: ClauseShare, month: date) -> QuerySet[Engagement]:
    whole = month_of(month)
    return Engagement.objects.filter(share=share, starts_on__lte=whole.until, ends_on__gte=whole.since)


def is_engaged(share: ClauseShare, beneficiary: Beneficiary, month: date) -> bool:
    return engagements_in(share, month).filter(beneficiary=beneficiary).exists()


def hours_without_engagement(engagement: Engagement) -> list[MonthlyHours]:
    """Hours of that person for that company, declared or validated, in months when they are not engaged (any more).
    Months declared as zero are nothing."""
    rows = MonthlyHours.objects.filter(share=engagement.share_id, beneficiary=engagement.beneficiary_id)
    return [
        each
        for each in rows.exclude(state="refused").exclude(minutes=0).order_by("month")
        if not is_engaged(engagement.share, engagement.beneficiary, each.month)
    ]


def eligibility(share: ClauseShare, beneficiary: Beneficiary, month: date) -> Finding:
    """Whether a proof covers a day of the month on which the company had taken the person on."""
    whole = month_of(month)
    proofs = [
        Period(*each)
        for each in EligibilityProof.objects.filter(beneficiary=beneficiary).values_list(
            "valid_from", "valid_to"
        )
    ]
    worked = [
        Period(max(each.starts_on, whole.since), min(each.ends_on, whole.until))
        for each in engagements_in(share, month).filter(beneficiary=beneficiary)
    ] or [whole]
    findings = [is_eligible(proofs, each) for each in worked]
    return next((each for each in findings if each.allowed), findings[0])


def minutes_elsewhere(share: ClauseShare, beneficiary: Beneficiary, month: date) -> int:
    """What the person did that month for other clauses or companies; refused hours do not count."""
    rows = MonthlyHours.objects.filter(beneficiary=beneficiary, month=month.replace(day=1))
    rows = rows.exclude(share=share)
    declared = rows.filter(state="declared").aggregate(total=Sum("minutes"))["total"] or 0
    validated = rows.filter(state="validated").aggregate(total=Sum("validated_minutes"))["total"] or 0
    return int(declared + validated)


def is_month_missing(share: ClauseShare, month: date) -> bool:
    """Whether someone taken on that month has no hours declared, were they zero."""
    engaged = set(engagements_in(share, month).values_list("beneficiary_id", flat=True))
    declared = MonthlyHours.objects.filter(share=share, month=month.replace(day=1))
    return bool(engaged - set(declared.values_list("beneficiary_id", flat=True)))


@dataclass(frozen=True)
class Awaited:
    """A month whose hours a company has not declared for everyone."""

    share: ClauseShare
    month: date
    people: int
    reminded_on: date | None
    has_contact: bool


def awaited_months(shares: Iterable[ClauseShare], on: date) -> list[Awaited]:
    """Past months with hours missing, latest first, at most two years back. A constant number of queries."""
    kept = {each.pk: each for each in shares}
    # A month is late from the day the house chose in the following one.
    last = months_after(on.replace(day=1), -1 if on.day >= POLICY.reminder_from_day else -2)
    declared = set(
        MonthlyHours.objects.filter(share__in=kept).values_list("share_id", "beneficiary_id", "month")
    )
    people: dict[tuple[int, date], set[int]] = {}
    for each in Engagement.objects.filter(share__in=kept):
        month = max(each.starts_on.replace(day=1), months_after(last, -FURTHEST_MONTHS))
        while month <= min(last, each.ends_on):
            if (each.share_id, each.beneficiary_id, month) not in declared:
                people.setdefault((each.share_id, month), set()).add(each.beneficiary_id)
            month = months_after(month, 1)
    reminded: dict[tuple[int, date], date] = {}
    for each in ClauseReminder.objects.filter(share__in=kept).order_by("sent_on"):
        reminded[each.share_id, each.month] = each.sent_on
    companies = {each.company_id for each in kept.values()}
    reached = set(
        ClauseCompany.objects.filter(pk__in=companies, contacts__user__is_active=True).values_list(
            "pk", flat=True
        )
    )
    found = [
        Awaited(kept[share], month, len(who), reminded.get((share, month)), kept[share].company_id in reached)
        for (share, month), who in people.items()
    ]
    return sorted(found, key=lambda each: (-each.month.toordinal(), each.share.company.name, each.share.pk))


def shares_of_contact(user: User) -> list[ClauseShare]:
    """The clauses a person declares hours for."""
    rows = ClauseShare.objects.filter(company__contacts__user=user, clause__withdrawn_on=None)
    return list(
        rows.select_related("clause__operation__authority", "company").order_by(
            "-clause__operation__starts_on", "pk"
        )
    )


def shares_of(authorities: Iterable[Authority]) -> list[ClauseShare]:
    rows = ClauseShare.objects.filter(clause__operation__authority__in=authorities, clause__withdrawn_on=None)
    return list(rows.select_related("clause__operation__authority", "company").order_by("pk"))


@dataclass(frozen=True)
class Entry:
    """Someone a company took on in a month, and what it has declared."""

    beneficiary: Beneficiary
    hours: MonthlyHours | None


def month_entries(share: ClauseShare, month: date) -> list[Entry]:
    hours = {
        each.beneficiary_id: each
        for each in MonthlyHours.objects.filter(share=share, month=month.replace(day=1))
    }
    people = Beneficiary.objects.filter(engagements__in=engagements_in(share, month)).distinct()
    return [Entry(each, hours.get(each.pk)) for each in people.order_by("pseudonym")]


def months_to_show(share: ClauseShare, on: date) -> list[date]:
    """The current month and those before it, back to the first engagement, twelve at most."""
    first = (
        Engagement.objects.filter(share=share)
        .order_by("starts_on")
        .values_list("starts_on", flat=True)
        .first()
    )
    month, found = on.replace(day=1), []
    while len(found) < 12 and (not found or (first and month >= first.replace(day=1))):
        found.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return found


def beneficiaries_of(authorities: Iterable[Authority], words: str = "") -> QuerySet[Beneficiary]:
    """Searched by pseudonym only."""
    rows = Beneficiary.objects.filter(authority__in=authorities).select_related("authority")
    if words:
        rows = rows.filter(pseudonym__icontains=words.strip())
    return rows.prefetch_related("proofs")


def hours_of(beneficiary: Beneficiary) -> QuerySet[MonthlyHours]:
    rows = beneficiary.hours.select_related("share__clause__operation", "share__company")
    return rows.prefetch_related("corrections").order_by("-month", "pk")


def identity_kept_until(beneficiary: Beneficiary) -> date | None:
    """Until when the name is kept; None when it is not."""
    rows = BeneficiaryIdentity.objects.filter(beneficiary=beneficiary)
    return rows.values_list("kept_until", flat=True).first()


def waiting_hours(authorities: Iterable[Authority]) -> QuerySet[MonthlyHours]:
    """What the facilitator has to decide, oldest month first."""
    rows = MonthlyHours.objects.filter(state="declared", share__clause__operation__authority__in=authorities)
    return rows.select_related(
        "share__clause__operation__authority", "share__company", "beneficiary"
    ).order_by("month", "share_id", "pk")


def companies_of(authorities: Iterable[Authority]) -> QuerySet[ClauseCompany]:
    waiting = CompanyInvitation.objects.filter(used_on=None).exclude(token_hash="")
    return (
        ClauseCompany.objects.filter(authority__in=authorities)
        .select_related("authority")
        .prefetch_related("contacts__user", Prefetch("invitations", waiting, to_attr="waiting"))
    )
