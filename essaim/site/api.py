"""The API of all rooms, under /api/, with its OpenAPI description. Its page is ours: nothing comes from elsewhere."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.constants import NOT_SET
from ninja.errors import Throttled
from ninja.openapi.schema import OpenAPISchema
from ninja.throttling import BaseThrottle

from essaim.organisations import limits

# Rooms that answer in data. One that does not yet has no `api` module.
# Where each stands under /api/: the atlas is what one comes for, its paths name themselves.
ROOMS = {
    "atlas": "",
    "organisations": "/organisations",
    "territories": "/territories",
    "procurement": "/procurement",
}

# Rooms whose answers are counted, by address or by key.
LIMITED = {"organisations", "procurement"}
KEY = {
    "type": "apiKey",
    "in": "header",
    "name": limits.HEADER,
    "description": "Optional: more requests a minute. Made at /organisations/data/keys/.",
}
PROBLEM = {
    "type": "object",
    "required": ["error", "message"],
    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
}
REFUSALS = {
    "401": {"description": "The key does not exist or was revoked."},
    "429": {
        "description": "Too many requests in a minute.",
        "headers": {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
    },
}


class Api(NinjaAPI):
    """Says in its description what limits and keys add to each counted operation."""

    def get_openapi_schema(self, **more: object) -> OpenAPISchema:  # type: ignore[override]  # handed on as they are
        described = super().get_openapi_schema(**more)  # type: ignore[arg-type]
        described["components"].setdefault("securitySchemes", {})["ApiKey"] = KEY
        counted = tuple(f"/api{ROOMS[room]}" for room in LIMITED)
        for path, methods in described["paths"].items():
            if path.startswith(counted):
                for operation in methods.values():
                    # A key is never required: the empty choice comes first.
                    operation["security"] = [{}, {"ApiKey": []}]
                    for status, refusal in REFUSALS.items():
                        content = {"application/json": {"schema": PROBLEM}}
                        operation["responses"].setdefault(status, refusal | {"content": content})
        return described


api = Api(
    title="Essaim",
    version=settings.SHELL["version"],
    description="L'économie sociale et solidaire des territoires. The social and solidarity economy of territories.",
    docs_url=None,
    urls_namespace="api",
)


class Counted(BaseThrottle):
    """Counts a request of the API; why it is refused travels with the request."""

    def allow_request(self, request: HttpRequest) -> bool:
        try:
            limits.count(request)
        except (limits.TooMany, limits.WrongKey) as error:
            request.refusal = error  # type: ignore[attr-defined]
            return False
        return True


@api.exception_handler(Throttled)
def refused(request: HttpRequest, _: Throttled) -> HttpResponse:
    error: limits.TooMany | limits.WrongKey = request.refusal  # type: ignore[attr-defined]
    content = {"error": type(error).__name__, "message": f"{error.text.fr} {error.text.en}"}
    plain = limits.refused(error)
    answer = api.create_response(request, content, status=plain.status_code)
    if "Retry-After" in plain.headers:
        answer.headers["Retry-After"] = plain.headers["Retry-After"]
    return answer


for room, prefix in ROOMS.items():
    if find_spec(f"essaim.{room}.api"):
        throttle = Counted() if room in LIMITED else NOT_SET
        api.add_router(prefix, import_module(f"essaim.{room}.api").router, throttle=throttle)


def operations_by_tag(mounted: NinjaAPI) -> list[dict[str, object]]:
    """What the API answers, from its own OpenAPI description: tag, then method, path, summary, parameters."""
    groups: dict[str, list[dict[str, object]]] = {}
    for path, methods in mounted.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            groups.setdefault((operation.get("tags") or [""])[0], []).append(
                {
                    "method": method.upper(),
                    "path": path,
                    "summary": operation.get("description") or operation.get("summary", ""),
                    "parameters": operation.get("parameters", []),
                }
            )
    return [{"tag": tag, "operations": operations} for tag, operations in groups.items()]
