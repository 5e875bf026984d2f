"""Small maps drawn on the server as SVG: readable without JavaScript, printable, and good links to click.

Pure. Shapes come from the committed outlines (WGS 84 degrees). Colours are presentation attributes, so that the
PDF has them, and classes, so that the page's tokens (dark mode) replace them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import cos, radians
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

SHADES = ("#fbeecb", "#f3d483", "#dfae38", "#b07c0b", "#6e4a02")
NO_VALUE = "#e6e4dd"
INK = "#1b2330"
PAPER = "#fffdf7"
RULE = "#8a8f93"
HERE = "#f0a500"

# Metropolitan France with Corsica; what lies outside is drawn in boxes beside it.
MAINLAND = shapely.box(-6.0, 41.0, 10.5, 51.5)
INSET_SHARE = 0.16
MARGIN = 4.0
LEGEND_HEIGHT = 48.0
SPECK = 2.5
FACE = "Atkinson Hyperlegible Next, system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class Shape:
    """One territory to draw: its code, its name and its geometry in degrees."""

    code: str
    name: str
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape as an SVG path in the map's own units; `inset` says it lies in a box of its own."""

    code: str
    name: str
    path: str
    centre: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A set of shapes laid out on one sheet."""

    width: float
    height: float
    shapes: tuple[Drawn, ...]
    boxes: tuple[tuple[float, float, float, float], ...]
    places: "dict[str, Projection]" = field(default_factory=dict)
    """Where each shape was put; "" is the main map."""


class Projection:
    """Equirectangular around the middle of `bounds`, fitted in the box (left, top, width, height), north up."""

    def __init__(self, bounds: Sequence[float], box: tuple[float, float, float, float]) -> None:
        west, south, east, north = bounds
        squeeze = cos(radians((south + north) / 2))
        wide = max((east - west) * squeeze, 1e-6)
        high = max(north - south, 1e-6)
        left, top, width, height = box
        scale = min(width / wide, height / high)
        self.factor = np.array([squeeze * scale, -scale])
        self.origin = np.array(
            [
                left + (width - wide * scale) / 2 - west * squeeze * scale,
                top + (height - high * scale) / 2 + north * scale,
            ]
        )

    def __call__(self, lonlat: np.ndarray) -> np.ndarray:
        """(n, 2) degrees to (n, 2) units of the sheet."""
        return lonlat * self.factor + self.origin


def lay_out(
    shapes: Iterable[Shape], width: float = 640.0, height: float = 560.0, margin: float = MARGIN
) -> Sheet:
    """Place shapes on a sheet; overseas ones go to boxes along the bottom when the mainland is there too."""
    shapes = [shape for shape in shapes if not shape.geometry.is_empty]
    if not shapes:
        return Sheet(width, height, (), ())
    inside = [shape for shape in shapes if MAINLAND.intersects(shape.geometry)]
    outside = [shape for shape in shapes if not MAINLAND.intersects(shape.geometry)]
    if not inside:
        inside, outside = shapes, []
    strip = height * INSET_SHARE if outside else 0.0
    main_box = (margin, margin, width - 2 * margin, height - strip - 2 * margin)
    bounds = shapely.total_bounds([shape.geometry for shape in inside])
    if len(outside):
        bounds = shapely.total_bounds([shapely.intersection(shape.geometry, MAINLAND) for shape in inside])
    main = Projection(bounds, main_box)
    places = {"": main} | {shape.code: main for shape in inside}
    drawn = [_draw(shape, main) for shape in inside]
    boxes = []
    each = width / max(len(outside), 1)
    side = min(each, strip)
    for rank, shape in enumerate(outside):
        box = (rank * each + (each - side) / 2 + 3, height - strip + 3, side - 6, strip - 6)
        boxes.append(box)
        inner = (box[0] + 4, box[1] + 4, box[2] - 8, box[3] - 8)
        places[shape.code] = Projection(shape.geometry.bounds, inner)
        drawn.append(_draw(shape, places[shape.code]))
    return Sheet(width, height, tuple(drawn), tuple(boxes), places)


def _draw(shape: Shape, place: Projection) -> Drawn:
    pieces = []
    for polygon in _polygons(shape.geometry):
        for ring in (polygon.exterior, *polygon.interiors):
            pieces.append(_line(place(shapely.get_coordinates(ring))))
    inner = shape.geometry.representative_point()
    x, y = place(np.array([[inner.x, inner.y]]))[0]
    return Drawn(shape.code, shape.name, "".join(pieces), (float(x), float(y)))


def _polygons(geometry: BaseGeometry) -> Iterable[Any]:
    if geometry.geom_type == "Polygon":
        return [geometry]
    return [part for part in getattr(geometry, "geoms", ()) if part.geom_type == "Polygon"]


def _line(points: np.ndarray) -> str:
    """A closed ring to the half unit, points that fall together dropped; "" when it would be a mere speck."""
    on_grid = np.rint(points * 2)
    kept = on_grid[np.append(True, (np.diff(on_grid, axis=0) != 0).any(axis=1))] / 2
    if len(kept) < 4 or np.ptp(kept, axis=0).max() < SPECK:
        return ""
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept[:-1].tolist()) + "Z"


def locator(sheet: Sheet, regions: Sequence[Shape], here: Shape, title: str) -> str:
    """The territory's place in France: regions in outline (`sheet`), the territory filled, a ring when it is small.

    Overseas, the territory is drawn in the box of its region.
    """
    body = [_box(box) for box in sheet.boxes]
    body += [_path(drawn, PAPER, "area-land") for drawn in sheet.shapes]
    inside = here.geometry.representative_point()
    region = next((one for one in regions if one.geometry.intersects(inside)), None)
    place = sheet.places.get(region.code if region else "")
    if place is not None:
        drawn = _draw(here, place)
        body.append(
            f'<path d="{drawn.path}" fill="{HERE}" stroke="{INK}" stroke-width="0.6" class="area-here"/>'
        )
        body.append(_ring(drawn))
    return _svg(sheet, title, "".join(body), "atlas-map is-locator")


def _ring(drawn: Drawn) -> str:
    """A circle around what would be too small to be seen."""
    numbers = [
        float(part) for part in drawn.path.replace("M", " ").replace("L", " ").replace("Z", " ").split()
    ]
    if not numbers:
        x, y = drawn.centre
        size = 0.0
    else:
        xs, ys = numbers[::2], numbers[1::2]
        x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        size = max(max(xs) - min(xs), max(ys) - min(ys))
    if size > 24:
        return ""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="13" fill="none" stroke="{INK}" stroke-width="1.6" class="area-ring"/>'


def choropleth(
    sheet: Sheet,
    values: Mapping[str, float | None],
    title: str,
    *,
    said: Mapping[str, str],
    links: Mapping[str, str] | None = None,
    hidden: frozenset[str] = frozenset(),
    legend: Sequence[tuple[int | None, str]] = (),
) -> str:
    """One shade per class of value; `said` is the text of each shape's tooltip; hidden ones are hatched.

    `legend`: (shade, words), shade -1 for no value and None for the hatching.
    """
    limits = breaks([value for value in values.values() if value is not None])
    body = [f"<defs>{_hatching()}</defs>", *(_box(box) for box in sheet.boxes)]
    for drawn in sheet.shapes:
        value = values.get(drawn.code)
        if drawn.code in hidden:
            path = _path(drawn, "url(#hatch)", "area-hidden", said.get(drawn.code, drawn.name))
        elif value is None:
            path = _path(drawn, NO_VALUE, "area-none", said.get(drawn.code, drawn.name))
        else:
            rank = shade(value, limits)
            path = _path(drawn, SHADES[rank], f"area-shade-{rank + 1}", said.get(drawn.code, drawn.name))
        href = (links or {}).get(drawn.code)
        body.append(
            f"<a href={quoteattr(href)} aria-label={quoteattr(drawn.name)}>{path}</a>" if href else path
        )
    words = _legend(legend, sheet.width, sheet.height)
    taller = replace(sheet, height=sheet.height + (LEGEND_HEIGHT if legend else 0))
    return _svg(taller, title, "".join(body) + words, "atlas-map is-choropleth", interactive=bool(links))


def legend(values: Sequence[float], say: Callable[[float], str]) -> list[tuple[int | None, str]]:
    """The classes of `choropleth` in growing order: their shade and their bounds."""
    if not values:
        return []
    limits = breaks(values)
    edges = [min(values), *limits, max(values)]
    return [
        (
            shade(low, limits),
            say(low) if rank == len(limits) and low == edges[-1] else f"{say(low)} – {say(high)}",
        )
        for rank, (low, high) in enumerate(pairwise(edges))
    ]


def _legend(entries: Sequence[tuple[int | None, str]], width: float, top: float) -> str:
    """Swatches side by side under the map, each with its words."""
    if not entries:
        return ""
    each = min(width / len(entries), 130)
    parts = []
    for rank, (colour, words) in enumerate(entries):
        x = rank * each + MARGIN
        if colour is None:
            fill, css = "url(#hatch)", "area-hidden"
        elif colour < 0:
            fill, css = NO_VALUE, "area-none"
        else:
            fill, css = SHADES[colour], f"area-shade-{colour + 1}"
        parts.append(
            f'<rect x="{x:.1f}" y="{top + 10:.1f}" width="{each - 6:.1f}" height="12" fill="{fill}" class="{css}"/>'
            f'<text x="{x:.1f}" y="{top + 42:.1f}" font-size="16" font-family="{FACE}" fill="{INK}" '
            f'class="fill-ink">{escape(words)}</text>'
        )
    return "".join(parts)


def breaks(values: Sequence[float], classes: int = len(SHADES)) -> list[float]:
    """Lower limits of each class but the first, by quantiles of what is above zero; fewer when few values differ."""
    positive = sorted(value for value in values if value > 0)
    classes = min(classes, len(set(values)))
    if classes < 2 or not positive:
        return []
    limits = {
        positive[min(len(positive) - 1, round(len(positive) * rank / classes))] for rank in range(1, classes)
    }
    return sorted(limit for limit in limits if limit > min(values))


def shade(value: float, limits: Sequence[float]) -> int:
    """Which of the shades a value takes, spread over the whole scale when there are few classes."""
    rank = sum(value >= limit for limit in limits)
    if not limits:
        return len(SHADES) // 2
    return round(rank * (len(SHADES) - 1) / len(limits))


def links_map(sheet: Sheet, links: Mapping[str, str], title: str) -> str:
    """A map to choose from: each shape is a link with its name."""
    body = [_box(box) for box in sheet.boxes]
    for drawn in sheet.shapes:
        href = links.get(drawn.code)
        path = (
            _path(drawn, PAPER, "area-land", drawn.name)
            if href
            else _path(drawn, NO_VALUE, "area-none", drawn.name)
        )
        body.append(
            f"<a href={quoteattr(href)} aria-label={quoteattr(drawn.name)}>{path}</a>" if href else path
        )
    return _svg(sheet, title, "".join(body), "atlas-map is-links", interactive=True)


def _path(drawn: Drawn, fill: str, css: str, tip: str | None = None) -> str:
    tooltip = f"<title>{escape(tip)}</title>" if tip else ""
    return f'<path d="{drawn.path}" fill="{fill}" stroke="{RULE}" stroke-width="0.7" class="{css}">{tooltip}</path>'


def _box(box: tuple[float, float, float, float]) -> str:
    left, top, width, height = (round(side, 1) for side in box)
    return (
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="4" fill="none" stroke="{RULE}" '
        f'stroke-width="0.5" class="area-box"/>'
    )


def _hatching() -> str:
    return (
        '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="{PAPER}" class="area-land"/>'
        f'<line x1="0" y1="0" x2="0" y2="6" stroke="{RULE}" stroke-width="2"/></pattern>'
    )


def _svg(sheet: Sheet, title: str, body: str, css: str, interactive: bool = False) -> str:
    role = "group" if interactive else "img"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {sheet.width:g} {sheet.height:g}" class="{css}" '
        f"role={quoteattr(role)} aria-label={quoteattr(title)}>{body}</svg>"
    )
