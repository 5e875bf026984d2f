"""From a Vega-Lite specification to an SVG fit for a page: it scales, speaks, and follows dark mode."""

import hashlib
import json
from functools import lru_cache
from xml.etree import ElementTree

import vl_convert

from essaim.ui.charts.direct import direct
from essaim.ui.colours import HATCHED, PALETTE

SVG = "http://www.w3.org/2000/svg"
WIDTH = 440  # drawn for a phone's column; labels stand above the bars so that nothing is lost there
FONT = "Atkinson Hyperlegible Next, system-ui, sans-serif"
FONT_SIZE = 16
SMALL_SIZE = 14
PADDING = 4

ROLES = {value: role for role, value in PALETTE.items()}


def specification(layers: list[dict[str, object]], height: float) -> dict[str, object]:
    """A full Vega-Lite specification from `layers`. Sizes are fixed, so no font is measured: same SVG everywhere."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": height,
        "padding": PADDING,
        "autosize": {"type": "none"},
        "background": None,
        "layer": layers,
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "text": {"fontSize": FONT_SIZE, "color": PALETTE["ink"]},
            "rule": {"color": PALETTE["rule"]},
        },
    }


def draw(layers: list[dict[str, object]], *, height: float, title: str, description: str) -> str:
    """The finished SVG. About 20 ms the first time a specification is met, nothing afterwards."""
    return _draw(json.dumps(specification(layers, height), sort_keys=True), title, description)


@lru_cache(maxsize=1024)
def _draw(spec: str, title: str, description: str) -> str:
    identifier = "c" + hashlib.sha256(f"{spec}{title}{description}".encode()).hexdigest()[:10]
    root = ElementTree.fromstring(direct(json.loads(spec)) or vl_convert.vegalite_to_svg(spec))  # noqa: S314  # our own drawing
    width, height = root.get("width"), root.get("height")
    root.attrib.clear()
    root.attrib |= {
        "viewBox": f"0 0 {width} {height}",
        "role": "img",
        "aria-labelledby": f"{identifier}-title {identifier}-desc",
    }
    is_hatched = False
    for element in root.iter():
        is_hatched |= _give_roles(element, identifier)
    _name(root, identifier, title, description)
    if is_hatched:
        _add_hatching(root, identifier)
    return _written(root)


def _written(root: ElementTree.Element) -> str:
    """Tags without prefix, as pages need them. Prefixes registered with ElementTree belong to the whole process: a
    library that registers another one for SVG (the second factor's QR code does) must not rename our tags."""
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
    root.set("xmlns", SVG)
    return ElementTree.tostring(root, encoding="unicode")


def _give_roles(element: ElementTree.Element, identifier: str) -> bool:
    """Colours become classes; Vega's own labels go, the drawing being one image with a table beside it."""
    for name in list(element.attrib):
        if name.startswith("aria-") and element.tag != f"{{{SVG}}}svg":
            del element.attrib[name]
    if element.get("role", "").startswith("graphics"):
        del element.attrib["role"]
    element.attrib.pop("style", None)
    classes = []
    for paint in ("fill", "stroke"):
        colour = element.get(paint, "")
        if colour == HATCHED:
            element.set(paint, f"url(#{identifier}-hatch)")
            return True
        if colour in ROLES:
            classes.append(f"{paint}-{ROLES[colour]}")
    if classes:
        element.set("class", " ".join(classes))
    elif "class" in element.attrib:
        del element.attrib["class"]
    return False


def _name(root: ElementTree.Element, identifier: str, title: str, description: str) -> None:
    for position, (tag, words) in enumerate((("title", title), ("desc", description))):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {"id": f"{identifier}-{tag}"})
        element.text = words
        root.insert(position, element)


def _add_hatching(root: ElementTree.Element, identifier: str) -> None:
    definitions = ElementTree.Element(f"{{{SVG}}}defs")
    pattern = ElementTree.SubElement(
        definitions,
        f"{{{SVG}}}pattern",
        {
            "id": f"{identifier}-hatch",
            "width": "6",
            "height": "6",
            "patternUnits": "userSpaceOnUse",
            "patternTransform": "rotate(45)",
        },
    )
    ElementTree.SubElement(
        pattern,
        f"{{{SVG}}}line",
        {"y2": "6", "stroke": PALETTE["ink-soft"], "stroke-width": "2", "class": "stroke-ink-soft"},
    )
    root.insert(2, definitions)


def warm_up() -> None:
    """Start the drawing engine (about 0.4 s, once a process)."""
    draw([], height=1, title="", description="")
