"""One person's agenda on paper: a tagged PDF in French, read on the day. The layout is `meeting_agenda.typ`."""

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst
from django.utils.timezone import localtime

from essaim.procurement.exports import FICTITIOUS
from essaim.procurement.models import MeetingParticipant
from essaim.procurement.queries.fictitious import is_fictitious
from essaim.procurement.queries.meetings.agenda import Entry
from essaim.ui.formats import date_long
from essaim.ui.spreadsheet import plain

LAYOUT = Path(__file__).with_name("meeting_agenda.typ")


def content(seat: MeetingParticipant, entries: Sequence[Entry]) -> dict[str, Any]:
    """What the layout prints: plain text, shown as it is."""
    event = seat.event
    return {
        "title": plain(event.title),
        "name": plain(seat.name),
        "day": date_long(event.held_on, "fr"),
        "place": plain(event.place),
        "organiser": plain(event.authority.name),
        "fictitious": FICTITIOUS.fr if is_fictitious() else "",
        "rows": [
            [
                f"{localtime(each.slot.starts_at):%H:%M} – {localtime(each.slot.ends_at):%H:%M}",
                str(each.meeting.table),
                plain(each.other.name),
                plain(" ".join(filter(None, (each.other.contact, each.other.purpose)))),
            ]
            for each in entries
        ],
    }


def as_pdf(said: dict[str, Any]) -> bytes:
    with tempfile.TemporaryDirectory(prefix="essaim-agenda-") as folder:
        root = Path(folder)
        shutil.copyfile(LAYOUT, root / LAYOUT.name)
        (root / "data.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
        return typst.compile(str(root / LAYOUT.name), root=str(root), pdf_standards=["ua-1"])
