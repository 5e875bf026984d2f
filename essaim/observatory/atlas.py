"""The reading door: the figures of a territory, as the pages, the command line and the API show them.

Reads the current build and nothing else; opens only the parts of the files where the territory lies.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from essaim.law.text import ExplainedError, Text
from essaim.observatory.categories import labels
from essaim.observatory.indicators.definition import Definition, Unit, figure_definitions, notes
from essaim.observatory.store import Build, SourceUsed, Store


class NotInThisBuild(ExplainedError):
    """The territory exists nowhere in the build being served."""


@dataclass(frozen=True, slots=True)
class Place:
    """A territory of the build; `population` is None when unknown (always so for a qpv)."""

    code: str
    kind: str
    id: str
    name: str
    nature: str | None
    departement: str | None
    region: str | None
    epci: str | None
    ept: str | None
    population: int | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one territory.

    `value` is a point; `low` and `high` an interval (jobs have only those; `high` None means "at least low").
    All numbers are None unless `status` is "ok"; `note` is a key of `indicators.definition.notes()`.
    """

    id: str
    value: float | None
    low: float | None
    high: float | None
    numerator: float | None
    denominator: float | None
    status: str
    note: str | None
    definition: Definition

    @property
    def unit(self) -> Unit:
        return self.definition.unit

    @property
    def note_text(self) -> Text | None:
        """The note as a sentence, or None."""
        return notes()[self.note] if self.note else None


@dataclass(frozen=True, slots=True)
class Slice:
    """One category of a breakdown; `all_establishments` and `location_quotient` only for sectors."""

    category: str
    label: Text
    enterprises: int | None
    establishments: int | None
    employer_establishments: int | None
    all_establishments: int | None
    location_quotient: float | None
    status: str


@dataclass(frozen=True, slots=True)
class Year:
    """Creations and closures of SSE establishments in a calendar year; None when not known."""

    year: int
    creations: int | None
    closures: int | None
    status: str


@dataclass(frozen=True, slots=True)
class Atlas:
    """Everything published about one territory."""

    territory: Place
    vintage: datetime.date
    fictitious: bool
    sources: tuple[SourceUsed, ...]
    build_id: str
    partial: bool
    """The register covers only part of the country: `country:FR` is the total of the file."""
    figures: dict[str, Figure]
    by_family: list[Slice]
    by_sector: list[Slice]
    by_size: list[Slice]
    by_age: list[Slice]
    by_year: list[Year]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A territory and its figure, for maps and rankings."""

    territory: Place
    figure: Figure


def read_atlas(store: Store, code: str) -> Atlas:
    """The atlas of one territory. Raises NoBuild, NotInThisBuild, StoreDamaged."""
    return read_atlases(store, [code])[0]


def read_atlases(store: Store, codes: list[str]) -> list[Atlas]:
    """The atlases of several territories, in the order asked, all from the same build."""
    build = store.current()
    places = _places(build.path)
    for code in codes:
        if code not in places:
            raise _not_in_this_build(code)
    where = [("territory", "in", codes)]
    figures = _by_territory(build.read("figures", where=where))
    slices = _by_territory(build.read("breakdowns", where=where))
    years = _by_territory(build.read("years", where=where))
    return [
        _atlas(build, places[code], figures.get(code, []), slices.get(code, []), years.get(code, []))
        for code in codes
    ]


def places(store: Store) -> dict[str, Place]:
    """Every territory of the current build, by code."""
    return _places(store.current().path)


def figure_by_territory(store: Store, figure: str, kind: str, within: str | None = None) -> list[Ranked]:
    """One figure for every territory of a kind, in code order; `within` keeps those inside a territory.

    `within` is a territory code: `country:FR` keeps all, `departement:59` the communes (or EPCI...) whose
    record names that department. Raises KeyError for an unknown figure.
    """
    definition = figure_definitions()[figure]
    build = store.current()
    known = _places(build.path)
    rows = build.read(
        "figures",
        where=[("territory", ">=", f"{kind}:"), ("territory", "<", f"{kind};"), ("figure", "==", figure)],
    )
    ranked = []
    for row in rows.to_pylist():
        place = known[row["territory"]]
        if within is None or _inside(place, within):
            ranked.append(Ranked(place, _figure(row, definition)))
    return ranked


def points(store: Store, code: str) -> pa.Table:
    """The SSE establishments listed in a territory (columns of `store.ESTABLISHMENTS`), sorted by commune.

    Members and those to be confirmed; legal persons whose record is public. Raises NotInThisBuild.
    """
    build = store.current()
    place = _places(build.path).get(code)
    if place is None:
        raise _not_in_this_build(code)
    where = None if place.kind == "country" else [(place.kind, "==", place.id)]
    return build.read("establishments", where=where)


def _inside(place: Place, within: str) -> bool:
    kind, _, id_ = within.partition(":")
    if kind == "country" or place.code == within:
        return True
    return kind in ("region", "departement", "epci", "ept") and getattr(place, kind) == id_


def _atlas(
    build: Build,
    place: Place,
    figures: list[dict[str, Any]],
    slices: list[dict[str, Any]],
    years: list[dict[str, Any]],
) -> Atlas:
    manifest = build.manifest
    by_id = {row["figure"]: row for row in figures}
    definitions = figure_definitions()
    return Atlas(
        territory=place,
        vintage=datetime.date.fromisoformat(manifest.vintage),
        fictitious=manifest.fictitious,
        sources=manifest.sources,
        build_id=build.id,
        partial=bool(manifest.coverage.get("partial")),
        figures={key: _figure(by_id[key], one) for key, one in definitions.items() if key in by_id},
        by_family=_slices(slices, "family"),
        by_sector=_slices(slices, "sector"),
        by_size=_slices(slices, "size"),
        by_age=_slices(slices, "age"),
        by_year=[Year(r["year"], r["creations"], r["closures"], r["status"]) for r in years],
    )


def _figure(row: dict[str, Any], definition: Definition) -> Figure:
    numbers = {key: row[key] for key in ("value", "low", "high", "numerator", "denominator")}
    return Figure(id=row["figure"], status=row["status"], note=row["note"], definition=definition, **numbers)


def _slices(rows: list[dict[str, Any]], dimension: str) -> list[Slice]:
    """The categories present, in the dimension's own reading order."""
    found = {row["category"]: row for row in rows if row["dimension"] == dimension}
    columns = (
        "enterprises",
        "establishments",
        "employer_establishments",
        "all_establishments",
        "location_quotient",
        "status",
    )
    return [
        Slice(category=category, label=label, **{column: found[category][column] for column in columns})
        for category, label in labels()[dimension].items()
        if category in found
    ]


def _by_territory(rows: pa.Table) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["territory"], []).append(row)
    return found


@lru_cache(maxsize=3)
def _places(folder: Path) -> dict[str, Place]:
    """Territories of a build. A build never changes once published, so its folder is a safe key."""
    rows = Build(folder.name, folder).read("territories").to_pylist()
    return {row["code"]: Place(**row) for row in rows}


def _not_in_this_build(code: str) -> NotInThisBuild:
    return NotInThisBuild(
        Text(
            f"Le territoire {code} n'est pas dans les chiffres construits. Vérifiez son code "
            "(par exemple epci:200093201) ou construisez avec un fichier qui le couvre.",
            f"Territory {code} is not in the figures built. Check its code (for example epci:200093201) "
            "or build from a file that covers it.",
        )
    )


def as_json(atlas: Atlas, language: str = "fr") -> dict[str, Any]:
    """The atlas as plain values, texts in one language, ready for `json.dumps`."""
    place = atlas.territory
    return {
        "territory": {
            "code": place.code,
            "kind": place.kind,
            "id": place.id,
            "name": place.name,
            "nature": place.nature,
            "population": place.population,
        },
        "vintage": atlas.vintage.isoformat(),
        "fictitious": atlas.fictitious,
        "build": atlas.build_id,
        "partial": atlas.partial,
        "sources": [
            {field: getattr(source, field) for field in source.__slots__} for source in atlas.sources
        ],
        "figures": [_figure_as_json(figure, language) for figure in atlas.figures.values()],
        "by_family": _slices_as_json(atlas.by_family, language),
        "by_sector": _slices_as_json(atlas.by_sector, language),
        "by_size": _slices_as_json(atlas.by_size, language),
        "by_age": _slices_as_json(atlas.by_age, language),
        "by_year": [
            {"year": y.year, "creations": y.creations, "closures": y.closures, "status": y.status}
            for y in atlas.by_year
        ],
    }


def _figure_as_json(figure: Figure, language: str) -> dict[str, Any]:
    note = figure.note_text
    return {
        "id": figure.id,
        "label": figure.definition.label.in_(language),
        "value": _number(figure.value),
        "low": _number(figure.low),
        "high": _number(figure.high),
        "numerator": _number(figure.numerator),
        "denominator": _number(figure.denominator),
        "unit": figure.unit.id,
        "unit_label": figure.unit.label.in_(language),
        "status": figure.status,
        "note": figure.note,
        "note_text": note.in_(language) if note else None,
        "definition": definition_as_json(figure.definition, language),
    }


def _number(value: float | None) -> float | int | None:
    """Counts are stored as floats beside shares; a whole number is written as one."""
    return int(value) if value is not None and value.is_integer() else value


def definition_as_json(definition: Definition, language: str) -> dict[str, Any]:
    """A definition as plain values, texts in one language."""
    denominator = definition.denominator
    return {
        "id": definition.id,
        "label": definition.label.in_(language),
        "numerator": definition.numerator.in_(language),
        "denominator": denominator.in_(language) if denominator else None,
        "perimeter": definition.perimeter.id,
        "perimeter_text": definition.perimeter.text.in_(language),
        "unit": definition.unit.id,
        "source": definition.source.in_(language),
        "vintage": definition.vintage.in_(language),
        "caveat": definition.caveat.in_(language),
        "why_it_matters": definition.why_it_matters.in_(language),
        "confidentiality": definition.confidentiality.class_,
        "confidentiality_reason": definition.confidentiality.reason.in_(language),
        "author": definition.author,
        "checked_on": definition.checked_on.isoformat(),
    }


def _slices_as_json(slices: Iterable[Slice], language: str) -> list[dict[str, Any]]:
    return [
        {
            "category": one.category,
            "label": one.label.in_(language),
            "enterprises": one.enterprises,
            "establishments": one.establishments,
            "employer_establishments": one.employer_establishments,
            "all_establishments": one.all_establishments,
            "location_quotient": one.location_quotient,
            "status": one.status,
        }
        for one in slices
    ]
