"""The national register's geolocated establishments (Insee, GeolocalisationEtablissement_Sirene), read as is.

The file already says the commune and the QPV of each address (`plg_code_commune`, `plg_qp24`): they come
first, since Insee placed the address itself; outlines answer where it says nothing, and give distances.
"""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from pyproj.exceptions import CRSError

from essaim.law.text import ExplainedError, Text
from essaim.observatory.locate import grids
from essaim.observatory.locate.points import CommuneLayer, communes_at, distances_to_qpv, epci_of
from essaim.observatory.locate.qpv_layer import CODE, QpvLayer
from essaim.observatory.reference import places

BATCH_ROWS = 500_000
NUMBERS = ("x", "y", "x_longitude", "y_latitude")
TEXTS = ("siret", "epsg", "plg_code_commune", "plg_qp24")


class NotTheGeolocatedRegister(ExplainedError):
    """The file is not Insee's, or is damaged; the sentence says what is missing."""


def locate_register(
    source: Path | duckdb.DuckDBPyRelation,
    qpv: QpvLayer | None = None,
    *,
    communes: CommuneLayer | None = None,
    batch_rows: int = BATCH_ROWS,
    progress: Callable[[int], None] | None = None,
) -> Iterator[pa.Table]:
    """Tables of siret, lon, lat, commune, epci, qpv, qpv_distance_m, in the order of the file.

    source: the official Parquet, CSV or zipped CSV, or a DuckDB relation of the same columns, in upper or
    lower case. commune and qpv are bare ids, "" for none. Distances need `qpv`: 10 to 20 s a million rows.
    progress: called with the number of rows done so far.
    Raises NotTheGeolocatedRegister.
    """
    with ExitStack() as stack:
        connection = stack.enter_context(duckdb.connect())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        relation = source
        if not isinstance(source, duckdb.DuckDBPyRelation):
            relation = _open(Path(source), connection, Path(folder))
        done = 0
        for batch in _select(relation).to_arrow_reader(batch_rows):
            yield _located(batch, qpv, communes)
            done += batch.num_rows
            if progress is not None:
                progress(done)


def is_geolocated_register(path: Path) -> bool:
    """Whether a file is named as Insee names it; `locate_register` checks its columns."""
    return path.name.lower().startswith("geolocalisationetablissement_sirene")


def _open(path: Path, connection: duckdb.DuckDBPyConnection, folder: Path) -> duckdb.DuckDBPyRelation:
    try:
        if path.suffix.lower() == ".parquet":
            return connection.read_parquet(str(path))
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive:
                entry = next(name for name in archive.namelist() if name.lower().endswith(".csv"))
                path = Path(archive.extract(entry, folder))
        return connection.read_csv(str(path), all_varchar=True, header=True)
    except (duckdb.Error, zipfile.BadZipFile, StopIteration, OSError) as error:
        raise NotTheGeolocatedRegister(
            Text(
                f"{path.name} ne se lit pas ({error}). Téléchargez à nouveau le fichier de géolocalisation.",
                f"{path.name} cannot be read ({error}). Download the geolocation file again.",
            )
        ) from error


def _select(relation: Any) -> Any:
    columns = {name.lower(): name for name in relation.columns}
    placed = {"x", "y", "epsg"} <= columns.keys() or {"x_longitude", "y_latitude"} <= columns.keys()
    if "siret" not in columns or not placed:
        raise NotTheGeolocatedRegister(
            Text(
                fr="Colonnes attendues : siret, puis x, y, epsg ou x_longitude, y_latitude. "
                f"Colonnes lues : {', '.join(columns)}. Donnez le fichier de géolocalisation de l'Insee.",
                en="Columns expected: siret, then x, y, epsg or x_longitude, y_latitude. "
                f"Columns read: {', '.join(columns)}. Give Insee's geolocation file.",
            )
        )

    def expression(name: str, kind: str) -> str:
        return f'try_cast("{columns[name]}" as {kind})' if name in columns else f"null::{kind}"

    fields = [f"{expression(name, 'double')} as {name}" for name in NUMBERS]
    fields += [f"coalesce({expression(name, 'varchar')}, '') as {name}" for name in TEXTS]
    return relation.project(", ".join(fields))


def _located(batch: pa.RecordBatch, qpv: QpvLayer | None, communes: CommuneLayer | None) -> pa.Table:
    values = {name: batch[name].to_numpy(zero_copy_only=False) for name in (*NUMBERS, *TEXTS)}
    lon, lat = register_points(
        values["x"], values["y"], values["epsg"], values["x_longitude"], values["y_latitude"]
    )
    commune = _declared_communes(values["plg_code_commune"])
    silent = np.flatnonzero(commune == "")
    commune[silent] = communes_at(lon[silent], lat[silent], communes)
    declared = values["plg_qp24"].astype(str)
    codes, where = np.unique(declared, return_inverse=True)
    is_code = np.array([CODE.fullmatch(code) is not None for code in codes], dtype=bool)[where]
    inside = np.where(is_code, declared, "").astype(object)
    metres = np.full(len(lon), np.nan)
    if qpv is not None:
        metres, nearest = distances_to_qpv(lon, lat, qpv)
        inside = np.where((declared == "") & (metres == 0), nearest, inside)
        metres[is_code] = 0.0
    return pa.table(
        {
            "siret": batch["siret"],
            "lon": pa.array(lon, from_pandas=True),
            "lat": pa.array(lat, from_pandas=True),
            "commune": pa.array(commune.tolist(), pa.string()),
            "epci": pa.array(epci_of(commune).tolist(), pa.string()),
            "qpv": pa.array(inside.tolist(), pa.string()),
            "qpv_distance_m": pa.array(metres, from_pandas=True),
        }
    )


def register_points(x: Any, y: Any, epsg: Any, lon: Any = None, lat: Any = None) -> tuple[Any, Any]:
    """Degrees of each row: those given where there are, else x, y from the row's own EPSG; NaN for neither.

    x, y, lon, lat: arrays of floats, NaN for missing; epsg: texts ("2154", "2154.0", "EPSG:2154", "").
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    lon = np.full(len(x), np.nan) if lon is None else np.array(lon, dtype=float)
    lat = np.full(len(x), np.nan) if lat is None else np.array(lat, dtype=float)
    todo = (np.isnan(lon) | np.isnan(lat)) & np.isfinite(x) & np.isfinite(y)
    lon[np.isnan(lat)] = np.nan
    lat[np.isnan(lon)] = np.nan
    labels = np.asarray(epsg).astype(str)
    for label in np.unique(labels[todo]):
        number = label.upper().removeprefix("EPSG:").removesuffix(".0").strip()
        here = np.flatnonzero(todo & (labels == label))
        if number.isdigit():
            try:
                lon[here], lat[here] = grids.project(x[here], y[here], int(number), 4326)
            except CRSError:
                continue
    lost = ~(np.isfinite(lon) & np.isfinite(lat))
    lon[lost], lat[lost] = np.nan, np.nan
    return lon, lat


def _declared_communes(codes: Any) -> Any:
    unique, where = np.unique(codes.astype(str), return_inverse=True)
    current = [places.current_commune(code) for code in unique]
    return np.array([found[0] if found else "" for found in current], dtype=object)[where]
