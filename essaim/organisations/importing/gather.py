"""A whole file against what its source said before: which statements are new, changed, or gone."""

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from essaim.law.text import Text
from essaim.observatory.progress import Tell
from essaim.organisations.intake import Reading, Record
from essaim.organisations.models import Import, Statement
from essaim.organisations.rules.statements import canonical, merged_rows, replaced

READING = Text("Lecture du fichier", "Reading the file")
COMPARING = Text("Comparaison avec l'annuaire", "Comparing with the directory")
SCAN_ROWS = 5_000


class Known(NamedTuple):
    """What is remembered of a statement while a file is compared: a mark of its text, not the text."""

    mark: int
    on: date
    organisation: int


@dataclass
class Gathered:
    """`changed`: key -> (what is said now, since when); `kept`: organisations whose statements did not change."""

    changed: dict[str, tuple[str, date]] = field(default_factory=dict)
    kept: set[int] = field(default_factory=set)
    keys: int = 0
    known_in_scope: int = 0
    vanished: int = 0


def gather(reading: Reading, tell: Tell) -> Gathered:
    """Read everything, then compare by key. Nothing is written."""
    origin = reading.origin
    fresh = _read(reading, tell)
    tell(COMPARING)
    known = {
        key: Known(hash(said), on, organisation)
        for key, said, on, organisation in Statement.objects.filter(source=origin.source)
        .order_by()
        .values_list("key", "said", "on", "organisation_id")
        .iterator(chunk_size=SCAN_ROWS)
    }
    found = Gathered(keys=len(fresh))
    later = LaterReadings(origin.source, origin.vintage)
    to_merge: dict[str, str] = {}
    for key in sorted(fresh):
        text, before = fresh[key], known.get(key)
        if before is None:
            found.changed[key] = (later.seen_from(text), origin.vintage)
        elif _is_settled(text, origin.vintage, before):
            found.kept.add(before.organisation)
        else:
            to_merge[key] = text
    _merge(found, to_merge, known, reading, later)
    if origin.scope:
        _note_absences(found, fresh, known, reading)
    return found


def _is_settled(text: str, vintage: date, before: Known) -> bool:
    """An older file says nothing new, but when something was first said closed; nor does the same text again."""
    if vintage < before.on:
        return '"about":true' not in text
    return vintage == before.on and hash(text) == before.mark


def _read(reading: Reading, tell: Tell) -> dict[str, str]:
    fresh: dict[str, str] = {}
    for batch in reading.batches:
        for record in batch:
            text = said_by(record)
            before = fresh.get(record.key)
            if before is not None and before != text:
                text = canonical(merged_rows(json.loads(before), json.loads(text)))
            if before is not None:
                reading.remark(record.line, "same_key", record.key)
            fresh[record.key] = text
        tell(READING, reading.read_rows, reading.total)
    return fresh


def said_by(record: Record) -> str:
    return canonical(
        {
            "siren": record.siren,
            "siret": record.siret,
            "rna": record.rna_id,
            "facts": record.facts,
            "place": record.place,
            "evidence": record.evidence,
            "labels": record.labels,
            "state": record.state,
        }
    )


def _merge(
    found: Gathered,
    texts: Mapping[str, str],
    known: Mapping[str, Known],
    reading: Reading,
    later: "LaterReadings",
) -> None:
    """Statements the source had made otherwise, or earlier: the newest stays."""
    origin = reading.origin
    for key, old_text, old_on in _statements(origin.source, texts):
        said, on = replaced(json.loads(old_text), old_on, json.loads(texts[key]), origin.vintage)
        text = canonical(said)
        if on == origin.vintage:
            text = later.seen_from(text)
        if (text, on) == (old_text, old_on):
            found.kept.add(known[key].organisation)
        else:
            found.changed[key] = (text, on)


def _note_absences(
    found: Gathered, fresh: Mapping[str, str], known: Mapping[str, Known], reading: Reading
) -> None:
    """What a complete source no longer has in its territory is closed on its vintage."""
    origin = reading.origin
    missing = {key: "" for key, before in known.items() if key not in fresh and before.on < origin.vintage}
    open_before = sum(1 for key in fresh if key in known)
    for key, text, on in _statements(origin.source, missing):
        said = json.loads(text)
        state = said.get("state") or {}
        if not state.get("site") or (said.get("place") or {}).get("commune") not in origin.scope:
            continue
        found.vanished += 1
        found.changed[key] = (absent(said, origin.vintage), on)
    found.known_in_scope = open_before + found.vanished


def absent(said: Mapping[str, Any], since: date) -> str:
    return canonical({**said, "state": {"site": False, "closed_on": since.isoformat()}})


def _statements(source: str, keys: Iterable[str]) -> Iterable[tuple[str, str, date]]:
    wanted = sorted(keys)
    for start in range(0, len(wanted), SCAN_ROWS):
        some = wanted[start : start + SCAN_ROWS]
        yield from Statement.objects.filter(source=source, key__in=some).values_list("key", "said", "on")


class LaterReadings:
    """Complete files of the same source already read, newer than this one: what they did not have was closed then."""

    def __init__(self, source: str, vintage: date) -> None:
        rows = Import.objects.filter(
            dataset=source, vintage__gt=vintage, act__isnull=False, act__undone_by__isnull=True
        ).exclude(scope=[])
        self.of_commune: dict[str, list[date]] = {}
        for scope, on in rows.order_by("vintage").values_list("scope", "vintage"):
            for commune in scope:
                self.of_commune.setdefault(commune, []).append(on)
        self.vintage = vintage

    def seen_from(self, text: str) -> str:
        """The statement as the newer readings leave it: closed on the first of them when they do not have it."""
        if not self.of_commune:
            return text
        said = json.loads(text)
        days = self.of_commune.get((said.get("place") or {}).get("commune", ""), [])
        at = bisect_right(days, self.vintage)
        return absent(said, days[at]) if at < len(days) and (said.get("state") or {}).get("site") else text
