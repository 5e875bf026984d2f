"""How well a supplier answers a need: a score out of 100 made of named parts, each with its reason.

    activity 40   what it sells: purchase families (CPV) it says, else its activity code (NAF), else its words
    words    10   words of the need found in what it offers
    zone     20   it serves every place of the need, or a part of them
    status   15   certified integration or disability employer, ESUS, member of the SSE: as dated on the day
    capacity 10   turnover when it is known, else head-count
    past      5   contracts already known for the same family, noted by the buyer or in the open data

Without any link of activity, or of zone, there is no score: the supplier is not proposed. At equal score the order
is the day's draw (`drawn`), shown with its seed, so that nobody is always first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from essaim.law.text import Text

NAMES = {
    "activity": Text("activité", "activity"), "words": Text("mots", "words"), "zone": Text("zone", "zone"),
    "status": Text("statut", "status"), "capacity": Text("capacité", "capacity"),
    "past": Text("marchés connus", "known contracts"),
}  # fmt: skip
MOST = {"activity": 40, "words": 10, "zone": 20, "status": 15, "capacity": 10, "past": 5}
CPV_POINTS = {4: 40, 3: 35, 2: 20}
"""Digits that the two codes share -> points; more than four count as four."""
NAF_POINTS, ALL_WORDS_POINTS = 30, 15
WHOLE_ZONE_POINTS, PART_ZONE_POINTS = 20, 10
CERTIFIED_POINTS, ESUS_POINTS, MEMBER_POINTS, TO_CONFIRM_POINTS = 15, 12, 8, 3
ENOUGH_POINTS, UNKNOWN_CAPACITY_POINTS = 10, 5
PAST_POINTS = 5
EASY_SHARE, WHOLE_SHARE = 0.3, 1.0
"""Yearly budget over turnover: up to the first it is easy, up to the second it is heavy, beyond it is too much."""
CERTIFIED_GROUPS = frozenset({"siae", "disability"})
MOST_WORDS = 10
BITS = 2**64 - 1
WHOLE, PART, NOWHERE = "whole", "part", ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a need or a lot asks. `cpv`: codes without their final zeros, two digits at least; `naf`: beginnings of
    activity codes that go with them ("81.2"); `stems`: at most ten roots of words; `places`: territory codes;
    `yearly_cents` and `jobs` (head-count that this budget keeps busy): None when the budget is not known."""

    cpv: tuple[str, ...] = ()
    naf: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    yearly_cents: int | None = None
    jobs: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A label or approval, with its dates. `group` as in the directory: siae, disability, approval..."""

    kind: str
    group: str
    sign: str
    valid_from: date | None = None
    valid_to: date | None = None
    seen_on: date | None = None

    def is_valid(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class Won:
    """Contracts of the same family in essential contract data: with this buyer (`here`, None when its own SIREN is
    not known) and with the others, since when, and how far the data goes (`vintage`)."""

    here: int | None = 0
    here_since: date | None = None
    elsewhere: int = 0
    elsewhere_since: date | None = None
    vintage: date | None = None

    @property
    def count(self) -> int:
        return (self.here or 0) + self.elsewhere


@dataclass(frozen=True, slots=True)
class Supplier:
    """One place of one organisation. `zone`: whole, part or "" of the places asked; `jobs`: (low, high) of its
    head-count band, high None when open, None when unknown; `contracts`: those the buyer noted for the same family;
    `won`: those of the open data, None when there is none to read for it, which is not a zero."""

    organisation_id: int
    site_id: int | None = None
    cpv: tuple[str, ...] = ()
    naf: tuple[str, ...] = ()
    stems: frozenset[str] = frozenset()
    zone: str = NOWHERE
    labels: tuple[Held, ...] = ()
    status: str = "to_confirm"
    jobs: tuple[int, int | None] | None = None
    turnover_cents: int | None = None
    contracts: int = 0
    won: Won | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a score: points out of `most`, and why."""

    name: str
    points: int
    reason: Text

    @property
    def most(self) -> int:
        return MOST[self.name]

    @property
    def words(self) -> Text:
        return NAMES[self.name]


@dataclass(frozen=True, slots=True)
class Scored:
    supplier: Supplier
    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)

    @property
    def is_certified(self) -> bool:
        return any(part.name == "status" and part.points == CERTIFIED_POINTS for part in self.parts)


def score(asked: Asked, supplier: Supplier, *, on: date) -> Scored | None:
    """The parts of a score, on a day; None when nothing links the supplier to the activity or to the zone."""
    activity, zone = _activity(asked, supplier), _zone(supplier)
    if activity is None or zone is None:
        return None
    others = (
        zone,
        _status(supplier, on),
        _capacity(asked, supplier),
        _past(supplier),
    )
    return Scored(supplier, (activity, _words(asked, supplier), *others))


def rank(
    asked: Asked, suppliers: Iterable[Supplier], *, on: date, seed: int, most: int | None = None
) -> list[Scored]:
    """The best place of each organisation, best first; equal scores in the order of the draw."""
    best: dict[int, Scored] = {}
    for supplier in suppliers:
        found = score(asked, supplier, on=on)
        known = best.get(supplier.organisation_id)
        if found and (known is None or _place_key(found) < _place_key(known)):
            best[supplier.organisation_id] = found
    ranked = sorted(best.values(), key=lambda one: order_key(one, seed))
    return ranked if most is None else ranked[:most]


def order_key(one: Scored, seed: int) -> tuple[int, int, int]:
    """What ranks: more points, then the draw, then the number of the organisation."""
    return -one.points, drawn(seed, one.supplier.organisation_id), one.supplier.organisation_id


def _place_key(one: Scored) -> tuple[int, int]:
    return -one.points, one.supplier.site_id or 0


def seed_of(day: date, subject: str) -> int:
    """The seed of a day for one need: the same all day, another one the next day."""
    return int.from_bytes(blake2b(f"{day.isoformat()} {subject}".encode(), digest_size=8).digest(), "big")


def drawn(seed: int, number: int) -> int:
    """The rank a number draws under a seed, below 2**64: the finaliser of splitmix64, where every bit of the number
    moves every bit of the rank."""
    mixed = number * 0x9E3779B97F4A7C15 & BITS ^ seed
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & BITS
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & BITS
    return mixed ^ (mixed >> 31)


def draw_all(seed: int, numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The same for many numbers at once."""
    mixed = numbers * np.uint64(0x9E3779B97F4A7C15) ^ np.uint64(seed)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def plain_cpv(code: str) -> str:
    """A purchase code without its check digit nor final zeros, two digits at least: "55500000-5" is "555"."""
    digits = "".join(each for each in code.partition("-")[0] if each.isdigit())[:8]
    return digits.rstrip("0").ljust(2, "0") if len(digits) >= 2 else ""


def shared_digits(one: Sequence[str], other: Sequence[str]) -> tuple[int, str]:
    """(digits that the closest two codes share, those digits); (0, "") when no two share two."""
    best = ""
    for left in one:
        for right in other:
            length = 0
            while length < min(len(left), len(right), 4) and left[length] == right[length]:
                length += 1
            if length > len(best) and length >= 2:
                best = left[:length]
    return len(best), best


def word_points(asked: Asked) -> int:
    """Points for each word found; whole, so that a score has no fraction."""
    return MOST["words"] // len(asked.stems) if asked.stems else 0


def _activity(asked: Asked, supplier: Supplier) -> Part | None:
    length, family = shared_digits(asked.cpv, supplier.cpv)
    by_family = CPV_POINTS.get(length, 0)
    code = next((own for own in supplier.naf if own.startswith(asked.naf)), "") if asked.naf else ""
    by_code = NAF_POINTS if code else 0
    has_all = bool(asked.stems) and supplier.stems.issuperset(asked.stems)
    by_words = ALL_WORDS_POINTS if has_all else 0
    points = max(by_family, by_code, by_words)
    if not points:
        return None
    if points == by_family:
        said = f"annonce une offre dans la famille d'achats CPV {family}"
        return Part("activity", points, Text(said, f"offers something in purchase family CPV {family}"))
    if points == by_code:
        said = f"son activité (NAF {code}) répond à la famille d'achats"
        return Part("activity", points, Text(said, f"its activity (NAF {code}) answers the purchase family"))
    return Part(
        "activity", points, Text("tous les mots du besoin sont dans son offre ou son nom",
                                 "every word of the need is in its offer or its name"),
    )  # fmt: skip


def _words(asked: Asked, supplier: Supplier) -> Part:
    found = [stem for stem in asked.stems if stem in supplier.stems]
    points = word_points(asked) * len(found)
    if not asked.stems:
        return Part(
            "words", 0, Text("le besoin n'a pas de mot à chercher", "the need has no word to look for")
        )
    fr = f"{len(found)} mot(s) du besoin sur {len(asked.stems)} dans ce qu'il dit offrir"
    return Part(
        "words", points, Text(fr, f"{len(found)} of {len(asked.stems)} words of the need in what it offers")
    )


def _zone(supplier: Supplier) -> Part | None:
    if supplier.zone == WHOLE:
        return Part(
            "zone", WHOLE_ZONE_POINTS, Text("dessert tout le lieu du besoin", "serves the whole place")
        )
    if supplier.zone == PART:
        return Part("zone", PART_ZONE_POINTS, Text("dessert une partie du lieu, ou s'y trouve",
                                                   "serves a part of the place, or is there"))  # fmt: skip
    return None


def _status(supplier: Supplier, on: date) -> Part:
    held = [label for label in supplier.labels if label.is_valid(on)]
    certified = [label for label in held if label.group in CERTIFIED_GROUPS]
    esus = [label for label in held if label.kind == "esus"]
    for labels, points in ((certified, CERTIFIED_POINTS), (esus, ESUS_POINTS)):
        if labels:
            return Part("status", points, _dated(labels))
    points = {"member": MEMBER_POINTS, "to_confirm": TO_CONFIRM_POINTS}.get(supplier.status, 0)
    words = {
        "member": Text("membre de l'ESS", "member of the SSE"),
        "to_confirm": Text("appartenance à l'ESS à confirmer", "membership of the SSE to be confirmed"),
    }
    return Part("status", points, words.get(supplier.status, Text("hors de l'ESS", "outside the SSE")))


def _dated(labels: Sequence[Held]) -> Text:
    """The labels and until when, or since when they were seen."""
    fr, en = [], []
    for label in sorted(labels, key=lambda one: one.kind):
        name = label.sign or label.kind
        if label.valid_to:
            fr.append(f"{name} (jusqu'au {label.valid_to:%d/%m/%Y})")
            en.append(f"{name} (until {label.valid_to.isoformat()})")
        elif label.seen_on:
            fr.append(f"{name} (vu le {label.seen_on:%d/%m/%Y})")
            en.append(f"{name} (seen on {label.seen_on.isoformat()})")
        else:
            fr.append(name)
            en.append(name)
    return Text(", ".join(fr), ", ".join(en))


def _capacity(asked: Asked, supplier: Supplier) -> Part:
    if asked.yearly_cents is None or asked.jobs is None:
        return Part("capacity", UNKNOWN_CAPACITY_POINTS, Text(
            "montant du besoin inconnu : capacité non jugée", "budget unknown: capacity not judged"))  # fmt: skip
    if supplier.turnover_cents:
        share = asked.yearly_cents / supplier.turnover_cents
        points = (
            ENOUGH_POINTS if share <= EASY_SHARE else UNKNOWN_CAPACITY_POINTS if share <= WHOLE_SHARE else 0
        )
        fr = f"le besoin ferait {round(100 * share)} % de son chiffre d'affaires annuel"
        return Part(
            "capacity", points, Text(fr, f"the need would be {round(100 * share)} % of its yearly turnover")
        )
    if supplier.jobs is None:
        return Part("capacity", UNKNOWN_CAPACITY_POINTS, Text("taille inconnue", "size unknown"))
    low, high = supplier.jobs
    band = f"{low} à {high}" if high is not None else f"{low} et plus"
    band_en = f"{low} to {high}" if high is not None else f"{low} or more"
    points = ENOUGH_POINTS if high is None or high >= asked.jobs else 0
    return Part("capacity", points, Text(
        f"{band} salariés, pour un besoin d'environ {asked.jobs} emploi(s)",
        f"{band_en} employees, for a need of about {asked.jobs} job(s)"))  # fmt: skip


def _past(supplier: Supplier) -> Part:
    """The same points for one contract or for many, here or elsewhere: who is already in is not pushed further in."""
    said = [*_noted(supplier.contracts), *_won(supplier.won)]
    if not said:
        said = [Text("aucun marché connu dans cette famille", "no known contract in this family")]
    source = _source(supplier.won)
    fr, en = ", ".join(one.fr for one in said), ", ".join(one.en for one in said)
    points = PAST_POINTS if supplier.contracts or (supplier.won and supplier.won.count) else 0
    return Part("past", points, Text(f"{fr} ({source.fr})", f"{en} ({source.en})"))


def _noted(count: int) -> list[Text]:
    if not count:
        return []
    return [
        Text(f"{count} attribution(s) notée(s) dans cette famille", f"{count} award(s) noted in this family")
    ]


def _won(won: Won | None) -> list[Text]:
    if won is None:
        return []
    said = []
    if won.here:
        said.append(_since(Text(f"{won.here} marché(s) publié(s) de cette famille avec cette collectivité",
                                f"{won.here} published contract(s) of this family with this authority"),
                           won.here_since))  # fmt: skip
    if won.elsewhere:
        where = (
            Text("avec des acheteurs publics", "with public buyers")
            if won.here is None
            else Text("ailleurs", "elsewhere")
        )
        said.append(_since(Text(f"{won.elsewhere} marché(s) publié(s) de cette famille {where.fr}",
                                f"{won.elsewhere} published contract(s) of this family {where.en}"),
                           won.elsewhere_since))  # fmt: skip
    return said


def _since(words: Text, day: date | None) -> Text:
    if day is None:
        return words
    return Text(f"{words.fr} depuis le {day:%d/%m/%Y}", f"{words.en} since {day.isoformat()}")


def _source(won: Won | None) -> Text:
    if won is None:
        return Text(
            "pas de données essentielles des marchés à lire pour lui : ce n'est pas un zéro",
            "no essential contract data to read for it: this is not a zero",
        )
    if won.vintage is None:
        return Text("données essentielles des marchés importées", "essential contract data imported")
    return Text(
        f"données essentielles des marchés importées, publiées jusqu'au {won.vintage:%d/%m/%Y}",
        f"essential contract data imported, published until {won.vintage.isoformat()}",
    )
