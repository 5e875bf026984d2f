"""The sentence that says what each chart shows, computed from the figures, in both languages.

Pure. Every sentence is true when the figure is zero, hidden by statistical secrecy, unavailable or tied:
what is not known is said not to be known. The verbs only describe; nothing here claims a cause.
Arguments follow `essaim.observatory.atlas`: figures by id (value, low, high, status, note), slices, years.
"""

from essaim.atlas.sentences.moves import moves, trend
from essaim.atlas.sentences.parts import ages, parts, sizes, where
from essaim.atlas.sentences.said import SMALL_NUMBER, known
from essaim.atlas.sentences.shares import in_doubt, jobs, neighbourhoods, who_employs

__all__ = [
    "SMALL_NUMBER",
    "ages",
    "in_doubt",
    "jobs",
    "known",
    "moves",
    "neighbourhoods",
    "parts",
    "sizes",
    "trend",
    "where",
    "who_employs",
]
