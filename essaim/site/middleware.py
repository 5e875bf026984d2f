"""Headers that keep a page to what this site serves: no inline script, nothing from elsewhere."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    # No inline style either; charts come as SVG with presentation attributes, which the policy does not concern.
    "style-src": "'self'",
    # MapLibre draws its own icons from data: and blob: addresses.
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    # Our own pages made to be embedded, shown as a preview (see ui/embedding.py).
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
EMBEDDED_POLICY = POLICY | {"frame-ancestors": "*"}
PERMISSIONS = "camera=(), microphone=(), geolocation=(self), payment=(), usb=(), interest-cohort=()"


def written(policy: dict[str, str]) -> str:
    return "; ".join(f"{directive} {value}" for directive, value in policy.items())


class ContentSecurity:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        # The button of an OpenID Connect provider is a form of ours which it answers: browsers ask that it be named.
        forms = {"form-action": f"'self' {settings.OIDC.origin}"} if settings.OIDC else {}
        self.policy, self.embedded_policy = written(POLICY | forms), written(EMBEDDED_POLICY)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = self.embedded_policy if getattr(response, "is_embedded", False) else self.policy
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
