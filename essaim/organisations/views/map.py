"""The map of all results: a page of its own, a page for other sites, and the page that gives its HTML."""

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from essaim.organisations import search as engine
from essaim.organisations.forms import criteria
from essaim.organisations.search import Question
from essaim.organisations.views.going import search_address, whole
from essaim.organisations.views.indexed import indexed
from essaim.organisations.views.kept_pages import kept_for_visitors
from essaim.organisations.views.places import map_of
from essaim.organisations.views.search import holding_of, page_of, pages_of
from essaim.ui.embedding import embeddable
from essaim.ui.search.folder import IndexMissing
from essaim.ui.words import say

HEIGHTS = (400, 560, 720)
LOWEST, HIGHEST = 300, 1600
HOUR_SECONDS = 3_600
SHOWS = ("both", "map", "list")


@require_safe
@indexed
@kept_for_visitors
def full_map(request: HttpRequest) -> HttpResponse:
    """The map with its list beside; without JavaScript, the first results and the way to the list."""
    question = Question.from_query(request.GET)
    answer = engine.search(question, on=localdate())
    context = page_of(question, answer, holding_of(request, answer)) | {"map": map_of(question, answer)}
    return render(request, "organisations/map.html", context)


@require_safe
@embeddable
@indexed
@kept_for_visitors
def embed(request: HttpRequest) -> HttpResponse:
    """For the pages of others: results and map, nothing else; no cookie, no account, no navigation."""
    question = Question.from_query(request.GET)
    answer = engine.search(question, on=localdate())
    show = request.GET.get("show") if request.GET.get("show") in SHOWS else "both"
    kept = urlencode({"show": show, "lang": request.LANGUAGE_CODE[:2]})

    def address(query: str) -> str:
        return f"{reverse('organisations:embed')}?{'&'.join(filter(None, [query, kept]))}"

    context = page_of(question, answer, {}) | {
        "show": show,
        "map": map_of(question, answer),
        "pages": pages_of(question, answer, address),
        "site": settings.PUBLIC_URL,
    }
    return render(request, "organisations/embed.html", context)


@require_safe
@indexed
def share(request: HttpRequest) -> HttpResponse:
    """The HTML to copy so that another site shows this search, with a preview."""
    question = replace(Question.from_query(request.GET), page=1)
    given = request.GET
    height = min(max(whole(given.get("height")) or HEIGHTS[1], LOWEST), HIGHEST)
    show = given.get("show") if given.get("show") in SHOWS else "both"
    spoken = given.get("in") if given.get("in") in dict(settings.LANGUAGES) else request.LANGUAGE_CODE[:2]
    answer = engine.search(replace(question, size=1), on=localdate())
    name, query = criteria.name_of(question), question.to_query()
    parameters = "&".join(filter(None, [query, urlencode({"show": show, "lang": spoken})]))
    path = f"{reverse('organisations:embed')}?{parameters}"
    context = {
        "answer": answer,
        "criteria": criteria.active(question),
        "name": name,
        "fields": [
            (key, value) for key, value in given.items() if key not in ("height", "show", "in", "lang")
        ],
        "height": height,
        "heights": HEIGHTS,
        "show": show,
        "spoken": spoken,
        "languages": settings.LANGUAGES,
        "path": path,
        "frame": format_html(
            '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy"></iframe>',
            f"{settings.PUBLIC_URL}{path}",
            say(name),
            height,
        ),
        "back": search_address(query),
        "page_address": f"{settings.PUBLIC_URL}{search_address(query)}",
    }
    return render(request, "organisations/share.html", context)


@require_safe
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """A vector tile of what answers the question: 404 outside the world, 503 without an index. Browsers keep it as
    long as the index has not moved: its state is in the address the map gives (`v`)."""
    question = Question.from_query(request.GET)
    try:
        content = engine.tile(question, z, x, y)
    except engine.TileOutside as error:
        raise Http404(say(error.text)) from error
    except IndexMissing as error:
        return HttpResponse(say(error.text), status=HTTPStatus.SERVICE_UNAVAILABLE, content_type="text/plain")
    response = HttpResponse(content, content_type="application/vnd.mapbox-vector-tile")
    response["Content-Encoding"] = "gzip"
    patch_cache_control(response, public=True, max_age=HOUR_SECONDS if "v" in request.GET else 0)
    return response
