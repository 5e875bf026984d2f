"""Where simulated establishments stand: commune codes as SIRENE writes them, points, neighbourhoods.

Every commune of the scope weighs its population. Points fall in a disc round a point inside the commune;
fictitious priority neighbourhoods are twelve-sided shapes on a ring of that disc, and other points keep off
the ring, so that the code written for an establishment and the outline always agree inside a commune.
"""

import json
import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import Transformer

from essaim.observatory.reference.places import COMMUNES, OUTLINES, all_territories, communes_of
from essaim.observatory.simulate.shares import slots
from essaim.observatory.simulate.tables import number_texts

SLOTS = 1 << 20
DISC = 0.8
"""Radius of the disc, as a share of that of a circle of the commune's area."""
RING = 0.55
QPV_RADIUS_M = 300
QPV_SHARE = 0.15
"""Radius of a neighbourhood: at most this share of the disc's, so that ten of them fit on the ring."""
QPV_POPULATION = 10_000
QPV_EVERY = 40_000
QPV_MAX = 10
QUARTERS_EACH = 16
SIDES = 12
OLD_CODES = 0.003
"""Share of establishments still written under a merged commune's code."""
METRES_PER_DEGREE = 111_320.0

DISTRICTS = {"75056": range(75101, 75121), "69123": range(69381, 69390), "13055": range(13201, 13217)}
EPSG = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471, "977": 5490, "978": 5490}
LAMBERT_93 = 2154


@dataclass(frozen=True, slots=True)
class Centre:
    """The disc of a commune: WGS 84 degrees, radius in metres, grid and its slope at the centre."""

    lon: float
    lat: float
    radius_m: float
    epsg: int
    x: float
    y: float
    x_by_lon: float
    x_by_lat: float
    y_by_lon: float
    y_by_lat: float


def scope_communes(scope: str | Sequence[str]) -> list[str]:
    """Commune ids of "national" or of territory codes (an EPCI may be given as its bare id)."""
    if scope == "national":
        return communes_of("country:FR")
    codes = [scope] if isinstance(scope, str) else list(scope)
    found = {commune for code in codes for commune in communes_of(code if ":" in code else f"epci:{code}")}
    return sorted(found)


def centres(communes: Sequence[str]) -> dict[str, Centre]:
    """The disc of each commune that has an outline and an official grid."""
    table = pq.read_table(OUTLINES, filters=[("kind", "=", "commune"), ("id", "in", list(communes))])
    ids = table["id"].to_pylist()
    shapes = shapely.from_wkb(table["geometry"].to_pylist())
    made: dict[str, Centre] = {}
    for epsg in sorted({_epsg(id) for id in ids} - {0}):
        chosen = [at for at, id in enumerate(ids) if _epsg(id) == epsg]
        inner = shapely.point_on_surface(shapes[chosen])
        lon, lat = shapely.get_x(inner), shapely.get_y(inner)
        project = Transformer.from_crs(4326, epsg, always_xy=True).transform
        x, y = project(lon, lat)
        step = 1e-3
        east, north = project(lon + step, lat), project(lon, lat + step)
        for place, at in enumerate(chosen):
            shrink = math.cos(math.radians(lat[place]))
            area_m2 = float(shapely.area(shapes[at])) * METRES_PER_DEGREE**2 * shrink
            made[ids[at]] = Centre(
                float(lon[place]),
                float(lat[place]),
                DISC * math.sqrt(area_m2 / math.pi),
                epsg,
                float(x[place]),
                float(y[place]),
                float(east[0][place] - x[place]) / step,
                float(north[0][place] - x[place]) / step,
                float(east[1][place] - y[place]) / step,
                float(north[1][place] - y[place]) / step,
            )
    return made


def _epsg(commune: str) -> int:
    """Official grid of a commune; 0 for the Pacific, which the register does not geolocate."""
    return EPSG.get(commune[:3], 0) if commune[:2] in ("97", "98") else LAMBERT_93


def lay_ground(database: duckdb.DuckDBPyConnection, scope: str | Sequence[str]) -> int:
    """Fill `place` (one row per written code), `place_slot` and `quarter`; how many communes are in scope."""
    communes = scope_communes(scope)
    discs = centres(communes)
    codes = neighbourhood_codes(communes, discs)
    old = _old_codes(set(communes))
    places: list[dict[str, object]] = []
    quarters: list[dict[str, object]] = []
    weights: list[float] = []
    for commune in communes:
        for written, weight, facts in _written(commune, old.get(commune, []), discs.get(commune)):
            own = codes.get(commune, [])
            quarters += [
                {"key": len(places) * QUARTERS_EACH + rank, "code_qp": code, "east": east, "north": north}
                for rank, (code, (east, north)) in enumerate(_around(own, discs.get(commune)))
            ]
            places.append({"place": len(places), "written": written, "quarters": len(own), **facts})
            weights.append(weight)
    _fill_places(database, places, quarters, weights)
    return len(communes)


def _written(
    commune: str, old: list[str], disc: Centre | None
) -> Iterator[tuple[str, float, dict[str, object]]]:
    """(code as the register writes it, its weight, what goes with it): districts, and a few old codes."""
    place = all_territories()[f"commune:{commune}"]
    people = float(max(place.population or 0, 1))
    facts: dict[str, object] = {
        "commune_name": _capitals(place.name),
        "postcode": (place.postcodes or "").split(" ")[0] or None,
        "departement": place.departement or commune[:2],
        **{name: getattr(disc, name) if disc else None for name in Centre.__slots__},
    }
    districts = DISTRICTS.get(commune, ())
    for code in districts:
        yield str(code), people / len(districts), facts
    if not districts:
        yield commune, people, facts
    for old_code in old:
        yield old_code, people * OLD_CODES / len(old), facts


def _fill_places(
    database: duckdb.DuckDBPyConnection,
    places: list[dict[str, object]],
    quarters: list[dict[str, object]],
    weights: list[float],
) -> None:
    count = max(SLOTS, 1 << (len(places) * 4).bit_length())
    tables = {
        "place": pa.Table.from_pylist(places, PLACE),
        "quarter": pa.Table.from_pylist(quarters, QUARTER),
        "place_slot": pa.table(
            {
                "slot": pa.array(range(count), pa.int32()),
                "place": pa.array(slots(weights, count), pa.int32()),
            }
        ),
    }
    for name, rows in tables.items():
        database.register("rows_to_fill", rows)
        database.execute(f"CREATE OR REPLACE TABLE {name} AS FROM rows_to_fill")
        database.unregister("rows_to_fill")
    for column in ("written", "commune_name", "postcode", "departement"):
        number_texts(database, "place", column)
    number_texts(database, "quarter", "code_qp", also=("CSZ", "HZ"))


PLACE = pa.schema(
    [
        ("place", pa.int32()),
        ("written", pa.string()),
        ("commune_name", pa.string()),
        ("postcode", pa.string()),
        ("departement", pa.string()),
        ("quarters", pa.int32()),
        ("epsg", pa.int32()),
        *((name, pa.float64()) for name in Centre.__slots__ if name != "epsg"),
    ]
)
QUARTER = pa.schema(
    [("key", pa.int32()), ("code_qp", pa.string()), ("east", pa.float64()), ("north", pa.float64())]
)


def _old_codes(communes: set[str]) -> dict[str, list[str]]:
    table = pq.read_table(COMMUNES, filters=[("how", "=", "merged")])
    found: dict[str, list[str]] = {}
    for code, commune in zip(table["insee_code"].to_pylist(), table["commune"].to_pylist(), strict=True):
        if commune in communes:
            found.setdefault(commune, []).append(code)
    return found


def _capitals(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
    return plain.encode("ascii", "ignore").decode().upper().replace("-", " ").replace("'", " ")


def neighbourhood_codes(communes: Sequence[str], discs: dict[str, Centre]) -> dict[str, list[str]]:
    """Fictitious QPV codes of each commune above 10,000 inhabitants, numbered within its department."""
    known = all_territories()
    numbers: dict[str, int] = {}
    found: dict[str, list[str]] = {}
    large = [c for c in communes if c in discs and (known[f"commune:{c}"].population or 0) > QPV_POPULATION]
    for commune in large:
        place = known[f"commune:{commune}"]
        departement = place.departement or commune[:2]
        for _ in range(min(QPV_MAX, 1 + (place.population or 0) // QPV_EVERY)):
            number = numbers[departement] = numbers.get(departement, 0) + 1
            suffix = "M" if len(departement) == 2 else "I"
            found.setdefault(commune, []).append(f"QN{departement.zfill(3)}{number:02d}{suffix}")
    return found


def _around(codes: list[str], disc: Centre | None) -> Iterator[tuple[str, tuple[float, float]]]:
    """Each neighbourhood with its centre, metres east and north of the commune's."""
    for rank, code in enumerate(codes if disc else ()):
        angle = 2 * math.pi * rank / len(codes)
        ring = RING * disc.radius_m if disc else 0.0
        yield code, (ring * math.cos(angle), ring * math.sin(angle))


def write_neighbourhoods(scope: str | Sequence[str], to: Path) -> int:
    """Write the fictitious neighbourhoods as GeoJSON (code_qp, lib_qp, insee_com...); how many."""
    communes = scope_communes(scope)
    known = all_territories()
    discs = centres(communes)
    features = []
    for commune, codes in neighbourhood_codes(communes, discs).items():
        disc, place = discs[commune], known[f"commune:{commune}"]
        radius = qpv_radius_m(disc.radius_m)
        for rank, (code, (east, north)) in enumerate(_around(codes, disc), start=1):
            turns = [2 * math.pi * side / SIDES for side in (*range(SIDES), 0)]
            corners = [_at(disc, east + radius * math.cos(t), north + radius * math.sin(t)) for t in turns]
            properties = {
                "code_qp": code,
                "lib_qp": f"Quartier fictif {rank} de {place.name}",
                "insee_com": commune,
                "lib_com": place.name,
                "insee_dep": place.departement,
                "fictif": True,
            }
            shape = {"type": "Polygon", "coordinates": [corners]}
            features.append({"type": "Feature", "properties": properties, "geometry": shape})
    layer = {"type": "FeatureCollection", "name": "QPV fictifs", "features": features}
    to.write_text(json.dumps(layer, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return len(features)


def qpv_radius_m(disc_radius_m: float) -> float:
    return min(QPV_RADIUS_M, QPV_SHARE * disc_radius_m)


def _at(disc: Centre, east_m: float, north_m: float) -> list[float]:
    lat = disc.lat + north_m / METRES_PER_DEGREE
    lon = disc.lon + east_m / (METRES_PER_DEGREE * math.cos(math.radians(disc.lat)))
    return [round(lon, 6), round(lat, 6)]
