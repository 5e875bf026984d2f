"""Where contracts live: what every imported file said, and the table made of all of them.

    FOLDER/files/<sha256>.parquet      statements of one imported file; never changed
    FOLDER/rejected/<sha256>.jsonl     its rejected entries, to be corrected and replayed
    FOLDER/current, FOLDER/builds/     the table of contracts, built beside the old one and swapped in one step

The table is a function of the set of files: their order does not matter, and a file imported again changes nothing.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from essaim.law.text import Text
from essaim.observatory.contracts.merge import contracts as merged
from essaim.observatory.contracts.tabular import quoted
from essaim.observatory.store import Build, Draft, NoBuild, Store
from essaim.observatory.store.folder import _flush

TABLE = "contracts.parquet"
MEMORY_MB = (300, 2_000)
"""What DuckDB may hold before it spills beside the build: for few contracts, and at most."""
CONTRACTS_PER_MB = 800


class NoContracts(NoBuild):
    """Nothing has been imported yet."""


@dataclass(frozen=True, slots=True)
class FileKept:
    """One imported file. `imported_on`: ISO date. `entries`: read in it; `contracts`: distinct ones it speaks of.
    `fictitious`: it came from a folder that bears the mark of a simulation."""

    sha256: str
    name: str
    format: str
    publisher: str
    imported_on: str
    entries: int
    contracts: int
    concessions: int
    amendments: int
    rejected: int
    reasons: dict[str, int] = field(default_factory=dict)
    noted: dict[str, int] = field(default_factory=dict)
    fictitious: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """What the store holds. `resolved`: ids of rejected entries since corrected. `digest`: of the whole table."""

    files: tuple[FileKept, ...] = ()
    resolved: tuple[str, ...] = ()
    contracts: int = 0
    digest: str = ""
    built_at: str = ""

    @classmethod
    def of(cls, content: dict[str, Any]) -> "Contents":
        known = dict(content)
        known["files"] = tuple(FileKept(**one) for one in known["files"])
        known["resolved"] = tuple(known["resolved"])
        return cls(**known)

    @property
    def fictitious(self) -> bool:
        """Whether any of it is made up: one invented contract makes every total invented."""
        return any(one.fictitious for one in self.files)

    def file(self, sha256: str) -> FileKept | None:
        return next((one for one in self.files if one.sha256 == sha256), None)


@lru_cache(maxsize=8)
def _contents(path: Path) -> Contents:
    return Contents.of(json.loads(path.read_text(encoding="utf-8")))


class ContractStore(Store):
    """The folder of contracts, usually ESSAIM_HOME/contracts. Reading takes no lock."""

    def contents(self) -> Contents:
        """What is held; nothing when nothing was imported."""
        try:
            return _contents(super().current().path / "manifest.json")
        except NoBuild:
            return Contents()

    def table(self) -> Path:
        """The Parquet file of contracts (COLUMNS). Raises NoContracts."""
        try:
            return super().current().path / TABLE
        except NoBuild as error:
            raise NoContracts(
                Text(
                    "Aucun contrat n'a encore été importé. Lancez « essaim procurement import FICHIER ».",
                    "No contract has been imported yet. Run “essaim procurement import FILE”.",
                )
            ) from error

    def statements(self, sha256: str) -> Path:
        return self.path / "files" / f"{sha256}.parquet"

    def rejected_file(self, sha256: str) -> Path:
        return self.path / "rejected" / f"{sha256}.jsonl"

    def rejected(self, sha256: str) -> Iterator[dict[str, Any]]:
        """Rejected entries of a file that nobody has corrected yet, in the order of the file."""
        path = self.rejected_file(sha256)
        if not path.exists():
            return
        resolved = set(self.contents().resolved)
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                one = json.loads(line)
                if one["rejected"] not in resolved:
                    yield one

    def rebuild(self, contents: Contents, *, build_id: str) -> Contents:
        """Build the table from the statements of `contents.files` and serve it. Call within `locked`.

        When the table would be the same as the one served, only the list of files is renewed.
        """
        with self.draft(build_id) as draft:
            path = draft.folder / TABLE
            held = sum(one.contracts for one in contents.files)
            with worker(draft.work(), contracts=held) as database:
                files = [self.statements(one.sha256) for one in contents.files if one.contracts]
                if files:
                    database.execute(
                        f"COPY (SELECT * FROM ({merged(files)}) ORDER BY buyer_siren, key) "
                        f"TO {quoted(str(path))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 50000)"
                    )
                else:
                    database.execute(
                        f"COPY ({empty()}) TO {quoted(str(path))} (FORMAT parquet, COMPRESSION zstd)"
                    )
                rows, digest = _digest(database, path)
            draft.seal(path, rows)
            made = replace(contents, contracts=rows, digest=digest)
            self._serve(draft, made)
        return made

    def _serve(self, draft: Draft, contents: Contents) -> Build:
        path = draft.folder / "manifest.json"
        path.write_text(json.dumps(asdict(contents), ensure_ascii=False, indent=1), encoding="utf-8")
        _flush(path)
        _flush(draft.folder)
        final = self._builds / draft.id
        draft.folder.rename(final)
        _flush(self._builds)
        self._point_at(draft.id)
        self._prune()
        return Build(draft.id, final)


def empty() -> str:
    """SQL of a table of contracts without rows."""
    from essaim.observatory.contracts.columns import COLUMNS  # noqa: PLC0415

    columns = ", ".join(f"NULL::{kind} AS {name}" for name, kind in COLUMNS.items())
    return f"SELECT {columns} WHERE false"


@contextmanager
def worker(folder: Path, *, contracts: int | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory that spills into `folder`. `contracts`: how many it will hold, when that is known."""
    least, most = MEMORY_MB
    memory = most if contracts is None else min(most, max(least, contracts // CONTRACTS_PER_MB))
    with duckdb.connect() as database:
        database.execute(f"SET memory_limit = '{memory}MB'")
        database.execute(f"SET temp_directory = {quoted(str(folder))}")
        database.execute("SET preserve_insertion_order = false")
        yield database


def _digest(database: duckdb.DuckDBPyConnection, path: Path) -> tuple[int, str]:
    """Number of contracts, and a number that changes when any of them does."""
    found = database.execute(
        f"SELECT count(*), coalesce(bit_xor(hash(t::VARCHAR)), 0) FROM read_parquet({quoted(str(path))}) AS t"
    ).fetchone()
    assert found is not None  # noqa: S101  # an aggregate always answers
    return int(found[0]), f"{int(found[1]):016x}"
