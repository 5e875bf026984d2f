"""Pages that all visitors see alike, kept for a minute: drawing twenty results costs more than finding them."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate

from essaim.organisations.search.mapping import generation
from essaim.ui.words import language

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
KEPT_SECONDS = 60


def kept_for_visitors(view: View[P]) -> View[P]:
    """The page of a visitor without a session is drawn once for each state of the index, day, language and address.

    A change of the index shows at once, since its state is part of the key; nothing of a person is ever kept: whoever
    has a session, a part asked by htmx and a page that needs a form's token are drawn anew."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if settings.DEBUG or settings.SESSION_COOKIE_NAME in request.COOKIES or request.htmx:
            return view(request, *args, **kwargs)
        parts = (generation(), localdate().isoformat(), language(), request.get_full_path())
        key = f"directory:{sha256(chr(10).join(parts).encode()).hexdigest()}"
        content = cache.get(key)
        if content is None:
            response = view(request, *args, **kwargs)
            if response.status_code == 200 and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
                cache.set(key, response.content, KEPT_SECONDS)
            return response
        response = HttpResponse(content)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return answer
