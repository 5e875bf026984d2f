"""The directory's search: one index answers the list, the facets, the map and the exports, so that they agree.

    question = Question.from_query(request.GET)
    answer = search(question, on=timezone.localdate())

The index is derived from the database (see `essaim.ui.search`): `essaim worker` follows its changes. A test, or a
command that has just written, calls `bring_up_to_date()` first.
"""

from essaim.organisations.search.answer import Answer, Cluster, FacetCount, Found
from essaim.organisations.search.engine import bring_up_to_date, every_id, rebuild, search
from essaim.organisations.search.mapping import TileOutside, clusters, generation, tile
from essaim.organisations.search.place import NoSuchPlace, Place, place_of
from essaim.organisations.search.question import Question

__all__ = [
    "Answer",
    "Cluster",
    "FacetCount",
    "Found",
    "NoSuchPlace",
    "Place",
    "Question",
    "TileOutside",
    "bring_up_to_date",
    "clusters",
    "every_id",
    "generation",
    "place_of",
    "rebuild",
    "search",
    "tile",
]
