"""At which pace contacts may be asked for: a person reads a few pages an hour, a crawler all of them."""

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

WINDOW_SECONDS = 3600
MOST_PER_WINDOW = 40


def may_ask(request: HttpRequest) -> bool:
    """Counts one request, and says whether it is within the pace of this person, or of this address for a visitor.

    The count lives in the cache of one web process: several processes allow as many times more."""
    cache = caches["limits" if "limits" in settings.CACHES else "default"]
    key = f"organisations-contacts-{asker(request)}"
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        return cache.incr(key) <= MOST_PER_WINDOW
    except ValueError:  # it expired between the two lines
        return True


def asker(request: HttpRequest) -> str:
    """The person who is logged in, the network address otherwise. Behind `PROXIES` proxies of ours, it is the address
    the outermost of them wrote: what a reader writes before it in X-Forwarded-For counts for nothing."""
    if request.user.is_authenticated:
        return f"user-{request.user.pk}"
    proxies = getattr(settings, "PROXIES", 0)
    written = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    address = written[-proxies] if 0 < proxies <= len(written) else request.META.get("REMOTE_ADDR", "")
    return "".join(each if each.isalnum() else "-" for each in address)[:64]
