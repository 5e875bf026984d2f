"""Opening hours as people entered them, made into lines a table can print."""

import re
from collections.abc import Mapping
from typing import Any

from essaim.law.text import Text

DAYS: Mapping[str, Text] = {
    "mon": Text("Lundi", "Monday"),
    "tue": Text("Mardi", "Tuesday"),
    "wed": Text("Mercredi", "Wednesday"),
    "thu": Text("Jeudi", "Thursday"),
    "fri": Text("Vendredi", "Friday"),
    "sat": Text("Samedi", "Saturday"),
    "sun": Text("Dimanche", "Sunday"),
}
CLOSED = Text("Fermé", "Closed")
TIME = re.compile(r"^([0-9]{1,2}):([0-9]{2})$")


def opening_table(hours: Mapping[str, Any]) -> list[tuple[Text, Text]]:
    """(day, words) from Monday to Sunday, of hours kept as {"mon": [["09:00", "12:30"], ...], ...}: an empty list is
    a closed day, a day that is absent is not said and not shown."""
    return [(label, _said(hours[day])) for day, label in DAYS.items() if hours.get(day) is not None]


def opening_note(hours: Mapping[str, Any]) -> str:
    """What people add to their hours: "sur rendez-vous"."""
    return str(hours.get("note") or "")


def _said(spans: Any) -> Text:
    pairs = [span for span in spans if isinstance(span, list | tuple) and len(span) == 2]
    if not pairs:
        return CLOSED
    return Text(
        ", ".join(f"{_french(start)} – {_french(end)}" for start, end in pairs),
        ", ".join(f"{start} – {end}" for start, end in pairs),
    )


def _french(time: str) -> str:
    """ "09:00" is "9 h", "12:30" is "12 h 30"; anything else stays as it is."""
    met = TIME.match(str(time))
    if met is None:
        return str(time)
    hour, minutes = int(met[1]), met[2]
    return f"{hour} h" if minutes == "00" else f"{hour} h {minutes}"
