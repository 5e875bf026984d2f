"""Pages made to be shown inside another site: no cookie, no navigation, and any site may frame them."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def embeddable(view: View[P]) -> View[P]:
    """The decorated page may be framed by any site (everything else stays refused) and no choice is remembered in a
    cookie. The headers are written by the middlewares, which read `is_embedded`: the policy is written once."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.is_embedded = True
        response.xframe_options_exempt = True
        return response

    return answer
