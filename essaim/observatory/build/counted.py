"""The engine's part: every count the figures are made of, as small Arrow tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from essaim.law.text import Text
from essaim.observatory.build.positions import NEAR_M, positions
from essaim.observatory.categories import DIMENSIONS
from essaim.observatory.intake import Intake
from essaim.observatory.locate import QpvLayer
from essaim.observatory.progress import Tell
from essaim.observatory.reference import places
from essaim.observatory.tables import candidates as step
from essaim.observatory.tables import listing, lookups, members, numbers
from essaim.observatory.tables.engine import Engine

YEARS_SHOWN = 20
"""How many full calendar years before the extract are shown."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a build is asked. `vintage` is the extract's day; `latest` the last believable creation day;
    `on` the day whose law decides."""

    vintage: date
    latest: date
    on: date

    @property
    def years(self) -> tuple[int, int]:
        """First and last calendar year shown, the last one being full at the extract."""
        return self.vintage.year - YEARS_SHOWN, self.vintage.year - 1


@dataclass(frozen=True, slots=True)
class Lookups:
    """The small tables, inside the engine."""

    decisions: ir.Table
    excluded: list[str]
    legal: list[tuple[int, int]]
    communes: ir.Table
    places_by_number: ir.Table
    membership: members.Membership
    places: ir.Table
    bands: ir.Table
    sectors: ir.Table
    ages: ir.Table


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of the register, inside the engine: everything after this is small."""

    candidates: ir.Table
    repeated: ir.Table | None
    unit_repeats: ir.Table | None
    sse: ir.Table
    members: ir.Table
    units: ir.Table


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts by territory. Columns: see the functions of `tables.members` they come from.

    `denominators` has all territories and sectors; `jobs` is by commune and enterprise; `communes` lists the
    communes that hold at least one establishment; `closures` is None without a history.
    """

    counts: pa.Table
    to_confirm: pa.Table
    denominators: pa.Table
    communes: pa.Table
    jobs: pa.Table
    ages: pa.Table
    positions: pa.Table
    creations: pa.Table
    closures: pa.Table | None
    qpv_communes: pa.Table
    followed: int


def load_lookups(engine: Engine, on: date) -> Lookups:
    """Put the small tables in the engine."""
    territories = pq.read_table(places.TERRITORIES)
    codes = lookups.commune_codes(pq.read_table(places.COMMUNES))
    of_commune, numbered = lookups.membership(territories)
    return Lookups(
        decisions=engine.lookup("decisions", lookups.decisions(on)),
        excluded=lookups.excluded_naf(on),
        legal=lookups.legal_person_categories(on),
        communes=engine.lookup("communes", codes),
        places_by_number=engine.lookup("numbers", lookups.commune_numbers(codes)),
        membership=members.Membership(
            engine.lookup("membership", of_commune), engine.lookup("territory_codes", numbered)
        ),
        places=engine.lookup("places", lookups.commune_places(territories)),
        bands=engine.lookup("bands", lookups.head_count_bands()),
        sectors=engine.lookup("sectors", lookups.division_sectors()),
        ages=engine.lookup("ages", lookups.age_classes()),
    )


def read_rows(
    engine: Engine, taken: Intake, known: Lookups, settings: Settings, qpv: QpvLayer | None, tell: Tell
) -> Rows:
    """Read the big files and keep the rows that matter."""
    tell(Text("Lecture du répertoire", "Reading the register"))
    ess_list = engine.read(taken.ess_list) if taken.ess_list else None
    establishments = engine.read(taken.establishments, record=True)
    with_history = taken.history is not None
    if not with_history:
        # Nobody asks what became of the closed ones: leaving them out is quicker than not finding them.
        establishments = establishments.filter(step.is_active(establishments))
    found, repeated, unit_repeats = _candidates(engine, taken, known, settings, establishments, ess_list)
    tell(Text("Établissements de l'ESS", "SSE establishments"))
    sound = step.sound_rows(found, repeated)
    detailed = step.details(
        establishments, sound.filter(sound["rank"] >= step.TO_CONFIRM), known.places_by_number
    )
    listed = engine.keep("ess_listed", step.listed_units(ess_list)) if ess_list is not None else None
    sse = engine.keep(
        "sse",
        members.sse_rows(
            detailed,
            known.decisions,
            known.bands,
            known.sectors,
            known.ages,
            listed,
            vintage=_day(settings.vintage),
        ),
    )
    tell(Text("Positions", "Positions"))
    placed = engine.lookup("positions", positions(engine, sse, taken, qpv))
    sse = members.with_positions(sse, placed)
    kept = members.with_alone(sse.filter((sse["rank"] == step.MEMBER) & sse.counted))
    return Rows(
        candidates=found,
        repeated=repeated,
        unit_repeats=unit_repeats,
        sse=sse,
        members=engine.keep("members", kept),
        units=step.legal_persons(
            engine.read(taken.units, record=True), known.legal, with_history=with_history
        ),
    )


def _candidates(
    engine: Engine,
    taken: Intake,
    known: Lookups,
    settings: Settings,
    establishments: ir.Table,
    ess_list: ir.Table | None,
) -> tuple[ir.Table, ir.Table | None, ir.Table | None]:
    """The candidates, the SIRET met twice among them, the rows of the units file that say a SIREN again."""
    with_history = taken.history is not None
    units, unit_repeats = engine.read(taken.units, record=True), None
    while True:
        keys = step.unit_keys(units, known.excluded, known.legal, ess_list, with_history=with_history)
        found = engine.keep(
            "candidates",
            step.candidates(
                establishments,
                keys,
                known.decisions,
                known.communes,
                latest=settings.latest,
                with_history=with_history,
            ),
        )
        found, repeated = _checked(engine, found)
        if unit_repeats is not None or repeated is None:
            return found, repeated, unit_repeats
        if not _any(engine, repeated.filter(repeated.first == repeated.last)):
            return found, repeated, None
        # One row of the file twice: it is its unit that is in the units file twice. Keep the first of each.
        unit_repeats = engine.keep(
            "unit_repeats", step.repeated_units(keys, known.decisions, with_history=with_history)
        )
        units = step.first_units(units, unit_repeats)


def _checked(engine: Engine, found: ir.Table) -> tuple[ir.Table, ir.Table | None]:
    """The candidates with the defect of those whose check digits fail, and the SIRET met twice, if any."""
    readable = found.filter(found.defect.isnull() | (found.defect > step.TEXT_DEFECT))
    rows = engine.arrow(readable.select("siret", sound=readable.defect.isnull()))
    siret, sound = rows.column("siret").to_numpy(), rows.column("sound").to_numpy()
    valid = numbers.valid_check_digits(siret)
    if not valid.all():
        found = step.with_check_digits(
            found, engine.lookup("wrong", pa.table({"siret": np.unique(siret[~valid])}))
        )
    if not numbers.has_repeats(siret[valid & sound]):
        return found, None
    repeated = engine.keep("repeated", step.met_twice(found))
    return found, repeated


def _any(engine: Engine, rows: ir.Table) -> bool:
    return bool(engine.arrow(rows.limit(1)).num_rows)


def count(
    engine: Engine, taken: Intake, known: Lookups, rows: Rows, settings: Settings, tell: Tell
) -> Counted:
    """Add everything up, territory by territory."""
    tell(Text("Dénombrements", "Counts"))
    member_rows, membership = rows.members, known.membership
    sound = step.sound_rows(rows.candidates, rows.repeated)
    per_commune = engine.keep(
        "denominators", members.denominators(sound, known.sectors, known.places_by_number)
    )
    parts: list[pa.Table] = []
    for dimension in (members.TOTAL, *DIMENSIONS):
        parts.append(engine.arrow(members.enterprises_and_establishments(member_rows, membership, dimension)))
        parts.append(engine.arrow(members.in_neighbourhoods(member_rows, dimension)))
    first, last = settings.years
    with_history = taken.history is not None
    ever_members = rows.sse.filter(rows.sse["rank"] == step.MEMBER)
    created = ever_members if with_history else member_rows
    closures = None
    if taken.history is not None:
        events = members.closures(engine.read(taken.history))
        by_year = members.closures_by_year(ever_members, events, membership, first=first, last=last)
        closures = engine.arrow(by_year)
    followed = sound.filter(sound.counted & sound.followed)
    return Counted(
        counts=pa.concat_tables([part.cast(COUNTS) for part in parts]),
        to_confirm=engine.arrow(
            members.enterprises_to_confirm(rows.sse.filter(rows.sse.counted), membership)
        ),
        denominators=engine.arrow(members.over_territories(per_commune, membership, ("sector",))),
        communes=engine.arrow(per_commune.select("commune").distinct()),
        jobs=engine.arrow(members.jobs_by_enterprise(member_rows)),
        ages=engine.arrow(members.ages_by_territory(member_rows, membership)),
        positions=engine.arrow(members.positions_by_territory(member_rows, membership, near_m=NEAR_M)),
        creations=engine.arrow(members.creations_by_year(created, membership, first=first, last=last)),
        closures=closures,
        qpv_communes=engine.arrow(members.communes_of_neighbourhoods(rows.sse)),
        followed=_number(engine, followed.count()),
    )


COUNTS = pa.schema(
    {
        "territory": pa.string(),
        "category": pa.string(),
        "dimension": pa.string(),
        "enterprises": pa.int64(),
        "establishments": pa.int64(),
        "employer_establishments": pa.int64(),
    }
)


def listed(engine: Engine, known: Lookups, rows: Rows) -> Iterator[pa.RecordBatch]:
    """The establishments that may be shown, in the shape and the order of `store.ESTABLISHMENTS`."""
    names = listing.unit_names(rows.units, rows.sse)
    yield from engine.batches(listing.establishments(rows.sse, names, known.places))


def left_out(engine: Engine, rows: Rows) -> tuple[pa.Table, pa.Table | None]:
    """Rows not counted: of the establishments (record, reason, siret, detail), of the units (record)."""
    found = engine.arrow(step.rejected_rows(rows.candidates, rows.repeated))
    if rows.unit_repeats is None:
        return found, None
    return found, engine.arrow(rows.unit_repeats.select("record"))


def total_rows(path: Path) -> int:
    """Rows of a Parquet file, read from its foot."""
    return int(pq.read_metadata(path).num_rows)


def _number(engine: Engine, value: ir.IntegerScalar) -> int:
    return int(engine.arrow(value.as_table())[0][0].as_py())


def _day(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day
