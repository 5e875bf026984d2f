"""The atlas as an API: anonymous, read-only, every number with its status and its definition.

Mounted by the site under /api/. Errors are JSON with what happened, why, and what to do next.
"""

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from ninja.responses import Status

from essaim.atlas import queries, readings
from essaim.law.text import ExplainedError
from essaim.observatory.atlas import as_json, definition_as_json
from essaim.observatory.indicators.definition import all_definitions
from essaim.observatory.store import NoBuild, Store, StoreDamaged
from essaim.ui.words import language

router = Router(tags=["atlas"])

Code = Annotated[
    str,
    Path(
        description="Territory code, for example epci:200093201, commune:59350, departement:59, country:FR.",
        max_length=40,
        pattern=r"^[a-z]+:[0-9A-Za-z]+$",
    ),
]


class Problem(Schema):
    """What went wrong, in the reader's language, and territories perhaps meant."""

    error: str
    message: str
    suggestions: list[str] = []


class TerritoryOut(Schema):
    code: str
    kind: str
    id: str
    name: str
    nature: str | None
    population: int | None


class SourceOut(Schema):
    id: str
    name: str
    publisher: str
    licence: str
    url: str
    file: str
    sha256: str
    rows: int | None
    vintage: str | None


class DefinitionOut(Schema):
    id: str
    label: str
    numerator: str
    denominator: str | None
    perimeter: str
    perimeter_text: str
    unit: str
    source: str
    vintage: str
    caveat: str
    why_it_matters: str
    confidentiality: str
    confidentiality_reason: str
    author: str
    checked_on: str


class FigureOut(Schema):
    """`value` is a point, `low` and `high` an interval; all are null unless `status` is "ok"."""

    id: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None
    unit: str
    unit_label: str
    status: str
    note: str | None
    note_text: str | None
    definition: DefinitionOut


class SliceOut(Schema):
    category: str
    label: str
    enterprises: int | None
    establishments: int | None
    employer_establishments: int | None
    all_establishments: int | None
    location_quotient: float | None
    status: str


class YearOut(Schema):
    year: int
    creations: int | None
    closures: int | None
    status: str


class AtlasOut(Schema):
    territory: TerritoryOut
    vintage: str
    fictitious: bool
    build: str
    sources: list[SourceOut]
    figures: list[FigureOut]
    by_family: list[SliceOut]
    by_sector: list[SliceOut]
    by_size: list[SliceOut]
    by_age: list[SliceOut]
    by_year: list[YearOut]


class EstablishmentOut(Schema):
    siret: str
    siren: str
    name: str | None
    sigle: str | None
    legal_category: str | None
    naf: str | None
    sector: str
    family: str | None
    status: str
    reason_code: str | None
    employer: bool
    size_band: str
    created_on: str | None
    commune: str
    commune_name: str
    qpv: str | None


class EstablishmentsOut(Schema):
    territory: str
    vintage: str
    fictitious: bool
    total: int
    page: int
    pages: int
    establishments: list[EstablishmentOut]


class CompareOut(Schema):
    build: str
    atlases: list[AtlasOut]


def store() -> Store:
    return Store(settings.STORE)


def problem(error: ExplainedError) -> Status:
    """The HTTP answer to an explained error: unknown territory 404, wrong question 422, no data 503."""
    close = [place.code for place in getattr(error, "close", ())]
    code = (
        503
        if isinstance(error, NoBuild | StoreDamaged)
        else 404
        if isinstance(error, readings.NoSuchTerritory)
        else 422
    )
    said = error.text.in_(language())
    return Status(code, {"error": type(error).__name__, "message": said, "suggestions": close})


ERRORS = {404: Problem, 422: Problem, 503: Problem}


@router.get("/figures", response=list[DefinitionOut], summary="The definition of every figure")
def figures(request: HttpRequest) -> list[dict[str, Any]]:
    return [definition_as_json(one, language()) for one in all_definitions().values()]


@router.get("/compare", response={200: CompareOut, **ERRORS}, summary="Up to five territories side by side")
def compare(
    request: HttpRequest,
    codes: Annotated[str, Query(description="Codes separated by commas.", min_length=1, max_length=400)],
) -> Any:
    try:
        atlases = readings.compared(store(), [code.strip() for code in codes.split(",") if code.strip()])
        if not atlases:
            return Status(422, {"error": "Nothing", "message": readings.NOTHING_ASKED.in_(language())})
    except ExplainedError as error:
        return problem(error)
    return {"build": atlases[0].build_id, "atlases": [as_json(atlas, language()) for atlas in atlases]}


@router.get("/atlas/{code}", response={200: AtlasOut, **ERRORS}, summary="The atlas of one territory")
def atlas(request: HttpRequest, code: Code) -> Any:
    try:
        return as_json(readings.compared(store(), [code])[0], language())
    except ExplainedError as error:
        return problem(error)


@router.get(
    "/atlas/{code}/establishments",
    response={200: EstablishmentsOut, **ERRORS},
    summary="SSE establishments listed in a territory",
)
def establishments(
    request: HttpRequest,
    code: Code,
    q: Annotated[str, Query(description="Words of the name, or the start of a SIRET.", max_length=100)] = "",
    family: Annotated[str, Query(max_length=40)] = "",
    sector: Annotated[str, Query(max_length=40)] = "",
    status: Annotated[str, Query(description='"member" or "to_confirm".', max_length=40)] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Any:
    try:
        place = readings.found(store(), code)
        listed = queries.establishments(store(), place, queries.Filters(q, family, sector, status), page)
        manifest = store().current().manifest
    except ExplainedError as error:
        return problem(error)
    for row in listed.rows:
        row["created_on"] = row["created_on"].isoformat() if row["created_on"] else None
    return {
        "territory": code,
        "vintage": manifest.vintage,
        "fictitious": manifest.fictitious,
        "total": listed.total,
        "page": listed.page,
        "pages": listed.pages,
        "establishments": listed.rows,
    }
