"""What the pages read from the store: a territory with those it is compared to and those it is made of.

Pure. Everything comes from one build; one read per table, whatever the number of territories.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from essaim.law.text import ExplainedError, Text
from essaim.observatory.atlas import (
    Atlas,
    Figure,
    Place,
    figure_definitions,
    places,
    read_atlases,
)
from essaim.observatory.reference.places import KIND_LABELS, NATURE_LABELS
from essaim.observatory.store import Build, Store

MOST_COMPARED = 5

KIND_PLURALS = {
    "country": Text("Pays", "Countries"),
    "region": Text("Régions", "Regions"),
    "departement": Text("Départements", "Departments"),
    "epci": Text("Intercommunalités", "Intermunicipalities"),
    "ept": Text("Établissements publics territoriaux", "Greater Paris territories"),
    "commune": Text("Communes", "Communes"),
    "qpv": Text("Quartiers prioritaires", "Priority neighbourhoods"),
}
# What a territory is made of, for maps and rankings.
MADE_OF = {
    "country": "region",
    "region": "departement",
    "departement": "epci",
    "epci": "commune",
    "ept": "commune",
}


class TooMany(ExplainedError):
    """More territories than a comparison shows."""


class NotComparable(ExplainedError):
    """Figures of different builds or perimeters are not put side by side."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A territory's atlas, those of the territories around it (nearest first), and what lies inside it."""

    atlas: Atlas
    around: tuple[Atlas, ...]
    inside_kind: str | None
    inside: dict[str, dict[str, Figure]]
    """Code of a territory inside -> its figures, those of INSIDE_FIGURES."""
    inside_places: dict[str, Place]
    is_partial: bool
    """The register processed does not cover the whole country: "France" is then only what was processed."""

    @property
    def place(self) -> Place:
        return self.atlas.territory


INSIDE_FIGURES = ("sse_establishments", "sse_density_per_10000")


def kind_label(place: Place) -> Text:
    return NATURE_LABELS.get(place.nature or "", KIND_LABELS[place.kind])


def around(place: Place, known: Iterable[str]) -> list[str]:
    """Codes of the territories that contain `place`, nearest first, among those known."""
    known = set(known)
    wanted = [
        f"{kind}:{getattr(place, kind)}"
        for kind in ("ept", "epci", "departement", "region")
        if getattr(place, kind)
    ]
    return [code for code in [*wanted, "country:FR"] if code in known and code != place.code]


def lies_in(place: Place, code: str) -> bool:
    kind, _, id_ = code.partition(":")
    return kind == "country" or (
        kind in ("region", "departement", "epci", "ept") and getattr(place, kind) == id_
    )


def inside(store: Store, code: str, kind: str) -> dict[str, Place]:
    """Territories of a kind inside another, by name."""
    found = [place for place in places(store).values() if place.kind == kind and lies_in(place, code)]
    return {place.code: place for place in sorted(found, key=lambda place: place.name)}


def figures_of(store: Store, codes: Sequence[str], wanted: Sequence[str]) -> dict[str, dict[str, Figure]]:
    """Some figures of several territories, in one read."""
    if not codes:
        return {}
    definitions = figure_definitions()
    rows = store.current().read(
        "figures", where=[("territory", "in", list(codes)), ("figure", "in", list(wanted))]
    )
    found: dict[str, dict[str, Figure]] = {}
    for row in rows.to_pylist():
        numbers = {key: row[key] for key in ("value", "low", "high", "numerator", "denominator")}
        figure = Figure(
            id=row["figure"],
            status=row["status"],
            note=row["note"],
            definition=definitions[row["figure"]],
            **numbers,
        )
        found.setdefault(row["territory"], {})[row["figure"]] = figure
    return found


@lru_cache(maxsize=2)
def _names(build: Build) -> list[tuple[str, str, Place]]:
    """(folded name, id in lower case, place) of a build's territories, most people first. A build never changes."""
    listed = sorted(_places(build), key=lambda place: (-(place.population or 0), place.code))
    return [(_folded(place.name), place.id.lower(), place) for place in listed]


def _places(build: Build) -> Iterable[Place]:
    return places(Store(build.path.parent.parent)).values()


def suggestions(store: Store, asked: str, most: int = 5) -> list[Place]:
    """Territories whose code, identifier or name is close to what was asked; exact first, then the most populous."""
    wanted = _folded(asked.partition(":")[2] or asked)
    if not wanted:
        return []
    exact, starting, within = [], [], []
    for name, id_, place in _names(store.current()):
        if wanted in (name, id_):
            exact.append(place)
        elif name.startswith(wanted) or id_.startswith(wanted):
            starting.append(place)
        elif len(wanted) > 2 and wanted in name:
            within.append(place)
    close = [*exact, *starting, *within][:most]
    if close:
        return close
    return [places(store)[code] for code in get_close_matches(asked, list(places(store)), n=most, cutoff=0.8)]


def _folded(text: str) -> str:
    """Lower case, without accents, hyphens as spaces: "Villeneuve-d'Ascq" is found by "villeneuve d'ascq"."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("-", " ").strip()


class NoSuchTerritory(ExplainedError):
    """The code asked for is not in the build; carries what was perhaps meant."""

    def __init__(self, text: Text, close: Sequence[Place]) -> None:
        super().__init__(text)
        self.close = tuple(close)


def found(store: Store, code: str) -> Place:
    """The territory of that code. Raises NoSuchTerritory with suggestions, NoBuild, StoreDamaged."""
    place = places(store).get(code)
    if place is not None:
        return place
    close = suggestions(store, code)
    fr = f"Le territoire « {code} » n'est pas dans les chiffres construits."
    en = f"Territory “{code}” is not in the figures built."
    if close:
        named = ", ".join(f"{one.name} ({one.code})" for one in close)
        raise NoSuchTerritory(
            Text(f"{fr} Vouliez-vous dire : {named} ?", f"{en} Did you mean: {named}?"), close
        )
    raise NoSuchTerritory(
        Text(
            f"{fr} Vérifiez son code (par exemple epci:200093201), ou construisez avec un fichier qui le couvre.",
            f"{en} Check its code (for example epci:200093201), or build from a file that covers it.",
        ),
        (),
    )


def read(store: Store, code: str) -> Reading:
    """Everything a territory's page shows. Raises NoSuchTerritory, NoBuild, StoreDamaged."""
    place = found(store, code)
    atlases = read_atlases(store, [code, *around(place, places(store))])
    kind = MADE_OF.get(atlases[0].territory.kind)
    within = inside(store, code, kind) if kind else {}
    return Reading(
        atlas=atlases[0],
        around=tuple(atlases[1:]),
        inside_kind=kind,
        inside=figures_of(store, list(within), INSIDE_FIGURES),
        inside_places=within,
        is_partial=is_partial(atlases[-1]),
    )


def is_partial(atlas: Atlas) -> bool:
    """Whether the observatory says that the file covers only part of this territory.

    Its counts say it; the figures that compare it to the country may be partial for the country's sake.
    """
    return atlas.figures["sse_establishments"].note == "partial_register"


def compared(store: Store, codes: Sequence[str]) -> list[Atlas]:
    """The atlases to put side by side. Raises TooMany, NoSuchTerritory, NoBuild, NotComparable."""
    wanted = list(dict.fromkeys(codes))
    if len(wanted) > MOST_COMPARED:
        raise TooMany(
            Text(
                f"Impossible de comparer {len(wanted)} territoires : le tableau en montre {MOST_COMPARED} au plus. "
                "Retirez-en pour continuer.",
                f"{len(wanted)} territories cannot be compared: the table shows {MOST_COMPARED} at most. "
                "Remove some to go on.",
            )
        )
    for code in wanted:
        found(store, code)
    atlases = read_atlases(store, wanted) if wanted else []
    same_build(atlases)
    return atlases


def same_build(atlases: Sequence[Atlas]) -> None:
    """Raises NotComparable unless all come from one build, hence one perimeter, one source and one date."""
    if len({atlas.build_id for atlas in atlases}) > 1:
        raise NotComparable(
            Text(
                "Ces chiffres viennent de deux constructions différentes : dates ou périmètres ne sont pas les mêmes, "
                "les comparer tromperait. Relancez la demande : tous seront lus dans la construction actuelle.",
                "These figures come from two different builds: dates or perimeters differ, comparing them would "
                "mislead. Ask again: all will be read from the current build.",
            )
        )


NOTHING_ASKED = Text(
    "Aucun territoire n'est demandé. Donnez au moins un code, par exemple epci:200093201.",
    "No territory is asked for. Give at least one code, for example epci:200093201.",
)
