"""What a rule answers: a decision that carries its reasons and the texts it rests on."""

from dataclasses import dataclass
from datetime import date

from essaim.law.text import Text


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a text, and how far we trust our reading of it.

    `verified` is False when the point was not read in a copy of the official text: pages then
    say "à vérifier" beside it.
    """

    article: str
    source: str
    url: str | None
    checked_on: date
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Never a bare boolean: the page shows `reasons` and cites `citations`."""

    allowed: bool
    reasons: tuple[Text, ...] = ()
    citations: tuple[Citation, ...] = ()
