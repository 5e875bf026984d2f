"""Where an index lives: built beside the one that serves, then swapped in one step; one writer, many readers.

HOME/index/<name>/current          name of the folder that serves
HOME/index/<name>/lock             held by the one writer
HOME/index/<name>/v1-3fa9.../      an index and its state.json, under the stamp of its schema
"""

import fcntl
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from essaim.law.text import ExplainedError, Text

STATE = "state.json"
FOLLOWED = "followed"


class IndexMissing(ExplainedError):
    """No index serves: never built, written under another schema, or damaged."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "L'index de recherche n'est pas prêt : il se construit en arrière-plan. Revenez dans une minute, ou "
                "lancez « essaim worker --once » si rien ne le construit.",
                "The search index is not ready: it is being built in the background. Come back in a minute, or run "
                "'essaim worker --once' if nothing builds it.",
            )
        )


class IndexBusy(ExplainedError):
    """Another process holds the writer's lock."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "Un autre programme écrit déjà l'index de recherche. Laissez-le finir.",
                "Another program is already writing the search index. Let it finish.",
            )
        )


@dataclass(frozen=True)
class State:
    """How far an index has read the change log: every row up to `watermark`, and `seen` above it.

    `built_on`: the day its documents were computed for; `last`: number and instant of the newest row read, which
    recognises the database. See `follow.py`.
    """

    built_on: date
    watermark: int = 0
    seen: frozenset[int] = field(default=frozenset())
    last: tuple[int, datetime] | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "built_on": self.built_on.isoformat(),
            "watermark": self.watermark,
            "seen": sorted(self.seen),
            "last": self.last and [self.last[0], self.last[1].isoformat()],
        }

    @classmethod
    def of(cls, content: dict[str, Any]) -> "State":
        last = content["last"]
        return cls(
            date.fromisoformat(content["built_on"]),
            int(content["watermark"]),
            frozenset(content["seen"]),
            last and (int(last[0]), datetime.fromisoformat(last[1])),
        )


class Folder:
    """The folders of one index."""

    def __init__(self, name: str, stamp: str, root: Path | None = None) -> None:
        self.root = (root or settings.HOME / "index") / name
        self.stamp = stamp

    def current(self) -> Path:
        """The folder that serves. Raises IndexMissing."""
        try:
            name = (self.root / "current").read_text(encoding="utf-8").strip()
        except OSError as error:
            raise IndexMissing from error
        found = self.root / name
        if not name.startswith(f"{self.stamp}-") or not (found / "meta.json").exists():
            raise IndexMissing
        return found

    def new(self) -> Path:
        made = self.root / f"{self.stamp}-{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
        made.mkdir(parents=True)
        return made

    def swap(self, built: Path) -> None:
        """Serve `built` from now on. The folder that served until now stays until the next swap: readers have it
        open, and need time to notice."""
        try:
            previous = (self.root / "current").read_text(encoding="utf-8").strip()
        except OSError:
            previous = ""
        _replace(self.root / "current", built.name)
        for other in self.root.iterdir():
            if other.is_dir() and other.name not in (built.name, previous):
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the one writer. Raises IndexBusy at once when there is another, in this process or elsewhere."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise IndexBusy from error
            yield


def read_state(folder: Path) -> State:
    """Raises IndexMissing when it cannot be read: the index must be built again."""
    try:
        return State.of(json.loads((folder / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexMissing from error


def write_state(folder: Path, state: State) -> None:
    _replace(folder / STATE, json.dumps(state.as_json()))


def mark_followed(folder: Path, at: float) -> None:
    """The index holds everything committed until `at`, seconds since 1970: when reading began, not when it ended."""
    file = folder / FOLLOWED
    file.touch()
    os.utime(file, (at, at))


def followed_at(folder: Path) -> datetime:
    """Up to when the index is known to hold everything."""
    try:
        seconds = (folder / FOLLOWED).stat().st_mtime
    except FileNotFoundError:
        seconds = folder.stat().st_mtime
    return datetime.fromtimestamp(seconds, UTC)


def _replace(file: Path, content: str) -> None:
    beside = file.with_name(f".{file.name}.{os.getpid()}-{uuid.uuid4().hex[:6]}")
    beside.write_text(content, encoding="utf-8")
    beside.replace(file)
