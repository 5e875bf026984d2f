"""Reads polygons from the formats official bodies publish in, and puts them in WGS 84, repaired.

GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet, Parquet with a WKB column, and a zip of any of them.
"""

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from essaim.law.text import ExplainedError, Text
from essaim.observatory.locate import grids

PARQUET = (".parquet", ".geoparquet")
VECTOR = (".geojson", ".gpkg", ".fgb", ".shp", ".json")
WKB_COLUMNS = ("geometry", "geom", "wkb", "wkb_geometry", "geometrie")
WGS_84 = 4326


class UnreadablePolygons(ExplainedError):
    """The file does not hold polygons that can be used; the sentence says why and what to do."""


def _refuse(fr: str, en: str) -> UnreadablePolygons:
    return UnreadablePolygons(Text(fr, en))


@dataclass(frozen=True)
class Polygons:
    """Polygons of one file. `shapes` are valid polygons or multipolygons in longitude, latitude (WGS 84).

    `columns` are the text attributes, one value a shape. `rows` are their row numbers in the file, from 1.
    `repaired` and `dropped` hold row numbers; `reprojected_from` an EPSG number, None when already WGS 84.
    """

    path: Path
    shapes: Any
    columns: dict[str, list[str]]
    rows: list[int]
    repaired: list[int] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    reprojected_from: int | None = None


def read_polygons(path: Path) -> Polygons:
    """Polygons of a file, whatever its format and projection.

    Raises UnreadablePolygons: missing, damaged, no polygon, unknown projection or coordinates elsewhere.
    """
    path = Path(path)
    if not path.is_file():
        raise _refuse(
            f"Fichier introuvable : {path}. Vérifiez le chemin.", f"No such file: {path}. Check the path."
        )
    try:
        if path.suffix.lower() in PARQUET:
            wkb, columns, crs = _read_parquet(path)
        else:
            wkb, columns, crs = _read_vector(path)
        shapes = shapely.from_wkb(np.asarray(wkb, dtype=object))
    except (pa.ArrowException, zipfile.BadZipFile, shapely.errors.ShapelyError, OSError, ValueError) as error:
        raise _refuse(
            f"{path.name} ne se lit pas : {error}. Téléchargez-le à nouveau, ou donnez un GeoJSON, "
            "GeoPackage, Shapefile zippé ou Parquet.",
            f"{path.name} cannot be read: {error}. Download it again, or give a GeoJSON, "
            "a GeoPackage, a zipped Shapefile or a Parquet file.",
        ) from error
    return _clean(path, shapes, columns, crs)


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(value).strip()


def _read_parquet(path: Path) -> tuple[list[bytes | None], dict[str, list[str]], Any]:
    file = pq.ParquetFile(path)
    geo = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
    table = file.read()
    name = geo.get("primary_column") or next((c for c in WKB_COLUMNS if c in table.column_names), None)
    if name is None or name not in table.column_names:
        raise _refuse(
            f"{path.name} n'a pas de colonne de géométrie ({', '.join(WKB_COLUMNS)}). "
            "Exportez-le en GeoParquet.",
            f"{path.name} has no geometry column ({', '.join(WKB_COLUMNS)}). Export it as GeoParquet.",
        )
    column = table[name].combine_chunks()
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    if not (pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)):
        raise _refuse(
            f"La colonne {name} de {path.name} n'est pas en WKB. Exportez la géométrie en WKB.",
            f"Column {name} of {path.name} is not WKB. Export the geometry as WKB.",
        )
    crs = geo.get("columns", {}).get(name, {}).get("crs")
    columns = {
        other: [_text(value) for value in table[other].to_pylist()]
        for other in table.column_names
        if other != name and not pa.types.is_nested(table[other].type)
    }
    return column.to_pylist(), columns, crs


def _read_vector(path: Path) -> tuple[Any, dict[str, list[str]], Any]:
    # pyogrio imports pandas and geopandas when they are there, a second that Parquet layers need not pay.
    from pyogrio import raw  # noqa: PLC0415
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415

    where = _entry_of_zip(path) if path.suffix.lower() == ".zip" else str(path)
    try:
        meta, _, wkb, values = raw.read(where)
    except (DataSourceError, DataLayerError) as error:
        raise ValueError(str(error)) from error
    if wkb is None:
        raise _refuse(
            f"{path.name} est un tableau sans contours. Donnez le fichier des périmètres.",
            f"{path.name} is a table without outlines. Give the file of perimeters.",
        )
    columns = {
        str(name): [_text(value) for value in column.tolist()]
        for name, column in zip(meta["fields"], values, strict=True)
    }
    return wkb, columns, meta["crs"]


def _entry_of_zip(path: Path) -> str:
    """The layer to read in an archive: WGS 84 first (the official one holds both), then by format."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(VECTOR)]
    if not names:
        raise _refuse(
            f"L'archive {path.name} ne contient ni GeoJSON, ni GeoPackage, ni Shapefile. Vérifiez-la.",
            f"Archive {path.name} holds no GeoJSON, GeoPackage or Shapefile. Check it.",
        )

    def rank(name: str) -> tuple[bool, int, str]:
        return "wgs84" not in name.lower(), VECTOR.index(Path(name).suffix.lower()), name

    return f"/vsizip/{path.absolute()}/{min(names, key=rank)}"


def _epsg(path: Path, shapes: Any, declared: Any) -> int | str:
    """The projection the numbers are really in: declared, unless their size says otherwise."""
    west, south, east, north = shapely.total_bounds(shapes)
    degrees = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    crs = None
    if declared is not None:
        try:
            crs = CRS.from_user_input(declared)
        except CRSError:
            crs = None
    if crs is not None and crs.is_projected and not degrees:
        return crs.to_epsg() or crs.to_wkt()
    if degrees:
        # RGF93, RGAF09, WGS 84... differ by less than a metre in France.
        return WGS_84
    corners = np.array([west, east]), np.array([south, north])
    if grids.looks_like_lambert_93(*corners).all():
        return grids.LAMBERT_93
    raise _refuse(
        f"Projection inconnue dans {path.name} (abscisses de {west:.0f} à {east:.0f}). "
        "Exportez la couche en WGS 84.",
        f"Unknown projection in {path.name} (x from {west:.0f} to {east:.0f}). Export the layer in WGS 84.",
    )


def _clean(path: Path, shapes: Any, columns: dict[str, list[str]], crs: Any) -> Polygons:
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & (shapely.get_dimensions(shapes) == 2)
    kept = np.flatnonzero(usable)
    if not len(kept):
        raise _refuse(
            f"{path.name} ne contient aucun polygone. Donnez le fichier des contours.",
            f"{path.name} holds no polygon. Give the file of outlines.",
        )
    shapes = shapely.force_2d(shapes[kept])
    epsg = _epsg(path, shapes, crs)
    if epsg != WGS_84:
        shapes = grids.project_shapes(shapes, epsg, WGS_84)
    _check_in_france(path, shapes)
    invalid = ~shapely.is_valid(shapes)
    shapes[invalid] = [_polygonal(shape) for shape in shapely.make_valid(shapes[invalid])]
    hollow = shapely.is_empty(shapes)
    rows = kept + 1
    return Polygons(
        path=path,
        shapes=shapes[~hollow],
        columns={name: [values[i] for i in kept[~hollow]] for name, values in columns.items()},
        rows=rows[~hollow].tolist(),
        repaired=rows[invalid & ~hollow].tolist(),
        dropped=[*(np.flatnonzero(~usable) + 1).tolist(), *rows[hollow].tolist()],
        reprojected_from=None if epsg == WGS_84 or not isinstance(epsg, int) else epsg,
    )


def _polygonal(shape: Any) -> Any:
    """What make_valid left that has a surface (it may add the lines a bow tie collapses into)."""
    parts = shapely.get_parts(shape)
    surfaces = parts[shapely.get_dimensions(parts) == 2]
    return shapely.union_all(surfaces) if len(surfaces) else shapely.Polygon()


def _check_in_france(path: Path, shapes: Any) -> None:
    x, y = shapely.get_coordinates(shapely.point_on_surface(shapely.envelope(shapes))).T
    if grids.in_france(x, y).any():
        return
    if grids.in_france(y, x).any():
        raise _refuse(
            f"Dans {path.name}, longitude et latitude sont inversées. Exportez la longitude en premier.",
            f"In {path.name}, longitude and latitude are swapped. Export longitude first.",
        )
    raise _refuse(
        f"Aucun contour de {path.name} n'est en France. Vérifiez le fichier et sa projection.",
        f"No outline of {path.name} lies in France. Check the file and its projection.",
    )
