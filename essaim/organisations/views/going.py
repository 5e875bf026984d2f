"""Where a page leads: an organisation's address, back where one came from; and numbers read from an address."""

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme


def organisation_address(identifier: int) -> str:
    try:
        return reverse("organisations:organisation", kwargs={"id": identifier})
    except NoReverseMatch:
        return ""


def search_address(query: str, name: str = "organisations:search") -> str:
    return reverse(name) + (f"?{query}" if query else "")


def back(request: HttpRequest, otherwise: str) -> str:
    """The address of this site given as `next`; never another site's."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_ours else otherwise


def whole(text: str | None) -> int:
    """The whole number written, 0 for anything else (and for what no row's number can be)."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
