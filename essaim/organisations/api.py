"""The directory as an API: anonymous, read-only, public facts only. Mounted by the site under /api/organisations.

Errors are JSON with what happened, why, and what to do next.
"""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.responses import Status

from essaim.organisations.search import Question, search
from essaim.organisations.search.shapes import as_json
from essaim.ui.search.folder import IndexMissing
from essaim.ui.words import language

router = Router(tags=["organisations"])


class ListedOut(Schema):
    """One place of one organisation; `why_matched` in the reader's language, `distance_km` from the place's edge."""

    organisation_id: int
    site_id: int | None
    siret: str
    siren: str
    rna_id: str
    name: str
    site_name: str
    address: str
    postcode: str
    commune: str
    commune_name: str
    lon: float | None
    lat: float | None
    sector: str
    family: str
    sse_status: str
    sse_status_label: str
    reason_code: str
    labels: list[str]
    summary: str
    distance_km: float | None
    why_matched: list[str]


class FacetOut(Schema):
    code: str
    label: str
    count: int
    chosen: bool


class AnswerOut(Schema):
    """`count` places answer; each facet is counted with its own choices lifted. `fresh_at`: the index follows the
    database up to then. `ignored`: what of the question was not understood."""

    items: list[ListedOut]
    count: int
    page: int
    pages: int
    size: int
    sort: str
    seed: str | None
    facets: dict[str, list[FacetOut]]
    place: str | None
    close_spellings: bool
    ignored: list[str]
    fresh_at: str
    fictitious: bool


class NotReady(Schema):
    error: str
    message: str


Codes = Annotated[list[str], Query(description="May be repeated: any of them.")]


@router.get("", response={200: AnswerOut, 503: NotReady}, summary="Search the directory")
def find_organisations(
    request: HttpRequest,
    q: Annotated[str, Query(description='Words, "quoted words", -excluded, SIREN, SIRET or RNA.')] = "",
    territory: Annotated[str, Query(description="Territory code: epci:200093201, qpv:QN05923M...")] = "",
    around: Annotated[str, Query(description='Territory code, or "lon,lat".')] = "",
    within: Annotated[str, Query(description="Kilometres from the edge of `around`.")] = "",
    serves: Annotated[str, Query(description="Territory code: those who serve it.")] = "",
    status: Codes = [],  # noqa: B006  # ninja copies defaults
    family: Codes = [],  # noqa: B006  # ninja copies defaults
    sector: Codes = [],  # noqa: B006  # ninja copies defaults
    label: Codes = [],  # noqa: B006  # ninja copies defaults
    group: Codes = [],  # noqa: B006  # ninja copies defaults
    public: Codes = [],  # noqa: B006  # ninja copies defaults
    bbox: Annotated[str, Query(description="west,south,east,north in degrees.")] = "",
    sort: Annotated[str, Query(description="relevance, distance, name or rotation.")] = "",
    page: Annotated[str, Query(description="From 1.")] = "",
    size: Annotated[str, Query(description="Places a page, 100 at most.")] = "",
) -> Any:
    """The parameters are those of the search page's address: what is not understood is left aside and said."""
    question = Question.from_query(request.GET)
    try:
        answer = search(question, on=timezone.localdate())
    except IndexMissing as error:
        return Status(503, {"error": "IndexMissing", "message": error.text.in_(language())})
    return as_json(answer, question, language())
