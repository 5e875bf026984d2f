"""The atlas pages, one module per kind of page."""

from essaim.atlas.views.category import category
from essaim.atlas.views.choose import choose, suggestions
from essaim.atlas.views.compare import compare
from essaim.atlas.views.establishments import establishments, outlines, points
from essaim.atlas.views.figure_map import figure_map
from essaim.atlas.views.files import download, metadata, pdf
from essaim.atlas.views.method import figure, method, sources
from essaim.atlas.views.territory import territory

__all__ = [
    "category",
    "choose",
    "compare",
    "download",
    "establishments",
    "figure",
    "figure_map",
    "metadata",
    "method",
    "outlines",
    "pdf",
    "points",
    "sources",
    "suggestions",
    "territory",
]
