"""What a summary says: one operation from its start, or one authority over a year. No pseudonym, no name."""

from dataclasses import dataclass
from datetime import date

from essaim.accounts.models import Authority
from essaim.procurement.models import ClauseOperation, MonthlyHours
from essaim.procurement.queries.clauses_standing import OperationStanding, operations_of, standings


@dataclass(frozen=True)
class Summary:
    """`people`: how many had hours validated, each counted once. `year` None: since the start."""

    title: str
    authority: Authority
    year: int | None
    on: date
    operations: tuple[OperationStanding, ...]
    people: int
    is_fictitious: bool

    @property
    def validated_minutes(self) -> int:
        return sum(each.validated_minutes for each in self.operations)


def operation_summary(operation: ClauseOperation, on: date) -> Summary:
    rows = standings(ClauseOperation.objects.filter(pk=operation.pk).select_related("authority"))
    people = _people(MonthlyHours.objects.filter(share__clause__operation=operation))
    return Summary(
        operation.name, operation.authority, None, on, tuple(rows), people, operation.is_fictitious
    )


def year_summary(authority: Authority, year: int, on: date) -> Summary:
    """The operations that run during the year, with the hours of its months only."""
    kept = operations_of([authority]).filter(starts_on__year__lte=year, ends_on__year__gte=year)
    rows = standings(kept, year=year)
    people = _people(
        MonthlyHours.objects.filter(share__clause__operation__authority=authority, month__year=year)
    )
    is_fictitious = any(each.operation.is_fictitious for each in rows)
    return Summary(f"{authority.name}, {year}", authority, year, on, tuple(rows), people, is_fictitious)


def _people(hours) -> int:
    done = hours.filter(state="validated", validated_minutes__gt=0)
    return int(done.order_by().values("beneficiary").distinct().count())
