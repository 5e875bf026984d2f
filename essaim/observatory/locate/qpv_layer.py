"""Priority neighbourhoods (quartiers prioritaires de la politique de la ville, QPV) read from a file."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from essaim.law.text import ExplainedError, Text
from essaim.observatory.locate import grids
from essaim.observatory.locate.polygon_file import Polygons, read_polygons

CODE = re.compile(r"Q(?:P\d{6}|N\d{5}[A-Z])")  # 2015: QP059001; 2024: QN05901M
INSEE_CODE = re.compile(r"\d[0-9AB]\d{3}")
CODE_COLUMNS = (
    "codeqp",
    "codeqpv",
    "codeqp24",
    "codeqp2024",
    "codeqp15",
    "codeqp2015",
    "codequartier",
    "code",
)
NAME_COLUMNS = (
    "libqp", "nomqp", "libqpv", "nomqpv", "libqp24", "nomqp24", "libelleqp", "libelleqpv", "nomquartier",
    "libelle", "nom", "name",
)  # fmt: skip


class NotPriorityNeighbourhoods(ExplainedError):
    """The layer holds something else than QPV; often the outlines of the communes that have some."""


@dataclass(frozen=True)
class QpvLayer:
    """QPV sorted by code: `codes`, `names` (arrays of text) and `shapes` (valid polygons, WGS 84).

    `repaired` are codes whose outline crossed itself; `dropped` file rows without outline or code;
    `reprojected_from` the EPSG number the file was really in, None when it was already WGS 84.
    """

    codes: Any
    names: Any
    shapes: Any
    repaired: tuple[str, ...] = ()
    dropped: tuple[int, ...] = ()
    reprojected_from: int | None = None
    source: str = ""

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def edges(self) -> dict[int, tuple[Any, Any]]:
        """EPSG -> (tree of the edges' segments in metres, index of the QPV each segment belongs to)."""
        centre = shapely.get_coordinates(shapely.centroid(self.shapes)).T
        zones = grids.grid_of(*centre) if len(self) else np.zeros(0, dtype=np.int64)
        return {
            int(epsg): self._segments(np.flatnonzero(zones == epsg), int(epsg)) for epsg in np.unique(zones)
        }

    def _segments(self, members: Any, epsg: int) -> tuple[Any, Any]:
        shapes = grids.project_shapes(self.shapes[members], 4326, epsg)
        parts, of_part = shapely.get_parts(shapes, return_index=True)
        rings, of_ring = shapely.get_rings(parts, return_index=True)
        points, of_point = shapely.get_coordinates(rings, return_index=True)
        same_ring = of_point[1:] == of_point[:-1]
        pairs = np.stack([points[:-1][same_ring], points[1:][same_ring]], axis=1)
        owners = members[of_part[of_ring[of_point[1:][same_ring]]]]
        return shapely.STRtree(shapely.linestrings(pairs)), owners

    def save(self, path: Path) -> None:
        """As GeoParquet that `load_qpv` reads back; the caller swaps files if someone may be reading."""
        table = pa.table(
            {
                "code_qp": pa.array(self.codes.tolist(), pa.string()),
                "lib_qp": pa.array(self.names.tolist(), pa.string()),
                "geometry": pa.array(shapely.to_wkb(self.shapes).tolist(), pa.binary()),
            }
        )
        column = {"encoding": "WKB", "geometry_types": ["Polygon", "MultiPolygon"]}
        geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
        pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), path, compression="zstd")


def load_qpv(path: Path) -> QpvLayer:
    """The QPV of an official file (see `polygon_file` for the formats).

    A QPV drawn in several rows becomes one. Raises UnreadablePolygons and NotPriorityNeighbourhoods.
    """
    polygons = read_polygons(path)
    codes = _codes(polygons)
    names = _names(polygons)
    members: dict[str, list[int]] = {}
    for index, code in enumerate(codes):
        if CODE.fullmatch(code):
            members.setdefault(code, []).append(index)
    ordered = sorted(members)
    shapes = [
        polygons.shapes[rows[0]] if len(rows) == 1 else shapely.union_all(polygons.shapes[rows])
        for rows in (members[code] for code in ordered)
    ]
    codeless = [polygons.rows[index] for index, code in enumerate(codes) if not CODE.fullmatch(code)]
    repaired = {codes[polygons.rows.index(row)] for row in polygons.repaired}
    return QpvLayer(
        codes=np.array(ordered, dtype=object),
        names=np.array([names[members[code][0]] for code in ordered], dtype=object),
        shapes=np.array(shapes, dtype=object),
        repaired=tuple(sorted(repaired & members.keys())),
        dropped=tuple(sorted([*polygons.dropped, *codeless])),
        reprojected_from=polygons.reprojected_from,
        source=Path(path).name,
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _share(values: list[str], pattern: re.Pattern[str]) -> float:
    return sum(bool(pattern.fullmatch(value)) for value in values) / len(values)


def _codes(polygons: Polygons) -> list[str]:
    """The column of codes: by its name first, else the one whose values are QPV codes."""
    columns = {name: [value.upper() for value in values] for name, values in polygons.columns.items()}
    by_name = sorted(
        (CODE_COLUMNS.index(_plain(name)), name) for name in columns if _plain(name) in CODE_COLUMNS
    )
    candidates = [name for _, name in by_name] + [
        name for name in columns if _plain(name) not in CODE_COLUMNS
    ]
    best = max(candidates, key=lambda name: _share(columns[name], CODE), default=None)
    if best is not None and _share(columns[best], CODE) >= 0.5:
        return columns[best]
    name = polygons.path.name
    communal = next((column for column in columns if _share(columns[column], INSEE_CODE) >= 0.9), None)
    if communal is not None:
        raise NotPriorityNeighbourhoods(
            Text(
                fr=f"{name} contient des communes (colonne {communal}), pas des quartiers prioritaires : "
                "un point y serait compté en quartier dès que sa commune en a un. "
                "Donnez les périmètres des QPV (SIG Ville).",
                en=f"{name} holds communes (column {communal}), not priority neighbourhoods: "
                "a point would count as inside as soon as its commune has one. "
                "Give the QPV perimeters (SIG Ville).",
            )
        )
    raise NotPriorityNeighbourhoods(
        Text(
            fr=f"Aucune colonne de {name} ne contient de codes de QPV (QN05901M ou QP059001) ; "
            f"colonnes lues : {', '.join(columns) or 'aucune'}. Donnez le fichier officiel des périmètres.",
            en=f"No column of {name} holds QPV codes (QN05901M or QP059001); columns read: "
            f"{', '.join(columns) or 'none'}. Give the official file of perimeters.",
        )
    )


def _names(polygons: Polygons) -> list[str]:
    for wanted in NAME_COLUMNS:
        for name, values in polygons.columns.items():
            if _plain(name) == wanted:
                return values
    return [""] * len(polygons.rows)
