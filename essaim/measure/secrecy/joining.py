"""Joining classes that cannot protect themselves, by hiding the territories that tell them apart.

Costs are what is lost: the sum of the figures of the territories newly hidden, so that a small
neighbouring EPCI always goes before a department, and the country last.
"""

import numpy as np

from essaim.measure.secrecy.classes import Classes, Communes, Fault, Floats, Hiding, Ints, Mask
from essaim.measure.secrecy.rules import Thresholds

# Classes tried from inside a territory at fault: its largest, where the room is.
TRIED = 8


def join(
    communes: Communes,
    hiding: Hiding,
    classes: Classes,
    failing: Ints,
    faults: list[Fault],
    rules: Thresholds,
) -> bool:
    """One round: hide territories or communes for each unsafe class and territory; False when none is left.

    Classes are not recomputed within a round: a class that an earlier step of the round already
    joined is left for the next one.
    """
    moves = _Moves(communes, hiding, classes, rules, failing)
    before = moves.count()
    for one in failing:
        if moves.untouched(one):
            moves.join_class(int(one))
    if moves.count() == before:
        for fault in faults:
            moves.widen(fault)
    return moves.count() > before


class _Moves:
    """The state of one round, with the cost of hiding each territory."""

    def __init__(
        self, communes: Communes, hiding: Hiding, classes: Classes, rules: Thresholds, failing: Ints
    ) -> None:
        self.communes, self.hiding, self.classes, self.rules = communes, hiding, classes, rules
        with_contributors = communes.enterprises > 0
        self.contributing = with_contributors
        self.totals = self._class_sums(with_contributors)
        self.enterprises = np.bincount(classes.of, weights=communes.enterprises, minlength=len(classes))
        self.weights = {name: 1 + communes.totals[name].sum(axis=1) for name in communes.levels}
        # A partner that must be joined to something anyway costs less.
        self.side = np.ones(len(classes))
        self.side[failing] = 0.5

    def count(self) -> int:
        return int(self.hiding.extra.sum()) + sum(int(mask.sum()) for mask in self.hiding.groups.values())

    def untouched(self, one: int) -> bool:
        """No territory of this class was hidden since the classes were made."""
        ids = self.classes.signature[one]
        return not any(
            ids[column] >= 0 and self.hiding.groups[name][ids[column]]
            for column, name in enumerate(self.communes.levels)
        )

    def join_class(self, one: int) -> None:
        """Join a failing class to the cheapest that can cover it; free it when no other has contributors."""
        inside = self.hiding.hidden & (self.classes.of == one)
        need = self.rules.protection * self.communes.values[inside].max(axis=0, initial=0)
        others = self.enterprises > 0
        others[one] = False
        able = others & (self.totals >= need).all(axis=1) & (self.totals > 0).all(axis=1)
        able &= self.enterprises + self.enterprises[one] >= self.rules.enterprises
        self._join(np.array([one]), able if able.any() else others)

    def widen(self, fault: Fault) -> None:
        """Give a hidden territory room: more covers where it already exchanges, else another neighbour."""
        members = np.zeros(len(self.classes.of), bool)
        members[self.communes.members[fault.level][fault.group]] = True
        unbound = np.flatnonzero(members & self.contributing & self.classes.free[self.classes.of])
        if unbound.size:
            # No published sum holds this commune: hidden, it may be anything, and so may the territory.
            self.hiding.extra[unbound[np.argmin(self.communes.values[unbound].sum(axis=1))]] = True
            return
        if self._cover_more(fault, members):
            return
        within = self._class_sums(members & self.contributing)
        outside = self._class_sums(~members & self.contributing)
        inner = np.flatnonzero(
            np.bincount(self.classes.of[members & self.contributing], minlength=len(self.classes))
        )
        inner = inner[np.argsort(-within[inner].sum(axis=1), kind="stable")][:TRIED]
        outer = np.bincount(self.classes.of[~members & self.contributing], minlength=len(self.classes)) > 0
        able = outer & (outside >= np.maximum(fault.above, 0)).all(axis=1) & (outside > 0).all(axis=1)
        self._join(inner, able if able.any() else outer)

    def _cover_more(self, fault: Fault, members: Mask) -> bool:
        """Hide further communes of the classes that cross the border, smallest first; False when too few."""
        size, of = len(self.classes), self.classes.of
        can = self.contributing & ~self.hiding.hidden
        both = np.bincount(of[members & self.contributing], minlength=size) > 0
        both &= np.bincount(of[~members & self.contributing], minlength=size) > 0
        chosen = []
        for side, lacking in ((members, fault.below), (~members, fault.above)):
            if not (lacking > 0).any():
                continue
            found = np.flatnonzero(can & side & both[of])
            found = found[np.argsort(self.communes.values[found].sum(axis=1), kind="stable")]
            reached = np.flatnonzero((self.communes.values[found].cumsum(axis=0) >= lacking).all(axis=1))
            if not reached.size:
                return False
            chosen.append(found[: reached[0] + 1])
        for found in chosen:
            self.hiding.extra[found] = True
        return bool(chosen) and self._open(np.concatenate(chosen), members)

    def _open(self, found: Ints, members: Mask) -> bool:
        """A class hidden on one side only exchanges nothing: hide its smallest commune of the other side."""
        hidden = self.hiding.hidden | self.hiding.extra
        for one in np.unique(self.classes.of[found]):
            for side in (members, ~members):
                here = np.flatnonzero(side & self.contributing & (self.classes.of == one))
                if not hidden[here].any():
                    self.hiding.extra[here[np.argmin(self.communes.values[here].sum(axis=1))]] = True
        return True

    def _join(self, inner: Ints, able: Mask) -> None:
        """Hide what tells the cheapest pair (one of `inner`, one of `able`) apart; all `inner` if none."""
        best: tuple[float, int, int] | None = None
        for one in inner:
            cost = self._costs(int(one))
            cost[~able] = np.inf
            cost[one] = np.inf
            partner = int(np.argmin(cost))
            if np.isfinite(cost[partner]) and (best is None or cost[partner] < best[0]):
                best = (float(cost[partner]), int(one), partner)
        if best is None:
            for one in inner:
                self._hide(self.classes.signature[one], np.full(len(self.communes.levels), -1))
        else:
            first, second = self.classes.signature[best[1]], self.classes.signature[best[2]]
            self._hide(first, second)
            self._hide(second, first)

    def _costs(self, one: int) -> Floats:
        signature = self.classes.signature
        cost = np.zeros(len(signature))
        for column, name in enumerate(self.communes.levels):
            ids, mine = signature[:, column], signature[one, column]
            # The last entry answers for -1, no territory: free.
            weight = np.append(np.where(self.hiding.groups[name], 0.0, self.weights[name]), 0.0)
            different = ids != mine
            cost += np.where(different, self.side * weight[ids], 0.0)
            cost += np.where(different, weight[mine], 0.0)
        return cost

    def _hide(self, first: Ints, second: Ints) -> None:
        """Hide the territories of the first signature that the second does not share."""
        for column, name in enumerate(self.communes.levels):
            if first[column] >= 0 and first[column] != second[column]:
                self.hiding.groups[name][first[column]] = True

    def _class_sums(self, mask: Mask) -> Floats:
        of, values = self.classes.of[mask], self.communes.values[mask]
        return np.column_stack([np.bincount(of, weights=c, minlength=len(self.classes)) for c in values.T])
