"""Opening hours: as people write them, as they are kept, as they are read.

Kept: {"mon": [["09:00", "12:30"], ["14:00", "18:00"]], ..., "note": "sur rendez-vous"}; a day that is absent is not
said, an empty list is closed. A range that ends at or before its beginning goes past midnight.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from essaim.law.text import ExplainedError, Text

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = dict(
    zip(
        DAYS,
        (
            Text("Lundi", "Monday"),
            Text("Mardi", "Tuesday"),
            Text("Mercredi", "Wednesday"),
            Text("Jeudi", "Thursday"),
            Text("Vendredi", "Friday"),
            Text("Samedi", "Saturday"),
            Text("Dimanche", "Sunday"),
        ),
        strict=True,
    )
)
CLOSED = Text("fermé", "closed")
_CLOSED_WORDS = {"fermé", "ferme", "fermée", "closed", "-", "–"}
_TIME = r"(\d{1,2})\s*(?:[h:.]\s*(\d{2})?)?"
_RANGE = re.compile(rf"^(?:de\s+)?{_TIME}\s*(?:-|–|—|à|a|to)\s*{_TIME}$")


class NotHours(ExplainedError):
    """A day's hours that cannot be read."""


def parse_day(text: str, most_ranges: int) -> list[list[str]] | None:
    """ "9h-12h30, 14h à 18h" -> [["09:00", "12:30"], ["14:00", "18:00"]]; "fermé" -> []; "" -> None (not said).

    Raises NotHours.
    """
    plain = text.strip().lower()
    if not plain:
        return None
    if plain in _CLOSED_WORDS:
        return []
    parts = [part for part in re.split(r"\s*(?:,|;|/|\bet\b|\band\b|&)\s*", plain) if part]
    ranges = [_range(part) for part in parts]
    if len(ranges) > most_ranges:
        raise NotHours(
            Text(
                f"Trop de plages : {most_ranges} au plus par jour. Regroupez-les, ou dites-le dans la remarque.",
                f"Too many ranges: {most_ranges} a day at most. Join them, or say it in the note.",
            )
        )
    ranges.sort()
    for before, after in pairwise(ranges):
        if after[0] < before[1] or before[1] <= before[0]:
            raise NotHours(
                Text(
                    f"« {_shown(before)} » et « {_shown(after)} » se chevauchent. Corrigez l'une des deux plages.",
                    f"“{_shown(before)}” and “{_shown(after)}” overlap. Correct one of the two ranges.",
                )
            )
    return ranges


def show_day(ranges: Sequence[Sequence[str]] | None, language: str = "fr") -> str:
    """What `parse_day` reads back as the same: "9h-12h30, 14h-18h", "fermé", ""."""
    if ranges is None:
        return ""
    if not ranges:
        return CLOSED.in_(language)
    return ", ".join(_shown(each, language) for each in ranges)


def _range(part: str) -> list[str]:
    met = _RANGE.match(part)
    if met:
        first, first_minutes, last, last_minutes = (int(part or 0) for part in met.groups())
        start, end = (first, first_minutes), (last, last_minutes) if last < 24 else (0, last_minutes)
        is_clock = first < 24 and max(first_minutes, last_minutes) < 60 and (last, last_minutes) <= (24, 0)
        if is_clock and start != end:
            return [_clock(start), _clock(end)]
    raise NotHours(
        Text(
            f"« {part} » ne se lit pas comme des horaires. Écrivez par exemple 9h-12h30, 14h-18h, ou « fermé ».",
            f"“{part}” does not read as hours. Write for instance 9:00-12:30, 14:00-18:00, or “closed”.",
        )
    )


def _clock(moment: tuple[int, int]) -> str:
    return f"{moment[0]:02d}:{moment[1]:02d}"


def _shown(pair: Sequence[str], language: str = "fr") -> str:
    if language[:2] == "en":
        return f"{pair[0]}-{pair[1]}"
    clocks = (clock.split(":") for clock in pair)
    return "-".join(f"{int(hour)}h{minutes if minutes != '00' else ''}" for hour, minutes in clocks)
