"""`{% load essaim %}`: words and numbers in the reader's language."""

import json
from datetime import date, datetime

from django import template
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext

from essaim.ui import formats
from essaim.ui.words import language
from essaim.ui.words import say as say_words

register = template.Library()


@register.filter
def say(words: object) -> str:
    """{{ text|say }}: a Text in the active language."""
    return say_words(words)


@register.filter
def number(value: float | None, decimals: int | None = None) -> str:
    """{{ 12345|number }} -> 12 345; {{ 1.25|number:2 }} -> 1,25."""
    return formats.number(None if value == "" else value, language(), decimals)


@register.filter
def percent(value: float | None, decimals: int = 1) -> str:
    """{{ 12.3|percent }} -> 12,3 % (the value is already a percentage)."""
    return formats.percent(None if value == "" else value, language(), decimals)


@register.filter
def euros(value: float | None, decimals: int | None = None) -> str:
    return formats.euros(None if value == "" else value, language(), decimals)


@register.filter
def date_long(value: date | datetime | str | None) -> str:
    return formats.date_long(value, language())


@register.filter
def interval(low: float | None, high: float | None) -> str:
    """{{ low|interval:high }} -> 1 200 à 2 400."""
    return formats.interval(low, high, language())


@register.filter
def at_least(low: float | None) -> str:
    """{{ low|at_least }} -> au moins 1 200: an interval whose top is open."""
    return formats.interval(low, None, language())


@register.simple_tag
def colon() -> str:
    """{{ label }}{% colon %} {{ value }}: after a space that does not break in French, after none in English."""
    return "\u00a0:" if language() == "fr" else ":"


@register.simple_tag
def term(word: object, definition: object) -> str:
    """{% term "EPCI" definition %}: a word whose meaning appears on hover, on focus and to screen readers."""
    identifier = f"term-{slugify(say_words(word))}"
    return format_html(
        '<span class="term" tabindex="0" aria-describedby="{}">{}'
        '<span class="term-meaning" role="tooltip" id="{}">{}</span></span>',
        identifier,
        say_words(word),
        identifier,
        say_words(definition),
    )


@register.simple_tag
def as_json(value: object) -> str:
    """{% as_json value %}: for a data attribute; escaped as any text."""
    return json.dumps(value or {}, ensure_ascii=False)


@register.simple_tag
def map_words() -> str:
    """The words map.js shows, as JSON for its data attribute; the names of the controls are MapLibre's."""
    return json.dumps(
        {
            "all": gettext("Les {n} lieux de la carte"),
            "first": gettext("Les {n} premiers des {total} lieux de la carte"),
            "visible": gettext("Lieux de la carte affichée : {n}"),
            "visible_first": gettext("Lieux de la carte affichée : {n}, dont voici les premiers"),
            "nothing": gettext("Aucun lieu dans la carte affichée : déplacez-la, ou réduisez-la."),
            "group": gettext("{n} lieux proches"),
            "group_in": gettext("{n} lieux autour de {name}"),
            "in_list": gettext("Voir ces lieux dans la liste"),
            "all_in_list": gettext("Chercher dans la carte affichée"),
            "controls": {
                "Map.Title": gettext("Carte"),
                "NavigationControl.ZoomIn": gettext("Agrandir"),
                "NavigationControl.ZoomOut": gettext("Réduire"),
                "Popup.Close": gettext("Fermer"),
                "CooperativeGesturesHandler.WindowsHelpText": gettext(
                    "Ctrl et la molette agrandissent la carte"
                ),
                "CooperativeGesturesHandler.MacHelpText": gettext("⌘ et la molette agrandissent la carte"),
                "CooperativeGesturesHandler.MobileHelpText": gettext("Deux doigts déplacent la carte"),
            },
        },
        ensure_ascii=False,
    )
