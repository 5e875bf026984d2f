"""The limit on requests: by address without a key, by key with one. Counted in the cache "limits".

That cache is each process's own memory: with several processes the true limit lies between the one set and as many
times it as there are processes. Behind several machines, set the limit in the reverse proxy.
"""

import time
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from essaim.law.text import ExplainedError, Text
from essaim.organisations.operations.keys import note_use
from essaim.organisations.queries.keys import key_of
from essaim.organisations.rules.limits import WINDOW_S, wait_s

HEADER = "X-API-Key"
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class TooMany(ExplainedError):
    """One has asked too much in a minute; `wait_s` before asking again."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__(
            Text(
                f"Trop de demandes en une minute. Attendez {wait_s} secondes, ou demandez une clé d'API : "
                f"{settings.PUBLIC_URL}/organisations/data/keys/.",
                f"Too many requests in a minute. Wait {wait_s} seconds, or ask for an API key: "
                f"{settings.PUBLIC_URL}/organisations/data/keys/.",
            )
        )


class WrongKey(ExplainedError):
    """The key given is not one, or was revoked."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                f"Cette clé d'API n'existe pas ou a été retirée. Vérifiez l'en-tête {HEADER}, ou retirez-le.",
                f"This API key does not exist or was revoked. Check the {HEADER} header, or leave it out.",
            )
        )


def count(request: HttpRequest) -> None:
    """Count one request. Raises TooMany, WrongKey."""
    secret = request.headers.get(HEADER, "")
    if not secret:
        return ask(f"address:{network_of(request)}", settings.RATE_ANONYMOUS)
    key = key_of(secret)
    if key is None:
        # Guessing keys is counted like asking without one.
        ask(f"address:{network_of(request)}", settings.RATE_ANONYMOUS)
        raise WrongKey
    note_use(key=key, by=key.user, on=timezone.localdate())
    return ask(f"key:{key.pk}", settings.RATE_KEY)


def ask(who: str, limit: int, now_s: float | None = None) -> None:
    kept = caches["limits"]
    minute, elapsed_s = divmod(time.time() if now_s is None else now_s, WINDOW_S)
    name = sha256(who.encode()).hexdigest()[:32]
    names = [f"{name}:{int(minute) - 1}", f"{name}:{int(minute)}"]
    found = kept.get_many(names)
    before, now = (int(found.get(each, 0)) for each in names)
    wait = wait_s(before, now, elapsed_s, max(1, limit))
    if wait:
        raise TooMany(wait)
    if not kept.add(names[1], 1, timeout=2 * WINDOW_S):
        kept.incr(names[1])


def network_of(request: HttpRequest) -> str:
    """The reader's address, as our own proxies (ESSAIM_PROXIES) saw it; the /64 of an IPv6 one, which is one home."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.PROXIES:
        seen = [
            each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",") if each.strip()
        ]
        address = seen[-settings.PROXIES] if len(seen) >= settings.PROXIES else address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:60]
    return str(ip_network(f"{parsed}/64", strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)


def refused(error: TooMany | WrongKey) -> HttpResponse:
    """In both languages: programs do not say which they read."""
    status = 429 if isinstance(error, TooMany) else 401
    answer = HttpResponse(
        f"{error.text.fr}\n\n{error.text.en}\n", status=status, content_type="text/plain; charset=utf-8"
    )
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer


def limited(view: View[P]) -> View[P]:
    """A view that counts against the limit."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            count(request)
        except (TooMany, WrongKey) as error:
            return refused(error)
        return view(request, *args, **kwargs)

    return answer
