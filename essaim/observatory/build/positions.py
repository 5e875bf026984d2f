"""Where the SSE establishments are: coordinates, priority neighbourhood, distance to the nearest one.

The official geolocation is taken as it stands when given (its codes are made from finer outlines than those
published); outlines serve for what it does not say.
"""

from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from essaim.observatory.intake import Intake
from essaim.observatory.locate import QpvLayer, distances_to_qpv
from essaim.observatory.locate.grids import LAMBERT_93, project
from essaim.observatory.tables.columns import as_code, as_whole_number, column
from essaim.observatory.tables.engine import Engine

NEAR_M = 300
"""How far from its edge a neighbourhood still counts as near, in metres."""

WHOLE_COUNTRY_QPV = 1000
"""A layer with at least so many neighbourhoods is taken as the whole country's (there are some 1,360)."""

GRID_OF_DEPARTEMENT = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "975": 4467, "976": 4471}
"""EPSG of the register's coordinates overseas; Lambert 93 everywhere else."""

POSITIONS = pa.schema(
    {
        "siret": pa.int64(),
        "lon": pa.float64(),
        "lat": pa.float64(),
        "qpv": pa.string(),
        "qpv_known": pa.bool_(),
        "near_known": pa.bool_(),
        "qpv_distance_m": pa.float64(),
    }
)

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Places:
    """Arrays over the SSE establishments: what the files say of their place."""

    siret: NDArray[np.int64]
    departement: NDArray[Any]
    lon: Floats
    lat: Floats
    qpv: NDArray[Any]
    """Code written by the official geolocation: a neighbourhood, another code when outside, "" when silent."""


def positions(engine: Engine, sse: ir.Table, taken: Intake, qpv: QpvLayer | None) -> pa.Table:
    """One row an SSE establishment, in the shape of POSITIONS. `qpv` is null outside any neighbourhood.

    `qpv_known`: something says whether it is inside one; `near_known`: the distance could be measured.
    """
    found = _places(engine, sse, taken)
    coded = pa.array(found.qpv, pa.string()).dictionary_encode()
    is_code = [code.startswith("Q") for code in coded.dictionary.to_pylist()]
    inside = np.array(is_code, bool)[coded.indices.to_numpy()] if is_code else np.zeros(0, bool)
    said = found.qpv != ""
    codes = np.where(inside, found.qpv, "").astype(object)
    metres = np.full(len(codes), np.nan)
    measured = np.zeros(len(codes), bool)
    if qpv is not None:
        metres, nearest = distances_to_qpv(found.lon, found.lat, qpv)
        measured = np.isfinite(found.lon) & _covered(found.departement, qpv)
        drawn = ~said & measured
        codes[drawn] = np.where(metres[drawn] == 0, nearest[drawn], "")
        said = said | measured
    return pa.table(
        {
            "siret": found.siret,
            "lon": _nullable(found.lon),
            "lat": _nullable(found.lat),
            "qpv": pa.array(codes, pa.string(), mask=codes == ""),
            "qpv_known": said,
            "near_known": measured,
            "qpv_distance_m": _nullable(np.where(measured, metres, np.nan)),
        },
        schema=POSITIONS,
    )


def _places(engine: Engine, sse: ir.Table, taken: Intake) -> Places:
    rows = sse.select("siret", "commune", "x_lambert", "y_lambert")
    if taken.geolocation is not None:
        g = engine.read(taken.geolocation)
        read = g.select(
            siret=as_whole_number(as_code(g.siret)),
            x=column(g, "x").try_cast("float64"),
            y=column(g, "y").try_cast("float64"),
            epsg=column(g, "epsg").try_cast("int64"),
            lon=column(g, "x_longitude").try_cast("float64"),
            lat=column(g, "y_latitude").try_cast("float64"),
            plg=as_code(column(g, "plg_qp24")),
        )
        inner = read.semi_join(rows, "siret")
        names = ("x", "y", "epsg", "lon", "lat", "plg")
        once = inner.group_by("siret").agg(**{name: inner[name].min() for name in names})
        rows = rows.left_join(once, rows.siret == once.siret).select(rows, *[once[name] for name in names])
    table = engine.arrow(rows)
    departement = _departements(table.column("commune"))
    lon, lat = _degrees(table, departement)
    plg = _texts(table, "plg") if "plg" in table.column_names else np.full(table.num_rows, "", object)
    return Places(table.column("siret").to_numpy(), departement, lon, lat, plg)


def _departements(communes: pa.ChunkedArray) -> NDArray[Any]:
    """Department id of each commune id; few communes are repeated over many establishments."""
    coded = communes.combine_chunks().dictionary_encode()
    ids = [code[:3] if code[:2] == "97" else code[:2] for code in coded.dictionary.to_pylist()]
    found: NDArray[Any] = np.array(ids, object)[coded.indices.to_numpy()] if ids else np.array([], object)
    return found


def _degrees(table: pa.Table, departement: NDArray[Any]) -> tuple[Floats, Floats]:
    """Longitude and latitude: as given, else from the file's own projection, else from the register's."""
    size = table.num_rows
    lon, lat = np.full(size, np.nan), np.full(size, np.nan)
    tries: list[tuple[Floats, Floats, NDArray[np.int64]]] = []
    if "lon" in table.column_names:
        tries.append((_floats(table, "lon"), _floats(table, "lat"), np.full(size, 4326)))
        epsg = np.nan_to_num(_floats(table, "epsg"), nan=0).astype(np.int64)
        tries.append((_floats(table, "x"), _floats(table, "y"), epsg))
    grid = np.full(size, LAMBERT_93)
    for code, overseas in GRID_OF_DEPARTEMENT.items():
        grid[departement == code] = overseas
    tries.append((_floats(table, "x_lambert"), _floats(table, "y_lambert"), grid))
    for x, y, epsg in tries:
        wanted = np.isnan(lon) & np.isfinite(x) & np.isfinite(y) & (epsg > 0)
        for one in np.unique(epsg[wanted]):
            here = wanted & (epsg == one)
            lon[here], lat[here] = project(x[here], y[here], int(one), 4326)
    believable = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    return np.where(believable, lon, np.nan), np.where(believable, lat, np.nan)


def _covered(departement: NDArray[Any], qpv: QpvLayer) -> Mask:
    """Whether the layer speaks of each department: a city's file says nothing of the rest of the country.

    The department is written in the code: QN05901M, QP059001, QN97101M.
    """
    if len(qpv) >= WHOLE_COUNTRY_QPV:
        return np.ones(len(departement), bool)
    spoken = {str(code)[2:5].removeprefix("0") for code in qpv.codes}
    return np.isin(departement, sorted(spoken))


def _floats(table: pa.Table, name: str) -> Floats:
    values: Floats = table.column(name).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return values


def _texts(table: pa.Table, name: str) -> NDArray[Any]:
    values: NDArray[Any] = table.column(name).fill_null("").to_numpy(zero_copy_only=False)
    return values


def _nullable(values: Floats) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))
