"""Pure decisions and vocabularies of the directory: plain values, no database."""

from essaim.organisations.rules.proposable import PROPOSABLE, Proposable
from essaim.organisations.rules.vocabulary import (
    EVIDENCE_SOURCES,
    FAMILIES,
    LABEL_KINDS,
    LABELS,
    STATUSES,
    SUPPORT_KINDS,
    SUPPORT_STAGES,
    SUPPORTS,
    LabelKind,
)

__all__ = [
    "EVIDENCE_SOURCES",
    "FAMILIES",
    "LABELS",
    "LABEL_KINDS",
    "PROPOSABLE",
    "STATUSES",
    "SUPPORTS",
    "SUPPORT_KINDS",
    "SUPPORT_STAGES",
    "LabelKind",
    "Proposable",
]
