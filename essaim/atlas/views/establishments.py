"""The SSE establishments listed in a territory, as a list and as points."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.atlas import places_map, queries, readings
from essaim.atlas.views.answer import atlas_page, the_store
from essaim.law.rules.sse_words import REASONS, STATUS_LABELS
from essaim.law.text import Text
from essaim.observatory.atlas import labels
from essaim.ui.words import language

FIELDS = {"q": "words", "family": "family", "sector": "sector", "status": "status"}
STATUSES = {key: STATUS_LABELS[key] for key in ("member", "to_confirm")}


def filters_of(request: HttpRequest) -> queries.Filters:
    asked = {field: request.GET.get(key, "").strip()[:100] for key, field in FIELDS.items()}
    return queries.Filters(**asked)


@require_safe
@atlas_page
def establishments(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    store = the_store()
    place = readings.found(store, f"{kind}:{id}")
    filters = filters_of(request)
    asked = request.GET.get("page", "1")
    listed = queries.establishments(
        store, place, filters, int(asked) if asked.isascii() and asked.isdigit() else 1
    )
    said = labels()
    rows = [
        row
        | {
            "family_label": said["family"].get(row["family"]),
            "sector_label": said["sector"].get(row["sector"]),
            "status_label": STATUSES.get(row["status"]),
            "reason": REASONS.get(row["reason_code"]),
        }
        for row in listed.rows
    ]
    kept = {key: getattr(filters, field) for key, field in FIELDS.items() if getattr(filters, field)}
    located = queries.located(store, place, filters)
    context = {
        "place": place,
        "located": located,
        "map_kind": "shades" if located > queries.MOST_POINTS else "points",
        "map_query": urlencode(kept),
        "rows": rows,
        "listed": listed,
        "filters": filters,
        "families": said["family"],
        "sectors": said["sector"],
        "statuses": STATUSES,
        # The list is already one page: the paginator only counts.
        "page": Paginator(range(listed.total), queries.PAGE_SIZE).get_page(listed.page),
        "query": urlencode(kept) + "&" if kept else "",
        "trail": [
            (Text("Atlas", "Atlas"), "/atlas/"),
            (place.name, places_map.address(place.code)),
            (Text("Établissements", "Establishments"), ""),
        ],
    }
    return render(request, "atlas/establishments.html", context)


@require_safe
@atlas_page
def points(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    """GeoJSON for the map: points, or hexagons when there are too many; the same filters as the list."""
    store = the_store()
    content = queries.points(store, readings.found(store, f"{kind}:{id}"), filters_of(request), language())
    return JsonResponse(
        content, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False}
    )


@require_safe
@atlas_page
def outlines(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    """GeoJSON of the territory's outline and of what it is made of, to lay under the points."""
    store = the_store()
    place = readings.found(store, f"{kind}:{id}")
    inner = readings.MADE_OF.get(kind)
    codes = [*(readings.inside(store, place.code, inner) if inner else ()), place.code]
    content = places_map.collection(codes)
    return JsonResponse(
        content, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False}
    )
