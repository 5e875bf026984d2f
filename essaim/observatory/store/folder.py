"""Where the figures live: dated builds side by side, one of them current.

    STORE/current                 the id of the build being served, replaced in one step
    STORE/builds/<id>/            manifest.json and the Parquet tables of SCHEMAS
    STORE/builds/.<id>.part/      a build being written; never read, swept by the next one

A build is written beside the old one, flushed to the disk, renamed, and only then pointed at: whatever
happens before that last step, readers keep the old figures.
"""

import errno
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from essaim.law.text import ExplainedError, Text
from essaim.observatory.store.schemas import NEVER_REPEATED, SCHEMAS, SORTED_BY

KEPT_BUILDS = 2
"""The current build and the one before it, so that a mistake can be undone."""

ROWS_PER_GROUP = 20_000
"""Small row groups: every table is sorted, so one territory is found by reading one or two of them."""


class NoBuild(ExplainedError):
    """The store has no figures yet."""


class BuildUnderWay(ExplainedError):
    """Another build holds the store."""


class StoreDamaged(ExplainedError):
    """A file of the build is missing, truncated, or written by another version."""


class DiskFull(ExplainedError):
    """No room left for the new build; the old one is untouched."""


@dataclass(frozen=True, slots=True)
class SourceUsed:
    """One file the build was made from. `vintage` is an ISO date, or None when the file does not say."""

    id: str
    name: str
    publisher: str
    licence: str
    url: str
    file: str
    sha256: str
    rows: int | None
    vintage: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build is made of, and by whom it may be trusted."""

    id: str
    built_at: str
    engine: str
    fictitious: bool
    vintage: str
    sources: tuple[SourceUsed, ...]
    rejected: dict[str, Any]
    counts: dict[str, int]
    coverage: dict[str, Any]
    secrecy: dict[str, Any]
    essaim_version: str
    sse_rule_on: str
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def of(cls, content: dict[str, Any]) -> "Manifest":
        known = dict(content)
        known["sources"] = tuple(SourceUsed(**source) for source in known["sources"])
        return cls(**known)


@dataclass(frozen=True, slots=True)
class Build:
    """One finished build, read-only."""

    id: str
    path: Path

    @property
    def manifest(self) -> Manifest:
        return _manifest(self.path)

    def parquet(self, table: str) -> Path:
        """Path of the Parquet file of `table`, one of SCHEMAS."""
        if table not in SCHEMAS:
            raise KeyError(f"no table {table!r} in a build; there are {sorted(SCHEMAS)}")
        return self.path / f"{table}.parquet"

    def read(
        self, table: str, *, where: list[tuple[str, str, Any]] | None = None, columns: list[str] | None = None
    ) -> pa.Table:
        """Rows of `table` satisfying every (column, operator, value) of `where`, in stored order.

        Only the row groups that may hold them are opened. Raises StoreDamaged.
        """
        path = self.parquet(table)
        try:
            return pq.read_table(path, filters=where or None, columns=columns)
        except (OSError, pa.ArrowInvalid) as error:
            raise StoreDamaged(
                Text(
                    f"Le fichier {path.name} de la construction {self.id} est absent ou abîmé. "
                    "Relancez « essaim observatory build ».",
                    f"File {path.name} of build {self.id} is missing or damaged. "
                    "Run “essaim observatory build” again.",
                )
            ) from error


@lru_cache(maxsize=8)
def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.of(json.loads((folder / "manifest.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StoreDamaged(
            Text(
                f"Le manifeste de la construction {folder.name} est illisible. "
                "Relancez « essaim observatory build ».",
                f"The manifest of build {folder.name} cannot be read. Run “essaim observatory build” again.",
            )
        ) from error


class Draft:
    """A build being written. Nothing of it is visible until `Store.publish`."""

    def __init__(self, build_id: str, folder: Path) -> None:
        self.id = build_id
        self.folder = folder
        self.files: dict[str, dict[str, Any]] = {}

    def work(self) -> Path:
        """A folder for what the build spills, on the store's own disk; removed with the draft."""
        folder = self.folder.with_name(self.folder.name.replace(".part", ".work.part"))
        folder.mkdir(exist_ok=True)
        return folder

    def write(self, table: str, rows: pa.Table | Iterator[pa.RecordBatch]) -> int:
        """Write one table, cast to its schema and refused if a column is missing; rows written."""
        schema = SCHEMAS[table]
        path = self.folder / f"{table}.parquet"
        batches = rows.to_batches(ROWS_PER_GROUP) if isinstance(rows, pa.Table) else rows
        count = 0
        repeated = [name for name in schema.names if name not in NEVER_REPEATED]
        with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=repeated) as writer:
            for batch in batches:
                chunk = pa.Table.from_batches([batch]).select(schema.names).cast(schema)
                writer.write_table(chunk, row_group_size=ROWS_PER_GROUP)
                count += chunk.num_rows
        self.seal(path, count)
        return count

    def seal(self, path: Path, rows: int) -> None:
        """Flush a finished file to the disk and record its fingerprint for the manifest."""
        _flush(path)
        self.files[path.name] = {"sha256": fingerprint(path), "bytes": path.stat().st_size, "rows": rows}


class Store:
    """A folder of builds. Reading takes no lock; one build at a time may write."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    @property
    def _builds(self) -> Path:
        return self.path / "builds"

    def current(self) -> Build:
        """The build being served. Raises NoBuild."""
        try:
            build_id = (self.path / "current").read_text(encoding="utf-8").strip()
        except OSError:
            build_id = ""
        folder = self._builds / build_id
        if not build_id or not folder.is_dir():
            raise NoBuild(
                Text(
                    f"Aucun chiffre n'a encore été construit dans {self.path}. "
                    "Lancez « essaim observatory build --from DOSSIER ».",
                    f"No figures have been built in {self.path} yet. "
                    "Run “essaim observatory build --from FOLDER”.",
                )
            )
        return Build(build_id, folder)

    def builds(self) -> list[Build]:
        """Finished builds, newest first."""
        if not self._builds.is_dir():
            return []
        folders = [folder for folder in self._builds.iterdir() if not folder.name.startswith(".")]
        return [Build(folder.name, folder) for folder in sorted(folders, key=lambda f: f.name, reverse=True)]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the store for one build, and sweep what an interrupted one left. Raises BuildUnderWay.

        The lock belongs to the process: it goes away with it, even when it is killed.
        """
        self._builds.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BuildUnderWay(
                    Text(
                        f"Une autre construction est en cours dans {self.path}. "
                        "Attendez qu'elle se termine, puis recommencez.",
                        f"Another build is under way in {self.path}. Wait for it to end, then try again.",
                    )
                ) from error
            for leftover in self._builds.glob(".*.part"):
                shutil.rmtree(leftover)
            yield

    @contextmanager
    def draft(self, build_id: str) -> Iterator[Draft]:
        """A folder to write the next build in; removed unless published. Call within `locked`."""
        folder = self._builds / f".{build_id}.part"
        folder.mkdir(parents=True)
        draft = Draft(build_id, folder)
        try:
            yield draft
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise disk_full(self.path) from error
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(draft.work(), ignore_errors=True)

    def publish(self, draft: Draft, manifest: Manifest) -> Build:
        """Serve the draft from now on, in one step, and drop the builds no longer kept."""
        missing = [name for name in SCHEMAS if f"{name}.parquet" not in draft.files]
        if missing:
            raise ValueError(f"the draft {draft.id} lacks {missing}: it cannot be published")
        path = draft.folder / "manifest.json"
        path.write_text(manifest.as_json(), encoding="utf-8")
        _flush(path)
        _flush(draft.folder)
        final = self._builds / draft.id
        draft.folder.rename(final)
        _flush(self._builds)
        self._point_at(draft.id)
        self._prune()
        return Build(draft.id, final)

    def _point_at(self, build_id: str) -> None:
        beside = self.path / ".current.new"
        beside.write_text(f"{build_id}\n", encoding="utf-8")
        _flush(beside)
        beside.replace(self.path / "current")
        _flush(self.path)

    def _prune(self) -> None:
        served = self.current().id
        others = [build for build in self.builds() if build.id != served]
        for build in others[KEPT_BUILDS - 1 :]:
            shutil.rmtree(build.path)


def disk_full(path: Path) -> DiskFull:
    """The error to raise when the disk of `path` is full."""
    return DiskFull(
        Text(
            f"Le disque de {path} est plein : la construction est abandonnée, "
            "les chiffres précédents restent servis. Libérez de la place et relancez.",
            f"The disk of {path} is full: the build is abandoned, the previous figures stay served. "
            "Free some room and run it again.",
        )
    )


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Ask the system to put a file (or a folder's list of names) on the disk now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def in_stored_order(table: str, rows: pa.Table) -> pa.Table:
    """Sort rows the way the file of `table` is kept."""
    keys: Sequence[tuple[str, str]] = [(column, "ascending") for column in SORTED_BY[table]]
    return rows.sort_by(list(keys))
