"""A whole fictitious register, in the official layout, of any size, the same for the same seed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from essaim.law.text import Text
from essaim.observatory.errors import SourceError, explained
from essaim.observatory.intake.provenance import mark_fictitious
from essaim.observatory.progress import Tell, silent
from essaim.observatory.simulate.ground import lay_ground, write_neighbourhoods
from essaim.observatory.simulate.register import (
    NAME,
    Draw,
    establishment_columns,
    establishment_rows,
    lay_facts,
    unit_columns,
    unit_rows,
)
from essaim.observatory.simulate.surroundings import (
    DEFECTS,
    ess_list_columns,
    geolocation_columns,
    history_columns,
    is_listed,
    periods,
    spoiled,
    with_defects,
)
from essaim.observatory.simulate.tables import lay_tables
from essaim.observatory.simulate.write import FORMATS, Pen, earlier_files, move_in
from essaim.observatory.sources import (
    ess_france,
    sirene_establishments,
    sirene_geolocation,
    sirene_history,
    sirene_units,
)

DEMONSTRATION = (
    "epci:200093201",  # Métropole européenne de Lille, then the bodies that touch it
    "epci:200040947",
    "epci:200041960",
    "epci:200072460",
    "epci:245900758",
    "epci:246200299",
    "epci:246200364",
)
NATIONAL_ESTABLISHMENTS = 42_000_000
DEMONSTRATION_ESTABLISHMENTS = 600_000
ON = date(2026, 11, 1)
"""Date of the extract pretended: fixed, so that a demonstration never changes by itself."""
ESTABLISHMENTS_MIN = 100
QPV_STEM = "qpv_fictifs"
MEMORY = "2GiB"


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """files: name -> rows. defects: kind -> rows that carry it on purpose (empty unless `dirty`)."""

    folder: Path
    seed: int
    on: date
    establishments: int
    units: int
    communes: int
    files: dict[str, int]
    defects: dict[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> Text:
        bad = sum(self.defects.values())
        return Text(
            f"Registre fictif écrit dans « {self.folder} » : {self.units} unités légales, "
            f"{self.establishments} établissements, {self.communes} communes, {bad} défauts voulus.",
            f"Fictitious register written to “{self.folder}”: {self.units} legal units, "
            f"{self.establishments} establishments, {self.communes} communes, {bad} intended defects.",
        )


def simulate(
    folder: Path,
    establishments: int | None = None,
    seed: int = 1,
    format: str = "parquet",
    scope: str | Sequence[str] = DEMONSTRATION,
    dirty: bool = False,
    history: bool = True,
    geolocation: bool = True,
    qpv: bool = True,
    ess_list: bool = True,
    on: date = ON,
    threads: int | None = None,
    progress: Tell = silent,
) -> SimulationReport:
    """Write a plausible register under `folder`, marked fictitious in every name and by FICTIF.json.

    establishments: 100 to some tens of millions (None: 42 million when `scope` is "national", else 60,000).
    scope: "national" or territory codes. dirty: a few rows of each defect of `DEFECTS`, counted and reported.
    Rows depend on (establishments, seed, scope, dirty, on) only. Memory is flat. Raises SourceError when the
    folder holds real files, DiskFull, Interrupted, UnknownTerritory.
    """
    if establishments is None:
        establishments = NATIONAL_ESTABLISHMENTS if scope == "national" else DEMONSTRATION_ESTABLISHMENTS
    _check(establishments, format)
    sources = [sirene_units, sirene_establishments, sirene_geolocation, sirene_history, ess_france]
    draw = Draw(seed, establishments, on)
    stems = (QPV_STEM, *(source.STEM for source in sources))
    with explained(str(folder)):
        earlier = earlier_files(folder, stems)
        with TemporaryDirectory(prefix=".simulate-", dir=folder) as room_name:
            room = Path(room_name)
            with _workshop(room, threads) as database:
                communes = lay_ground(database, scope)
                lay_tables(database)
                lay_facts(database, draw, progress)
                pen = Pen(database, room, format, seed, on)
                files, defects = _write_register(pen, draw, dirty, progress)
                files |= _write_rest(pen, draw, history, geolocation, ess_list, progress)
                if qpv:
                    to = room / f"{QPV_STEM}.geojson"
                    files[to.name] = write_neighbourhoods(scope, to)
                    pen.note(to)
            sizes = {"establishments": establishments, "units": draw.units, "communes": communes}
            about = {"seed": seed, "made_on": on.isoformat(), **sizes, "files": files, "defects": defects}
            mark_fictitious(room, **about)
            move_in(room, folder, files, earlier)
    return SimulationReport(folder, seed, on, establishments, draw.units, communes, files, defects)


@contextmanager
def _workshop(room: Path, threads: int | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB file in the folder of the work under way: facts of any size in flat memory."""
    with duckdb.connect(str(room / "facts.duckdb")) as database:
        if threads is not None:
            database.execute(f"SET threads = {int(threads)}")
        database.execute(f"SET memory_limit = '{MEMORY}'")
        database.execute("SET preserve_insertion_order = true")
        database.execute("SET enable_progress_bar = false")
        yield database


def _check(establishments: int, format: str) -> None:
    if establishments < ESTABLISHMENTS_MIN:
        raise SourceError(
            Text(
                f"{establishments} établissements sont trop peu : demandez-en au moins {ESTABLISHMENTS_MIN}.",
                f"{establishments} establishments are too few: ask for at least {ESTABLISHMENTS_MIN}.",
            )
        )
    if format not in FORMATS:
        names = ", ".join(FORMATS)
        raise SourceError(
            Text(
                f"Le format « {format} » n'existe pas. Choisissez parmi : {names}.",
                f"There is no format “{format}”. Choose one of: {names}.",
            )
        )


def _write_register(pen: Pen, draw: Draw, dirty: bool, tell: Tell) -> tuple[dict[str, int], dict[str, int]]:
    tell(Text("Unités légales fictives", "Fictitious legal units"))
    files = dict([pen.write(sirene_units.SOURCE, unit_columns(draw.on), unit_rows(draw))])
    tell(Text("Établissements fictifs", "Fictitious establishments"))
    rows, columns = establishment_rows(draw), establishment_columns(draw.on)
    defects: dict[str, int] = {}
    also = ""
    if dirty:
        rows, columns = with_defects(rows, draw.seed), spoiled(columns, draw.on)
        also = f"{rows} WHERE defect = 'duplicate_siret'"
        counted = f"SELECT defect, count(*) FROM {rows} WHERE defect IS NOT NULL GROUP BY ALL ORDER BY ALL"
        defects = dict.fromkeys(DEFECTS, 0) | dict(pen.database.execute(counted).fetchall())
    files |= dict([pen.write(sirene_establishments.SOURCE, columns, rows, also)])
    return files, defects


def _write_rest(
    pen: Pen, draw: Draw, history: bool, geolocation: bool, ess_list: bool, tell: Tell
) -> dict[str, int]:
    files: dict[str, int] = {}
    if geolocation:
        tell(Text("Géolocalisation fictive", "Fictitious geolocation"))
        rows = f"{establishment_rows(draw)} WHERE located"
        files |= dict([pen.write(sirene_geolocation.SOURCE, geolocation_columns(), rows)])
    if history:
        tell(Text("Historique fictif", "Fictitious history"))
        rows = periods(establishment_rows(draw), draw.on)
        files |= dict([pen.write(sirene_history.SOURCE, history_columns(), rows)])
    if ess_list:
        tell(Text("Liste ESS fictive", "Fictitious SSE list"))
        cells = ", ".join(f'{sql} AS "{name}"' for name, sql in ess_list_columns(NAME).items())
        select = f"SELECT {cells} FROM {unit_rows(draw)} WHERE {is_listed()}"
        files |= dict([pen.copy(select, ess_france.STEM, "csv")])
    return files
