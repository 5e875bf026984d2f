"""Address files with coordinates: any usual encoding, delimiter and column names; every row is kept.

A row whose coordinates cannot be used stays in its place with a reason, so that what comes out has as many
rows as what went in.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from essaim.law.text import ExplainedError, Text
from essaim.observatory.locate import grids
from essaim.observatory.locate.points import Located

LON_NAMES = ("lon", "longitude", "x_longitude", "lng", "long", "x")
LAT_NAMES = ("lat", "latitude", "y_latitude", "y")
DELIMITERS = (",", ";", "\t", "|")

MISSING, NOT_A_NUMBER, LAMBERT_93, SWAPPED, IMPOSSIBLE = (
    "missing",
    "not_a_number",
    "lambert_93",
    "swapped",
    "impossible",
)
OUTSIDE = "outside"
REASONS = {
    MISSING: Text("coordonnée manquante", "coordinate missing"),
    NOT_A_NUMBER: Text("coordonnée qui n'est pas un nombre", "coordinate is not a number"),
    LAMBERT_93: Text(
        "coordonnées en Lambert 93, pas en degrés : indiquez la projection (EPSG 2154)",
        "coordinates in Lambert 93, not degrees: give the projection (EPSG 2154)",
    ),
    SWAPPED: Text("longitude et latitude inversées", "longitude and latitude swapped"),
    IMPOSSIBLE: Text(
        "coordonnée impossible (longitude de -180 à 180, latitude de -90 à 90)",
        "impossible coordinate (longitude -180 to 180, latitude -90 to 90)",
    ),
    OUTSIDE: Text(
        "hors de toute commune dont le contour est connu", "outside every commune with a known outline"
    ),
}


class UnreadablePoints(ExplainedError):
    """The file cannot be used as a whole; the sentence says why and what to do."""


@dataclass(frozen=True)
class Points:
    """Points as written and as understood, one entry a row of the file.

    lon_text, lat_text: as in the file. lon, lat: degrees (WGS 84), NaN where unusable. lines: line of the
    file where the row starts, the header being line 1. reasons: "" or a key of REASONS.
    """

    lon_text: list[str]
    lat_text: list[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    lines: list[int]
    reasons: list[str]
    encoding: str = "utf-8"
    delimiter: str = ","

    def chunks(self, rows: int) -> Iterator["Points"]:
        """The same points, some rows at a time."""
        for start in range(0, len(self.lines), rows):
            part = slice(start, start + rows)
            yield replace(
                self,
                lon_text=self.lon_text[part],
                lat_text=self.lat_text[part],
                lon=self.lon[part],
                lat=self.lat[part],
                lines=self.lines[part],
                reasons=self.reasons[part],
            )


def decode(content: bytes) -> tuple[str, str]:
    """(text, encoding) from the bytes themselves: UTF-8, UTF-16 with its mark, else Windows' Latin."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16"), "utf-16"
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "cp1252"


def read_points(
    path: Path, *, lon_column: str | None = None, lat_column: str | None = None, epsg: int = 4326
) -> Points:
    """The points of a delimited text file with a header. `epsg`: projection of its numbers, x first.

    Raises UnreadablePoints: missing, empty, binary, or without the columns.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadablePoints(
            Text(
                f"Fichier illisible : {path} ({error.strerror}). Vérifiez le chemin.",
                f"Unreadable file: {path} ({error.strerror}). Check the path.",
            )
        ) from error
    return parse_points(content, path.name, lon_column=lon_column, lat_column=lat_column, epsg=epsg)


def parse_points(
    content: bytes,
    name: str,
    *,
    lon_column: str | None = None,
    lat_column: str | None = None,
    epsg: int = 4326,
) -> Points:
    """As `read_points`, from the bytes of a file called `name`."""
    text, encoding = decode(content)
    if "\0" in text:
        raise UnreadablePoints(
            Text(
                f"{name} n'est pas un fichier texte. Enregistrez-le en CSV.",
                f"{name} is not a text file. Save it as CSV.",
            )
        )
    header_line, _, _ = text.partition("\n")
    if not header_line.strip():
        raise UnreadablePoints(
            Text(
                f"{name} est vide. Sa première ligne doit nommer les colonnes, par exemple lon,lat.",
                f"{name} is empty. Its first line must name the columns, for example lon,lat.",
            )
        )
    delimiter = max(DELIMITERS, key=header_line.count)
    records = _records(text, delimiter)
    _, header = next(records)
    lon_at = _column(header, lon_column, LON_NAMES, name)
    lat_at = _column(header, lat_column, LAT_NAMES, name)
    lines, lon_text, lat_text = [], [], []
    try:
        for line, record in records:
            if record:
                lines.append(line)
                lon_text.append(record[lon_at].strip() if lon_at < len(record) else "")
                lat_text.append(record[lat_at].strip() if lat_at < len(record) else "")
    except csv.Error as error:
        raise UnreadablePoints(
            Text(
                f"{name} ne se lit plus après la ligne {lines[-1] if lines else 1} : {error}. Corrigez-la.",
                f"{name} cannot be read after line {lines[-1] if lines else 1}: {error}. Correct it.",
            )
        ) from error
    lon, lat, reasons = understand(lon_text, lat_text, epsg=epsg)
    return Points(lon_text, lat_text, lon, lat, lines, reasons, encoding, delimiter)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line where it starts, fields) of each record; quoted fields may hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = 1
    for record in reader:
        yield start, record
        start = reader.line_num + 1


def _column(header: list[str], asked: str | None, known: tuple[str, ...], name: str) -> int:
    names = [column.strip().lower() for column in header]
    wanted = (asked.strip().lower(),) if asked else known
    for candidate in wanted:
        if candidate in names:
            return names.index(candidate)
    raise UnreadablePoints(
        Text(
            fr=f"{name} n'a pas de colonne {' ou '.join(wanted)}. Colonnes lues : {', '.join(names)}. "
            "Nommez les vôtres avec --lon-column et --lat-column.",
            en=f"{name} has no column {' or '.join(wanted)}. Columns read: {', '.join(names)}. "
            "Name yours with --lon-column and --lat-column.",
        )
    )


def _number(text: str) -> float:
    """A float, French decimal comma allowed; NaN when it is none."""
    try:
        value = float(text.replace(",", ".").replace("\u202f", "").replace("\xa0", ""))
    except ValueError:
        return float("nan")
    return value if np.isfinite(value) else float("nan")


def understand(
    lon_text: list[str], lat_text: list[str], *, epsg: int = 4326
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str]]:
    """(lon, lat, reasons): degrees, NaN where unusable, and why. epsg: projection of the numbers, x first."""
    x = np.array([_number(text) for text in lon_text], dtype=np.float64)
    y = np.array([_number(text) for text in lat_text], dtype=np.float64)
    missing = np.array([not a or not b for a, b in zip(lon_text, lat_text, strict=True)], dtype=bool)
    unusable = np.isnan(x) | np.isnan(y)
    if epsg != 4326:
        x, y = grids.project(x, y, epsg, 4326)
    with np.errstate(invalid="ignore"):
        impossible = ~((np.abs(x) <= 180) & (np.abs(y) <= 90))
        lambert = impossible & grids.looks_like_lambert_93(x, y)
        swapped = ~grids.in_france(x, y) & grids.in_france(y, x)
    reasons = np.select(
        [missing, unusable, lambert, swapped, impossible],
        [MISSING, NOT_A_NUMBER, LAMBERT_93, SWAPPED, IMPOSSIBLE],
        default="",
    )
    bad = reasons != ""
    x[bad], y[bad] = np.nan, np.nan
    return x, y, reasons.tolist()


ANSWER_COLUMNS = ("lon", "lat", "commune", "epci", "qpv", "qpv_distance_m")


def answers(points: Points, located: Located) -> Iterator[list[str]]:
    """Rows of ANSWER_COLUMNS in the order of the file: coordinates as written, bare codes, metres to a decimetre."""
    columns = (points.lon_text, points.lat_text, located.commune, located.epci, located.qpv)
    for *texts, metres in zip(*columns, located.qpv_distance_m.tolist(), strict=True):
        yield [*texts, "" if np.isnan(metres) else f"{metres:.1f}"]


def outcomes(points: Points, located: Located) -> list[str]:
    """Why each row has no commune (a key of REASONS), "" when it has one."""
    return [
        reason or ("" if commune else OUTSIDE)
        for reason, commune in zip(points.reasons, located.commune, strict=True)
    ]
