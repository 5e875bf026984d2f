"""Words of the directory in its templates: `{% load directory %}`."""

from django import template

from essaim.law.text import Text
from essaim.organisations.rules.import_words import source_label

register = template.Library()


@register.filter
def source_words(dataset: str) -> Text:
    """How a file the directory was filled from is called; to be said in the reader's language by `say`."""
    return source_label(dataset)
