"""Sums of what was ordered and invoiced."""

from django.db.models import Sum

from essaim.procurement.models import Clause, ClauseBill


def billed_cents(clause: Clause, kind: str) -> int:
    """Everything invoiced (or ordered) under the clause, credit notes taken away."""
    rows = ClauseBill.objects.filter(share__clause=clause, kind=kind)
    return int(rows.aggregate(total=Sum("amount_cents"))["total"] or 0)
