"""Classes of communes that may exchange, and whether they protect what is hidden in them.

See `territories` for the argument. Everything here works on arrays: communes along the first axis,
figures along the second.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from essaim.measure.secrecy.rules import Thresholds

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Communes:
    """The finest cells: values (communes x figures), contributors, and their finest pieces.

    `piece`: piece of each commune; `pieces`: (pieces x levels) group ids, -1 for none;
    `totals`: figures of each group of each level.
    """

    values: Floats
    enterprises: Ints
    levels: tuple[str, ...]
    piece: Ints
    pieces: Ints
    totals: dict[str, Floats]
    members: dict[str, list[Ints]]

    @classmethod
    def of(
        cls, values: ArrayLike, enterprises: ArrayLike, dominated: ArrayLike, of: Mapping[str, Ints]
    ) -> "Communes":
        table = np.asarray(values, float)
        table = table.reshape(len(table), -1)
        count = np.asarray(enterprises, np.int64)
        if table.size and not table.min() >= 0:
            raise ValueError("figures must be non-negative numbers")
        if (table[count == 0] > 0).any():
            raise ValueError("a commune without any enterprise cannot have a figure above zero")
        if len(count) != len(table) or len(np.asarray(dominated)) != len(table):
            raise ValueError("values, enterprises and dominated must have one row a commune")
        keys = (
            np.column_stack([np.asarray(ids, np.int64) for ids in of.values()])
            if of
            else np.empty((len(table), 0))
        )
        pieces, piece = np.unique(keys.astype(np.int64), axis=0, return_inverse=True)
        totals, members = {}, {}
        for name, ids in of.items():
            size = int(ids.max(initial=-1)) + 1
            totals[name] = _sums(ids + 1, table, size + 1)[1:]
            order = np.argsort(ids, kind="stable")
            members[name] = np.split(order, np.searchsorted(ids[order], np.arange(size + 1)))[1:]
        return cls(table, count, tuple(of), piece.reshape(-1), pieces, totals, members)


@dataclass(slots=True)
class Hiding:
    """What is hidden so far. `base`: communes hidden from the start; `extra`: hidden to widen a territory."""

    primary: Mask
    base: Mask
    hidden: Mask
    groups: dict[str, Mask]
    primary_groups: dict[str, Mask]
    extra: Mask = field(init=False)

    def __post_init__(self) -> None:
        self.extra = np.zeros_like(self.base)


@dataclass(frozen=True, slots=True)
class Classes:
    """`of`: class of each commune; `signature`: (classes x levels) published groups, -1 where none;
    `free`: classes no published sum constrains."""

    of: Ints
    signature: Ints
    free: Mask

    def __len__(self) -> int:
        return len(self.signature)


@dataclass(frozen=True, slots=True)
class Fault:
    """A hidden territory that can be bracketed: by how much it lacks room below, above, and in all."""

    level: str
    group: int
    below: Floats
    above: Floats


@dataclass(frozen=True, slots=True)
class Narrow:
    """Hidden territories at fault, and the least proved relative width of anything hidden."""

    faults: list[Fault]
    least: float


def signatures(communes: Communes, hiding: Hiding) -> Classes:
    """The classes given the territories still published."""
    published = communes.pieces.copy()
    for column, name in enumerate(communes.levels):
        ids = published[:, column]
        ids[at(hiding.groups[name], ids)] = -1
    signature, of_piece = np.unique(published, axis=0, return_inverse=True)
    free = np.asarray((signature < 0).all(axis=1))
    return Classes(of_piece.reshape(-1)[communes.piece], signature, free)


def cover_classes(communes: Communes, hiding: Hiding, classes: Classes, rules: Thresholds) -> Ints:
    """Hide covers, smallest first, in every class that needs some; the classes that stay unsafe."""
    hiding.hidden = hiding.base | hiding.extra
    touched = np.zeros(len(classes), bool)
    touched[classes.of[hiding.hidden]] = True
    state = _State.of(communes, hiding.hidden, hiding.primary, classes.of, len(classes))
    lacking = np.flatnonzero(touched & ~classes.free & ~state.strict(rules))
    members = _by_class(classes, communes.enterprises > 0, lacking)
    failing = []
    for one in lacking.tolist():
        inside = members[one]
        chosen = _cover(communes, inside[~hiding.hidden[inside]], state.row(one), rules)
        if chosen is None:
            failing.append(one)
        else:
            hiding.hidden[chosen] = True
    return np.array(failing, np.int64)


def narrow_territories(communes: Communes, hiding: Hiding, classes: Classes, rules: Thresholds) -> Narrow:
    """Which hidden territories can be bracketed, from what their communes can exchange across the border."""
    hidden = hiding.hidden
    sums = _sums(classes.of[hidden], communes.values[hidden], len(classes))
    counts = np.bincount(classes.of[hidden], minlength=len(classes))
    bound = hidden & ~classes.free[classes.of]
    least = _least_share(sums[classes.of[bound]], communes.values[bound])
    faults = []
    for name, group in hidden_groups(hiding):
        inside = communes.members[name][group]
        inside = inside[hidden[inside]]
        of = classes.of[inside]
        if classes.free[of].any():
            continue
        within = np.bincount(of, minlength=len(classes))
        crossing = (within > 0) & (counts > within)
        down = _sums(of, communes.values[inside], len(classes))[crossing].sum(axis=0)
        up = sums[crossing].sum(axis=0) - down
        total = communes.totals[name][group]
        lacks = _lacks(down, up, total, hiding.primary_groups[name][group], rules.protection)
        if lacks is not None:
            faults.append(Fault(name, group, *lacks))
        least = min(least, _least_share((down + up)[None], total[None]))
    return Narrow(faults, least)


def at(mask: Mask, ids: Ints) -> Mask:
    """mask[ids], False where the id is -1 (no group)."""
    return np.append(mask, False)[ids]


def hidden_groups(hiding: Hiding) -> Iterator[tuple[str, int]]:
    for name, mask in hiding.groups.items():
        for group in np.flatnonzero(mask):
            yield name, int(group)


def _lacks(
    down: Floats, up: Floats, total: Floats, primary: bool, share: float
) -> tuple[Floats, Floats] | None:
    """What a territory lacks below and above to be safe; None when safe.

    A secret territory needs room on both sides; one hidden for others, room in all.
    """
    need = share * total
    slack = 1e-9 * (1 + total)
    if primary:
        below, above = need - down, np.where(up > 0, need - up, np.maximum(need, 1))
    else:
        room = down + up
        below = np.where(room > 0, need - room, np.maximum(need, 1))
        above = np.zeros_like(below)
    if (below <= slack).all() and (above <= slack).all():
        return None
    return np.maximum(below, 0), np.maximum(above, 0)


@dataclass(frozen=True, slots=True)
class _State:
    """What is hidden in each class: sum, largest, largest of the secret ones, cells, enterprises."""

    sums: Floats
    largest: Floats
    secret: Floats
    cells: Ints
    enterprises: Ints

    @classmethod
    def of(cls, communes: Communes, hidden: Mask, primary: Mask, of: Ints, size: int) -> "_State":
        at, values = of[hidden], communes.values[hidden]
        largest = np.zeros((size, values.shape[1]))
        np.maximum.at(largest, at, values)
        # -1 marks classes without a secret cell: any sum is then more than it asks.
        secret = np.full((size, values.shape[1]), -1.0)
        np.maximum.at(secret, of[hidden & primary], communes.values[hidden & primary])
        return cls(
            _sums(at, values, size),
            largest,
            secret,
            np.bincount(at, minlength=size),
            np.bincount(at, weights=communes.enterprises[hidden], minlength=size).astype(np.int64),
        )

    def row(self, one: int) -> "_State":
        return _State(*(getattr(self, name)[one : one + 1] for name in self.__slots__))

    def strict(self, rules: Thresholds) -> Mask:
        """Every hidden cell is covered by the others."""
        others = self.sums - self.largest
        enough = (others > 0) & (others >= rules.protection * self.largest - 1e-9)
        return np.asarray(enough.all(axis=1) & (self.enterprises >= rules.enterprises))

    def relaxed(self, rules: Thresholds) -> Mask:
        """Every secret cell is covered by the others; those hidden as covers have room below."""
        others = np.where(self.secret < 0, self.sums, self.sums - self.secret)
        enough = (others > 0) & (others >= rules.protection * self.secret - 1e-9)
        return np.asarray(enough.all(axis=1) & (self.cells >= 2) & (self.enterprises >= rules.enterprises))

    def plus(self, sums: Floats, largest: Floats, cells: Ints, enterprises: Ints) -> "_State":
        """This state with each of several sets of further cells hidden, one row a set."""
        return _State(
            self.sums + sums,
            np.maximum(self.largest, largest),
            np.broadcast_to(self.secret, sums.shape),
            self.cells + cells,
            self.enterprises + enterprises,
        )


def _cover(communes: Communes, candidates: Ints, state: _State, rules: Thresholds) -> Ints | None:
    """The fewest small communes to hide beside those of a class; None when even all are not enough.

    One commune if one is enough, else the smallest ones together. When covers cannot all be covered
    in turn, covering the secret communes is enough.
    """
    candidates = candidates[np.argsort(communes.values[candidates].sum(axis=1), kind="stable")]
    values, count = communes.values[candidates], communes.enterprises[candidates]
    ones = np.ones(len(candidates), np.int64)
    singles = state.plus(values, values, ones, count)
    growing = state.plus(
        values.cumsum(axis=0), np.maximum.accumulate(values, axis=0), ones.cumsum(), count.cumsum()
    )
    for rule in (_State.strict, _State.relaxed):
        if rule(state, rules)[0]:
            return candidates[:0]
        alone = np.flatnonzero(rule(singles, rules))
        if alone.size:
            return candidates[alone[:1]]
        together = np.flatnonzero(rule(growing, rules))
        if together.size:
            return candidates[: together[0] + 1]
    return None


def _by_class(classes: Classes, mask: Mask, wanted: Ints) -> dict[int, Ints]:
    """Communes under the mask, for each wanted class."""
    index = np.flatnonzero(mask)
    order = index[np.argsort(classes.of[index], kind="stable")]
    sorted_of = classes.of[order]
    starts = np.searchsorted(sorted_of, wanted)
    ends = np.searchsorted(sorted_of, wanted, side="right")
    return {int(one): order[a:b] for one, a, b in zip(wanted, starts, ends, strict=True)}


def _sums(of: Ints, values: Floats, size: int) -> Floats:
    if not values.shape[1]:
        return np.zeros((size, 0))
    return np.column_stack([np.bincount(of, weights=column, minlength=size) for column in values.T])


def _least_share(room: Floats, values: Floats) -> float:
    """Least room / value; a value of zero with any room is infinitely free, without is pinned (0)."""
    if not room.size:
        return np.inf
    share = np.where(room > 0, np.inf, 0.0)
    np.divide(room, values, out=share, where=values > 0)
    return float(share.min())
