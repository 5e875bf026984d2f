"""The day of an event cut into slots, and a calendar file (RFC 5545). Plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from essaim.law.text import Text

CONTACTS_KEPT_MONTHS = int(
    yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))["contacts_kept_months"]
)
PARIS = ZoneInfo("Europe/Paris")
ORGANISERS = ("agent", "buyer", "administrator")
"""The roles that organise events in an authority."""
MOST_SLOTS = 60
STRENGTHS = (
    (0, Text("Pas de souhait", "No wish")),
    (1, Text("Intéressé", "Interested")),
    (2, Text("Important", "Important")),
    (3, Text("Prioritaire", "A priority")),
)
REASONS = {
    "asked_nobody": Text(
        "Personne ne l'a souhaité et il n'a souhaité personne : invitez-le à choisir.",
        "Nobody asked and nobody was asked: invite them to choose.",
    ),
    "no_common_slot": Text(
        "Jamais libre en même temps que les personnes de ses souhaits : voyez ses disponibilités.",
        "Never free at the same time as those of their wishes: look at their hours.",
    ),
    "no_room": Text(
        "Ses partenaires ou les tables étaient pris : ajoutez une table ou relevez le nombre de rendez-vous.",
        "Their partners or the tables were taken: add a table, or raise the number of meetings.",
    ),
}
PROOFS = {
    "optimal": Text("Aucun planning ne fait mieux : c'est prouvé.", "No schedule does better: it is proved."),
    "bounded": Text(
        "Le temps a manqué pour prouver qu'on ne peut pas mieux ; l'écart possible est affiché.",
        "Time was too short to prove that nothing is better; the possible gap is shown.",
    ),
    "greedy": Text(
        "Le temps a manqué : c'est le planning du premier arrivé, premier servi. Relancez avec plus de temps.",
        "Time was too short: this is first come, first served. Run again with more time.",
    ),
}


def slots_of_day(
    day: date,
    first: time,
    last: time,
    *,
    minutes: int,
    pause_minutes: int = 0,
    break_from: time | None = None,
    break_to: time | None = None,
) -> list[tuple[datetime, datetime]]:
    """Start and end of each slot between two hours in Paris, none across the break. At most `MOST_SLOTS`."""
    found: list[tuple[datetime, datetime]] = []
    start = datetime.combine(day, first)
    end = datetime.combine(day, last)
    rest = (
        (datetime.combine(day, break_from), datetime.combine(day, break_to))
        if break_from and break_to
        else None
    )
    while minutes > 0 and start + timedelta(minutes=minutes) <= end and len(found) < MOST_SLOTS:
        stop = start + timedelta(minutes=minutes)
        if rest and start < rest[1] and stop > rest[0]:
            start = rest[1]
            continue
        found.append((start.replace(tzinfo=PARIS), stop.replace(tzinfo=PARIS)))
        start = stop + timedelta(minutes=pause_minutes)
    return found


@dataclass(frozen=True)
class Appointment:
    """One entry of a calendar. `uid` never changes for the same two people, so that a new file moves the old entry."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str = ""


TIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE"""


def calendar(name: str, appointments: Sequence[Appointment], *, made_at: datetime, sequence: int) -> str:
    """An iCalendar file. `sequence` grows with each planning (RFC 5545, 3.8.7.4); lines are folded at 75 octets."""
    stamp = made_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Essaim//Business meetings//FR", "CALSCALE:GREGORIAN",
             f"X-WR-CALNAME:{escaped(name)}", *TIMEZONE.splitlines()]  # fmt: skip
    for each in appointments:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{each.uid}",
            f"DTSTAMP:{stamp}",
            f"SEQUENCE:{sequence}",
            f"DTSTART;TZID=Europe/Paris:{each.starts_at.astimezone(PARIS):%Y%m%dT%H%M%S}",
            f"DTEND;TZID=Europe/Paris:{each.ends_at.astimezone(PARIS):%Y%m%dT%H%M%S}",
            f"SUMMARY:{escaped(each.summary)}",
            f"LOCATION:{escaped(each.location)}",
            *([f"DESCRIPTION:{escaped(each.description)}"] if each.description else []),
            "END:VEVENT",
        ]
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def escaped(text: str) -> str:
    """A text value (RFC 5545, 3.3.11): backslash, semicolon, comma, line break; no other control character."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    plain = plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")
    return "".join(each for each in plain if each == "\t" or (each >= " " and each != "\x7f"))


def folded(line: str) -> str:
    """Lines of at most 75 octets, never cut inside a character (RFC 5545, 3.1)."""
    pieces, piece, size = [], "", 0
    for each in line:
        octets = len(each.encode())
        if size + octets > 75:
            pieces.append(piece)
            piece, size = " ", 1
        piece += each
        size += octets
    return "\r\n".join([*pieces, piece])
