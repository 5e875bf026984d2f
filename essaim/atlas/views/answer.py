"""What every atlas page does: read the served build, answer 304 when nothing changed, explain what is missing."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_vary_headers

from essaim.atlas import readings
from essaim.law.text import ExplainedError
from essaim.observatory.store import NoBuild, Store, StoreDamaged
from essaim.ui.words import language

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def the_store() -> Store:
    return Store(settings.STORE)


def status_of(error: ExplainedError) -> int:
    """Nothing to show is 404, a damaged store 503, a question that cannot be answered 422."""
    if isinstance(error, NoBuild | readings.NoSuchTerritory):
        return 404
    return 503 if isinstance(error, StoreDamaged) else 422


def missing(request: HttpRequest, error: ExplainedError) -> HttpResponse:
    """The page that says what is missing, why, and what to do next."""
    context = {
        "text": error.text,
        "close": getattr(error, "close", ()),
        "no_build": isinstance(error, NoBuild),
    }
    return render(request, "atlas/missing.html", context, status=status_of(error))


def etag(request: HttpRequest, build_id: str) -> str:
    """A page changes with the build, the version of the program, the language and who is signed in."""
    parts = [
        build_id,
        str(settings.SHELL["version"]),
        language(),
        request.get_full_path(),
        str(request.user.pk),
        str(bool(getattr(request, "htmx", False))),
    ]
    return f'"{sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def served_build() -> str:
    """Its id; empty when there is none, for the pages that do without."""
    try:
        return the_store().current().id
    except NoBuild:
        return ""


def atlas_page(view: View[P]) -> View[P]:
    """Explained errors become pages; unchanged pages are not sent again (ETag), unless the program is being written."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            mark = None if settings.DEBUG else etag(request, served_build())
            unchanged = get_conditional_response(request, etag=mark) if mark else None
            response = unchanged or view(request, *args, **kwargs)
        except ExplainedError as error:
            return missing(request, error)
        if mark and response.status_code in (200, 304):
            response.headers["ETag"] = mark
            response.headers.setdefault("Cache-Control", "no-cache")
            patch_vary_headers(response, ["Cookie", "Accept-Language", "HX-Request"])
        return response

    return answer
