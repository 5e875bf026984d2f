"""Secondary secrecy for figures of communes added up in overlapping territories, at national size.

A reader sees communes and every published territory above them (EPCI, EPT, department, region,
country), each the sum of its communes. Hiding a commune is not enough if the sums give it away.

**The proof the method rests on.** Call *class* the communes counted in exactly the same published
territories. Two hidden communes of one class can exchange any amount: no published sum moves. So
with H the sum of the hidden communes of a class, a hidden commune worth v may, for all a reader can
prove, be worth anything from 0 (another takes v) to H. It is safe when the *others*, H - v, weigh at
least 10 % of v. Likewise a hidden territory may lose all that its hidden communes share a class with
communes outside it, and gain what those outside hold. Moving whole communes' values keeps any
relation that holds commune by commune (low <= high), so several figures hidden alike are safe
together.

Classes start as the finest pieces (one EPCI in one department, say). A class that cannot protect its
secret communes is joined to another by hiding the territories that tell them apart, the cheapest
first. Communes without a contributor are known zeros: never hidden, never a cover.

What it does not do: it does not know which enterprises are in two communes at once, so it counts
contributors of a class as if all were different; and cells that are not sums of whole communes
(priority neighbourhoods) are outside the system: do not publish such a figure for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from essaim.measure.secrecy.classes import Communes, Hiding, at, cover_classes, narrow_territories, signatures
from essaim.measure.secrecy.joining import join
from essaim.measure.secrecy.rules import DOMINANCE, FREQUENCY, PUBLISHED, SECONDARY, Status, Thresholds


@dataclass(frozen=True, slots=True)
class Level:
    """One way of grouping communes. `of`: group of each commune, 0..groups-1, or -1 for none.
    `enterprises`: distinct enterprises of each group; `dominated`: groups where one enterprise makes
    more than 85 % of a figure (any of them, at either bound of an interval)."""

    of: NDArray[np.int64]
    enterprises: NDArray[np.int64]
    dominated: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Protection:
    """Status (PUBLISHED, FREQUENCY, DOMINANCE, SECONDARY) of each commune and of each group of each level.

    `narrowest`: the least share of its value by which the interval of a hidden commune or territory is
    proved to be wide (infinite when nothing is hidden); at least the protection asked, by construction.
    """

    communes: Status
    groups: dict[str, Status]
    narrowest: float


def protect(
    values: ArrayLike,
    enterprises: ArrayLike,
    dominated: ArrayLike,
    levels: Mapping[str, Level],
    *,
    on: date,
) -> Protection:
    """Hide what must be for communes and the territories above them.

    `values`: (communes,) or (communes x figures), non-negative; figures share one hidden pattern and
    each is protected. `enterprises`: distinct enterprises per commune; `dominated`: mask of communes
    one enterprise dominates. `levels`: name -> Level, every published sum being of one of them.
    Raises ValueError on negative values or a value without contributor. Cost: well under a second for
    35,000 communes.
    """
    rules = Thresholds.on(on)
    communes = Communes.of(values, enterprises, dominated, {name: level.of for name, level in levels.items()})
    first = {name: _primary(level.enterprises, level.dominated, rules) for name, level in levels.items()}
    secret = _primary(communes.enterprises, np.asarray(dominated, bool), rules)
    # A secret territory shows none of its communes: their sum must be free to move.
    base = secret != PUBLISHED
    for name, level in levels.items():
        base |= at(first[name] != PUBLISHED, level.of) & (communes.enterprises > 0)
    hiding = Hiding(
        primary=secret != PUBLISHED,
        base=base,
        hidden=base.copy(),
        groups={name: status != PUBLISHED for name, status in first.items()},
        primary_groups={name: status != PUBLISHED for name, status in first.items()},
    )
    while True:
        classes = signatures(communes, hiding)
        failing = cover_classes(communes, hiding, classes, rules)
        narrow = narrow_territories(communes, hiding, classes, rules)
        if not failing.size and not narrow.faults:
            break
        if not join(communes, hiding, classes, failing, narrow.faults, rules):
            raise ArithmeticError(
                "the territories could not be protected: no figure of this table may be published"
            )
    return Protection(
        communes=_merged(secret, hiding.hidden),
        groups={name: _merged(first[name], hiding.groups[name]) for name in levels},
        narrowest=narrow.least,
    )


def _primary(enterprises: NDArray[np.int64], dominated: NDArray[np.bool_], rules: Thresholds) -> Status:
    count = np.asarray(enterprises)
    status = np.where(np.asarray(dominated, bool) & (count > 0), DOMINANCE, PUBLISHED).astype(np.uint8)
    status[(count > 0) & (count < rules.enterprises)] = FREQUENCY
    return status


def _merged(first: Status, hidden: NDArray[np.bool_]) -> Status:
    return np.where((first == PUBLISHED) & hidden, SECONDARY, first).astype(np.uint8)
