"""Where records lie: communes by code or by name, positions put right or set aside. A whole batch at a time."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from essaim.observatory.locate import grids
from essaim.observatory.locate.points import communes_at
from essaim.observatory.reference import places
from essaim.organisations.intake.record import Reading, Record
from essaim.organisations.intake.rows import Row, words

BATCH_ROWS = 5_000
DECIMALS = 6
"""Ten centimetres: more figures are noise, and would differ from one machine to another."""
DISTRICT = re.compile(r"\b(cedex|ced)\b.*$|\b[0-9]{1,2}( ?e(me|r)?)?( arrondissement)?$")


def bare(name: str) -> str:
    """A commune's name, comparable: no accents, articles of writing, "cedex" or district number."""
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    text = re.sub(r"[^a-z0-9]+", " ", text).strip()
    text = DISTRICT.sub("", text).strip()
    return re.sub(r"\bste\b", "sainte", re.sub(r"\bst\b", "saint", text))


@cache
def _names() -> Mapping[tuple[str, str], str]:
    """(postcode, name) and (department, name) -> commune, where only one answers."""
    found: dict[tuple[str, str], set[str]] = {}
    for place in places.all_territories().values():
        if place.kind != "commune":
            continue
        name = bare(place.name)
        for postcode in (place.postcodes or "").replace(",", " ").replace("|", " ").split():
            found.setdefault((postcode, name), set()).add(place.id)
        found.setdefault((place.departement or "", name), set()).add(place.id)
    return MappingProxyType({key: next(iter(ids)) for key, ids in found.items() if len(ids) == 1})


def commune_named(name: str, postcode: str) -> str:
    """Today's commune of that name there, "" when none or several answer."""
    if not name:
        return ""
    names, key = _names(), bare(name)
    department = postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]
    for place in (postcode, department, *(("2A", "2B") if department == "20" else ())):
        if place and (place, key) in names:
            return names[place, key]
    return ""


def place_batch(records: Sequence[Record], reading: Reading) -> None:
    """Check positions and communes in place.

    `place` comes with `commune` (a code, maybe old) or `city` (a name), `lon` and `lat` as read (floats or absent).
    """
    with_point = [each for each in records if each.place.get("lon") is not None]
    lon = np.array([each.place["lon"] for each in with_point], dtype=np.float64)
    lat = np.array([each.place["lat"] for each in with_point], dtype=np.float64)
    right = grids.in_france(lon, lat)
    swapped = ~right & grids.in_france(lat, lon)
    found = communes_at(np.where(swapped, lat, lon), np.where(swapped, lon, lat)) if len(lon) else []
    where: dict[int, str] = {}
    for at, each in enumerate(with_point):
        if swapped[at]:
            each.place["lon"], each.place["lat"] = each.place["lat"], each.place["lon"]
            reading.remark(each.line, "swapped", each.key)
        elif not right[at]:
            _drop_point(each.place)
            reading.remark(each.line, "outside", each.key)
            continue
        each.place["lon"] = round(each.place["lon"], DECIMALS)
        each.place["lat"] = round(each.place["lat"], DECIMALS)
        where[id(each)] = found[at]
    for each in records:
        _set_commune(each, where.get(id(each), ""), reading)


def _set_commune(record: Record, found: str, reading: Reading) -> None:
    place = record.place
    city = place.pop("city", "")
    declared = place.get("commune", "")
    if declared:
        current = places.current_commune(declared)
        if current is None:
            reading.remark(record.line, "unknown_commune", record.key, declared)
        elif current[0] != declared:
            reading.remark(record.line, "followed_commune", record.key, f"{declared} → {current[0]}")
        declared = current[0] if current else ""
    declared = declared or commune_named(city, place.get("postcode", ""))
    if city and not declared and not found:
        reading.remark(record.line, "unknown_commune", record.key, city)
    if declared and found and declared != found:
        reading.remark(record.line, "elsewhere", record.key, f"{declared} ≠ {found}")
    commune = declared or found
    if commune:
        place["commune"] = commune
    else:
        place.pop("commune", None)


def _drop_point(place: dict[str, Any]) -> None:
    for name in ("lon", "lat", "position_score"):
        place.pop(name, None)


def point_of(lon: str, lat: str) -> tuple[float, float] | None:
    """Two numbers as written (comma or dot); None when both are empty. ValueError when unreadable."""
    lon, lat = lon.strip().replace(",", "."), lat.strip().replace(",", ".")
    if not lon and not lat:
        return None
    x, y = float(lon), float(lat)
    if not (np.isfinite(x) and np.isfinite(y)):
        raise ValueError(lon)
    return x, y


def set_point(record: Record, lon: str, lat: str, score: str, reading: Reading) -> None:
    """Write the point in `record.place`, or a remark."""
    try:
        point = point_of(lon, lat)
        if point is None:
            reading.remark(record.line, "no_position", record.key)
            return
        record.place["lon"], record.place["lat"] = point
        if score.strip():
            record.place["position_score"] = round(float(score.replace(",", ".")), 4)
    except ValueError:
        for name in ("lon", "lat"):
            record.place.pop(name, None)
        reading.remark(record.line, "unreadable_position", record.key, words(f"{lon} {lat}", 80))


def in_batches(
    rows: Iterable[Row], record_of: Callable[[Row], Record | None], reading: Reading
) -> Iterator[list[Record]]:
    """Records of the rows, placed, some thousands at a time; rows are counted and their problems refused here."""
    batch: list[Record] = []
    for row in rows:
        reading.read_rows += 1
        if row.problem:
            reading.refuse(row.line, row.problem, "", row.detail)
            continue
        record = record_of(row)
        if record is not None:
            batch.append(record)
        if len(batch) >= BATCH_ROWS:
            place_batch(batch, reading)
            yield batch
            batch = []
    place_batch(batch, reading)
    yield batch
