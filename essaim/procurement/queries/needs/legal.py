"""What the law opens for a need or a lot on the day its consultation starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from essaim.procurement.models import Lot, Need


@dataclass(frozen=True)
class Reading:
    on: date
    routes: Sequence[object] = ()
    closed_bases: tuple[str, ...] = ()


def reading_of(need: Need, lot: Lot | None, *, on: date) -> Reading:
    return Reading(need.starts_on or on)
