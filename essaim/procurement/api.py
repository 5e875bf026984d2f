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
from essaim.law.text import ExplainedError, Text
from essaim.organisations.queries.suppliers import holders_of
from essaim.procurement.queries.needs import published
from essaim.procurement.rules.needs import cpv_code
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


class BuyerOut(Schema):
    name: str
    siren: str | None


class NeedPlaceOut(Schema):
    code: str
    name: str


class LotOut(Schema):
    """A part awarded apart; empty codes and places are those of the need."""

    number: int
    title: str
    cpv: list[str]
    amount_cents: int | None
    places: list[NeedPlaceOut]


class NeedOut(Schema):
    """A purchase to come, as its buyer published it; null: not said yet. Amounts exclude VAT and cover the whole
    contract. `status`: coming, started or undated on the day of the question."""

    id: int
    title: str
    description: str
    buyer: BuyerOut
    kind: Literal["works", "supplies", "services"] | None
    cpv: list[str]
    amount_cents: int | None
    starts_on: date | None
    duration_months: int | None
    recurs_months: int | None
    places: list[NeedPlaceOut]
    status: Literal["coming", "started", "undated"]
    published_on: date
    lots: list[LotOut]
    url: str


class NeedsOut(Schema):
    """`count` needs answer, those of the page are in `items`, by start of consultation, undated last."""

    items: list[NeedOut]
    count: int
    page: int
    pages: int
    size: int


NO_CPV = Text(
    "Ce code CPV n'existe pas. Écrivez deux à huit chiffres, par exemple 9091.",
    "This CPV code does not exist. Write two to eight digits, for example 9091.",
)
Statuses = Annotated[
    list[Literal["coming", "started", "undated"]],
    Query(description="Of the consultation, today. May be repeated: any of them."),
]


@router.get(
    "/needs", response={200: NeedsOut, 404: Refused}, summary="Purchases to come, published by buyers"
)
def find_needs(
    request: HttpRequest,
    territory: Annotated[
        str, Query(description="Territory code: needs there, within it, or for all of it.")
    ] = "",
    cpv: Annotated[str, Query(description="Purchase family or code: needs and lots within it.")] = "",
    since: Annotated[
        date | None, Query(alias="from", description="First day the consultation may start.")
    ] = None,
    until: Annotated[
        date | None, Query(alias="to", description="Last day the consultation may start.")
    ] = None,
    status: Statuses = [],  # noqa: B006  # ninja copies defaults
    page: Annotated[int, Query(ge=1, le=100_000, description="From 1.")] = 1,
    size: Annotated[int, Query(ge=1, le=100, description="Needs a page.")] = 20,
) -> Any:
    """The public calendar: intentions that bind no buyer. Drafts and closed needs are never in it."""
    try:
        place = holders_of(territory) if territory else ()
    except ExplainedError as error:
        return Status(404, {"error": "NoSuchPlace", "message": error.text.in_(language())})
    if cpv and not cpv_code(cpv):
        return Status(404, {"error": "NoSuchCode", "message": NO_CPV.in_(language())})
    today = timezone.localdate()
    ids = published.answering(place=place, cpv=cpv, since=since, until=until, statuses=status, on=today)
    return {
        "items": published.described(ids[(page - 1) * size : page * size], today),
        "count": len(ids),
        "page": page,
        "pages": max(1, -(-len(ids) // size)),
        "size": size,
    }
