"""What the pages of needs share: who may enter, where one is, files."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from essaim.law.text import ExplainedError, Text
from essaim.procurement.models import Need
from essaim.procurement.queries.needs import calendar as queries
from essaim.ui.search.folder import IndexMissing
from essaim.ui.words import say

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
CALENDAR = Text("Calendrier des achats", "Purchase calendar")
MINE = Text("Mes besoins", "My needs")
RETRY_SECONDS = "60"


def buyer_page(view: View[P]) -> View[P]:
    """For those who buy for an authority: others are told it is not theirs, visitors are sent to the door."""

    @login_required
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not queries.authorities_of(request.user).exists():
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return answer


def need_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the buyers of this need: the view is given the need. Anyone else's need does not exist."""

    @login_required
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, id: int, **kwargs: object) -> HttpResponse:
        need = queries.needs_of(request.user).filter(pk=id).first()
        if need is None:
            raise Http404
        return view(request, need, **kwargs)

    return answer


def indexed(view: View[P]) -> View[P]:
    """503 and what to do while the index of the directory is being built."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except IndexMissing as error:
            page = render(
                request,
                "procurement/need_no_index.html",
                {"text": error.text},
                status=HTTPStatus.SERVICE_UNAVAILABLE,
            )
            page["Retry-After"] = RETRY_SECONDS
            return page

    return answer


def trail(*steps: tuple[object, str], need: Need | None = None) -> list[tuple[object, str]]:
    """From the list of one's needs to here."""
    found: list[tuple[object, str]] = [(MINE, reverse("procurement:needs"))]
    if need is not None:
        found.append((need.title, reverse("procurement:need", args=[need.pk])))
    return [*found, *steps]


def told(request: HttpRequest, act: Callable[[], object], done: object) -> bool:
    """Do an act and say what happened; False when it was refused."""
    try:
        act()
    except ExplainedError as refusal:
        messages.error(request, say(refusal.text))
        return False
    messages.success(request, say(done))
    return True
