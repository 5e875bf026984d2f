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

STATUSES = {key: STATUS_LABELS[key] for key in ("member", "to_confirm")}


@require_safe
@atlas_page
def establishments(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    store = the_store()
    place = readings.found(store, f"{kind}:{id}")
    filters = queries.Filters(
        words=request.GET.get("q", "").strip()[:100],
        family=request.GET.get("family", "")[:40],
        sector=request.GET.get("sector", "")[:40],
        status=request.GET.get("status", "")[:40],
    )
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
    context = {
        "place": place,
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


FIELDS = {"q": "words", "family": "family", "sector": "sector", "status": "status"}


@require_safe
@atlas_page
def points(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    """GeoJSON for the map: points, or hexagons when there are too many."""
    store = the_store()
    content = queries.points(store, readings.found(store, f"{kind}:{id}"))
    return JsonResponse(
        content, content_type="application/geo+json", json_dumps_params={"ensure_ascii": False}
    )
