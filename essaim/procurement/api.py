"""Public procurement as an API: anonymous, read-only, nothing kept. Mounted by the site under /api/procurement.

Errors are JSON with what happened, why, and what to do next.
"""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.responses import Status

from essaim.law.rules.procurement import BadNeed, Need
from essaim.law.rules.procurement_need import UnknownLaw
from essaim.procurement.rules.routes import answer, as_rows, cents_of, read_code
from essaim.ui.words import language

router = Router(tags=["procurement"])


class CitationOut(Schema):
    """A place in a text; `verified` is false when it was not read in a copy of the official text."""

    article: str
    source: str
    url: str | None
    checked_on: str
    verified: bool


class RouteOut(Schema):
    """`open`: true, false, or null when the answer needs what was not said; `compulsory`: of the formalised route."""

    route: str
    label: str
    open: bool | None
    compulsory: bool | None = False
    reasons: list[str]
    citations: list[CitationOut]


class Refused(Schema):
    error: str
    message: str


@router.get(
    "/routes", response={200: list[RouteOut], 422: Refused}, summary="Routes the law opens for a need"
)
def find_routes(
    request: HttpRequest,
    amount: Annotated[str, Query(description="Euros excluding VAT: the whole need, or the lot.")],
    kind: Annotated[Literal["works", "supplies", "services"], Query()],
    on: Annotated[date | None, Query(description="Start of the consultation; today by default.")] = None,
    cpv: Annotated[str, Query(description="Main CPV code, eight digits.")] = "",
    operation_total: Annotated[str, Query(description="All the lots; the amount is then a lot's.")] = "",
    small_lots_total: Annotated[str, Query(description="The lots taken out, this one included.")] = "",
    innovative: Annotated[Literal["yes", "no", ""], Query()] = "",
    buyer: Annotated[Literal["local", "central", "utilities"], Query()] = "local",
) -> Any:
    """Reasons come in the reader's language (Accept-Language). Every value not verified is marked so."""
    try:
        totals = cents_of(operation_total), cents_of(small_lots_total)
        need = Need(
            amount_cents=cents_of(amount) or 0,
            kind=kind,
            cpv=read_code(cpv),
            is_lot=any(each is not None for each in totals),
            operation_cents=totals[0],
            small_lots_cents=totals[1],
            innovative={"yes": True, "no": False}.get(innovative),
            buyer=buyer,
        )
        return as_rows(answer(need, on or timezone.localdate()), language())
    except (BadNeed, UnknownLaw) as error:
        return Status(422, {"error": type(error).__name__, "message": error.text.in_(language())})
