"""What the law opens for a need or a lot on the day its consultation starts, and who may not be awarded again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from essaim.law.parameter import NotInForce
from essaim.law.rules import procurement as law
from essaim.law.rules.procurement import BadNeed
from essaim.law.rules.procurement_reserved import Award as ReservedAward
from essaim.law.rules.procurement_reserved import sse_reservation_lock
from essaim.law.text import Text
from essaim.procurement.models import Award, Lot, Need

ROUTE_OF = {"integration": "reserved-integration", "disability": "reserved-disability", "sse": "reserved-sse"}
ASK = Text(
    "Dites la nature et le montant : sans eux, aucune voie ne peut être ouverte ni fermée.",
    "Say the kind and the amount: without them no route can be opened or closed.",
)
ANOTHER = Text("un autre acheteur", "another buyer")


@dataclass(frozen=True)
class Reading:
    """`on`: the day of the law read; `is_today`: because the need says no day. `problem`: why nothing was read."""

    on: date
    is_today: bool
    routes: Sequence[law.Route] = ()
    problem: Text | None = None
    has_gap: bool = False

    @property
    def closed_bases(self) -> tuple[str, ...]:
        """Reservations that the law closes for this need; one that waits for an answer is not closed."""
        closed = {each.route for each in self.routes if each.open is False}
        return tuple(basis for basis, route in ROUTE_OF.items() if route in closed)


def reading_of(need: Need, lot: Lot | None, *, on: date) -> Reading:
    """Every route for the need, or for one of its lots, on the day it starts (on `on` when it says none)."""
    day = need.starts_on or on
    amount = lot.amount_cents if lot else need.amount_cents
    if amount is None or not need.kind:
        return Reading(day, need.starts_on is None, problem=ASK)
    codes = (lot.cpv if lot else None) or need.cpv
    asked = law.Need(
        amount_cents=amount,
        kind=need.kind,
        cpv=str(codes[0]).ljust(8, "0") if codes else None,
        is_lot=lot is not None,
        operation_cents=operation_cents(need) if lot else None,
    )
    try:
        routes = law.routes(asked, day)
        has_gap = bool(law.known_gaps(day))
    except (BadNeed, NotInForce) as error:
        return Reading(day, need.starts_on is None, problem=error.text)
    return Reading(day, need.starts_on is None, routes, has_gap=has_gap)


def operation_cents(need: Need) -> int | None:
    """All lots together: what the need says, else the sum of lots that all say theirs."""
    if need.amount_cents is not None:
        return need.amount_cents
    amounts = [lot.amount_cents for lot in need.lots.all()]
    return None if None in amounts else sum(amount for amount in amounts if amount is not None)


def locks_of(need: Need, ids: Sequence[int], *, on: date) -> dict[int, Text]:
    """Organisation -> why it may not be awarded another contract reserved under L2113-15 (article L2113-16).

    The lock is not limited to one buyer, so awards of every authority are read; another buyer is not named."""
    awards: dict[int, list[ReservedAward]] = {}
    found = Award.objects.filter(basis="sse", awarded_on__lte=on, organisation_id__in=list(ids))
    for award in found.exclude(need=need).select_related("need__authority"):
        is_ours = award.need.authority_id == need.authority_id
        awards.setdefault(award.organisation_id, []).append(
            ReservedAward(awarded_on=award.awarded_on, buyer=need.authority.name if is_ours else str(ANOTHER))
        )
    locks = {}
    for organisation, held in awards.items():
        try:
            lock = sse_reservation_lock(held, on)
        except NotInForce:
            continue
        if not lock.allowed:
            locks[organisation] = lock.reasons[0]
    return locks
