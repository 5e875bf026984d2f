"""Import files of contracts: recognise each, keep what can be, list the rest, rebuild the table.

One file never stops the others: what cannot be read at all is said in the report.
"""

import json
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from essaim.law.text import ExplainedError, Text
from essaim.observatory.contracts.entries import read_entry
from essaim.observatory.contracts.readers import csv_rows, json_stream, xml_stream
from essaim.observatory.contracts.readers.found import Found, beginning
from essaim.observatory.contracts.rejects import NOTED, REASONS, Problem, Rejected, problem
from essaim.observatory.contracts.statements import Writer
from essaim.observatory.contracts.store import ContractStore, FileKept, worker
from essaim.observatory.contracts.tabular import Tabular, is_tabular, quoted
from essaim.observatory.errors import explained, unreadable
from essaim.observatory.intake.provenance import is_fictitious
from essaim.observatory.progress import Tell, silent
from essaim.observatory.store.folder import fingerprint

CORRECTIONS = "corrections"
READING = Text("Lecture de {name}", "Reading {name}")
SECOND_FORMAT = frozenset({"considerationsSociales", "techniques", "offresRecues", "typesPrix", "ccag"})


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file. `already`: the very same file had been imported. `refused`: why nothing was read."""

    path: str
    file: FileKept | None
    already: bool = False
    refused: Text | None = None
    rejected_file: str | None = None

    def as_dict(self) -> dict[str, Any]:
        if self.refused is not None:
            return {"path": self.path, "refused": asdict(self.refused)}
        assert self.file is not None  # noqa: S101  # either refused or read
        kept = asdict(self.file)
        reasons = [
            {
                "code": code,
                "entries": count,
                "why": asdict(REASONS[code][0]),
                "next": asdict(REASONS[code][1]),
            }
            for code, count in sorted(self.file.reasons.items())
        ]
        return {
            "path": self.path,
            "already_imported": self.already,
            **kept,
            "rows": self.file.entries,
            "reasons": reasons,
            "rejected_file": self.rejected_file,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did. `changed`: whether the table of contracts is another one than before."""

    files: tuple[FileReport, ...]
    contracts_before: int
    contracts: int
    changed: bool
    resolved: int = 0

    @property
    def rejected(self) -> int:
        return sum(one.file.rejected for one in self.files if one.file)

    def as_dict(self) -> dict[str, Any]:
        return {
            "files": [one.as_dict() for one in self.files],
            "contracts_before": self.contracts_before,
            "contracts": self.contracts,
            "rejected": self.rejected,
            "corrected": self.resolved,
            "changed": self.changed,
        }

    @property
    def sentence(self) -> Text:
        read = [one for one in self.files if one.file]
        rows = sum(one.file.entries for one in read if one.file and not one.already)
        refused = len(self.files) - len(read)
        words = Text(
            f"{len(read)} fichiers, {rows} entrées nouvelles, {self.rejected} entrées rejetées, "
            f"{refused} fichiers refusés ; "
            f"{self.contracts} contrats ({self.contracts - self.contracts_before:+d}).",
            f"{len(read)} files, {rows} new entries, {self.rejected} entries rejected, {refused} files refused; "
            f"{self.contracts} contracts ({self.contracts - self.contracts_before:+d}).",
        )
        if self.changed:
            return words
        return Text(f"{words.fr} Rien n'a changé.", f"{words.en} Nothing changed.")


def import_files(paths: Iterable[Path], store: ContractStore, *, on: date, tell: Tell = silent) -> Report:
    """Import every file into the store. Raises BuildUnderWay, DiskFull, Interrupted.

    `on`: recorded as the day of import of the files that are new.
    """
    store.path.mkdir(parents=True, exist_ok=True)
    with explained(str(store.path)), store.locked():
        before = store.contents()
        contents = before
        resolved: set[str] = set()
        reports = []
        for place, path in enumerate(paths):
            tell(READING.format(name=path.name), place)
            report, corrected = _one(path, store, contents.file, on)
            reports.append(report)
            resolved |= corrected
            if report.file and not report.already:
                kept = {one.sha256: one for one in contents.files} | {report.file.sha256: report.file}
                contents = replace(contents, files=tuple(kept[name] for name in sorted(kept)))
        corrected_now = resolved - set(before.resolved)
        contents = replace(contents, resolved=tuple(sorted(set(contents.resolved) | resolved)))
        if contents != before or not before.built_at:
            now = datetime.now(UTC)
            build_id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
            contents = store.rebuild(replace(contents, built_at=now.isoformat()), build_id=build_id)
    return Report(
        tuple(reports),
        before.contracts,
        contents.contracts,
        contents.digest != before.digest,
        len(corrected_now),
    )


def preview(path: Path, folder: Path, *, on: date) -> FileReport:
    """What importing a file would give, without a store. `folder`: an empty one for the statements."""
    return _one(path, ContractStore(folder), lambda _: None, on)[0]


def _one(path: Path, store: ContractStore, known: Any, on: date) -> tuple[FileReport, set[str]]:
    try:
        if not path.is_file():
            raise unreadable(
                path.name, "ce fichier n'existe pas. Vérifiez le chemin.", "no such file. Check the path."
            )
        sha256 = fingerprint(path)
        if kept := known(sha256):
            rejected = store.rejected_file(sha256)
            return FileReport(
                str(path), kept, True, None, str(rejected) if rejected.exists() else None
            ), set()
        return _read(path, sha256, store, on)
    except ExplainedError as error:
        return FileReport(str(path), None, refused=error.text), set()


def recognise(path: Path) -> str:
    """`json`, `xml`, `tabular`, `csv` or `corrections`, from the beginning of the file. Raises UnreadableFile."""
    start = beginning(path).lstrip(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise unreadable(
            path.name, "le fichier est vide. Demandez-le à nouveau.", "the file is empty. Ask for it again."
        )
    if start.startswith(b"PAR1"):
        return "tabular"
    if start.startswith(b"<"):
        return "xml"
    if re.match(rb'\{\s*"rejected"\s*:', start):
        return CORRECTIONS
    if start[:1] in (b"{", b"["):
        return "json"
    names, _, _ = csv_rows.header(path)
    if is_tabular(names):
        return "tabular"
    if "id" in names or "id_marche" in names:
        return "csv"
    raise unreadable(
        path.name,
        "ce n'est ni un JSON, ni un XML, ni un tableau de contrats connu. "
        "Choisissez un fichier de données essentielles.",
        "it is neither JSON, nor XML, nor a known table of contracts. Choose a file of essential contract data.",
    )


def _read(path: Path, sha256: str, store: ContractStore, on: date) -> tuple[FileReport, set[str]]:
    """Read one new file: statements and rejected entries beside, under the name of its fingerprint."""
    shape = recognise(path)
    for folder in (store.statements(sha256).parent, store.rejected_file(sha256).parent):
        folder.mkdir(parents=True, exist_ok=True)
    reading = FileReading(path, sha256, store)
    if shape == "tabular":
        reading.table()
    else:
        reading.entries(shape)
    kept = reading.kept(on)
    rejected = str(store.rejected_file(sha256)) if kept.rejected else None
    return FileReport(str(path), kept, rejected_file=rejected), reading.resolved


class FileReading:
    """Reads one file once; counts, and writes what it says and what is rejected."""

    def __init__(self, path: Path, sha256: str, store: ContractStore) -> None:
        self.path = path
        self.sha256 = sha256
        self.to = store.statements(sha256)
        self.rejects = store.rejected_file(sha256)
        self.count = 0
        self.rejected = 0
        self.contracts = self.concessions = self.amendments = 0
        self.reasons: Counter[str] = Counter()
        self.noted: Counter[str] = Counter()
        self.forms: Counter[str] = Counter()
        self.sources: Counter[str] = Counter()
        self.resolved: set[str] = set()

    def kept(self, on: date) -> FileKept:
        publisher = self.sources.most_common(1)
        return FileKept(
            self.sha256,
            self.path.name,
            self.forms.most_common(1)[0][0] if self.forms else "",
            publisher[0][0] if publisher else self.path.name,
            on.isoformat(),
            self.count,
            self.contracts,
            self.concessions,
            self.amendments,
            self.rejected,
            dict(sorted(self.reasons.items())),
            dict(sorted(self.noted.items())),
            is_fictitious(self.path.parent),
        )

    def entries(self, shape: str) -> None:
        part = self.to.with_suffix(".part")
        beside = self.rejects.with_suffix(".part")
        writer = Writer(part)
        keys: dict[int, bool] = {}
        with beside.open("w", encoding="utf-8") as rejects:
            for found in _found(self.path, shape):
                self.count += 1
                form = found.form or _form(found, shape, self.path)
                entry = csv_rows.of_tabular(found.entry) if _is_row(found, form) else found.entry
                statement, problems = _statement(found, entry, form, self.path.name)
                self.forms[form] += 1
                self.noted.update(one.field for one in problems if one.reason == NOTED)
                if statement is None:
                    self._reject(found, form, problems, rejects)
                    continue
                self.sources[statement["source"]] += 1
                keys[hash(statement["key"])] = statement["kind"] == "concession"
                writer.add(statement)
                if found.replaces:
                    self.resolved.add(found.replaces)
        writer.close()
        self.contracts, self.concessions = len(keys), sum(keys.values())
        self.amendments = writer.amendments
        part.replace(self.to)
        _keep_if_any(beside, self.rejects)

    def _reject(self, found: Found, form: str, problems: list[Problem], rejects: Any) -> None:
        self.rejected += 1
        self.reasons.update({one.reason for one in problems if one.reason != NOTED})
        if found.replaces:
            return  # still among the rejected entries of its own file
        wrong = tuple(problems)
        one = Rejected(self.path.name, self.sha256, form, found.position, found.line, wrong, found.entry)
        rejects.write(json.dumps(one.as_dict(), ensure_ascii=False, default=str) + "\n")

    def table(self) -> None:
        """The consolidated tabular shape, whole, in DuckDB."""
        part = self.to.with_suffix(".part")
        beside = self.rejects.with_suffix(".part")
        spill = self.to.with_suffix(".work")
        spill.mkdir(exist_ok=True)
        with worker(spill) as database:
            table = Tabular.of(database, self.path)
            missing = [name for name in ("acheteur_id", "id") if name not in table.types]
            if missing:
                names = ", ".join(missing)
                raise unreadable(
                    self.path.name,
                    f"il manque les colonnes {names}. Demandez le fichier consolidé entier.",
                    f"columns {names} are missing. Ask for the whole consolidated file.",
                )
            database.execute(
                f"COPY ({table.statements()}) TO {quoted(str(part))} (FORMAT parquet, COMPRESSION zstd)"
            )
            database.execute("SET preserve_insertion_order = true")
            with beside.open("w", encoding="utf-8") as rejects:
                cursor = database.execute(table.rejected())
                while rows := cursor.fetchmany(1000):
                    for position, reason, row in rows:
                        found = Found(position, json.loads(row), position + 1)
                        value = found.entry.get(FIELDS[reason]) or ""
                        self._reject(found, "tabular", [problem(FIELDS[reason], reason, value)], rejects)
            total = database.execute(f"SELECT count(*) FROM {table.rows}").fetchone()
            said = database.execute(
                f"SELECT count(*), coalesce(sum(len(amendments)), 0) FROM read_parquet({quoted(str(part))})"
            ).fetchone()
        assert total and said  # noqa: S101  # aggregates always answer
        self.count, self.contracts, self.amendments = total[0], said[0], int(said[1])
        self.forms["tabular"] = 1
        part.replace(self.to)
        _keep_if_any(beside, self.rejects)
        for leftover in spill.iterdir():
            leftover.unlink()
        spill.rmdir()


FIELDS = {
    "no_buyer": "acheteur_id",
    "bad_buyer": "acheteur_id",
    "no_id": "id",
    "bad_amount": "montant",
    "bad_date": "dateNotification",
}
"""Column of the tabular shape that each reason speaks of."""


def _keep_if_any(beside: Path, final: Path) -> None:
    if beside.stat().st_size:
        beside.replace(final)
    else:
        beside.unlink()


def _found(path: Path, shape: str) -> Iterator[Found]:
    if shape == "json":
        return json_stream.entries(path)
    if shape == "xml":
        return xml_stream.entries(path)
    return csv_rows.entries(path) if shape == "csv" else json_stream.corrections(path)


def _form(found: Found, shape: str, path: Path) -> str:
    if shape == "csv":
        return _csv_form(path)
    if shape == "xml":
        return "v2-xml"
    if found.kind or (isinstance(found.entry, dict) and SECOND_FORMAT & found.entry.keys()):
        return "v2-json"
    inner = found.entry if isinstance(found.entry, dict) else {}
    return "v2-json" if {"marche", "contrat-concession"} & inner.keys() else "v1-json"


@lru_cache(maxsize=4)
def _csv_form(path: Path) -> str:
    return csv_rows.shape(csv_rows.header(path)[0])


def _is_row(found: Found, form: str) -> bool:
    return form == "tabular" and isinstance(found.entry, dict)


def _statement(found: Found, entry: Any, form: str, name: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    if found.broken:
        return None, [problem("", "broken", found.entry)]
    return read_entry(entry, form, name, found.kind)
