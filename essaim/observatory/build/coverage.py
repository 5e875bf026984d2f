"""Which territories a register covers: a city's extract must not pass for the whole country."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from essaim.observatory.build.grid import Territories
from essaim.observatory.reference.places import KIND_LABELS
from essaim.observatory.tables.lookups import COUNTRY

WHOLE_COUNTRY_SHARE = 0.95
"""A register with establishments in at least this share of the inhabited communes is the country's: every town
hall is a legal person, so that a full one has establishments everywhere."""

ABOVE = ("epci", "ept", "departement", "region")


@dataclass(frozen=True, slots=True)
class Coverage:
    """`covered`: ids of the communes with an establishment; `places`: rows of the reference to publish, by
    code; `partial`: whether the register is less than the country; `incomplete`: codes of the territories
    some communes of which it leaves out."""

    covered: frozenset[str]
    inhabited: int
    places: dict[str, dict[str, Any]]
    partial: bool
    incomplete: frozenset[str]

    def partial_array(self, territories: Territories) -> NDArray[np.bool_]:
        """Which territories the register covers only in part."""
        return np.array([code in self.incomplete for code in territories.codes], bool)

    def as_json(self) -> dict[str, Any]:
        return {
            "partial": self.partial,
            "communes_covered": len(self.covered),
            "communes_inhabited": self.inhabited,
        }


def coverage(covered: list[str], territories: pa.Table) -> Coverage:
    """Read it off the communes that hold an establishment. `territories`: the reference.

    A partial register publishes only the territories it touches.
    """
    here = frozenset(covered)
    rows = territories.select(
        ["code", "kind", "id", "name", "nature", "departement", "region", "epci", "ept", "population"]
    ).to_pylist()
    communes = [row for row in rows if row["kind"] == "commune"]
    inhabited = [row for row in communes if (row["population"] or 0) > 0]
    partial = sum(row["id"] in here for row in inhabited) < WHOLE_COUNTRY_SHARE * len(inhabited)
    if not partial:
        return Coverage(here, len(inhabited), {row["code"]: row for row in rows}, False, frozenset())
    within = Counter(code for row in inhabited for code in _codes(row))
    touched = Counter(code for row in inhabited if row["id"] in here for code in _codes(row))
    uninhabited = {code for row in communes if row["id"] in here for code in _codes(row)}
    kept = {row["code"]: row for row in rows if row["code"] in uninhabited or row["code"] == COUNTRY}
    incomplete = frozenset(code for code in kept if touched[code] < within[code])
    return Coverage(here, len(inhabited), kept, True, incomplete | {COUNTRY})


def _codes(commune: dict[str, Any]) -> list[str]:
    above = [f"{kind}:{commune[kind]}" for kind in ABOVE if commune[kind]]
    return [commune["code"], *above, COUNTRY]


def neighbourhoods(
    qpv_communes: pa.Table, names: dict[str, str], covered: Coverage
) -> dict[str, dict[str, Any]]:
    """The priority neighbourhoods of the build, by code, as rows of `store.TERRITORIES`.

    Those met in the register and those of the layer (`names`: id -> name). Each is given the territories of
    the commune where most of its establishments are registered.
    """
    most: dict[str, tuple[int, str]] = {}
    for row in qpv_communes.to_pylist():
        candidate = (-int(row["establishments"]), str(row["commune"]))
        most[row["qpv"]] = min(candidate, most.get(row["qpv"], candidate))
    found = {}
    for id_ in sorted({*most, *names}):
        commune = covered.places.get(f"commune:{most[id_][1]}", {}) if id_ in most else {}
        found[f"qpv:{id_}"] = {
            "code": f"qpv:{id_}",
            "kind": "qpv",
            "id": id_,
            "name": names.get(id_) or f"{KIND_LABELS['qpv'].fr} {id_}",
            "nature": "qpv",
            "population": None,
            **{kind: commune.get(kind) for kind in ABOVE},
        }
    return found
