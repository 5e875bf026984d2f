"""What a territory's atlas shows, question by question: the same for the page and for the paper.

Each section is one question, one chart with its table, one computed sentence, and the definitions it rests on.
Built in the active language. Needs no Django project: charts only ask which language is active.
"""

from essaim.atlas.folio.cells import (
    EMPLOYERS,
    ENTERPRISES,
    ESTABLISHMENTS,
    PARTIAL,
    TERRITORY,
    cell,
    named,
    part,
)
from essaim.atlas.folio.key import KeyFigure, key_figures
from essaim.atlas.folio.sections import Section, sections

__all__ = [
    "EMPLOYERS",
    "ENTERPRISES",
    "ESTABLISHMENTS",
    "PARTIAL",
    "TERRITORY",
    "KeyFigure",
    "Section",
    "cell",
    "key_figures",
    "named",
    "part",
    "sections",
]
