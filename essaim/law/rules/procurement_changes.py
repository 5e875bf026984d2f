"""What a change of law does to the answers for one need: the last change before a date, and the next one."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from essaim.law.parameter import parameters
from essaim.law.rules.procurement import known_law, routes
from essaim.law.rules.procurement_need import Need, Route

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """On `on`, routes answer otherwise than the day before: (before, after), in the order of ROUTES."""

    on: date
    routes: tuple[tuple[Route, Route], ...]


def last_change(need: Need, on: date) -> Change | None:
    """The latest change up to `on`, that day included, since the law is known. Raises what `routes` raises."""
    now = routes(need, on)
    first = known_law(need)[0]
    for day in reversed([each for each in change_days() if first < each <= on]):
        if differing := _differing(routes(need, day - DAY), now):
            return Change(day, differing)
    return None


def next_change(need: Need, on: date) -> Change | None:
    """The first change after `on`, as far as the law is known. Raises what `routes` raises."""
    now = routes(need, on)
    last = known_law(need)[1]
    for day in (each for each in change_days() if on < each <= last):
        if differing := _differing(now, routes(need, day)):
            return Change(day, differing)
    return None


@cache
def change_days() -> tuple[date, ...]:
    """Every day on which a value of procurement law starts, or is no longer in force."""
    days = set()
    for id, each in parameters().items():
        if id.startswith("procurement."):
            days |= {value.since for value in each.values}
            days |= {value.until + DAY for value in each.values if value.until}
    return tuple(sorted(days))


def _differing(before: tuple[Route, ...], after: tuple[Route, ...]) -> tuple[tuple[Route, Route], ...]:
    return tuple((one, two) for one, two in zip(before, after, strict=True) if one.open != two.open)
