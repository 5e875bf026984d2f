"""Who is who in the access table, and the shape of its rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from essaim.accounts.rules import ROLES

EVERYONE: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 200))
# Others are sent to the login page.
ADMINISTRATORS: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 302) | {"administrator": 200})
# Someone already in has nothing to do at the door.
VISITORS: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 302) | {"visitor": 200})
# Anyone with an account; the others are sent to the login page.
PEOPLE: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 200) | {"visitor": 302})
# Those of the table have neither password nor second factor: nothing to prove again, nothing to take away.
NOT_ASKED: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 403) | {"visitor": 302})
# Agents and administrators, on their desk or on a record of their territory; a steward edits too. Visitors log in,
# others are told it is not theirs. Where what is asked is absent, those who may are told so.
AGENTS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403) | {"visitor": 302, "agent": 200, "administrator": 200}
)
AGENTS_NOBODY: Mapping[str, int] = MappingProxyType(dict(AGENTS) | {"agent": 404, "administrator": 404})
# Those who bring contracts in: buyers too.
BUYERS: Mapping[str, int] = MappingProxyType(dict(AGENTS) | {"buyer": 200})
BUYERS_NOBODY: Mapping[str, int] = MappingProxyType(dict(AGENTS_NOBODY) | {"buyer": 404})
REDIRECTED: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 302))
# Nothing of that number; for those who must first come in, the door.
NOBODY: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 404))
SIGNED_NOBODY: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 404) | {"visitor": 302})
ONE = MappingProxyType({"id": 1})

# A file of an answer, without the question.
ASKED_FIRST: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 422))
GONE: Mapping[str, int] = MappingProxyType(dict.fromkeys(ROLES, 410))
# An authority's administrator; the installation's own stands for them here.
ROLE_KEEPERS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403) | {"visitor": 302, "administrator": 200}
)

# Social clauses: who reads them, who follows them. No row bears the number 0.
CLAUSE_READERS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403)
    | {"visitor": 302, "facilitator": 200, "buyer": 200, "agent": 200, "administrator": 200}
)
FACILITATORS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403) | {"visitor": 302, "facilitator": 200, "administrator": 200}
)
NO_NUMBER = MappingProxyType({"id": "0"})
# Those who keep an authority's scheme for responsible purchasing.
SCHEME_KEEPERS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403) | {"visitor": 302, "agent": 200, "buyer": 200, "administrator": 200}
)

# No import bears that number.
NO_IMPORT = MappingProxyType({"number": "999999"})

# Buyers of an authority, and the installation's administrators; none of their needs bears that number.
NEED_BUYERS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(ROLES, 403) | {"visitor": 302, "buyer": 200, "administrator": 200}
)
NEED_BUYERS_NOBODY: Mapping[str, int] = MappingProxyType(
    dict(NEED_BUYERS) | {"buyer": 404, "administrator": 404}
)
NO_NEED = MappingProxyType({"id": "999999999"})

# The atlas is read by everyone; these rows need figures, as a test writes them.
MEL = MappingProxyType({"kind": "epci", "id": "200093201"})
MEL_CODE = MappingProxyType({"code": "epci:200093201"})

# The directory's rows need a record, as a test writes it: its id, published, with a place.
RECORD = MappingProxyType({"id": "1"})


@dataclass(frozen=True)
class Row:
    expect: Mapping[str, int] = field(default_factory=lambda: EVERYONE)
    kwargs: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    query: str = ""
