"""Checksum and date of a file: from what `fetch` or `simulate` noted beside it, else from the file.

Beside `X` the note is `X.source.json`: url, size_bytes, sha256, modified_ns, vintage, fetched_at, etag.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from essaim.observatory.errors import unreadable

NOTE_SUFFIX = ".source.json"
FICTITIOUS_MARK = "FICTIF.json"
BLOCK_BYTES = 1 << 22

DATE_IN_NAME = re.compile(
    r"(?<!\d)(20[0-9]{2})[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12][0-9]|3[01]))?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """vintage_from: "simulated", "fetch", "name" or "mtime"."""

    sha256: str
    size_bytes: int
    vintage: date
    vintage_from: str


def blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as raw:
        while block := raw.read(BLOCK_BYTES):
            yield block


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    for block in blocks(path):
        digest.update(block)
    return digest.hexdigest()


def note_path(path: Path) -> Path:
    return path.with_name(path.name + NOTE_SUFFIX)


def read_note(path: Path) -> dict[str, Any]:
    """What is noted beside a file; empty when nothing is or when it cannot be understood."""
    try:
        note = json.loads(note_path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def write_note(path: Path, **facts: object) -> None:
    """Note `facts` beside a finished file, with its size and modification time."""
    stat = path.stat()
    note = {**facts, "size_bytes": stat.st_size, "modified_ns": stat.st_mtime_ns}
    note_path(path).write_text(json.dumps(note, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def provenance(path: Path) -> Provenance:
    """Raises UnreadableFile when the file is shorter than noted at its download.

    The vintage is, in this order: the date noted by `simulate` or `fetch` (the server's own date for the
    file), a date in the name (2026-11-01, 202611...), the file's modification date. Reading it from the rows
    would cost a scan of the whole register.
    """
    note = read_note(path)
    stat = path.stat()
    if stat.st_size < note.get("size_bytes", 0):
        raise unreadable(
            path.name,
            f"le fichier fait {stat.st_size} octets au lieu de {note['size_bytes']} : il est coupé. "
            "Relancez « essaim observatory fetch ».",
            f"the file is {stat.st_size} bytes long instead of {note['size_bytes']}: it is cut short. "
            "Run “essaim observatory fetch” again.",
        )
    trusted = (note.get("size_bytes"), note.get("modified_ns")) == (stat.st_size, stat.st_mtime_ns)
    sha256 = str(note["sha256"]) if trusted and "sha256" in note else sha256_of(path)
    same = trusted or note.get("sha256") == sha256
    vintage, known_from = _vintage(path, note if same else {}, stat.st_mtime)
    return Provenance(sha256, stat.st_size, vintage, known_from)


def _vintage(path: Path, note: dict[str, Any], modified_at: float) -> tuple[date, str]:
    if "vintage" in note:
        try:
            return date.fromisoformat(note["vintage"]), "simulated" if note.get("fictitious") else "fetch"
        except (TypeError, ValueError):
            pass
    if found := DATE_IN_NAME.search(path.name):
        year, month, day = (int(part) if part else 1 for part in found.groups())
        try:
            return date(year, month, day), "name"
        except ValueError:
            pass
    return datetime.fromtimestamp(modified_at, UTC).date(), "mtime"


def mark_fictitious(folder: Path, **about: object) -> None:
    """Write the mark of a simulation in `folder`, with what is said about it."""
    mark = json.dumps({"fictitious": True, **about}, indent=1)
    (folder / FICTITIOUS_MARK).write_text(mark + "\n", encoding="utf-8")


def is_fictitious(folder: Path) -> bool:
    """True when `simulate` wrote this folder."""
    mark = folder / FICTITIOUS_MARK
    try:
        return bool(json.loads(mark.read_text(encoding="utf-8")).get("fictitious", True))
    except FileNotFoundError:
        return False
    except (ValueError, AttributeError):
        return True
