"""What an import would change, or has changed: shown before it is written, kept with it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from essaim.law.text import Text
from essaim.organisations.importing.gather import Gathered
from essaim.organisations.importing.outcome import Tally
from essaim.organisations.intake import Note, Origin, Reading, Rejected
from essaim.organisations.rules.import_words import Limits, limits

DONE = Text(
    "{read} lignes lues, {rejected} refusées : {created} organisations créées, {updated} modifiées, {closed} fermées, "
    "{unchanged} inchangées, {disagreements} en désaccord entre sources.",
    "{read} rows read, {rejected} refused: {created} organisations created, {updated} updated, {closed} closed, "
    "{unchanged} unchanged, {disagreements} on which sources disagree.",
)
DRY = Text("Rien n'a été écrit : ajoutez --apply.", "Nothing was written: add --apply.")
LOSS = Text(
    "Ce fichier semble abîmé : {count} établissements sur {known} connus de cette source dans son territoire n'y sont "
    "plus, soit {pct} % (seuil : {limit} %). Vérifiez le fichier ; s'il est bon, ajoutez --accept-loss.",
    "This file looks damaged: {count} of the {known} establishments known from this source in its territory are no "
    "longer in it, that is {pct}% (threshold: {limit}%). Check the file; if it is right, add --accept-loss.",
)
REFUSED = Text(
    "Ce fichier semble abîmé : {count} lignes sur {known} sont refusées, soit {pct} % (seuil : {limit} %). "
    "Corrigez le fichier ; pour prendre le reste quand même, ajoutez --accept-loss.",
    "This file looks damaged: {count} of {known} rows cannot be taken, that is {pct}% (threshold: {limit}%). Mend the "
    "file; to take the rest anyway, add --accept-loss.",
)


@dataclass
class Difference:
    """Counts are organisations, but `read_rows` and `rejected`. `warning`: why it must not be applied without a
    person saying so. `number`: of the `Import` kept, None for a dry run that kept nothing."""

    origin: Origin
    read_rows: int
    reasons: Mapping[str, int]
    remarks: Mapping[str, int]
    rejections: list[Rejected]
    notes: list[Note]
    tally: Tally
    unchanged: int
    warning: Text | None = None
    is_applied: bool = False
    number: int | None = None
    loops: list[str] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return sum(self.reasons.values())

    @property
    def counts(self) -> dict[str, int]:
        return {
            "read_rows": self.read_rows,
            "created": self.tally.counts["created"],
            "updated": self.tally.counts["updated"],
            "closed": self.tally.counts["closed"],
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "disagreements": self.tally.disagreeing,
        }

    @property
    def changes(self) -> int:
        return sum(self.tally.counts.values())

    @property
    def sentence(self) -> Text:
        counts = self.counts
        return DONE.format(read=counts.pop("read_rows"), **counts)

    @property
    def summary(self) -> dict[str, Any]:
        """What the pages show of it, as JSON."""
        return {
            "is_applied": self.is_applied,
            "reasons": dict(self.reasons),
            "remarks": dict(self.remarks),
            "kept": self.tally.kept,
            "pairs": [[*pair, count] for pair, count in sorted(self.tally.pairs.items())],
            "shown": {kind: [list(each) for each in shown] for kind, shown in self.tally.shown.items()},
            "disagreements": [list(each) for each in self.tally.disagreements],
            "notes": [list(each) for each in self.notes[:200]],
            "warning": None if self.warning is None else [self.warning.fr, self.warning.en],
        }


def damage(reading: Reading, gathered: Gathered) -> Text | None:
    """Why the file looks damaged, None when it does not."""
    bounds: Limits = limits()
    rejected = sum(reading.reasons.values())
    if reading.read_rows >= bounds.least_rows and rejected * 100 > bounds.rejected_pct * reading.read_rows:
        return _said(REFUSED, rejected, reading.read_rows, bounds.rejected_pct)
    known = gathered.known_in_scope
    if known >= bounds.least_rows and gathered.vanished * 100 > bounds.vanished_pct * known:
        return _said(LOSS, gathered.vanished, known, bounds.vanished_pct)
    return None


def _said(text: Text, count: int, known: int, limit: int) -> Text:
    return text.format(count=count, known=known, pct=count * 100 // known, limit=limit)
