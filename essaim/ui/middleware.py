"""`?lang=en` on any address: the page is said in that language and the choice is remembered."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

LANGUAGE_COOKIE_AGE_S = 365 * 24 * 3600


class LanguageParameter:
    """Comes after LocaleMiddleware, whose choice (cookie, then browser) it overrides. Unknown codes are ignored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = {code for code, _ in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("lang", "")
        is_known = wanted in self.known
        if is_known:
            translation.activate(wanted)
            request.LANGUAGE_CODE = wanted
        response = self.get_response(request)
        if is_known and not getattr(response, "is_embedded", False):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                wanted,
                max_age=LANGUAGE_COOKIE_AGE_S,
                secure=request.is_secure(),
                httponly=True,
                samesite="Lax",
            )
        # A cache between us and the reader must not serve one reader's language to another.
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        return response
