"""Pages that ask the index: when there is none yet, they say so instead of failing."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from essaim.ui.search.folder import IndexMissing

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
RETRY_SECONDS = 60


def indexed(view: View[P]) -> View[P]:
    """503 and a page that says what is missing, why and what next, while the index is being built."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except IndexMissing as error:
            page = render(
                request,
                "organisations/no_index.html",
                {"text": error.text},
                status=HTTPStatus.SERVICE_UNAVAILABLE,
            )
            page["Retry-After"] = str(RETRY_SECONDS)
            return page

    return answer
