"""What every page knows of this installation: its build, whether anyone may sign up, the panels of other rooms."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from essaim.site import installation as served
from essaim.site import panels


def installation(request: HttpRequest) -> dict[str, object]:
    return {
        "installation": SimpleLazyObject(lambda: served.current(settings.STORE, settings.HOME / "contracts")),
        "signup_is_open": settings.SIGNUP,
        "panels": panels.panels_by_place(),
    }
