"""Words shown to people, in the two languages of the product, and errors made of them.

The pure rooms have no Django, hence no gettext: what they say travels as a `Text` and the
page or the command line picks the reader's language at the last moment.
"""

from dataclasses import dataclass
from typing import Any, Self

LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in French and in English."""

    fr: str
    en: str

    def in_(self, language: str) -> str:
        """The sentence in `language` ("fr", "fr-FR", "en_GB"...); French when it is neither."""
        return self.en if language[:2].lower() == "en" else self.fr

    def format(self, **values: object) -> "Text":
        return Text(self.fr.format(**values), self.en.format(**values))

    @classmethod
    def of(cls, value: Any) -> Self:
        """From a YAML mapping {fr: ..., en: ...}; ValueError when one language is missing."""
        if not isinstance(value, dict) or set(value) != set(LANGUAGES) or not all(value.values()):
            raise ValueError(f"a text needs both 'fr' and 'en', got {value!r}")
        return cls(str(value["fr"]).strip(), str(value["en"]).strip())

    def __str__(self) -> str:
        return self.fr


class ExplainedError(Exception):
    """Something a person must be told: one sentence saying what, why, what next."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text
