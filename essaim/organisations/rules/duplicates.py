"""Are two records one organisation? A likeness from 0 to 1, with its reasons; and which pairs are worth asking.

Plain values, no database. Scoring adds points (log-odds) as record linkage does (Fellegi and Sunter 1969; Splink),
with the weights of `duplicates.yaml`. It is symmetric, and an agreement more never lowers it.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import asin, cos, exp, log, radians, sin, sqrt
from pathlib import Path

import yaml
from rapidfuzz import fuzz

from essaim.law.text import Text
from essaim.organisations.rules.names import SHORTEST_ACRONYM, acronyms, core, core_words, squeezed

_READ = yaml.safe_load((Path(__file__).parent / "duplicates.yaml").read_text(encoding="utf-8"))
POINTS: dict[str, float] = {
    code: row["points"] for group in ("agreements", "differences") for code, row in _READ[group].items()
}
WHY: dict[str, Text] = {
    code: Text.of(row["why"]) for group in ("agreements", "differences") for code, row in _READ[group].items()
}
PRIOR: float = _READ["prior"]
PROPOSE_FROM: float = _READ["propose_from"]
NAME_FROM: float = _READ["name_from"]
ACRONYM: float = _READ["acronym"]
NEAR_KM: float = _READ["near_km"]
EARTH_KM = 6371.0

BY_PLACE = ("name", "same_address", "near", "same_commune", "same_category")
"""What two records of one commune can agree on without sharing a number, a domain or a telephone."""
_LEAST = log(PROPOSE_FROM / (1 - PROPOSE_FROM)) - PRIOR
TWO_SIRENS_NEED_MORE = sum(POINTS[code] for code in BY_PLACE) + POINTS["other_siren"] < _LEAST
"""Whether two records with two SIREN numbers can never be proposed on their name and place alone: the search in a
commune then skips them, which is nearly all its pairs."""

LARGEST_BLOCK = 60
WINDOW = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a site is. `commune` is today's Insee code, `address` from `names.plain_address`; degrees or None."""

    commune: str
    address: str = ""
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared of one record. `names` as written; `domains` and `phones` from `rules.names`, those of the
    organisation only: a person's telephone is nobody's likeness."""

    id: int
    names: tuple[str, ...]
    sigle: str = ""
    siren: str = ""
    rna_id: str = ""
    category: str = ""
    spots: tuple[Spot, ...] = ()
    domains: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """`strength` from 0 to 1 of what `code` may give; `points` is what it gave."""

    code: str
    strength: float
    points: float

    @property
    def why(self) -> Text:
        return WHY[self.code]


@dataclass(frozen=True, slots=True)
class Likeness:
    score: float
    reasons: tuple[Reason, ...]


def compare(one: Facts, other: Facts) -> Likeness:
    """How likely two records are the same organisation, and why, strongest reason first."""
    strengths = {
        "same_rna": bool(one.rna_id) and one.rna_id == other.rna_id,
        "name": _name_strength(one, other),
        "same_domain": not one.domains.isdisjoint(other.domains),
        "same_phone": not one.phones.isdisjoint(other.phones),
        **_place_strengths(one.spots, other.spots),
        "same_category": bool(one.category) and one.category == other.category,
        "other_siren": bool(one.siren and other.siren) and one.siren != other.siren,
        "other_rna": bool(one.rna_id and other.rna_id) and one.rna_id != other.rna_id,
    }
    reasons = [
        Reason(code, round(float(strength), 3), round(POINTS[code] * strength, 3))
        for code, strength in strengths.items()
        if strength
    ]
    total = PRIOR + sum(each.points for each in reasons)
    ordered = sorted(reasons, key=lambda each: (-abs(each.points), each.code))
    return Likeness(round(1 / (1 + exp(-total)), 6), tuple(ordered))


def _name_strength(one: Facts, other: Facts) -> float:
    """0 below `name_from`, 1 for the same words in whatever order."""
    best = ACRONYM if _acronym_agrees(one, other) else 0.0
    for a in one.names:
        for b in other.names:
            best = max(best, fuzz.ratio(core(a), core(b)) / 100)
    return max(0.0, (best - NAME_FROM) / (1 - NAME_FROM))


def _acronym_agrees(one: Facts, other: Facts) -> bool:
    return _short_for(one, other) or _short_for(other, one)


def _short_for(one: Facts, other: Facts) -> bool:
    """Whether the sigle of one, or its name when it is a single word, is the sigle or the initials of the other."""
    shorts = {squeezed(one.sigle)} | {squeezed(each) for each in one.names if len(core_words(each)) == 1}
    shorts = {each for each in shorts if len(each) >= SHORTEST_ACRONYM}
    if not shorts:
        return False
    longs = {squeezed(other.sigle)}.union(*(acronyms(each) for each in other.names))
    return not shorts.isdisjoint(longs)


def _place_strengths(ones: Sequence[Spot], others: Sequence[Spot]) -> dict[str, float]:
    """The best over pairs of sites of the same commune."""
    found = {"same_address": 0.0, "near": 0.0, "same_commune": 0.0}
    for a in ones:
        for b in others:
            if not a.commune or a.commune != b.commune:
                continue
            found["same_commune"] = 1.0
            if a.address and a.address == b.address:
                found["same_address"] = 1.0
            if None not in (a.lon, a.lat, b.lon, b.lat):
                found["near"] = max(found["near"], 1 - distance_km(a, b) / NEAR_KM)
    return found


def distance_km(a: Spot, b: Spot) -> float:
    """Great-circle distance; both have coordinates."""
    lat1, lat2 = radians(a.lat), radians(b.lat)
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


def candidate_pairs(facts: Sequence[Facts]) -> Iterator[tuple[Facts, Facts]]:
    """Every pair worth comparing, once. Two records can only reach `propose_from` if they share an RNA number, a
    domain, a telephone or a commune; a crowded commune is cut again by words, address, acronym and neighbourhood in
    the alphabet, which may lose a pair that only a misspelt name joins."""
    seen: set[tuple[int, int]] = set()
    for block, is_place in _blocks(facts):
        for one, other in block:
            if is_place and TWO_SIRENS_NEED_MORE and "" != one.siren != other.siren != "":
                continue
            key = (one.id, other.id) if one.id < other.id else (other.id, one.id)
            if one.id != other.id and key not in seen:
                seen.add(key)
                yield one, other


def _blocks(facts: Sequence[Facts]) -> Iterator[tuple[Iterable[tuple[Facts, Facts]], bool]]:
    for keys, is_place in ((_shared_keys, False), (_commune_keys, True)):
        for block in _grouped(facts, keys).values():
            if len(block) <= LARGEST_BLOCK:
                yield combinations(block, 2), is_place
                continue
            for inner in _grouped(block, _inner_keys).values():
                if len(inner) <= LARGEST_BLOCK:
                    yield combinations(inner, 2), is_place
            yield _neighbours(block, backwards=False), is_place
            yield _neighbours(block, backwards=True), is_place


def _grouped(facts: Iterable[Facts], keys) -> dict[Hashable, list[Facts]]:
    groups: dict[Hashable, list[Facts]] = defaultdict(list)
    for each in facts:
        for key in keys(each):
            groups[key].append(each)
    return {key: group for key, group in groups.items() if len(group) > 1}


def _shared_keys(each: Facts) -> set[Hashable]:
    keys: set[Hashable] = {("domain", domain) for domain in each.domains}
    keys |= {("phone", phone) for phone in each.phones}
    if each.rna_id:
        keys.add(("rna", each.rna_id))
    return keys


def _commune_keys(each: Facts) -> set[Hashable]:
    return {spot.commune for spot in each.spots if spot.commune}


def _inner_keys(each: Facts) -> set[Hashable]:
    keys: set[Hashable] = {("word", word) for name in each.names for word in core_words(name)}
    keys |= {("place", spot.commune, spot.address) for spot in each.spots if spot.address}
    shorts = {squeezed(each.sigle), *(squeezed(name) for name in each.names)}
    longs = set().union(*(acronyms(name) for name in each.names)) if each.names else set()
    return keys | {("short", word) for word in shorts | longs if word}


def _neighbours(block: Sequence[Facts], *, backwards: bool) -> Iterator[tuple[Facts, Facts]]:
    """Sorted neighbourhood (Hernández and Stolfo 1995): each record with the next ones in the alphabet, read from the
    first letter, then from the last, so that a slip at either end is caught."""
    written = [
        (core(name)[::-1] if backwards else core(name), each.id, each)
        for each in block
        for name in each.names
    ]
    ordered = [each for _, _, each in sorted(written, key=lambda row: row[:2])]
    for position, one in enumerate(ordered):
        for other in ordered[position + 1 : position + 1 + WINDOW]:
            yield one, other


def likely_pairs(facts: Sequence[Facts]) -> Iterator[tuple[Facts, Facts, Likeness]]:
    """Pairs at or above `propose_from`, in no order."""
    for one, other in candidate_pairs(facts):
        likeness = compare(one, other)
        if likeness.score >= PROPOSE_FROM:
            yield one, other, likeness
