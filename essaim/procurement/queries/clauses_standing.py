"""Where clauses stand: due, expected, declared, validated, missing. A constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet, Sum

from essaim.accounts.models import Authority, User
from essaim.procurement.models import (
    Clause,
    ClauseBill,
    ClauseChange,
    ClauseOperation,
    ClauseShare,
    Engagement,
    MonthlyHours,
)
from essaim.procurement.rules.clauses import (
    MINUTES,
    completion_pct,
    full_time_equivalents,
    missing_minutes,
    penalty_cents,
    split_hours,
)


@dataclass(frozen=True)
class Counts:
    """Hours due are whole hours, the rest minutes. `declared` holds what is validated and what awaits."""

    due_hours: int
    expected_minutes: int
    declared_minutes: int
    validated_minutes: int

    @property
    def due_minutes(self) -> int:
        return self.due_hours * MINUTES

    @property
    def completion(self) -> Fraction | None:
        return completion_pct(self.due_hours, self.validated_minutes)

    @property
    def missing(self) -> int:
        return missing_minutes(self.due_hours, self.validated_minutes)


@dataclass(frozen=True)
class ShareStanding(Counts):
    share: ClauseShare
    invoiced_cents: int

    @property
    def debt_minutes(self) -> int:
        """What the member owes the others; negative when it did more than its part."""
        return self.due_minutes - self.validated_minutes

    @property
    def penalty(self) -> int | None:
        """In cents, at the contract's price."""
        return penalty_cents(self.missing, self.share.clause.penalty_cents)

    @property
    def settlement(self) -> int | None:
        """In cents, at the cost agreed between the members; negative when it is to be received."""
        cost = self.share.clause.internal_cost_cents
        if cost is None:
            return None
        amount = penalty_cents(abs(self.debt_minutes), cost)
        return -amount if self.debt_minutes < 0 and amount else amount

    def is_late(self, on: date) -> bool:
        return self.missing > 0 and self.share.clause.operation.ends_on < on


@dataclass(frozen=True)
class ClauseStanding(Counts):
    clause: Clause
    shares: tuple[ShareStanding, ...]


@dataclass(frozen=True)
class OperationStanding(Counts):
    operation: ClauseOperation
    clauses: tuple[ClauseStanding, ...]

    @property
    def missing(self) -> int:
        """Each clause by itself: hours beyond one do not pay for another."""
        return sum(each.missing for each in self.clauses)

    def full_time(self, on: date) -> Fraction:
        return full_time_equivalents(self.validated_minutes, on)


def readable_authorities(user: User, *roles: str) -> list[Authority]:
    """The authorities where `user` holds one of `roles`; all of them for who administers the installation."""
    rows = Authority.objects.order_by("name", "pk")
    if not (user.is_superuser and user.is_active):
        rows = rows.filter(memberships__user=user, memberships__role__in=roles).distinct()
    return list(rows)


def operations_of(authorities: Iterable[Authority]) -> QuerySet[ClauseOperation]:
    """Those followed; the withdrawn ones are on their own page only."""
    rows = ClauseOperation.objects.filter(authority__in=authorities, withdrawn_on=None)
    return rows.select_related("authority")


def withdrawn_operations(authorities: Iterable[Authority]) -> QuerySet[ClauseOperation]:
    rows = ClauseOperation.objects.filter(authority__in=authorities, withdrawn_on__isnull=False)
    return rows.select_related("authority").order_by("-withdrawn_on", "-pk")


def changes_of(operation: ClauseOperation) -> QuerySet[ClauseChange]:
    """Latest first; a pseudonym is never among what changed."""
    return operation.changes.select_related("clause", "engagement__share__company")


def standings(operations: QuerySet[ClauseOperation], *, year: int | None = None) -> list[OperationStanding]:
    """Each operation with its clauses and companies. With `year`, only the hours of the months of that year;
    what is due stays what is due on the whole."""
    kept = list(operations)
    clauses = list(Clause.objects.filter(operation__in=kept, withdrawn_on=None).order_by("pk"))
    shares = list(ClauseShare.objects.filter(clause__in=clauses).select_related("company").order_by("pk"))
    invoiced = _sums(ClauseBill.objects.filter(share__in=shares, kind="invoice"), "amount_cents")
    hours = MonthlyHours.objects.filter(share__in=shares)
    if year is not None:
        hours = hours.filter(month__year=year)
    declared = _sums(hours.exclude(state="refused"), "minutes")
    validated = _sums(hours.filter(state="validated"), "validated_minutes")
    expected = _sums(Engagement.objects.filter(share__in=shares), "expected_minutes")
    found = []
    for operation in kept:
        parts = []
        for clause in (each for each in clauses if each.operation_id == operation.pk):
            clause.operation = operation
            mine = [each for each in shares if each.clause_id == clause.pk]
            rows = []
            for share, due in zip(mine, shared_hours(clause, mine, invoiced), strict=True):
                share.clause = clause
                key = share.pk
                rows.append(
                    ShareStanding(
                        due, expected.get(key, 0), declared.get(key, 0), validated.get(key, 0),
                        share, invoiced.get(key, 0),
                    )
                )  # fmt: skip
            parts.append(ClauseStanding(clause.hours_due, *_totals(rows), clause, tuple(rows)))
        due = sum(each.due_hours for each in parts)
        found.append(OperationStanding(due, *_totals(parts), operation, tuple(parts)))
    return found


def shared_hours(clause: Clause, shares: list[ClauseShare], invoiced: dict[int, int]) -> list[int]:
    """Each member's part of the hours due: by what it invoiced, or by what it was promised until someone invoices."""
    weights = [max(0, invoiced.get(each.pk, 0)) for each in shares]
    if not any(weights):
        weights = [each.part_cents for each in shares]
    return split_hours(clause.hours_due, weights)


def _sums(rows: QuerySet, column: str) -> dict[int, int]:
    return {
        share: int(total)
        for share, total in rows.order_by().values_list("share_id").annotate(total=Sum(column))
    }


def _totals(rows: Iterable[Counts]) -> tuple[int, int, int]:
    kept = list(rows)
    return (
        sum(each.expected_minutes for each in kept),
        sum(each.declared_minutes for each in kept),
        sum(each.validated_minutes for each in kept),
    )
