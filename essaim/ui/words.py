"""The reader's language, and how a `Text` or a lazy string is said in it."""

from django.utils.translation import get_language

from essaim.law.text import Text


def language() -> str:
    """ "fr" or "en": what the request (or the command) has activated; French when nothing is."""
    return "en" if (get_language() or "fr")[:2] == "en" else "fr"


def say(words: object) -> str:
    """A Text in the active language; anything else as its own text; None as nothing."""
    if words is None:
        return ""
    return words.in_(language()) if isinstance(words, Text) else str(words)
