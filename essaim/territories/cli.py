"""`essaim territories`: where points lie, which territory is meant, and loading them into the database.

`locate` and `search` need no Django and no database; only `load` does.
"""

import csv
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import click
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from essaim.law.text import ExplainedError, Text
from essaim.observatory.locate import CommuneLayer, QpvLayer, load_communes, load_qpv, locate
from essaim.observatory.locate.point_file import (
    ANSWER_COLUMNS,
    REASONS,
    Points,
    answers,
    outcomes,
    read_points,
    understand,
)
from essaim.observatory.locate.register import is_geolocated_register, locate_register
from essaim.observatory.reference import places
from essaim.territories import catalogue, kept_qpv, rules

LONG_ROWS = 100_000  # from there on, a bar shows that something happens
LISTED_ROWS = 1_000
CHUNK_ROWS = 50_000
LANGUAGE = click.option("--lang", envvar="ESSAIM_LANG", default="fr", show_default=True, help="fr or en")

LINE = Text("ligne {line} : {reason} ({lon}, {lat})", "line {line}: {reason} ({lon}, {lat})")
MORE = Text("… et {count} autres lignes non situées.", "… and {count} more rows not located.")
COUNTED = Text(
    "{total} points, {placed} situés, {bad} non situés.",
    "{total} points, {placed} located, {bad} not located.",
)
REGISTER_COUNTED = Text("{total} établissements situés.", "{total} establishments located.")
WORKING = Text("Localisation", "Locating")
NOT_WRITABLE = Text(
    "Impossible d'écrire {path} : {error}. Choisissez un autre fichier.",
    "Cannot write {path}: {error}. Choose another file.",
)
NO_RESULT = Text(
    "Aucun territoire ne correspond à « {text} » : tapez moins de lettres.",
    "No territory matches “{text}”: type fewer letters.",
)
LOADED = Text(
    "{created} territoires créés, {updated} modifiés, {retired} retirés, {unchanged} inchangés.",
    "{created} territories created, {updated} changed, {retired} retired, {unchanged} unchanged.",
)
DRY = Text("Rien n'a été écrit : ajoutez --apply.", "Nothing was written: add --apply.")
QPV_READ = Text(
    "{count} quartiers prioritaires lus dans {name}, {repaired} contours réparés, {dropped} lignes écartées{moved}.",
    "{count} priority neighbourhoods read from {name}, {repaired} outlines repaired, {dropped} rows set aside{moved}.",
)
MOVED = Text(", reprojetés depuis EPSG:{epsg}", ", reprojected from EPSG:{epsg}")
QPV_KEPT = Text("Couche conservée dans {path}.", "Layer kept in {path}.")


def _say(text: Text, lang: str, **values: object) -> None:
    click.echo(text.format(**values).in_(lang), err=True)


@click.group()
def command() -> None:
    """Regions to neighbourhoods; where a point lies."""


@command.command(name="locate")
@click.option("--point", metavar="LON,LAT", help="One point, in degrees.")
@click.option(
    "--file",
    "file",
    type=click.Path(path_type=Path),
    help="CSV with coordinates, or Insee's geolocated register.",
)
@click.option(
    "--qpv",
    type=click.Path(path_type=Path),
    help="Official QPV outlines; by default the layer imported here.",
)
@click.option(
    "--communes", type=click.Path(path_type=Path), help="Finer commune outlines (Admin Express...)."
)
@click.option("--output", type=click.Path(path_type=Path), help="File to write; standard output by default.")
@click.option("--lon-column", help="Column of longitudes (or x).")
@click.option("--lat-column", help="Column of latitudes (or y).")
@click.option("--epsg", type=int, default=4326, show_default=True, help="Projection of the numbers, x first.")
@LANGUAGE
def locate_command(
    point: str | None,
    file: Path | None,
    qpv: Path | None,
    communes: Path | None,
    output: Path | None,
    lon_column: str | None,
    lat_column: str | None,
    epsg: int,
    lang: str,
) -> None:
    """Commune, EPCI, QPV and metres to the nearest QPV of every point, as CSV, in the order given."""
    if (point is None) == (file is None):
        raise click.UsageError("give either --point or --file")
    _check_epsg(epsg)
    layer = load_qpv(qpv) if qpv else kept_qpv.read()
    finer = load_communes(communes) if communes else None
    if file is not None and (is_geolocated_register(file) or file.suffix.lower() == ".parquet"):
        _locate_register(file, layer, finer, output, lang)
        return
    if point is not None:
        points = _one_point(point, epsg, lang)
    else:
        points = read_points(file, lon_column=lon_column, lat_column=lat_column, epsg=epsg)
    reasons = _locate_points(points, layer, finer, output, lang)
    if file is not None:
        _report(points, reasons, lang)


def _check_epsg(epsg: int) -> None:
    # pyproj is only asked when someone names a projection.
    if epsg == 4326:
        return
    from pyproj import CRS  # noqa: PLC0415  # see above
    from pyproj.exceptions import CRSError  # noqa: PLC0415  # see above

    try:
        CRS.from_epsg(epsg)
    except CRSError as error:
        raise click.BadParameter(f"no projection has number {epsg}", param_hint="--epsg") from error


def _one_point(text: str, epsg: int, lang: str) -> Points:
    lon_text, separator, lat_text = (part.strip() for part in text.partition(","))
    lon, lat, reasons = understand([lon_text], [lat_text], epsg=epsg)
    if not separator or reasons[0]:
        said = REASONS[reasons[0]].in_(lang) if reasons[0] else "LON,LAT"
        raise click.BadParameter(f"{text!r}: {said}", param_hint="--point")
    return Points([lon_text], [lat_text], lon, lat, [1], reasons)


def _locate_points(
    points: Points, layer: QpvLayer | None, finer: CommuneLayer | None, output: Path | None, lang: str
) -> list[str]:
    """Write the answers; why each row has no commune, "" when it has one."""
    reasons: list[str] = []
    with _writer(output, lang) as stream, _bar(len(points.lines), lang) as advance:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(ANSWER_COLUMNS)
        for chunk in points.chunks(CHUNK_ROWS):
            located = locate(chunk.lon, chunk.lat, layer, finer)
            writer.writerows(answers(chunk, located))
            reasons.extend(outcomes(chunk, located))
            advance(len(reasons))
    return reasons


def _report(points: Points, reasons: list[str], lang: str) -> None:
    rows = zip(points.lines, reasons, points.lon_text, points.lat_text, strict=True)
    bad = [row for row in rows if row[1]]
    for line, reason, lon, lat in bad[:LISTED_ROWS]:
        _say(LINE, lang, line=line, reason=REASONS[reason].in_(lang), lon=lon[:40], lat=lat[:40])
    if len(bad) > LISTED_ROWS:
        _say(MORE, lang, count=len(bad) - LISTED_ROWS)
    _say(COUNTED, lang, total=len(reasons), placed=len(reasons) - len(bad), bad=len(bad))


def _locate_register(
    file: Path, layer: QpvLayer | None, finer: CommuneLayer | None, output: Path | None, lang: str
) -> None:
    done = 0
    with _bar(None, lang) as advance:
        tables = locate_register(file, layer, communes=finer, progress=advance)
        if output is not None and output.suffix.lower() == ".parquet":
            done = _write_parquet(tables, output, lang)
        else:
            with _writer(output, lang) as stream:
                writer = csv.writer(stream, lineterminator="\n")
                for table in tables:
                    if not done:
                        writer.writerow(table.column_names)
                    writer.writerows(zip(*(column.to_pylist() for column in table.columns), strict=True))
                    done += table.num_rows
    _say(REGISTER_COUNTED, lang, total=done)


def _write_parquet(tables: Iterable[pa.Table], output: Path, lang: str) -> int:
    done = 0
    writer = None
    with _beside(output, lang) as path:
        for table in tables:
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table)
            done += table.num_rows
        if writer is not None:
            writer.close()
    return done


@contextmanager
def _beside(output: Path, lang: str) -> Iterator[Path]:
    """A file that takes the place of `output` only once whole: an interruption leaves what was there."""
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        yield part
        if part.exists():
            part.replace(output)
    except OSError as error:
        raise ExplainedError(NOT_WRITABLE.format(path=output, error=error.strerror or error)) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _writer(output: Path | None, lang: str) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    with _beside(output, lang) as path, path.open("w", encoding="utf-8", newline="") as stream:
        yield stream


@contextmanager
def _bar(rows: int | None, lang: str) -> Iterator[Any]:
    """A function told how many rows are done; it draws on stderr when the work is long."""
    console = Console(stderr=True)
    if (rows is not None and rows < LONG_ROWS) or not console.is_terminal:
        yield lambda _done: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,}"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task(WORKING.in_(lang), total=rows)
        yield lambda done: progress.update(task, completed=done)


@command.command()
@click.argument("text")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(places.KINDS), help="Only these kinds.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 1000))
@LANGUAGE
def search(text: str, kinds: tuple[str, ...], limit: int, lang: str) -> None:
    """Territories a person may mean, best first: code, name, nature, inhabitants."""
    query = rules.normalise(text)
    entries = list(catalogue.reference_entries())
    layer = kept_qpv.read()
    if layer is not None:
        entries.extend(catalogue.qpv_entries(layer))
    ranked = []
    for index, entry in enumerate(entries):
        if kinds and entry.kind not in kinds:
            continue
        rank = rules.rank(
            query, name=entry.search_name, identifier=entry.identifier, words=entry.search_words
        )
        if rank is not None:
            key = rules.order(rank, population=entry.population, kind=entry.kind, code=entry.code)
            ranked.append((key, index))
    if not ranked:
        raise ExplainedError(NO_RESULT.format(text=text))
    for _, index in sorted(ranked)[:limit]:
        entry = entries[index]
        nature = places.NATURE_LABELS[entry.nature].in_(lang)
        click.echo(f"{entry.code}\t{entry.name}\t{nature}\t{entry.population or ''}")


@command.command(name="import-qpv")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", is_flag=True, help="Keep the layer; without it, only check.")
@LANGUAGE
def import_qpv(file: Path, apply: bool, lang: str) -> None:
    """Check official QPV outlines and keep them, used from then on by locate, load and the maps."""
    layer = load_qpv(file)
    moved = MOVED.format(epsg=layer.reprojected_from) if layer.reprojected_from else Text("", "")
    values = {
        "count": len(layer),
        "name": file.name,
        "repaired": len(layer.repaired),
        "dropped": len(layer.dropped),
    }
    click.echo(QPV_READ.in_(lang).format(**values, moved=moved.in_(lang)))
    if not apply:
        click.echo(DRY.in_(lang))
        return
    click.echo(QPV_KEPT.format(path=kept_qpv.keep(layer)).in_(lang))


@command.command()
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="Date of the act, YYYY-MM-DD; today by default."
)
@click.option("--apply", is_flag=True, help="Write; without it, only count.")
@LANGUAGE
def load(on: datetime | None, apply: bool, lang: str) -> None:
    """Put the reference, and the imported QPV, into the database."""
    # Django is set up here and nowhere else in this file: locate and search answer without it.
    import django  # noqa: PLC0415  # see above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
    django.setup()
    from essaim.territories.operations import load_territories  # noqa: PLC0415  # models need Django set up

    day: date = on.date() if on else datetime.now(ZoneInfo("Europe/Paris")).date()
    loaded = load_territories(on=day, qpv=kept_qpv.read(), apply=apply)
    counts = {name: getattr(loaded, name) for name in ("created", "updated", "retired", "unchanged")}
    click.echo(LOADED.format(**counts).in_(lang))
    if not apply and loaded.changed:
        click.echo(DRY.in_(lang))
