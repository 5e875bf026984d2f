"""Tables, columns and values of the record as people read them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from essaim.law.text import Text
from essaim.observatory.categories import sectors
from essaim.organisations.forms.owner import territory_words
from essaim.organisations.queries.history import column_of
from essaim.organisations.queries.locating import commune_name
from essaim.organisations.rules import LABELS
from essaim.organisations.rules.cpv import families
from essaim.organisations.rules.profile import ACCESSIBILITY, LANGUAGES, PUBLICS
from essaim.organisations.rules.proposable import PROPOSABLE
from essaim.organisations.rules.timetable import DAY_NAMES, show_day
from essaim.ui.formats import date_long, number
from essaim.ui.words import language, say

NOTHING = "–"
TABLES: Mapping[str, Promise] = {
    "organisation": gettext_lazy("Identité"),
    "site": gettext_lazy("Lieu"),
    "evidence": gettext_lazy("Preuve"),
    "ruling": gettext_lazy("Décision locale"),
    "label": gettext_lazy("Label"),
    "profile": gettext_lazy("Présentation"),
    "offer": gettext_lazy("Offre"),
    "servedzone": gettext_lazy("Zone d'intervention"),
    "photo": gettext_lazy("Photo"),
    "contact": gettext_lazy("Contact"),
    "steward": gettext_lazy("Équipe"),
    "support": gettext_lazy("Appui"),
    "steppresence": gettext_lazy("Maillon"),
}
VERBS: Mapping[str, Promise] = {
    "profile edited": gettext_lazy("Présentation modifiée"),
    "served zone edited": gettext_lazy("Zone d'intervention modifiée"),
    "offer added": gettext_lazy("Offre ajoutée"),
    "offer edited": gettext_lazy("Offre modifiée"),
    "offer removed": gettext_lazy("Offre retirée"),
    "contact added": gettext_lazy("Contact ajouté"),
    "contact edited": gettext_lazy("Contact modifié"),
    "contact removed": gettext_lazy("Contact retiré"),
    "place added": gettext_lazy("Lieu ajouté"),
    "place edited": gettext_lazy("Lieu modifié"),
    "place moved on the map": gettext_lazy("Lieu déplacé sur la carte"),
    "place closed": gettext_lazy("Lieu fermé"),
    "photo added": gettext_lazy("Photo ajoutée"),
    "photo edited": gettext_lazy("Photo modifiée"),
    "photo removed": gettext_lazy("Photo retirée"),
    "claim granted": gettext_lazy("Revendication accordée"),
    "invitation accepted": gettext_lazy("Invitation acceptée"),
    "role in the team changed": gettext_lazy("Rôle changé dans l'équipe"),
    "team left": gettext_lazy("Départ de l'équipe"),
    "team member removed": gettext_lazy("Personne retirée de l'équipe"),
    "record corrected": gettext_lazy("Fiche corrigée par la collectivité"),
    "correction accepted": gettext_lazy("Correction acceptée"),
    "closure accepted": gettext_lazy("Fermeture acceptée"),
    "place proposed and accepted": gettext_lazy("Lieu proposé et accepté"),
}
WHAT: Mapping[str, Promise] = {
    "created": gettext_lazy("ajout"),
    "changed": gettext_lazy("changement"),
    "removed": gettext_lazy("retrait"),
}
CODES: Mapping[str, Mapping[str, Text]] = {
    "publics": PUBLICS,
    "languages": LANGUAGES,
    "accessibility": ACCESSIBILITY,
}


def verb_words(verb: str) -> str:
    """What an act was; a verb of another part of the room is said as it is kept."""
    if verb.startswith("undo: "):
        return _("Annulation : %(what)s") % {"what": verb_words(verb.removeprefix("undo: "))}
    return str(VERBS.get(verb, verb))


def table_words(table: str) -> str:
    return str(TABLES.get(table, table))


def column_words(table: str, column: str) -> str:
    if column == "opening_hours":
        return _("Horaires")
    field = column_of(table, column)
    if field is not None:
        words = str(field.verbose_name)
        return words[:1].upper() + words[1:]
    return say(PROPOSABLE[column].label) if column in PROPOSABLE else column


def value_words(table: str, column: str, value: Any) -> str:
    """One value in one line or a few, never as code."""
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if column in CODES:
        return ", ".join(say(CODES[column].get(code, code)) for code in value)
    if column in ("sectors", "sector"):
        codes = value if isinstance(value, list) else [value]
        return ", ".join(
            say(sectors()[code].label) if code in sectors() else _("Non renseigné") for code in codes
        )
    field = column_of(table, column)
    choices = dict(field.flatchoices) if field is not None and field.choices else {}
    if isinstance(value, str) and value in choices:
        return str(choices[value])
    special = _SPECIAL.get(column)
    if special:
        return special(value)
    return _plain(column, value)


def _plain(column: str, value: Any) -> str:
    if column.endswith(("_on", "_from", "_to")) or column == "since" or isinstance(value, date | datetime):
        return date_long(value, language())
    if isinstance(value, float):
        return number(value, language(), 5)
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} : {part}" for name, part in value.items())
    return str(value)


def _hours(value: Mapping[str, Any]) -> str:
    days = [f"{say(DAY_NAMES[day])} {show_day(value[day], language())}" for day in DAY_NAMES if day in value]
    return " ; ".join([*days, value["note"]] if value.get("note") else days)


def _territories(value: list[str]) -> str:
    return ", ".join(_territory(code) for code in value)


def _territory(code: str) -> str:
    try:
        return territory_words(code)
    except KeyError:
        return code


_SPECIAL = {
    "opening_hours": _hours,
    "links": lambda value: ", ".join(
        f"{each.get('label', '')} {each.get('url', '')}".strip() for each in value
    ),
    "territories": _territories,
    "cpv": lambda value: ", ".join(f"{code} {families().get(code, '')}".strip() for code in value),
    "kind": lambda value: say(LABELS[value].label) if value in LABELS else str(value),
    "commune": lambda value: commune_name(value) or str(value),
}
