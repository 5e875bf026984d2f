"""What public procurement law allows for a need on a date: every route open, closed, or waiting for an answer.

The date is that of the notice or, without one, of the start of the consultation. Ceilings are exclusive, thresholds
inclusive. `routes` answers for the need: what falls on the supplier or the contract is said in the reasons.
"""

from collections.abc import Callable
from datetime import date

from essaim.law.finding import Citation
from essaim.law.parameter import Value, parameters
from essaim.law.rules.procurement_need import BUYERS as BUYERS
from essaim.law.rules.procurement_need import KINDS as KINDS
from essaim.law.rules.procurement_need import STATUSES as STATUSES
from essaim.law.rules.procurement_need import (
    Answer,
    UnknownLaw,
    both,
    check,
    either,
    first_value,
    held,
    in_law,
    lot_below,
    share_fits,
    whole_below,
)
from essaim.law.rules.procurement_need import BadNeed as BadNeed
from essaim.law.rules.procurement_need import Need as Need
from essaim.law.rules.procurement_need import Route as Route
from essaim.law.rules.procurement_need import cpv_code as cpv_code
from essaim.law.rules.procurement_reserved import disability_or_integration, prison, sse
from essaim.law.rules.procurement_words import LABELS, euros, said
from essaim.law.text import Text

ORDINARY = ("direct", "small-lot", "innovative", "adapted")
ROUTES = tuple(LABELS)


def routes(need: Need, on: date) -> tuple[Route, ...]:
    """One finding a route, in the order of ROUTES. Raises BadNeed, and UnknownLaw for a date outside `known_law`."""
    check(need)
    check_date(need, on)
    answers = {name: ask(need, on) for name, ask in ASKED.items()}
    ordinary = either(*(answers[name].open for name in ORDINARY))
    compulsory = None if ordinary is None else not ordinary
    answers["formalised"] = _formalised(need, on, compulsory)
    return tuple(
        _route(name, answers[name], compulsory if name == "formalised" else False) for name in ROUTES
    )


def known_law(need: Need) -> tuple[date, date]:
    """First and last day on which every sum the routes need is known. European thresholds are set for two years."""
    held_sums = [
        parameters()[f"procurement.{id}"].values
        for id in (f"direct.{need.family}", f"formalised.{_limit(need)}")
    ]
    first = max(values[0].since for values in held_sums)
    return first, min(values[-1].until or date.max for values in held_sums)


def check_date(need: Need, on: date) -> None:
    """Raises UnknownLaw when the law of that day is not held."""
    first, last = known_law(need)
    if first <= on <= last:
        return
    raise UnknownLaw(
        Text(
            f"Le droit de la commande publique est connu ici du {first:%d/%m/%Y} au {last:%d/%m/%Y}, et la date est "
            f"le {on:%d/%m/%Y}. Choisissez une date entre les deux.",
            f"Public procurement law is known here from {first} to {last}, and the date is {on}. "
            "Choose a date between the two.",
        )
    )


def known_gaps(on: date) -> tuple[Value, ...]:
    """What changed the law by that day and was not read: to be printed with every answer."""
    value = held("known_gap", on)
    return () if value is None else (value,)


def threshold(need: Need, on: date) -> Value:
    """The European threshold for this need and this buyer."""
    return in_law(f"formalised.{_limit(need)}", on)


def _limit(need: Need) -> str:
    return "works" if need.kind == "works" else need.buyer


def _direct(need: Need, on: date) -> Answer:
    ceiling = in_law(f"direct.{need.family}", on)
    duties = held("direct.duties", on)
    open = whole_below(need, ceiling)
    sum = _euros(ceiling)
    if open is None:
        return Answer(None, (said("direct.ask", ceiling=sum),), (ceiling,))
    if not open:
        return Answer(False, (said("direct.closed", ceiling=sum),), (ceiling,))
    words = [said("direct.open", whole=_whole(need), ceiling=sum), said("no_split")]
    if duties is not None:
        words.append(_sentence(duties))
    return Answer(True, tuple(words), (ceiling, duties))


def _small_lot(need: Need, on: date) -> Answer:
    if need.is_lot is False:
        return Answer(
            False,
            (said("small-lot.whole"),),
            (held("small_lot.max_share", on) or first_value("small_lot.max_share"),),
        )
    ceiling, most = held(f"small_lot.{need.family}", on), held("small_lot.max_share", on)
    if ceiling is None or most is None:
        return Answer(None, (said("not_entered"),), ())
    fits, share = lot_below(need, ceiling), share_fits(need, most)
    open = both(fits, share)
    words = {"ceiling": _euros(ceiling), "share": most.value}
    key = "open" if open else "ask" if open is None else "amount" if fits is False else "share"
    return Answer(open, (said(f"small-lot.{key}", **words),), (ceiling, most))


def _innovative(need: Need, on: date) -> Answer:
    ceiling = held("innovative.need", on)
    if ceiling is None:
        return Answer(False, (said("innovative.none"),), (first_value("innovative.need"),))
    lots, most = held(f"innovative.lot_{need.family}", on), held("small_lot.max_share", on)
    definition = held("innovative.definition", on)
    whole = whole_below(need, ceiling)
    lot = both(lot_below(need, lots), share_fits(need, most)) if lots and most else False
    fits = either(whole, lot)
    nature, more, presumed = _nature(need, on)
    open = both(fits, nature)
    values = (ceiling, *((lots, most) if need.is_lot is not False else ()), definition, presumed)
    if fits is False:
        word = said("innovative.amount", ceiling=_euros(ceiling))
    elif nature is False:
        word = said("innovative.no")
    elif fits is None:
        word = said("innovative.ask_lots")
    elif nature is None:
        word = said("innovative.ask")
    elif whole or not lots or not most:
        word = said("innovative.open", ceiling=_euros(ceiling))
    else:
        word = said("innovative.lot", ceiling=_euros(lots), share=most.value)
    return Answer(open, (word, *more), values)


def _nature(need: Need, on: date) -> tuple[bool | None, tuple[Text, ...], Value | None]:
    """Whether the purchase is innovative, from what is said or from the supplier where the law deemed it so."""
    if "young_innovative" not in need.relies_on:
        return need.innovative, (), None
    presumed = held("innovative.young_firm_presumption", on)
    if presumed is not None:
        return True, (said("innovative.young"),), presumed
    return need.innovative, (said("innovative.not_young"),), None


def _adapted(need: Need, on: date) -> Answer:
    limit, most = threshold(need, on), held("small_lot.max_share", on)
    below = whole_below(need, limit)
    if below:
        word = said("adapted.below", whole=_whole(need), threshold=_euros(limit))
        return Answer(True, (word,), (limit, held("adapted.rule", on)))
    lots = held(f"adapted.lot_{need.family}", on)
    if lots and most and both(lot_below(need, lots), share_fits(need, most)):
        word = said("adapted.lot", ceiling=_euros(lots), share=most.value)
        return Answer(True, (word,), (limit, lots, most))
    social, codes = held("adapted.social_services", on), held("reserved_sse.codes", on)
    if need.kind == "services":
        if social and codes and need.cpv in codes.value:
            return Answer(True, (said("adapted.social", cpv=need.cpv),), (social, codes))
        if below is False:
            return Answer(None, (said("adapted.ask_code", threshold=_euros(limit)),), (limit, social, codes))
    lot = both(lot_below(need, lots), share_fits(need, most)) if most else False
    if either(below, lot) is None:
        return Answer(None, (said("adapted.ask_lots", threshold=_euros(limit)),), (limit, lots, most))
    return Answer(False, (said("adapted.closed", threshold=_euros(limit)),), (limit,))


def _formalised(need: Need, on: date, compulsory: bool | None) -> Answer:
    limit = threshold(need, on)
    key = "unsure" if compulsory is None else "compulsory" if compulsory else "choice"
    values = (limit, held("formalised.rule", on), held("formalised.voluntary", on))
    return Answer(True, (said(f"formalised.{key}", threshold=_euros(limit)),), values)


ASKED: dict[str, Callable[[Need, date], Answer]] = {
    "direct": _direct,
    "small-lot": _small_lot,
    "innovative": _innovative,
    "adapted": _adapted,
    "reserved-disability": lambda need, on: disability_or_integration("reserved-disability", need, on),
    "reserved-integration": lambda need, on: disability_or_integration("reserved-integration", need, on),
    "reserved-prison": prison,
    "reserved-sse": sse,
}


def _route(name: str, answer: Answer, compulsory: bool | None) -> Route:
    return Route(
        allowed=answer.open is True,
        reasons=answer.reasons,
        citations=_citations(answer.values),
        route=name,
        label=LABELS[name],
        open=answer.open,
        compulsory=compulsory,
    )


def _citations(values: tuple[Value | None, ...]) -> tuple[Citation, ...]:
    """Each article once, in order; twice when one of its sums was verified and the other not."""
    cited = (each.citation for each in values if each is not None)
    return tuple({(each.article, each.verified): each for each in cited}.values())


def _euros(value: Value) -> Text:
    return euros(round(value.value * 100))


def _whole(need: Need) -> Text:
    return euros(need.whole_cents if need.whole_cents is not None else need.amount_cents)


def _sentence(value: Value) -> Text:
    return Text(f"{value.value.fr}.", f"{value.value.en}.")
