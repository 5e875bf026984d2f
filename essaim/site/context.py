"""What every page knows of this installation: the build it serves."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from essaim.site import installation as served


def installation(request: HttpRequest) -> dict[str, object]:
    return {"installation": SimpleLazyObject(lambda: served.current(settings.STORE))}
