"""The colours charts are drawn with. In a page the style sheet decides (classes `fill-…`, `stroke-…`);
these plain values are what someone who downloads the SVG gets. Equal to the light tokens of tokens.css (tested)."""

from essaim.law.text import Text

FAMILIES: dict[str, Text] = {
    "association": Text("Association", "Association"),
    "cooperative": Text("Coopérative", "Cooperative"),
    "mutual": Text("Mutuelle", "Mutual society"),
    "foundation": Text("Fondation", "Foundation"),
    "commercial": Text("Société commerciale de l'ESS", "SSE commercial company"),
}

PALETTE: dict[str, str] = {
    "ink": "#1b2330",
    "ink-soft": "#5b6675",
    "paper": "#fffdf7",
    "rule": "#dcd8ca",
    "leaf": "#1f6b52",
    "brick": "#a63a2b",
    "family-association": "#1f57bd",
    "family-cooperative": "#bc8a12",
    "family-mutual": "#149a62",
    "family-foundation": "#961c6b",
    "family-commercial": "#46261b",
    "series-1": "#8a5a00",
    "series-2": "#2058be",
    "series-3": "#159b63",
    "series-4": "#971d6c",
    "series-5": "#5c6776",
}
"""Every value is different, so that a colour met in the drawing names its role."""

SERIES = tuple(f"series-{number}" for number in range(1, 6))
HATCHED = "#dedacc"
"""Stands for "not published" while Vega draws; the finished SVG carries a hatching in its place."""


def family(identifier: str) -> str:
    """The role of a family's colour: "cooperative" -> "family-cooperative"."""
    if identifier not in FAMILIES:
        raise KeyError(f"no family {identifier!r}; there are {list(FAMILIES)}")
    return f"family-{identifier}"
