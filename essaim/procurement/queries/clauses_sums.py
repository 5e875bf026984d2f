"""Sums of what was ordered and invoiced."""

from django.db.models import Sum

from essaim.procurement.models import Clause, ClauseBill
from essaim.procurement.rules.clauses import hours_due


def billed_cents(clause: Clause, kind: str) -> int:
    """Everything invoiced (or ordered) under the clause, credit notes taken away."""
    rows = ClauseBill.objects.filter(share__clause=clause, kind=kind)
    return int(rows.aggregate(total=Sum("amount_cents"))["total"] or 0)


def due_and_expected(clause: Clause) -> tuple[int, int | None]:
    """Whole hours, from the clause's figures and what was billed; nothing is expected when no order says so."""
    if not clause.is_billed:
        return hours_due(clause.formula, clause.figures), None
    invoiced, ordered = billed_cents(clause, "invoice"), billed_cents(clause, "order")
    return hours_due(clause.formula, clause.figures, invoiced), hours_due(
        clause.formula, clause.figures, ordered
    )
