"""Hours of a month: declared by the company, decided by the facilitator, corrected with a trace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from essaim.accounts import journal
from essaim.accounts.models import Authority, User
from essaim.law.rules.insertion import month_fits
from essaim.law.text import ExplainedError, Text
from essaim.procurement import clauses_refusals as words
from essaim.procurement.clauses_refusals import HoursRefused, not_engaged, of_finding
from essaim.procurement.models import Beneficiary, Clause, ClauseShare, HoursCorrection, MonthlyHours
from essaim.procurement.permissions.clauses import may_declare, may_facilitate
from essaim.procurement.queries.clauses_anomalies import anomaly_of
from essaim.procurement.queries.clauses_people import eligibility, is_engaged, minutes_elsewhere
from essaim.procurement.rules.clauses import POLICY, minutes_of
from essaim.procurement.rules.clauses_file import Line, NotTwoColumns
from essaim.ui.spreadsheet import plain


@transaction.atomic
def declare_hours(
    *, share: ClauseShare, beneficiary: Beneficiary, month: date, minutes: int, by: User | None, on: date
) -> MonthlyHours:
    """What the person worked in the month of `month`. Said again it changes nothing; said otherwise it replaces what
    was declared or refused. Raises HoursRefused: negative, beyond the month, future, not engaged, not eligible,
    already validated."""
    company, first = share.company, month.replace(day=1)
    if by is not None and not may_declare(by, company):
        raise HoursRefused(words.NOT_YOUR_COMPANY)
    # Two companies that declare the same person at once take turns: the month is counted whole.
    beneficiary = Beneficiary.objects.select_for_update().get(pk=beneficiary.pk)
    # A clause is not withdrawn while hours are being declared under it.
    if Clause.objects.select_for_update().get(pk=share.clause_id).withdrawn_on is not None:
        raise HoursRefused(words.WITHDRAWN)
    _check(share, beneficiary, first, minutes, on)
    row = MonthlyHours.objects.filter(share=share, beneficiary=beneficiary, month=first).first()
    if row is None:
        row = MonthlyHours.objects.create(
            share=share, beneficiary=beneficiary, month=first, minutes=minutes, declared_by=by, declared_on=on
        )
    elif row.state == "declared" and row.minutes == minutes:
        return row
    else:
        changed = MonthlyHours.objects.filter(pk=row.pk, state__in=("declared", "refused")).update(
            minutes=minutes, state="declared", declared_by=by, declared_on=on,
            decided_by=None, decided_at=None, reason="",
        )  # fmt: skip
        if not changed:
            raise HoursRefused(words.ALREADY_VALIDATED)
        row.refresh_from_db()
    journal.record("hours declared", row, by=by, on=on, authority=company.authority, minutes=minutes)
    return row


@dataclass(frozen=True)
class Problem:
    """A line that was not kept, and why."""

    line: Line
    text: Text


@dataclass(frozen=True)
class Outcome:
    saved: int
    unchanged: int
    problems: tuple[Problem, ...]


@transaction.atomic
def declare_month(
    *, share: ClauseShare, month: date, lines: Sequence[Line], by: User | None, on: date
) -> Outcome:
    """Each line is kept or refused by itself, with its reason; lines already declared alike change nothing.

    Raises HoursRefused when `by` does not declare for this company."""
    if by is not None and not may_declare(by, share.company):
        raise HoursRefused(words.NOT_YOUR_COMPANY)
    people = {
        each.pseudonym: each
        for each in Beneficiary.objects.filter(
            authority_id=share.company.authority_id, pseudonym__in=[line.pseudonym for line in lines]
        )
    }
    before = dict(
        MonthlyHours.objects.filter(share=share, month=month.replace(day=1), state="declared")
        .values_list("beneficiary_id", "minutes")
    )  # fmt: skip
    saved, problems, seen = 0, [], dict[str, int]()
    for line in lines:
        try:
            with transaction.atomic():
                beneficiary, minutes = _read(line, people, seen, month)
                declare_hours(
                    share=share, beneficiary=beneficiary, month=month, minutes=minutes, by=by, on=on
                )
        except ExplainedError as error:
            problems.append(Problem(line, error.text))
        else:
            saved += before.get(beneficiary.pk) != minutes
    return Outcome(saved, len(lines) - saved - len(problems), tuple(problems))


def _read(
    line: Line, people: dict[str, Beneficiary], seen: dict[str, int], month: date
) -> tuple[Beneficiary, int]:
    if line.is_broken:
        raise NotTwoColumns
    first = seen.setdefault(line.pseudonym, line.number)
    if first != line.number:
        raise HoursRefused(
            Text(f"{line.pseudonym} est déjà à la ligne {first}. Gardez une seule ligne par personne.",
                 f"{line.pseudonym} is already on line {first}. Keep one line for each person.")
        )  # fmt: skip
    minutes = minutes_of(line.words.removeprefix("-").removeprefix("\u2212"))
    if minutes is None:
        raise HoursRefused(words.NOT_A_DURATION)
    if minutes and line.words.startswith(("-", "\u2212")):
        raise HoursRefused(words.NEGATIVE)
    beneficiary = people.get(line.pseudonym)
    if beneficiary is None:
        # Whether someone else follows that person is nobody's business: the same words either way.
        raise HoursRefused(not_engaged(line.pseudonym, month))
    return beneficiary, minutes


@transaction.atomic
def validate_hours(
    *, hours: MonthlyHours, by: User | None, on: date, minutes: int | None = None
) -> MonthlyHours:
    """Accept what is declared, or `minutes` of it. `hours` is as the facilitator saw it: decided or declared otherwise
    meanwhile, it is refused. Raises HoursRefused."""
    authority = _facilitated(hours, by)
    if hours.state == "validated":
        raise HoursRefused(words.ALREADY_VALIDATED)
    accepted = hours.minutes if minutes is None else minutes
    if accepted < 0:
        raise HoursRefused(words.NEGATIVE)
    if accepted > hours.minutes:
        raise HoursRefused(words.TOO_MUCH_VALIDATED)
    finding = eligibility(hours.share, hours.beneficiary, hours.month)
    if not finding.allowed:
        raise of_finding(finding)
    # Whoever changes the row first has decided; the other is told.
    changed = MonthlyHours.objects.filter(pk=hours.pk, state="declared", minutes=hours.minutes).update(
        state="validated", validated_minutes=accepted, decided_by=by, decided_at=timezone.now(), reason=""
    )
    if not changed:
        raise HoursRefused(words.DECIDED_MEANWHILE)
    hours.refresh_from_db()
    journal.record("hours validated", hours, by=by, on=on, authority=authority, minutes=accepted)
    return hours


@dataclass(frozen=True)
class MonthOutcome:
    """What one gesture validated, and what it left with the reason."""

    validated: tuple[MonthlyHours, ...]
    left: tuple[tuple[MonthlyHours, Text], ...]


@transaction.atomic
def validate_month(
    *, authority: Authority, month: date, seen: Mapping[int, int], by: User | None, on: date
) -> MonthOutcome:
    """Validate the declarations of `seen` (their minutes, by primary key, as the facilitator saw them) that show no
    anomaly. Each is decided by itself: decided or declared otherwise meanwhile, it is left. Raises HoursRefused."""
    if by is not None and not may_facilitate(by, authority):
        raise HoursRefused(words.NOT_YOURS)
    if len(seen) > POLICY.most_validated_at_once:
        raise HoursRefused(words.TOO_MANY_AT_ONCE)
    rows = MonthlyHours.objects.filter(
        pk__in=seen, month=month.replace(day=1), share__clause__operation__authority=authority
    )
    rows = rows.select_related("share__clause__operation__authority", "share__company", "beneficiary")
    done, left = [], []
    # In the same order for everyone: of two gestures at once, one waits for the other.
    for hours in rows.order_by("pk"):
        hours.minutes = seen[hours.pk]
        reason = words.ALREADY_VALIDATED if hours.state == "validated" else anomaly_of(hours, on)
        if reason is None:
            try:
                with transaction.atomic():
                    done.append(validate_hours(hours=hours, by=by, on=on))
            except HoursRefused as refused:
                reason = refused.text
        if reason is not None:
            left.append((hours, reason))
    return MonthOutcome(tuple(done), tuple(left))


@transaction.atomic
def refuse_hours(*, hours: MonthlyHours, reason: str, by: User | None, on: date) -> MonthlyHours:
    """The company reads why and may declare again. Raises HoursRefused."""
    authority, kept = _facilitated(hours, by), _reason(reason)
    if hours.state == "validated":
        raise HoursRefused(words.ALREADY_VALIDATED)
    changed = MonthlyHours.objects.filter(pk=hours.pk, state="declared", minutes=hours.minutes).update(
        state="refused", decided_by=by, decided_at=timezone.now(), reason=kept
    )
    if not changed:
        raise HoursRefused(words.DECIDED_MEANWHILE)
    hours.refresh_from_db()
    # The reason stays on the row: people write what they like in it, the journal keeps no such words.
    journal.record("hours refused", hours, by=by, on=on, authority=authority)
    return hours


@transaction.atomic
def correct_hours(
    *, hours: MonthlyHours, minutes: int, reason: str, by: User | None, on: date
) -> HoursCorrection:
    """Change hours already validated, keeping what they were and why. Above what was declared, the declaration follows.

    Raises HoursRefused."""
    authority, kept = _facilitated(hours, by), _reason(reason)
    beneficiary = Beneficiary.objects.select_for_update().get(pk=hours.beneficiary_id)
    row = MonthlyHours.objects.select_for_update().get(pk=hours.pk)
    if row.state != "validated":
        raise HoursRefused(words.NOT_VALIDATED)
    if row.validated_minutes != hours.validated_minutes:
        raise HoursRefused(words.DECIDED_MEANWHILE)
    if minutes == row.validated_minutes:
        raise HoursRefused(words.SAME_HOURS)
    _check(row.share, beneficiary, row.month, minutes, on)
    correction = HoursCorrection.objects.create(
        hours=row, before_minutes=row.validated_minutes, after_minutes=minutes, reason=kept, by=by
    )
    row.validated_minutes, row.minutes = minutes, max(minutes, row.minutes)
    row.save(update_fields=["validated_minutes", "minutes"])
    journal.record(
        "hours corrected", row, by=by, on=on, authority=authority,
        before_minutes=correction.before_minutes, after_minutes=minutes,
    )  # fmt: skip
    return correction


def _check(share: ClauseShare, beneficiary: Beneficiary, month: date, minutes: int, on: date) -> None:
    """Raises HoursRefused, with the text that says so when there is one."""
    if minutes < 0:
        raise HoursRefused(words.NEGATIVE)
    if month > on:
        raise HoursRefused(words.FUTURE)
    if not is_engaged(share, beneficiary, month):
        raise HoursRefused(not_engaged(beneficiary.pseudonym, month))
    finding = eligibility(share, beneficiary, month)
    if not finding.allowed:
        raise of_finding(finding)
    fits = month_fits(minutes + minutes_elsewhere(share, beneficiary, month), month)
    if not fits.allowed:
        raise of_finding(fits)


def _facilitated(hours: MonthlyHours, by: User | None):
    authority = hours.share.clause.operation.authority
    if by is not None and not may_facilitate(by, authority):
        raise HoursRefused(words.NOT_YOURS)
    return authority


def _reason(reason: str) -> str:
    kept = " ".join(plain(reason).split())[:500]
    if not kept:
        raise HoursRefused(words.NEEDS_REASON)
    return kept
