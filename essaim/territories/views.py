"""Search, locate, outlines: translation only."""

import csv
import json
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_GET, require_http_methods

from essaim.observatory.locate import locate as locate_points
from essaim.observatory.locate import point_file
from essaim.observatory.reference import outlines as reference_outlines
from essaim.observatory.reference import places
from essaim.territories import kept_qpv, queries
from essaim.territories.forms import FileForm, PointForm
from essaim.ui.words import say

SUGGESTED = 8
SHOWN_ROWS = 100
DAY_SECONDS = 86_400


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """A page with its form; its suggestions alone for htmx; JSON with ?format=json."""
    text = request.GET.get("q", "").strip()[:100]
    kinds = [kind for kind in request.GET.getlist("kind") if kind in places.KINDS] or None
    found = queries.search(text, kinds, SUGGESTED if request.htmx else queries.MOST_RESULTS)
    if request.GET.get("format") == "json":
        return JsonResponse(
            {
                "results": [
                    {
                        "code": each.code,
                        "kind": each.kind,
                        "id": each.identifier,
                        "name": each.name,
                        "nature": say(each.nature_label),
                        "departement": each.departement,
                        "population": each.population,
                    }
                    for each in found
                ]
            }
        )
    fragment = "#suggestions" if request.htmx else ""
    context = {"query": text, "results": found, "kinds": kinds, "labels": places.KIND_LABELS}
    return render(request, f"territories/search.html{fragment}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def locate(request: HttpRequest) -> HttpResponse:
    """One point in the address (GET), a file sent (POST): a page of results or, with answer=csv, the CSV."""
    asked = request.method != "POST" and ("lon" in request.GET or "lat" in request.GET)
    point_form = PointForm(request.GET if asked else None)
    file_form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    layer = kept_qpv.read()
    context = {
        "point_form": point_form,
        "file_form": file_form,
        "qpv_layer": layer,
        "sources": places.SOURCES,
        "failed": next((form for form in (point_form, file_form) if form.errors), None),
    }
    if asked and point_form.is_valid():
        context["answer"] = _answer(*point_form.cleaned_data["point"], layer)
    if request.method == "POST" and file_form.is_valid():
        points = file_form.cleaned_data["points"]
        located = locate_points(points.lon, points.lat, layer)
        if request.POST.get("answer") == "csv":
            return _csv(points, located)
        context["batch"] = _batch(points, located)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if context["failed"] else HTTPStatus.OK
    return render(request, "territories/locate.html", context, status=status)


def _answer(lon: float, lat: float, layer: kept_qpv.QpvLayer | None) -> dict:
    located = locate_points(lon, lat, layer)
    names = dict(zip(layer.codes, layer.names, strict=True)) if layer else {}
    commune, epci = located.commune[0], located.epci[0]
    metres = located.qpv_distance_m[0]
    return {
        "lon": lon,
        "lat": lat,
        "commune": places.territory(f"commune:{commune}") if commune else None,
        "epci": places.territory(f"epci:{epci}") if epci else None,
        "qpv": located.qpv[0],
        "qpv_name": names.get(located.qpv[0]),
        "nearest": located.nearest_qpv[0],
        "nearest_name": names.get(located.nearest_qpv[0]),
        "distance_m": None if metres != metres else round(float(metres)),  # NaN: no QPV near
    }


def _batch(points: point_file.Points, located: point_file.Located) -> dict:
    reasons = point_file.outcomes(points, located)
    rejected = [
        {"line": line, "lon": lon, "lat": lat, "reason": point_file.REASONS[reason]}
        for line, lon, lat, reason in zip(
            points.lines, points.lon_text, points.lat_text, reasons, strict=True
        )
        if reason
    ]
    return {
        "total": len(reasons),
        "placed": len(reasons) - len(rejected),
        "in_qpv": sum(bool(code) for code in located.qpv),
        "rejected": rejected[:SHOWN_ROWS],
        "more": max(0, len(rejected) - SHOWN_ROWS),
    }


def _csv(points: point_file.Points, located: point_file.Located) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="points.csv"'
    response.write("\ufeff")  # so that spreadsheets read UTF-8
    writer = csv.writer(response)
    writer.writerow([*point_file.ANSWER_COLUMNS, "line", "problem"])
    rows = zip(
        point_file.answers(points, located), points.lines, point_file.outcomes(points, located), strict=True
    )
    writer.writerows(
        [*row, line, say(point_file.REASONS[reason]) if reason else ""] for row, line, reason in rows
    )
    return response


def _outlines_etag(request: HttpRequest) -> str:
    layer = kept_qpv.path() if request.GET.get("kind") == "qpv" else places.OUTLINES
    stamp = layer.stat().st_mtime_ns if layer.exists() else 0
    return quote_etag(f"{places.VINTAGE}-{stamp}-{request.GET.urlencode()}")


@require_GET
@condition(etag_func=_outlines_etag)
def outlines(request: HttpRequest) -> HttpResponse:
    """GeoJSON for maps: ?kind=commune&within=epci:200093201. 404 for an unknown territory, 400 for another kind."""
    kind, within = request.GET.get("kind", ""), request.GET.get("within") or None
    if kind not in (*reference_outlines.DRAWN_KINDS, "qpv"):
        said = _("Échelon inconnu : %(kind)s. Écrivez %(kinds)s.") % {
            "kind": kind[:20],
            "kinds": ", ".join((*reference_outlines.DRAWN_KINDS, "qpv")),
        }
        return JsonResponse({"error": said}, status=HTTPStatus.BAD_REQUEST)
    try:
        collection = queries.outlines(kind, within)
    except places.UnknownTerritory as error:
        raise Http404(say(error.text)) from error
    body = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(body, content_type="application/geo+json")
    patch_cache_control(response, public=True, max_age=DAY_SECONDS)
    return response
