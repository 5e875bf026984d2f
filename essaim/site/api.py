"""The API of all rooms, under /api/, with its OpenAPI description. Its page is ours: nothing comes from elsewhere."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from ninja import NinjaAPI

# Rooms that answer in data. One that does not yet has no `api` module.
# Where each stands under /api/: the atlas is what one comes for, its paths name themselves.
ROOMS = {"atlas": "", "territories": "/territories"}

api = NinjaAPI(
    title="Essaim",
    version=settings.SHELL["version"],
    description="L'économie sociale et solidaire des territoires. The social and solidarity economy of territories.",
    docs_url=None,
    urls_namespace="api",
)

for room, prefix in ROOMS.items():
    if find_spec(f"essaim.{room}.api"):
        api.add_router(prefix, import_module(f"essaim.{room}.api").router)


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
