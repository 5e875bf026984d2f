"""The whole build, in order. What happens before the last step leaves the store as it was."""

import datetime
import importlib.metadata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from essaim.law.text import ExplainedError, Text
from essaim.observatory.build import rejects
from essaim.observatory.build.breakdowns import breakdowns, years
from essaim.observatory.build.counted import (
    Counted,
    Rows,
    Settings,
    count,
    left_out,
    listed,
    load_lookups,
    read_rows,
)
from essaim.observatory.build.coverage import Coverage, coverage, neighbourhoods
from essaim.observatory.build.figures import Given, figures
from essaim.observatory.build.gate import Jobs, protected_jobs
from essaim.observatory.build.grid import Territories
from essaim.observatory.errors import explained
from essaim.observatory.intake import Intake, intake
from essaim.observatory.locate import QpvLayer, load_qpv
from essaim.observatory.progress import Tell, silent
from essaim.observatory.reference import places
from essaim.observatory.sources.registry import source as source_of
from essaim.observatory.store import TERRITORIES, Build, Draft, Manifest, SourceUsed, Store, in_stored_order
from essaim.observatory.tables.engine import Engine
from essaim.observatory.tables.engine import engine as engine_called


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `rejected`: reason -> rows; `rejected_file`: the report a person can open."""

    build: Build
    vintage: datetime.date
    fictitious: bool
    counts: dict[str, int]
    rejected: dict[str, int]
    rejected_file: Path

    @property
    def sentence(self) -> Text:
        """The counted sentence a command ends with."""
        c, left = self.counts, sum(self.rejected.values())
        return Text(
            f"{c['establishments']} établissements de l'ESS ({c['enterprises']} entreprises) comptés dans "
            f"{c['communes']} communes, {c['territories']} territoires publiés, {left} lignes écartées.",
            f"{c['establishments']} SSE establishments ({c['enterprises']} enterprises) counted in "
            f"{c['communes']} communes, {c['territories']} territories published, {left} rows left out.",
        )


def build(
    source: Path,
    store: Path,
    *,
    engine: str = "duckdb",
    qpv: Path | None = None,
    progress: Tell | None = None,
    on: datetime.date | None = None,
) -> BuildReport:
    """Build the figures of every territory from the official files of `source` and serve them.

    `source`: a folder of official files, or one city-portal file; `store`: the folder of `store.Store`;
    `engine`: "duckdb" or "spark"; `qpv`: outlines of priority neighbourhoods (else those of the folder);
    `on`: the day whose law decides, today by default. Raises an ExplainedError (source, disk, engine,
    interruption, another build under way) and leaves the current build served.
    """
    tell = progress or silent
    today = on or datetime.datetime.now(datetime.UTC).date()
    build_id = f"{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%S%fZ}"
    served = Store(store)
    with explained(str(store)), served.locked(), served.draft(build_id) as draft:
        work = draft.work()
        taken = intake(Path(source), work, tell)
        layer = load_qpv(Path(chosen)) if (chosen := qpv or taken.qpv) else None
        running = engine_called(engine, work)
        try:
            made = _make(running, taken, layer, draft, today, tell)
        finally:
            running.close()
        tell(Text("Mise en service", "Publishing"))
        return _publish(served, draft, taken, made, running.name, today)


class NothingToCount(ExplainedError):
    """The files are well formed but hold nothing a figure could be made of."""


def nothing_to_count(name: str) -> NothingToCount:
    return NothingToCount(
        Text(
            f"« {name} » ne contient aucun établissement actif d'une personne morale dans une commune connue : "
            "rien n'est construit. Vérifiez que les deux fichiers viennent du même mois.",
            f"“{name}” holds no active establishment of a legal person in a known commune: nothing is built. "
            "Check that both files are of the same month.",
        )
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """What is known once every table is written."""

    settings: Settings
    coverage: Coverage
    jobs: Jobs
    counts: dict[str, int]
    rejected: dict[str, int]


def _make(
    running: Engine, taken: Intake, layer: QpvLayer | None, draft: Draft, today: datetime.date, tell: Tell
) -> _Made:
    file = taken.file("establishments")
    # A date taken from the file system says when the file was copied: it cannot call a creation too late.
    latest = max(file.vintage, today) if file.vintage_from == "mtime" else file.vintage
    settings = Settings(vintage=file.vintage, latest=latest, on=today)
    known = load_lookups(running, today)
    rows = read_rows(running, taken, known, settings, layer, tell)
    counted = count(running, taken, known, rows, settings, tell)
    if not counted.communes.num_rows:
        raise nothing_to_count(file.name)
    tell(Text("Secret statistique", "Statistical secrecy"))
    # Figures are made by this process from small arrays while the engine is busy with the list.
    with ThreadPoolExecutor(1) as beside:
        publishing = beside.submit(_write_figures, draft, counted, layer, settings)
        tell(Text("Écriture", "Writing"))
        listed_rows = draft.write("establishments", listed(running, known, rows))
        rejected = _write_rejected(running, taken, rows, draft)
        covered, jobs, territories = publishing.result()
    total = counted.counts.filter(pc.equal(counted.counts.column("dimension"), "total"))
    country = total.filter(pc.equal(total.column("territory"), "country:FR")).to_pylist()
    counts = {
        "territories": territories,
        "communes": counted.communes.num_rows,
        "enterprises": country[0]["enterprises"] if country else 0,
        "establishments": country[0]["establishments"] if country else 0,
        "listed_establishments": listed_rows,
        "followed_commune_codes": counted.followed,
        "unit_rows": taken.file("units").rows,
        "establishment_rows": file.rows,
    }
    return _Made(settings, covered, jobs, counts, rejected)


def _write_figures(
    draft: Draft, counted: Counted, layer: QpvLayer | None, settings: Settings
) -> tuple[Coverage, Jobs, int]:
    """Protect and write every table but the list; what is covered, the jobs, how many territories."""
    reference = pq.read_table(places.TERRITORIES)
    communes = counted.communes.column("commune").to_pylist()
    jobs = protected_jobs(counted.jobs, communes, reference, on=settings.on)
    covered = coverage(communes, reference)
    names = dict(zip(layer.codes, layer.names, strict=True)) if layer is not None else {}
    published = covered.places | neighbourhoods(counted.qpv_communes, names, covered)
    territories = Territories.of(published)
    ordered = [published[code] for code in territories.codes]
    draft.write("territories", pa.Table.from_pylist(ordered, schema=TERRITORIES))
    population = np.array([row["population"] or np.nan for row in ordered], float)
    first, last = settings.years
    given = Given(territories, counted, covered, jobs, population, last)
    draft.write("figures", figures(given))
    parts = breakdowns(counted.counts, counted.denominators, territories)
    draft.write("breakdowns", in_stored_order("breakdowns", parts))
    draft.write("years", years(counted.creations, counted.closures, territories, first, last))
    return covered, jobs, len(territories)


def _write_rejected(running: Engine, taken: Intake, rows: Rows, draft: Draft) -> dict[str, int]:
    report = rejects.report(taken, *left_out(running, rows))
    draft.write("rejected", report)
    path = draft.folder / "rejected.csv"
    rejects.write_csv(report, path)
    draft.seal(path, report.num_rows)
    return rejects.by_reason(report)


def _publish(
    served: Store, draft: Draft, taken: Intake, made: _Made, engine: str, today: datetime.date
) -> BuildReport:
    manifest = Manifest(
        id=draft.id,
        built_at=f"{datetime.datetime.now(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
        engine=engine,
        fictitious=taken.fictitious,
        vintage=made.settings.vintage.isoformat(),
        sources=_sources(taken),
        rejected={"total": sum(made.rejected.values()), "by_reason": made.rejected},
        counts=made.counts,
        coverage=made.coverage.as_json(),
        secrecy=made.jobs.audit,
        essaim_version=_version(),
        sse_rule_on=today.isoformat(),
        files=draft.files,
    )
    build = served.publish(draft, manifest)
    return BuildReport(
        build=build,
        vintage=made.settings.vintage,
        fictitious=taken.fictitious,
        counts=made.counts,
        rejected=made.rejected,
        rejected_file=build.path / "rejected.csv",
    )


def _version() -> str:
    try:
        return importlib.metadata.version("essaim")
    except importlib.metadata.PackageNotFoundError:  # run from a checkout that was not installed
        return "unknown"


def _sources(taken: Intake) -> tuple[SourceUsed, ...]:
    """The files of the person, then the reference the register is joined to. A portal file is told once."""
    found: dict[tuple[str, str], SourceUsed] = {}
    for file in taken.files:
        known = source_of(file.source)
        found.setdefault(
            (file.source, file.name),
            SourceUsed(
                id=file.source,
                name=known.title.fr,
                publisher=known.publisher,
                licence=known.licence,
                url=known.page,
                file=file.name,
                sha256=file.sha256,
                rows=file.rows,
                vintage=file.vintage.isoformat(),
            ),
        )
    return tuple(found.values())
