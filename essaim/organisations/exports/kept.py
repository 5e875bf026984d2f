"""The exports that are served: dated folders under HOME/exports, one of which is current.

A new one is written beside, flushed, renamed, then pointed at by replacing a one-line file: a reader sees the old or
the new, never a half; whoever is downloading the old one finishes it, since the last two are kept.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any
from uuid import uuid4

POINTER, MANIFEST, SUMS = "current", "manifest.json", "SHA256SUMS"
KEPT = 2


@dataclass(frozen=True)
class KeptFile:
    form: str
    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Kept:
    """One complete export. `description` is `dictionary.dictionary`; `rows` counts those of each file."""

    folder: Path
    made_at: datetime
    rows: int
    description: dict[str, Any]
    files: dict[str, KeptFile]

    @property
    def fictitious(self) -> bool:
        return bool(self.description["fictitious"])


def current(folder: Path) -> Kept | None:
    """The export now served; None before the first."""
    try:
        name = (folder / POINTER).read_text(encoding="utf-8").strip()
        return read(folder / name)
    except (FileNotFoundError, NotADirectoryError):
        return None


def read(folder: Path) -> Kept:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return Kept(
        folder=folder,
        made_at=datetime.fromisoformat(manifest["made_at"]),
        rows=manifest["rows"],
        description=manifest["description"],
        files={
            each["form"]: KeptFile(each["form"], folder / each["name"], each["bytes"], each["sha256"])
            for each in manifest["files"]
        },
    )


@contextmanager
def draft(folder: Path, made_at: datetime) -> Iterator[Path]:
    """A folder to write in. What is left in it takes the place of the current export when the block ends well."""
    name = f"{made_at:%Y%m%dT%H%M%S}-{uuid4().hex[:6]}"
    writing = folder / f".{name}"
    writing.mkdir(parents=True)
    try:
        yield writing
        for path in writing.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        writing.rename(folder / name)
        pointer = folder / f".{POINTER}-{name}"
        pointer.write_text(name, encoding="utf-8")
        pointer.replace(folder / POINTER)
    except BaseException:
        shutil.rmtree(writing, ignore_errors=True)
        raise
    forget_old(folder, name)


def forget_old(folder: Path, served: str) -> None:
    done = sorted(each.name for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))
    older = [name for name in done if name != served]
    for name in older[: max(0, len(older) - (KEPT - 1))]:
        shutil.rmtree(folder / name, ignore_errors=True)


def finish(
    folder: Path, paths: dict[str, Path], *, made_at: datetime, rows: int, description: dict[str, Any]
) -> None:
    """Write what describes the files: the manifest, and their checksums as `sha256sum -c` reads them."""
    files = []
    for form, path in paths.items():
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        files.append({"form": form, "name": path.name, "bytes": path.stat().st_size, "sha256": digest})
    manifest = {"made_at": made_at.isoformat(), "rows": rows, "files": files, "description": description}
    (folder / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    sums = "".join(f"{each['sha256']}  {each['name']}\n" for each in files)
    (folder / SUMS).write_text(sums, encoding="utf-8")
