"""Which organisation each statement is about, and which organisations must be looked at together."""

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from essaim.organisations.importing.gather import SCAN_ROWS, Gathered
from essaim.organisations.intake.successions import Link
from essaim.organisations.models import Organisation, Statement, Succession
from essaim.organisations.models.organisation import Hidden

Owner = Hashable
"""An organisation's id, or "siren:…", "rna:…", "own:…" for one to be created."""


@dataclass
class Ground:
    """What the database holds of identities."""

    by_siren: dict[str, int] = field(default_factory=dict)
    by_rna: dict[str, int] = field(default_factory=dict)
    only_rna: dict[str, int] = field(default_factory=dict)
    """Records that have no SIREN yet."""
    merged: dict[int, int] = field(default_factory=dict)
    erased: set[int] = field(default_factory=set)

    def root(self, owner: Owner) -> Owner:
        """The record that was kept, for one merged into another."""
        while owner in self.merged:
            owner = self.merged[owner]  # type: ignore[index]  # an id
        return owner


def read_ground() -> Ground:
    ground = Ground()
    rows = Organisation.objects.order_by("-id").values_list(
        "id", "siren", "rna_id", "merged_into_id", "hidden"
    )
    with_siren: dict[str, int] = {}
    for id, siren, rna, merged_into, hidden in rows.iterator(chunk_size=SCAN_ROWS):
        if siren:
            ground.by_siren[siren] = id
        if rna:
            (with_siren if siren else ground.only_rna)[rna] = id
        if merged_into is not None:
            ground.merged[id] = merged_into
        if hidden == Hidden.ERASED:
            ground.erased.add(id)
    ground.by_rna = with_siren | ground.only_rna
    return ground


def owners(source: str, gathered: Gathered, ground: Ground) -> dict[str, Owner]:
    """Key of each changed statement -> its organisation. Erased ones are left alone: their keys are dropped."""
    known = {
        key: organisation
        for some in _sliced(sorted(gathered.changed))
        for key, organisation in Statement.objects.filter(source=source, key__in=some).values_list(
            "key", "organisation_id"
        )
    }
    found: dict[str, Owner] = {}
    waiting: list[tuple[str, str]] = []
    rna_of_siren: dict[str, str] = {}
    for key, (text, _) in gathered.changed.items():
        said = json.loads(text)
        siren, rna = said.get("siren", ""), said.get("rna", "")
        if siren:
            found[key] = _of_siren(siren, rna, ground)
            if rna:
                rna_of_siren[rna] = min(rna_of_siren.get(rna, siren), siren)
        elif rna:
            waiting.append((key, rna))
        else:
            found[key] = known.get(key, f"own:{source}:{key}")
    for key, rna in waiting:
        of_file = _of_siren(rna_of_siren[rna], rna, ground) if rna in rna_of_siren else f"rna:{rna}"
        found[key] = known.get(key, ground.by_rna.get(rna, of_file))
    return {key: owner for key, owner in found.items() if owner not in ground.erased}


def _of_siren(siren: str, rna: str, ground: Ground) -> Owner:
    if siren in ground.by_siren:
        return ground.by_siren[siren]
    # An association known by its RNA number alone receives its SIREN.
    if rna not in ground.only_rna:
        return f"siren:{siren}"
    ground.by_siren[siren] = ground.only_rna.pop(rna)
    return ground.by_siren[siren]


def families(
    dirty: Mapping[str, Owner], links: Iterable[Link], new_links: Iterable[Link], ground: Ground
) -> list[list[Owner]]:
    """Groups of organisations tied by succession or merging, of which one at least must be looked at. Sorted."""
    union = _Union()
    chains = _Union()
    for link in links:
        chains.join(link.before, link.after)
    touched = {chains.root(link.before) for link in new_links}
    of_chain: dict[str, set[Owner]] = defaultdict(set)
    if chains.parent:
        for siret, owner in _known_owners(chains.parent, dirty):
            of_chain[chains.root(siret)].add(owner)
    wanted: set[Owner] = set(dirty.values())
    for chain, tied in of_chain.items():
        first, *others = sorted(tied, key=str)
        for other in others:
            union.join(first, other)
        if chain in touched:
            wanted.add(first)
    for id, into in ground.merged.items():
        union.join(id, into)
    groups: dict[Owner, list[Owner]] = defaultdict(list)
    roots = {union.root(owner) for owner in wanted}
    for owner in {*union.parent, *wanted}:
        if union.root(owner) in roots:
            groups[union.root(owner)].append(owner)
    return sorted(
        (sorted(group, key=_order) for group in groups.values()), key=lambda group: _order(group[0])
    )


def _order(owner: Owner) -> tuple[bool, int, str]:
    """Known records by id, then new ones by what identifies them: the same whatever the order of the rows."""
    return (False, owner, "") if isinstance(owner, int) else (True, 0, str(owner))


def _known_owners(sirets: Iterable[str], dirty: Mapping[str, Owner]) -> Iterator[tuple[str, Owner]]:
    for some in _sliced(sorted(sirets)):
        yield from Statement.objects.filter(key__in=some).values_list("key", "organisation_id")
        yield from ((siret, dirty[siret]) for siret in some if siret in dirty)


def kept_links() -> list[Link]:
    return [Link(*row) for row in Succession.objects.values_list("before", "after", "on", "is_continuity")]


def _sliced(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), SCAN_ROWS):
        yield values[start : start + SCAN_ROWS]


class _Union:
    """Disjoint sets."""

    def __init__(self) -> None:
        self.parent: dict[Any, Any] = {}

    def root(self, one: Any) -> Any:
        path = []
        while self.parent.get(one, one) != one:
            path.append(one)
            one = self.parent[one]
        for each in path:
            self.parent[each] = one
        return one

    def join(self, one: Any, other: Any) -> None:
        self.parent.setdefault(one, one)
        self.parent.setdefault(other, other)
        low, high = sorted((self.root(one), self.root(other)), key=str)
        self.parent[high] = low
