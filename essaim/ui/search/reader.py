"""Readers: any number of processes and threads, each seeing the last commit."""

import threading
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import tantivy

from essaim.ui.search import folder as folders
from essaim.ui.search.folder import Folder, IndexMissing
from essaim.ui.search.schema import Schema, register


@dataclass(frozen=True)
class Snapshot:
    """One state of an index, that nothing changes while it is held. `generation` names it: caches use it as key."""

    searcher: Any
    schema: tantivy.Schema
    generation: str
    folder: Path
    built_on: date

    @property
    def fresh_at(self) -> datetime:
        return folders.followed_at(self.folder)


class Reader:
    """`snapshot()` costs two file stats when nothing has changed."""

    def __init__(self, schema: Schema) -> None:
        self.declared = schema
        self._lock = threading.Lock()
        self._index: tantivy.Index | None = None
        self._last: Snapshot | None = None

    @property
    def folder(self) -> Folder:
        return Folder(self.declared.name, self.declared.stamp)

    def snapshot(self) -> Snapshot:
        """The last commit. Raises IndexMissing."""
        for attempt in (1, 2, 3):
            where = self.folder.current()
            try:
                generation = _generation(where)
                last = self._last
                if last is not None and last.generation == generation:
                    return last
                with self._lock:
                    return self._load(where, generation)
            except (OSError, ValueError) as error:
                # The folder was swapped, or its files merged, between two of our reads.
                if attempt == 3:
                    raise IndexMissing from error
        raise IndexMissing

    def _load(self, where: Path, generation: str) -> Snapshot:
        if self._last is None or self._last.folder != where or self._index is None:
            self._index = register(tantivy.Index.open(str(where)))
            self._index.config_reader("manual", 0)
        self._index.reload()
        searcher = self._index.searcher()
        self._last = Snapshot(
            searcher, self._index.schema, generation, where, folders.read_state(where).built_on
        )
        return self._last


def _generation(where: Path) -> str:
    status = (where / "meta.json").stat()
    return f"{where.name}.{status.st_ino:x}.{status.st_mtime_ns:x}"
