"""The record that follows from what the sources said: a pure function of the statements, whatever their order.

Facts: the register speaks first, then lists, then the SIAE list; within one source the newest. Whether something is
open: the newest statement that speaks of it. A list says nothing of what it does not hold.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from essaim.observatory.categories import UNKNOWN, sector_of_division

RANKS = {"register": 3, "siae": 1}
LIST_RANK = 2
OF_THE_UNIT = frozenset({"esus", "scop", "scic", "cae"})
"""Labels borne by the legal unit; the others belong to the establishment they were given to."""

FACTS = ("name", "sigle", "legal_category", "naf", "size_band", "created_on")
SITE_TEXTS = ("name", "naf", "size_band", "qpv")
SITE_DATES = ("opened_on",)
Values = dict[str, Any]
Links = Mapping[str, tuple[str, date]]
"""SIRET -> (the one that took over, when)."""


class Told(NamedTuple):
    """One statement. `owner`: what identifies its organisation (a row's id, or a key for one to be created)."""

    owner: Hashable
    source: str
    key: str
    on: date
    said: Mapping[str, Any]

    @property
    def rank(self) -> int:
        return RANKS.get(self.source, LIST_RANK)

    @property
    def siret(self) -> str:
        return self.said.get("siret", "")


@dataclass
class State:
    """What the columns should hold. `sites` by SIRET, or by "at:source:key" for a place without one.

    `evidence`: source -> values of `Evidence`; `labels`: (site key or "", kind) -> values of `Label`.
    `successor`: owner of the organisation that took this one over.
    """

    values: Values = field(default_factory=dict)
    sites: dict[str, Values] = field(default_factory=dict)
    evidence: dict[str, Values] = field(default_factory=dict)
    labels: dict[tuple[str, str], Values] = field(default_factory=dict)
    successor: Hashable = None
    site_of: dict[tuple[str, str], str] = field(default_factory=dict)
    """(source, key) of a statement -> its site's key."""


def canonical(said: Mapping[str, Any]) -> str:
    """The same statement always gives the same text; silence is left out."""
    return json.dumps(
        {name: value for name, value in said.items() if value},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def replaced(
    old: Mapping[str, Any], old_on: date, new: Mapping[str, Any], new_on: date
) -> tuple[Values, date]:
    """(what the source says, since which vintage) once both are known: the newest, and `new` when they are of one day.

    A source that says "closed" without a day is dated by the first vintage that said so.
    """
    last, on = (dict(new), new_on) if new_on >= old_on else (dict(old), old_on)
    states = [each.get("state") or {} for each in (old, new)]
    if all(state.get("about") for state in states):
        last["state"] = {**last["state"], "closed_on": min(state["closed_on"] for state in states)}
    return last, on


def merged_rows(one: Mapping[str, Any], other: Mapping[str, Any]) -> Values:
    """Two rows of one file about one key: labels and evidence of both, other facts of the richer (then smaller) one."""
    first, second = sorted(
        (one, other), key=lambda said: (-len(canonical(_bare(said))), canonical(_bare(said)))
    )
    joined: Values = dict(first)
    for part in ("facts", "place", "evidence", "labels", "state"):
        both = {**(second.get(part) or {}), **(first.get(part) or {})}
        if part == "labels":
            both = {kind: _joined_label(first, second, kind) for kind in sorted(both)}
        joined[part] = both
    return joined


def _bare(said: Mapping[str, Any]) -> Values:
    return {name: value for name, value in said.items() if name not in ("labels", "evidence")}


def _joined_label(first: Mapping[str, Any], second: Mapping[str, Any], kind: str) -> Values:
    found = [each["labels"][kind] for each in (first, second) if kind in (each.get("labels") or {})]
    return max(found, key=canonical)


def fold(told: Sequence[Told], links: Links) -> dict[Hashable, State]:
    """The state of every organisation among `told`: give whole families, successors and predecessors included."""
    ordered = sorted(told, key=_precedence)
    owner_of = {each.siret: each.owner for each in reversed(ordered) if each.siret}
    still_open = {
        each.siret: each.on
        for each in reversed(ordered)
        if each.source == "register" and (each.said.get("state") or {}).get("site")
    }
    targets = {siret: target for siret in owner_of if (target := _target(siret, links, owner_of, still_open))}
    states: dict[Hashable, State] = {}
    by_owner: dict[Hashable, list[Told]] = {}
    for each in ordered:
        by_owner.setdefault(each.owner, []).append(each)
    for owner, own in by_owner.items():
        states[owner] = _state(own, targets)
    for each in ordered:
        _give_labels(each, states, targets, owner_of)
    for owner, own in by_owner.items():
        _close(states[owner], owner, own, targets, owner_of)
    return states


def _precedence(each: Told) -> tuple[Any, ...]:
    is_head = bool((each.said.get("place") or {}).get("is_head_office"))
    return (-each.rank, -each.on.toordinal(), not is_head, each.source, each.key)


def _target(
    siret: str, links: Links, known: Mapping[str, Hashable], still_open: Mapping[str, date]
) -> tuple[str, date] | None:
    """(last known SIRET down the chain, day it began); None in a loop, or while the register says it is open."""
    if siret not in links:
        return None
    began = links[siret][1]
    if siret in still_open and still_open[siret] >= began:
        return None
    seen, here, found = {siret}, siret, None
    while here in links:
        here = links[here][0]
        if here in seen:
            return None
        seen.add(here)
        if here in known:
            found = here
    return (found, began) if found else None


def _state(own: Sequence[Told], targets: Mapping[str, tuple[str, date]]) -> State:
    """Columns, sites and evidence of one organisation from its own statements, best first."""
    state = State()
    values = state.values
    # A record that took others in keeps its own facts: theirs come from their own SIREN.
    siren = next((each.said["siren"] for each in own if each.said.get("siren")), "")
    values["siren"] = siren or None
    values["rna_id"] = next((each.said["rna"] for each in own if each.said.get("rna")), "")
    for name in FACTS:
        values[name] = _first(((each.said.get("facts") or {}).get(name) for each in own), "")
    _add_sites(state, own, targets)
    opened = [site["opened_on"] for site in state.sites.values() if site["opened_on"]]
    values["created_on"] = _day(values["created_on"]) or (min(opened) if opened else None)
    # The head office is not always known: any establishment tells what is done better than nothing.
    for name in ("naf", "size_band"):
        said = [site[name] for site in state.sites.values() if site[name]]
        if not values[name] and (name == "naf" or len(state.sites) == 1):
            values[name] = said[0] if said else ""
    values["sector"] = sector_of(values["naf"])
    values["last_seen_on"] = max(each.on for each in own)
    _add_evidence(state, own)
    return state


def _add_sites(state: State, own: Sequence[Told], targets: Mapping[str, tuple[str, date]]) -> None:
    by_site: dict[str, list[Told]] = {}
    official = {each.siret: (each.said.get("place") or {}).get("commune", "") for each in own if each.siret}
    for each in own:
        key = each.siret or _place_key(each, official)
        if key:
            by_site.setdefault(key, []).append(each)
            state.site_of[each.source, each.key] = key
    for key in sorted(by_site):
        state.sites[key] = _site(key, by_site[key], targets.get(key))


def _place_key(each: Told, official: Mapping[str, str]) -> str:
    """A place without SIRET is the establishment of its organisation in the same commune, when there is one."""
    place = each.said.get("place") or {}
    if not any(place.get(name) for name in ("address", "commune", "lon")):
        return ""
    commune = place.get("commune")
    same = min((siret for siret, where in official.items() if commune and where == commune), default="")
    return same or f"at:{each.source}:{each.key}"


def _site(key: str, own: Sequence[Told], target: tuple[str, date] | None) -> Values:
    places = [(each, each.said.get("place") or {}) for each in own]
    if len(places) == 1:  # nearly always
        only = places[0][1]
        site: Values = {name: only.get(name) or "" for name in SITE_TEXTS}
    else:
        site = {name: _first((place.get(name) for _, place in places), "") for name in SITE_TEXTS}
    site |= {"siret": None if key.startswith("at:") else key, "is_official": not key.startswith("at:")}
    placed = next((place for _, place in places if place.get("commune") or place.get("address")), {})
    site |= {name: placed.get(name) or "" for name in ("address", "postcode", "commune")}
    source, point = next(
        ((each, place) for each, place in places if place.get("lon") is not None), (None, {})
    )
    site |= {"lon": point.get("lon"), "lat": point.get("lat"), "position_score": point.get("position_score")}
    site["position_source"] = source.source if source else ""
    site["employer"] = next(
        (place["employer"] for _, place in places if place.get("employer") is not None), None
    )
    site["is_head_office"] = any(place.get("is_head_office") for _, place in places)
    site["opened_on"] = _day(_first((place.get("opened_on") for _, place in places), ""))
    site["closed_on"] = _site_closing(own)
    if target and not site["closed_on"]:
        site["closed_on"] = target[1]
    return site


def _site_closing(own: Sequence[Told]) -> date | None:
    voices = []
    for each in own:
        state = each.said.get("state") or {}
        if "site" in state:
            voices.append(_voice(each, state, "site"))
        elif state.get("organisation") is False:
            voices.append(_voice(each, state, "organisation"))
    if not voices:
        return None
    on, _, _, is_open, closed_on = max(voices, key=lambda voice: voice[:3])
    return None if is_open else (_day(closed_on) or on)


def _voice(each: Told, state: Mapping[str, Any], level: str) -> tuple[date, int, str, bool, str | None]:
    """When, how strongly and by whom it is said open or closed. An absence is dated by the file that shows it."""
    is_open, closed_on = bool(state[level]), state.get("closed_on")
    return (max(each.on, _day(closed_on) or each.on), each.rank, each.source, is_open, closed_on)


def _add_evidence(state: State, own: Sequence[Told]) -> None:
    for each in sorted(own, key=lambda one: (one.on, one.rank, one.source, one.key)):
        for source, (says, value, family) in (each.said.get("evidence") or {}).items():
            state.evidence[source] = {
                "says": says,
                "value": value,
                "family": family,
                "on": each.on,
                "dataset": each.source,
            }


def _give_labels(
    each: Told,
    states: Mapping[Hashable, State],
    targets: Mapping[str, tuple[str, date]],
    owner_of: Mapping[str, Hashable],
) -> None:
    """Labels go where the establishment went."""
    labels = each.said.get("labels") or {}
    if not labels:
        return
    site, owner = states[each.owner].site_of.get((each.source, each.key), ""), each.owner
    if site in targets:
        site = targets[site][0]
        owner = owner_of[site]
    for kind, about in labels.items():
        place = "" if kind in OF_THE_UNIT else site
        values = {
            "valid_from": _day(about.get("valid_from")),
            "valid_to": _day(about.get("valid_to")),
            "proof": about.get("proof") or "",
            "dataset": each.source,
            "seen_on": each.on,
        }
        known = states[owner].labels.get((place, kind))
        # The newest seen; `each` comes best source first, so an equal day changes nothing.
        if known is None or known["seen_on"] < values["seen_on"]:
            states[owner].labels[place, kind] = values


def _close(
    state: State,
    owner: Hashable,
    own: Sequence[Told],
    targets: Mapping[str, tuple[str, date]],
    owner_of: Mapping[str, Hashable],
) -> None:
    """Closed when the newest source that speaks of the unit says so, or when none does and no site is left open."""
    voices = [
        _voice(each, about, "organisation")
        for each in own
        if "organisation" in (about := each.said.get("state") or {})
    ]
    voices += [
        _voice(each, about, "site")
        for each in own
        if (about := each.said.get("state") or {}).get("site") and each.siret not in targets
    ]
    closings = [site["closed_on"] for site in state.sites.values()]
    closed_on = None
    if voices:
        on, _, _, is_open, day = max(voices, key=lambda voice: voice[:3])
        closed_on = None if is_open else (_day(day) or on)
    elif closings and all(closings):
        closed_on = max(closings)
    state.values["closed_on"] = closed_on
    heirs = {owner_of[targets[key][0]] for key in state.sites if key in targets} - {owner}
    if closed_on and heirs:
        state.successor = min(heirs, key=str)


def sector_of(naf: str) -> str:
    """Sector of the atlas of an activity of NAF rev. 2 ("88.99B"); "unknown" for anything else."""
    is_known = len(naf) == 6 and naf[2] == "."
    return sector_of_division().get(naf[:2], UNKNOWN) if is_known else UNKNOWN


def _first(values: Iterable[Any], otherwise: Any) -> Any:
    for value in values:
        if value:
            return value
    return otherwise


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


COMPARED: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "activity": lambda said: (said.get("facts") or {}).get("naf"),
    "legal_category": lambda said: (said.get("facts") or {}).get("legal_category"),
    "commune": lambda said: (said.get("place") or {}).get("commune"),
    "open": lambda said: _openness(said.get("state") or {}),
}


def _openness(state: Mapping[str, Any]) -> str | None:
    return {True: "open", False: "closed"}.get(state.get("organisation", state.get("site")))


class Disagreement(NamedTuple):
    """Two sources that do not say the same of one establishment (or unit). `low` < `high` by name."""

    field: str
    low: str
    high: str
    low_value: str
    high_value: str
    key: str


def disagreements(told: Iterable[Told]) -> list[Disagreement]:
    """What sources say differently of the same key (activity, form, commune, open or closed), sorted."""
    by_key: dict[str, list[Told]] = {}
    for each in told:
        by_key.setdefault(each.siret or each.said.get("siren") or each.key, []).append(each)
    found = []
    for key, group in by_key.items():
        if len(group) == 1:
            continue
        group = sorted(group, key=lambda one: one.source)
        for at, one in enumerate(group):
            for other in group[at + 1 :]:
                for name, value_of in COMPARED.items():
                    mine, theirs = value_of(one.said), value_of(other.said)
                    if one.source != other.source and mine and theirs and mine != theirs:
                        found.append(Disagreement(name, one.source, other.source, mine, theirs, key))
    return sorted(found)
