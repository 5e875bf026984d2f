"""Declared hours that ask for a look before they are validated, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from essaim.accounts.models import Authority
from essaim.law.rules.insertion import month_fits, month_of
from essaim.law.text import Text
from essaim.procurement.clauses_refusals import not_engaged, of_finding
from essaim.procurement.models import Engagement, MonthlyHours
from essaim.procurement.queries.clauses_people import (
    eligibility,
    is_engaged,
    minutes_elsewhere,
    waiting_hours,
)
from essaim.procurement.rules.clauses import POLICY, show_minutes


@dataclass(frozen=True)
class WaitingMonth:
    authority: Authority
    month: date
    count: int


def waiting_months(authorities: Iterable[Authority]) -> list[WaitingMonth]:
    """The months that have hours to decide, oldest first."""
    known = {each.pk: each for each in authorities}
    rows = waiting_hours(known.values()).order_by()
    counted = rows.values_list("share__clause__operation__authority", "month").annotate(n=Count("pk"))
    found = [WaitingMonth(known[authority], month, count) for authority, month, count in counted]
    return sorted(found, key=lambda each: (each.month, each.authority.name, each.authority.pk))


def waiting_in(authority: Authority, month: date) -> QuerySet[MonthlyHours]:
    """What one gesture may decide: a month of one authority, not more rows than the house allows."""
    rows = waiting_hours([authority]).filter(month=month.replace(day=1)).order_by("pk")
    return rows[: POLICY.most_validated_at_once]


def anomaly_of(hours: MonthlyHours, on: date) -> Text | None:
    """Why these hours are not validated without a look; None when nothing is odd."""
    share, person, month = hours.share, hours.beneficiary, hours.month
    if month_of(month).until >= on:
        return Text(
            "Le mois n'est pas fini : l'entreprise peut encore déclarer. Attendez, ou décidez de cette ligne à part.",
            "The month is not over: the company may still declare. Wait, or decide on this line by itself.",
        )
    if not is_engaged(share, person, month):
        return not_engaged(person.pseudonym, month)
    for finding in (
        eligibility(share, person, month),
        month_fits(hours.minutes + minutes_elsewhere(share, person, month), month),
    ):
        if not finding.allowed:
            return of_finding(finding).text
    return _beyond_forecast(hours)


def _beyond_forecast(hours: MonthlyHours) -> Text | None:
    """More than all the engagements of the person there expect, with what is already validated."""
    engagements = Engagement.objects.filter(share=hours.share_id, beneficiary=hours.beneficiary_id)
    expected = engagements.aggregate(total=Sum("expected_minutes"))["total"] or 0
    rows = MonthlyHours.objects.filter(
        share=hours.share_id, beneficiary=hours.beneficiary_id, state="validated"
    )
    done = (rows.aggregate(total=Sum("validated_minutes"))["total"] or 0) + hours.minutes
    if not expected or done <= expected:
        return None
    return Text(
        f"Avec ces heures, {show_minutes(done)} pour {show_minutes(expected)} prévues par l'engagement. Vérifiez, puis "
        "changez l'engagement ou décidez de cette ligne à part.",
        f"With these hours, {show_minutes(done)} for {show_minutes(expected)} expected by the engagement. Check, then "
        "change the engagement or decide on this line by itself.",
    )
