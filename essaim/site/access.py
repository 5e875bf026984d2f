"""The access table: who gets which answer at each address. A page that is not here fails the tests.

`expect` gives the HTTP status for each role, `visitor` to `administrator` (the installation's own). A row is for
an address as its URL name says it, with the arguments of `kwargs`; `method` is GET unless said otherwise.
Django's admin is one row: administrators only, whichever its page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from essaim.accounts.rules import ROLES

EVERYONE: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 200))
# Others are sent to the login page.
ADMINISTRATORS: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 302) | {"administrator": 200})
# Someone already in has nothing to do at the door.
VISITORS: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 302) | {"visitor": 200})
REDIRECTED: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 302))

# The atlas is read by everyone; these rows need figures, as a test writes them.
MEL = MappingProxyType({"kind": "epci", "id": "200093201"})
MEL_CODE = MappingProxyType({"code": "epci:200093201"})


@dataclass(frozen=True)
class Row:
    expect: Mapping[str, int] = field(default_factory=lambda: EVERYONE)
    kwargs: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    query: str = ""


ACCESS: Mapping[str, Row] = {
    "home": Row(),
    "law": Row(),
    "law-csv": Row(),
    "law-json": Row(),
    "api": Row(),
    "api:openapi-json": Row(),
    # Ninja's own root, hidden behind our page of the same address.
    "api:api-root": Row(),
    "health": Row(),
    "robots": Row(),
    "atlas:choose": Row(),
    "atlas:suggestions": Row(query="q=lil"),
    "atlas:compare": Row(query="codes=epci:200093201"),
    "atlas:method": Row(),
    "atlas:sources": Row(),
    "atlas:figure": Row(kwargs={"figure": "sse_jobs"}),
    "atlas:territory": Row(kwargs=MEL),
    "atlas:establishments": Row(kwargs=MEL),
    "atlas:points": Row(kwargs=MEL),
    "atlas:outlines": Row(kwargs=MEL),
    "atlas:pdf": Row(kwargs=MEL),
    "atlas:metadata": Row(kwargs=MEL),
    "atlas:download": Row(kwargs={**MEL, "form": "csv"}),
    "atlas:sector": Row(kwargs={**MEL, "category": "social_action"}),
    "atlas:family": Row(kwargs={**MEL, "category": "association"}),
    "atlas:figure_map": Row(kwargs={**MEL, "figure": "sse_establishments"}),
    "territories:search": Row(query="q=lille"),
    "territories:locate": Row(),
    "territories:outlines": Row(query="kind=commune&within=epci:200093201"),
    "api:find_territories": Row(query="q=lille"),
    "api:locate_point": Row(query="lon=3.06&lat=50.63"),
    "api:figures": Row(),
    "api:atlas": Row(kwargs=MEL_CODE),
    "api:compare": Row(query="codes=epci:200093201"),
    "api:establishments": Row(kwargs=MEL_CODE),
    "ui:gallery": Row(),
    "ui:gallery-map": Row(kwargs={"kind": "points"}),
    "ui:gallery-suggestions": Row(query="q=l"),
    "accounts:login": Row(VISITORS),
    "accounts:logout": Row(REDIRECTED, method="POST"),
}

ADMIN = Row(ADMINISTRATORS)
"""Every address whose name begins with `admin:`."""
