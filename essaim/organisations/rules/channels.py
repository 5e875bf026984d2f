"""Value chains and who stands where in them: `channels.yaml`, and what an organisation's activity suggests.

A deduction is a suggestion with its reasons, never a statement: pages mark it, and what people declare goes first.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import yaml

from essaim.law.text import Text
from essaim.organisations.rules.nomenclature import naf_code, naf_label

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a channel; `naf`, `words`: what suggests that an organisation holds it."""

    code: str
    label: Text
    help: Text
    naf: frozenset[str]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """Steps in the order in which things flow."""

    code: str
    label: Text
    summary: Text
    steps: Mapping[str, Step]


class Reason(NamedTuple):
    """Why a step is suggested: `kind` is "naf" or "word"; `value` the code, or the words as the text writes them."""

    kind: str
    value: str

    @property
    def text(self) -> Text:
        if self.kind == "naf":
            label = naf_label(self.value)
            return Text(
                f"activité {self.value}" + (f", {label.fr}" if label else ""),
                f"activity {self.value}" + (f", {label.en}" if label else ""),
            )
        return Text(f"« {self.value} »", f"“{self.value}”")


class Suggested(NamedTuple):
    channel: str
    step: str
    reasons: tuple[Reason, ...]


FOLDED = str.maketrans(
    "àáâäãåçèéêëìíîïñòóôöõùúûüýÿ\u00a0\u202f’‘“”«»–—·…°",
    "aaaaaaceeeeiiiinooooouuuuyy             ",
    "",
) | str.maketrans({"œ": "oe", "æ": "ae"})
WORD = re.compile(r"[a-z0-9]+")


def plain(words: str) -> str:
    """Lower case, without accents, one space between words: "Réparation-Vélo" is "reparation velo"."""
    text = words.lower().translate(FOLDED)
    # What French writes is folded by the table; anything else by Unicode's own rules, ten times slower.
    return " ".join(WORD.findall(text if text.isascii() else folded(words)))


def folded(words: str) -> str:
    bare = unicodedata.normalize("NFKD", words.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(each for each in bare if not unicodedata.combining(each)).lower()


def suggested_steps(
    nafs: Iterable[str], words: Sequence[str], channels: Iterable[str] | None = None
) -> list[Suggested]:
    """The steps that activities (NAF codes, with or without dot) and texts suggest, in the order of the channels.

    `channels`: codes of the only ones to look into; all of them when None. Each NAF code and each distinct word found
    is one reason. Nothing in, nothing out; more in never takes a step away.
    """
    codes = {naf_code(each) for each in nafs} - {""}
    text = _searched(words)
    found = []
    for channel in CHANNELS.values() if channels is None else (CHANNELS[code] for code in channels):
        # One look for the whole channel: most organisations of a territory have no place in it.
        if not codes & _nafs(channel.code) and _any_word(channel.code).search(text) is None:
            continue
        for step in channel.steps.values():
            reasons = [Reason("naf", code) for code in sorted(codes & step.naf)]
            reasons += [
                Reason("word", as_written(match, words)) for match in _matches(channel.code, step.code, text)
            ]
            if reasons:
                found.append(Suggested(channel.code, step.code, tuple(reasons)))
    return found


def as_written(found: str, words: Sequence[str]) -> str:
    """The plain words found, as the texts write them: "reparation velo" is "Réparation-vélo" if they say so."""
    wanted = found.split()
    for text in words:
        tokens = list(re.finditer(r"[^\W_]+", text))
        told = [plain(token[0]) for token in tokens]
        for start in range(len(told) - len(wanted) + 1):
            if told[start : start + len(wanted)] == wanted:
                return text[tokens[start].start() : tokens[start + len(wanted) - 1].end()]
    return found


def _searched(words: Sequence[str]) -> str:
    """Texts side by side, each word between spaces, a bar between texts so that no phrase runs over two of them."""
    return f" {' | '.join(plain(each) for each in words)} "


def _matches(channel: str, step: str, text: str) -> list[str]:
    pattern = _pattern(channel, step)
    return sorted({match[0].strip() for match in pattern.finditer(text)}) if pattern else []


@cache
def _pattern(channel: str, step: str) -> re.Pattern[str] | None:
    return _starts(CHANNELS[channel].steps[step].words)


@cache
def _nafs(channel: str) -> frozenset[str]:
    return frozenset().union(*(step.naf for step in CHANNELS[channel].steps.values()))


@cache
def _any_word(channel: str) -> re.Pattern[str]:
    found = _starts([word for step in CHANNELS[channel].steps.values() for word in step.words])
    if found is None:
        raise ValueError(f"channels.yaml: no step of {channel} has any word")
    return found


def _starts(words: Sequence[str]) -> re.Pattern[str] | None:
    """Whole words that begin like one of `words`, longest first so that the most telling one is named."""
    if not words:
        return None
    listed = "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))
    return re.compile(rf"(?<= )(?:{listed})(?:(?<= )|[a-z0-9]*)")


def _read() -> Mapping[str, Channel]:
    content = yaml.safe_load((FOLDER / "channels.yaml").read_text(encoding="utf-8"))
    return MappingProxyType({code: _channel(code, block) for code, block in content.items()})


def _channel(code: str, block: dict[str, Any]) -> Channel:
    steps = {
        step: Step(
            step,
            Text.of(raw["label"]),
            Text.of(raw["help"]),
            frozenset(raw.get("naf", ())),
            tuple(raw.get("words", ())),
        )
        for step, raw in block["steps"].items()
    }
    return Channel(code, Text.of(block["label"]), Text.of(block["summary"]), MappingProxyType(steps))


CHANNELS: Mapping[str, Channel] = _read()
"""Every channel by its code, in the order of the file."""
