"""Does a supplier hold an approval on the day a contract is notified? Yes, no, or not known."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class HeldLabel:
    """A label of the directory. `siret` empty: held by the whole legal unit."""

    kind: str
    siret: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class KnownSupplier:
    """What the directory holds of a legal unit."""

    siren: str
    labels: tuple[HeldLabel, ...] = ()


def held(supplier: KnownSupplier | None, identifier: str, kinds: frozenset[str], on: date) -> bool | None:
    """Whether `supplier`, awarded under `identifier` (SIRET or SIREN), held one of `kinds` on that day.

    None when the directory does not know the supplier, when the label has no starting date, or when another
    establishment of the same legal unit holds it: each is kept apart, none is a no.
    """
    if supplier is None:
        return None
    answers = [_held_one(label, identifier, on) for label in supplier.labels if label.kind in kinds]
    return any_of(answers)


def _held_one(label: HeldLabel, identifier: str, on: date) -> bool | None:
    if (label.valid_to and label.valid_to < on) or (label.valid_from and on < label.valid_from):
        return False
    if label.valid_from is None:
        return None
    return True if not label.siret or label.siret == identifier else None


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """One yes is enough; otherwise one unknown leaves it unknown."""
    found = list(answers)
    if any(found):
        return True
    return None if None in found else False


def contract_answer(
    suppliers: Sequence[tuple[KnownSupplier | None, str]], kinds: frozenset[str], on: date | None
) -> bool | None:
    """Of a contract and its (supplier, identifier) pairs: yes when one of them held the approval. The essential data
    does not share the amount between members of a consortium: its whole value counts."""
    if on is None or not suppliers:
        return None
    return any_of(held(supplier, identifier, kinds, on) for supplier, identifier in suppliers)
