"""The duties of article 35 for a need or a lot: what the law asks on the day of its consultation, what was answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from essaim.law.finding import Citation
from essaim.law.parameter import NotInForce
from essaim.law.text import Text
from essaim.procurement.models import Lot, Need, Purchase
from essaim.procurement.queries.needs.legal import operation_cents
from essaim.procurement.queries.schemes_control import line_of
from essaim.procurement.rules.schemes_control import STATES, Controlled, Standing, standings, starts_on

ASK = Text(
    "Dites la nature et la date de lancement de la consultation : les obligations de l'article 35 en dépendent.",
    "Say the kind and the day the consultation starts: the duties of article 35 depend on them.",
)
DIFFERENCES = {
    "kind": Text("la nature", "the kind"),
    "consulted_on": Text("la date de la consultation", "the day of the consultation"),
    "amount_cents": Text("le montant", "the amount"),
    "duration_months": Text("la durée", "the duration"),
}


@dataclass(frozen=True)
class NeedDuties:
    """Of the whole need (`lot` None) or of a lot. `asked`: what the need says of it, `purchase`: the control already
    open, `standings` its duties, else those that the need would have. `problem`: why they cannot be told.
    `differences`: what the need says now that the open control does not."""

    lot: Lot | None
    asked: Controlled | None
    purchase: Purchase | None
    standings: Sequence[Standing]
    problem: Text | None = None
    differences: Sequence[Text] = ()

    @property
    def is_due(self) -> bool:
        return any(each.state != "not_due" for each in self.standings)

    @property
    def missing(self) -> int:
        return sum(each.is_missing for each in self.standings)

    @property
    def shown(self) -> list[tuple[Text, Text, Sequence[Citation]]]:
        """(duty, state, citations) of those that are due, or all of them once the control is open."""
        return [
            (each.duty.label, STATES[each.state], each.duty.citations)
            for each in self.standings
            if self.purchase or each.state != "not_due"
        ]

    @property
    def since(self) -> object:
        return starts_on()


def all_duties(need: Need) -> list[NeedDuties]:
    """One for each lot, or one for the whole need when it has none, or when its control is already open."""
    lots = list(need.lots.all())
    opened = {each.lot_number: each for each in need.controlled_purchases.prefetch_related("answers")}
    whole: list[Lot | None] = [None] if not lots or None in opened else []
    return [_duties(need, lot, opened.get(lot.number if lot else None)) for lot in [*whole, *lots]]


def need_duties(need: Need, lot: Lot | None) -> NeedDuties:
    return _duties(need, lot, purchase_of(need, lot))


def purchase_of(need: Need, lot: Lot | None) -> Purchase | None:
    """The control already open."""
    return Purchase.objects.filter(need=need, lot_number=lot.number if lot else None).first()


def _duties(need: Need, lot: Lot | None, purchase: Purchase | None) -> NeedDuties:
    asked = _asked(need)
    if purchase is not None:
        line = line_of(purchase)
        return NeedDuties(
            lot, asked, purchase, line.standings, line.unknown_law, _differences(asked, purchase)
        )
    if asked is None:
        return NeedDuties(lot, None, None, (), ASK)
    try:
        return NeedDuties(lot, asked, None, standings(asked, {}))
    except NotInForce as unknown:
        return NeedDuties(lot, asked, None, (), unknown.text)


def _asked(need: Need) -> Controlled | None:
    """What the law looks at: the value is that of all the lots, even for one of them."""
    if not need.kind or need.starts_on is None:
        return None
    return Controlled(
        kind=need.kind,
        consulted_on=need.starts_on,
        amount_cents=operation_cents(need),
        duration_months=need.duration_months,
    )


def _differences(asked: Controlled | None, purchase: Purchase) -> list[Text]:
    if asked is None:
        return []
    return [words for name, words in DIFFERENCES.items() if getattr(asked, name) != getattr(purchase, name)]
