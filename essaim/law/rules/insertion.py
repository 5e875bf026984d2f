"""Hours of an insertion clause: how long one may work in a month, who is eligible and until when."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from essaim.law.finding import Finding
from essaim.law.parameter import parameter
from essaim.law.text import Text

MINUTES = 60
DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Period:
    """Both ends included."""

    since: date
    until: date

    def meets(self, other: "Period") -> bool:
        return self.since <= other.until and other.since <= self.until


def month_of(day: date) -> Period:
    """The calendar month of `day`, whole."""
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def months_after(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month: 31 January + 1 is 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def most_minutes(month: date) -> int:
    """How long one person may work in a month, in minutes: the weekly maximum in proportion to the month's days."""
    whole = month_of(month)
    week = parameter("insertion.week_hours_most", whole.since).value
    return int(week * MINUTES * whole.until.day // DAYS_A_WEEK)


def month_fits(minutes: int, month: date) -> Finding:
    """Whether `minutes` of work, every employer counted, fit in the calendar month of `month`."""
    most = most_minutes(month)
    citations = (parameter("insertion.week_hours_most", month_of(month).since).citation,)
    if minutes <= most:
        return Finding(allowed=True, citations=citations)
    hours, most_hours = minutes / MINUTES, most / MINUTES
    return Finding(
        allowed=False,
        reasons=(
            Text(
                f"{_fr(hours)} heures pour une personne en {month:%m/%Y} : c'est plus que les {_fr(most_hours)} heures "
                "qu'un mois de cette longueur permet, tous employeurs réunis. Vérifiez les heures de ce mois.",
                f"{hours:.1f} hours for one person in {month:%m/%Y}: more than the {most_hours:.1f} hours that a month "
                "of that length allows, all employers together. Check the hours of that month.",
            ),
        ),
        citations=citations,
    )


def eligibility_end(since: date) -> date:
    """The last day of eligibility that began on `since`, as local policy has it."""
    months = int(parameter("insertion.eligibility_months", since).value)
    return date.fromordinal(months_after(since, months).toordinal() - 1)


def is_eligible(proofs: Sequence[Period], worked: Period) -> Finding:
    """Whether one of the dated proofs covers a day of the time worked."""
    citations = tuple(
        parameter(name, worked.since).citation for name in ("insertion.structures", "insertion.profiles")
    )
    if any(each.meets(worked) for each in proofs):
        return Finding(allowed=True, citations=citations)
    said = (
        Text("aucun justificatif n'est enregistré", "no proof is recorded")
        if not proofs
        else Text(
            f"les justificatifs couvrent {', '.join(f'du {p.since:%d/%m/%Y} au {p.until:%d/%m/%Y}' for p in proofs)}",
            f"the proofs cover {', '.join(f'{p.since} to {p.until}' for p in proofs)}",
        )
    )
    return Finding(
        allowed=False,
        reasons=(
            Text(
                f"Cette personne n'est pas éligible en {worked.since:%m/%Y} : {said.fr}. Le facilitateur peut "
                "enregistrer un justificatif valable à cette date.",
                f"This person is not eligible in {worked.since:%m/%Y}: {said.en}. The facilitator may record a proof "
                "valid at that date.",
            ),
        ),
        citations=citations,
    )


def _fr(hours: float) -> str:
    return f"{hours:.1f}".replace(".", ",")
