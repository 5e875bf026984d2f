"""What a map of results is made of: its tiles, where it opens, what is drawn under the points."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from essaim.law.rules.sse_words import STATUS_LABELS
from essaim.organisations import search as engine
from essaim.organisations.forms import criteria
from essaim.organisations.queries.places import territories_of_commune
from essaim.organisations.search import Answer, Question
from essaim.organisations.search.mapping import generation
from essaim.ui.words import say

INNER = {"region": "departement", "departement": "epci", "epci": "commune", "ept": "commune"}
"""What is drawn under the points of a territory: what it is made of."""
FRANCE = (-5.2, 41.3, 9.6, 51.1)
WIDE_ZOOM, CLOSE_ZOOM, FEW = 5, 9, 4
"""Results gathered in a few cells of the first zoom are looked at again with the second, whose cells are small."""
CELL_DEGREES = {WIDE_ZOOM: 1.41, CLOSE_ZOOM: 0.09}
LOCAL_DEGREES = 2.5
"""A map narrower than that shows the communes around; wider, the regions."""

TOKENS = {"member": "leaf", "to_confirm": "honey-ink", "not_member": "brick"}
"""The colour of each status, on the map as on its label."""

Box = tuple[float, float, float, float]


def map_of(question: Question, answer: Answer) -> dict[str, Any]:
    """What part/tiles_map.html takes. The map opens on the place asked, or on what was found."""
    box = bounds(question, answer)
    query = replace(question, page=1, size=Question().size, sort="").to_query()
    tiles = reverse("organisations:tile", kwargs={"z": 11, "x": 22, "y": 33})
    tiles = tiles.replace("11/22/33", "{z}/{x}/{y}")
    return {
        # The state of the index is in the address, so that browsers may keep a tile until it moves.
        "tiles": f"{tiles}?{'&'.join(filter(None, [query, urlencode({'v': generation()})]))}",
        "bounds": ",".join(f"{edge:.4f}" for edge in box),
        "outlines": outlines_address(criteria.place_of(question) or place_of_results(answer, box)),
        "pages": reverse("organisations:search") + "{id}/",
        "list": reverse("organisations:search"),
        "query": replace(question, page=1, bbox=None).to_query(),
        "kinds": {
            code: {"token": TOKENS[code], "words": say(label)} for code, label in STATUS_LABELS.items()
        },
    }


def bounds(question: Question, answer: Answer) -> Box:
    """West, south, east, north: of the box asked, of the place asked (with the distance around), or of the results."""
    if question.bbox:
        return question.bbox
    code = question.around or question.territory
    shape = engine.place_of(code).shape if code else None
    if shape is not None:
        west, south, east, north = shape.bounds
        margin = (question.within_km or (0 if question.territory else 5)) / 100  # a degree is some 100 km
        return west - margin, south - margin, east + margin, north + margin
    if not answer.count:
        return FRANCE
    zoom = WIDE_ZOOM
    found = engine.clusters(question, zoom=zoom, bbox=None)
    if found and len(found) <= FEW:
        zoom = CLOSE_ZOOM
        found = engine.clusters(question, zoom=zoom, bbox=None)
    if not found:
        return FRANCE
    # A cluster is known by its mean: its places lie within a cell of it.
    lon, lat, margin = [each.lon for each in found], [each.lat for each in found], CELL_DEGREES[zoom]
    if all(each.count == 1 for each in found):
        margin = 0.05
    return min(lon) - margin, min(lat) - margin, max(lon) + margin, max(lat) + margin


def place_of_results(answer: Answer, box: Box) -> str:
    """The department of results near one another, to draw its communes under them; "" when they are far apart."""
    commune = next((each.commune for each in answer.items if each.commune), "")
    if not commune or box[2] - box[0] > LOCAL_DEGREES:
        return ""
    return next((code for code in territories_of_commune(commune) if code.startswith("epci:")), "")


def outlines_address(code: str) -> str:
    """Our own outlines, to lay under the points: no tile server of anyone else."""
    kind, _, identifier = code.partition(":")
    if kind == "commune":
        # The communes around it, so that what lies beyond its edge is somewhere.
        code = next((each for each in territories_of_commune(identifier) if each.startswith("epci:")), "")
        kind = code.partition(":")[0]
    if kind in INNER:
        return f"{reverse('territories:outlines')}?{urlencode({'kind': INNER[kind], 'within': code})}"
    return f"{reverse('territories:outlines')}?kind=region"
