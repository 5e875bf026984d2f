"""From the wording of a need to purchase codes (CPV), and from these to activities (NAF): data beside, reasons said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import yaml

from essaim.law.text import Text
from essaim.matching.suppliers import MOST_WORDS, plain_cpv
from essaim.organisations.rules.cpv import families
from essaim.organisations.rules.nomenclature import cpv_label
from essaim.procurement.rules.needs import FOLDER, SMALL_WORDS
from essaim.ui.search.analysis import stems

SAME_WORD, IN_LABEL, LOOKS_LIKE = 6, 4, 2
ALIKE_FROM = 0.6
"""Share of common trigrams from which two roots are taken for one another (a misspelling, a cousin)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A purchase code, what it is called, how strongly the wording calls for it, and which words do."""

    code: str
    label: str
    points: int
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    code: str
    label: str
    words: frozenset[str]
    label_words: frozenset[str]


@cache
def entries() -> tuple[_Entry, ...]:
    """Everyday words first, then the families of the directory."""
    read = yaml.safe_load((FOLDER / "needs_cpv.yaml").read_text(encoding="utf-8"))
    ours = [_Entry(row["code"], row["label"], _roots(row["words"]), _roots(row["label"])) for row in read]
    theirs = [_Entry(code, label, frozenset(), _roots(label)) for code, label in families().items()]
    return tuple(ours + theirs)


def code_label(code: str) -> str:
    """What a code is called: itself, else its group, else its division; "" when unknown."""
    named = {entry.code: entry.label for entry in entries()}
    for known in (code, code[:3], code[:2]):
        if known in named:
            return named[known]
    division = cpv_label(code)
    return division.fr if division else ""


def suggestions(text: str, most: int = 5) -> list[Suggestion]:
    """Codes that the wording calls for, strongest first, with the words that say so; none when nothing does."""
    words = {stem: word for word in text.replace("'", " ").replace("’", " ").split() for stem in stems(word)}
    asked = {stem: word.strip(".,;:()«»") for stem, word in words.items() if stem not in SMALL_WORDS}
    found = []
    for entry in entries():
        reasons, points = [], 0
        for stem, word in asked.items():
            gained, reason = _said(stem, word, entry)
            points += gained
            reasons += [reason] if reason else []
        if points >= IN_LABEL:
            found.append(Suggestion(entry.code, entry.label, points, tuple(reasons)))
    found.sort(key=lambda one: (-one.points, -len(one.code), one.code))
    return found[:most]


def _said(stem: str, word: str, entry: _Entry) -> tuple[int, Text | None]:
    if stem in entry.words:
        return SAME_WORD, Text(f"le mot « {word} »", f"the word “{word}”")
    if stem in entry.label_words:
        return IN_LABEL, Text(f"« {word} » est dans l'intitulé", f"“{word}” is in the label")
    close = next((known for known in sorted(entry.words) if _alike(stem, known) >= ALIKE_FROM), None)
    if close:
        return LOOKS_LIKE, Text(f"« {word} » ressemble à « {close} »", f"“{word}” looks like “{close}”")
    return 0, None


def _alike(one: str, other: str) -> float:
    """Common trigrams over all of them; roots under four letters are like nothing else."""
    if min(len(one), len(other)) < 4:
        return 0.0
    left, right = _trigrams(one), _trigrams(other)
    return len(left & right) / len(left | right)


@cache
def _trigrams(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _roots(text: str) -> frozenset[str]:
    return frozenset(stems(text)) - SMALL_WORDS


def need_stems(title: str) -> tuple[str, ...]:
    """The roots of the words that tell what is bought, in their order, at most ten."""
    return tuple(dict.fromkeys(stem for stem in stems(title) if stem not in SMALL_WORDS))[:MOST_WORDS]


@cache
def _activities() -> Mapping[str, tuple[str, ...]]:
    read = yaml.safe_load((FOLDER / "needs_activities.yaml").read_text(encoding="utf-8"))["naf"]
    return MappingProxyType({code: tuple(beginnings) for code, beginnings in read.items()})


def activities_of(codes: Iterable[str]) -> tuple[str, ...]:
    """Beginnings of activity codes (NAF) that answer purchase codes: those of the longest family listed of each."""
    found: dict[str, None] = {}
    for code in codes:
        plain = plain_cpv(code)
        for length in range(len(plain), 1, -1):
            if plain[:length] in _activities():
                found |= dict.fromkeys(_activities()[plain[:length]])
                break
    return tuple(found)
