"""What the rooms above show on the pages of the rooms below, without the latter knowing them.

A page says where panels may stand (its place, for instance "organisation"); a room above says here what it puts there:
a title and the name of an address that takes the same single argument as the page (the organisation's id). The page
shows a plain link; with JavaScript, htmx replaces the link by what the address answers to it, a fragment. The address
checks by itself who may read: it answers 403 or 404 and the link stays, or 204 for "nothing to show".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from essaim.law.text import Text


@dataclass(frozen=True)
class Panel:
    """`place`: which page; `link`: the words of the link shown without JavaScript."""

    place: str
    title: Text
    link: Text
    url_name: str


PANELS: Sequence[Panel] = (
    Panel(
        "organisation",
        Text("Marchés publics", "Public contracts"),
        Text("Voir ses marchés publics", "See its public contracts"),
        "procurement:organisation_contracts",
    ),
)
"""In the order in which they are shown."""


def panels_by_place() -> dict[str, list[Panel]]:
    found: dict[str, list[Panel]] = {}
    for panel in PANELS:
        found.setdefault(panel.place, []).append(panel)
    return found
