"""What a row of any source becomes: one establishment (or one organisation) as that source describes it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

MOST_KEPT = 20_000
"""Refused rows and remarks kept word for word; beyond, they are only counted."""

Facts = dict[str, Any]


class Origin(NamedTuple):
    """Where records come from. `source`: "register", "siae" or "list:<dataset>"; `vintage`: the day the file tells.

    `scope`: communes of which the file says everything; empty when it is a list of some organisations only.
    """

    source: str
    dataset: str
    vintage: date
    scope: frozenset[str] = frozenset()
    is_fictitious: bool = False


@dataclass(slots=True)
class Record:
    """One row, checked. Only what the source says: an absent key is silence, which erases nothing.

    `key`: SIRET, else SIREN, RNA number, or the source's own identifier. `facts`: columns of `Organisation`
    (and `website`); `place`: columns of `Site`; dates as ISO text. `evidence`: {source: [says, value, family]};
    `labels`: {kind: {valid_from, valid_to, proof}}; `state`: {"organisation" | "site": is open, "closed_on": day}.
    """

    key: str
    line: int | None = None
    siren: str = ""
    siret: str = ""
    rna_id: str = ""
    facts: Facts = field(default_factory=dict)
    place: Facts = field(default_factory=dict)
    evidence: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, Facts] = field(default_factory=dict)
    state: Facts = field(default_factory=dict)


class Rejected(NamedTuple):
    """A row refused. `line`: 1 is the header. `reason`: a code of `rules.import_words.REASONS`."""

    line: int | None
    reason: str
    identifier: str = ""
    detail: str = ""


class Note(NamedTuple):
    """A row kept, with a remark. `code`: of `rules.import_words.NOTES`."""

    line: int | None
    code: str
    identifier: str = ""
    detail: str = ""


@dataclass
class Reading:
    """A file being read. Iterate over `batches` once; what was refused or remarked fills up meanwhile."""

    origin: Origin
    batches: Iterator[list[Record]]
    total: int | None = None
    read_rows: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    remarks: Counter[str] = field(default_factory=Counter)

    def refuse(self, line: int | None, reason: str, identifier: str = "", detail: str = "") -> None:
        self.reasons[reason] += 1
        if len(self.rejected) < MOST_KEPT:
            self.rejected.append(Rejected(line, reason, identifier[:40], detail[:200]))

    def remark(self, line: int | None, code: str, identifier: str = "", detail: str = "") -> None:
        self.remarks[code] += 1
        if len(self.notes) < MOST_KEPT:
            self.notes.append(Note(line, code, identifier[:40], detail[:200]))
