"""Reads over the listed establishments: a page of the list, the points of the map, one category everywhere.

Only what the observatory lists is read: legal persons whose record is public. DuckDB opens the Parquet file of the
build and nothing else; every value from a reader is a bound parameter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, log10, radians, sqrt
from typing import Any

import duckdb
import numpy as np

from essaim.atlas.words import counted
from essaim.observatory.atlas import Place, Slice, labels, places
from essaim.observatory.store import Build, Store

PAGE_SIZE = 50
MOST_POINTS = 4000
"""Beyond, points are gathered into hexagons: a phone cannot draw a region's associations one by one."""
HEXAGONS_ACROSS = 44
LISTED_COLUMNS = (
    "siret",
    "siren",
    "name",
    "sigle",
    "legal_category",
    "naf",
    "sector",
    "family",
    "status",
    "reason_code",
    "employer",
    "size_band",
    "created_on",
    "commune",
    "qpv",
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked of the list; empty strings ask nothing."""

    words: str = ""
    family: str = ""
    sector: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of establishments, as dicts of LISTED_COLUMNS plus `commune_name`, and how many there are in all."""

    rows: list[dict[str, Any]]
    total: int
    page: int
    pages: int


@lru_cache(maxsize=1)
def _engine() -> duckdb.DuckDBPyConnection:
    """One in-memory engine per process; each read takes a cursor of its own, so threads do not wait."""
    return duckdb.connect(":memory:")


def _where(place: Place, filters: Filters) -> tuple[str, list[Any]]:
    conditions, values = ["true"], []
    if place.kind != "country":
        # `kind` is one of the store's own column names, never a reader's text.
        conditions.append(f'"{place.kind}" = ?')
        values.append(place.id)
    for column, wanted in (
        ("family", filters.family),
        ("sector", filters.sector),
        ("status", filters.status),
    ):
        if wanted:
            conditions.append(f"{column} = ?")
            values.append(wanted)
    for word in filters.words.split():
        conditions.append(
            "(contains(strip_accents(lower(coalesce(name, ''))), strip_accents(lower(?)))"
            " or contains(lower(coalesce(sigle, '')), lower(?)) or starts_with(siret, ?))"
        )
        values += [word, word, word]
    return " and ".join(conditions), values


def establishments(
    store: Store, place: Place, filters: Filters = Filters(), page: int = 1, size: int = PAGE_SIZE
) -> Listed:
    """A page of the establishments listed in a territory, by commune then siret; pages out of range are clamped."""
    build = store.current()
    condition, values = _where(place, filters)
    cursor = _engine().cursor()
    source = str(build.parquet("establishments"))
    total = cursor.execute(
        f"select count(*) from read_parquet(?) where {condition}", [source, *values]
    ).fetchall()[0][0]
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    found = cursor.execute(
        f"select {', '.join(LISTED_COLUMNS)} from read_parquet(?) where {condition} "
        f"order by commune, siret limit {int(size)} offset {int((page - 1) * size)}",
        [source, *values],
    ).fetchall()
    known = places(store)
    rows = [dict(zip(LISTED_COLUMNS, row, strict=True)) for row in found]
    for row in rows:
        commune = known.get(f"commune:{row['commune']}")
        row["commune_name"] = commune.name if commune else row["commune"]
    return Listed(rows, total, page, pages)


def one_category(store: Store, codes: Sequence[str], dimension: str, category: str) -> dict[str, Slice]:
    """One category of a breakdown for several territories, by territory code, in one read."""
    label = labels()[dimension][category]
    rows = store.current().read(
        "breakdowns",
        where=[
            ("territory", "in", list(codes)),
            ("dimension", "==", dimension),
            ("category", "==", category),
        ],
    )
    return {
        row["territory"]: Slice(
            category=category,
            label=label,
            enterprises=row["enterprises"],
            establishments=row["establishments"],
            employer_establishments=row["employer_establishments"],
            all_establishments=row["all_establishments"],
            location_quotient=row["location_quotient"],
            status=row["status"],
        )
        for row in rows.to_pylist()
    }


def points(
    store: Store, place: Place, filters: Filters = Filters(status="member"), spoken: str = "fr"
) -> dict[str, Any]:
    """GeoJSON of the establishments listed in a territory: points, or hexagons with a count when there are too many.

    Each feature carries what the map shows of it: `name`, `text`, `url`, and `family` or `shade`.
    """
    build = store.current()
    condition, values = _where(place, filters)
    located = f"{condition} and lon is not null and lat is not null"
    cursor = _engine().cursor()
    source = str(build.parquet("establishments"))
    counting = f"select count(*) from read_parquet(?) where {located}"
    count = cursor.execute(counting, [source, *values]).fetchall()[0][0]
    if count > MOST_POINTS:
        asked = cursor.execute(f"select lon, lat from read_parquet(?) where {located}", [source, *values])
        coordinates = asked.fetchnumpy()
        features = hexagons(np.asarray(coordinates["lon"]), np.asarray(coordinates["lat"]), spoken)
    else:
        asked = cursor.execute(
            f"select lon, lat, siret, coalesce(name, siret), family, sector from read_parquet(?) "
            f"where {located} order by siret",
            [source, *values],
        )
        features = [_point(row, place, spoken) for row in asked.fetchall()]
    return {
        "type": "FeatureCollection",
        "shown": "hexagons" if count > MOST_POINTS else "points",
        "located": count,
        "fictitious": build.manifest.fictitious,
        "vintage": build.manifest.vintage,
        "features": features,
    }


def located(store: Store, place: Place, filters: Filters) -> int:
    """How many establishments the map will show."""
    condition, values = _where(place, filters)
    counting = (
        f"select count(*) from read_parquet(?) where {condition} and lon is not null and lat is not null"
    )
    source = str(store.current().parquet("establishments"))
    return int(_engine().cursor().execute(counting, [source, *values]).fetchall()[0][0])


def _point(row: tuple[Any, ...], place: Place, spoken: str) -> dict[str, Any]:
    lon, lat, siret, name, family, sector = row
    said = [labels()["family"].get(family), labels()["sector"].get(sector)]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]},
        "properties": {
            "siret": siret,
            "name": name,
            "text": " · ".join(label.in_(spoken) for label in said if label),
            "url": f"/atlas/{place.kind}/{place.id}/establishments/?q={siret}",
            "family": family,
            "sector": sector,
        },
    }


def hexagons(
    lon: np.ndarray, lat: np.ndarray, spoken: str = "fr", across: int = HEXAGONS_ACROSS
) -> list[dict[str, Any]]:
    """Counts of points in flat-topped hexagons covering them, about `across` over the wider side.

    `lon`, `lat`: degrees, same length. The hexagons' `count` add up to the number of points; `shade` (1 to 5) goes by
    powers of ten, so that a city does not make everything else pale.
    """
    squeeze = cos(radians(float(np.median(lat))))
    x, y = lon * squeeze, lat
    # Most of the territory sets the size: a few overseas points must not make hexagons as wide as a region.
    wide = max(
        float(np.subtract(*np.quantile(x, [0.98, 0.02]))), float(np.subtract(*np.quantile(y, [0.98, 0.02])))
    )
    side = max(wide / across / sqrt(3), 1e-4)
    q, r = _axial(x / side, y / side)
    cells, counts = np.unique(np.stack([q, r], axis=1), axis=0, return_counts=True)
    top = log10(int(counts.max())) if len(counts) else 0.0
    features = []
    for (column, row), count in zip(cells.tolist(), counts.tolist(), strict=True):
        centre_x = side * 1.5 * column
        centre_y = side * sqrt(3) * (row + column / 2)
        ring = [
            [round((centre_x + side * dx) / squeeze, 5), round(centre_y + side * dy, 5)]
            for dx, dy in _CORNERS
        ]
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [ring]},
                "properties": {
                    "count": count,
                    "name": counted(
                        count, ("établissement", "établissements"), ("establishment", "establishments")
                    ).in_(spoken),
                    "shade": 1 + round(4 * log10(count) / top) if top else 3,
                },
            }
        )
    return features


_HALF = sqrt(3) / 2
_CORNERS = [(1, 0), (0.5, _HALF), (-0.5, _HALF), (-1, 0), (-0.5, -_HALF), (0.5, -_HALF), (1, 0)]


def _axial(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The flat-topped hexagon (column, row) each point falls in, by rounding cube coordinates."""
    q = 2 / 3 * x
    r = -1 / 3 * x + sqrt(3) / 3 * y
    s = -q - r
    rounded_q, rounded_r, rounded_s = np.rint(q), np.rint(r), np.rint(s)
    off_q, off_r, off_s = abs(rounded_q - q), abs(rounded_r - r), abs(rounded_s - s)
    fix_q = (off_q > off_r) & (off_q > off_s)
    fix_r = ~fix_q & (off_r > off_s)
    rounded_q[fix_q] = -rounded_r[fix_q] - rounded_s[fix_q]
    rounded_r[fix_r] = -rounded_q[fix_r] - rounded_s[fix_r]
    return rounded_q.astype(int), rounded_r.astype(int)


def rejected(build: Build) -> list[tuple[str, int]]:
    """How many rows were left out for each reason, most frequent first."""
    by_reason = build.manifest.rejected.get("by_reason", {})
    return sorted(by_reason.items(), key=lambda item: (-item[1], item[0]))
