"""Contracts only some operators may get: disability, integration, prison work, social and solidarity economy.

What falls on the supplier, the notice or the contract is said in the reasons; it never closes the route for the need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from essaim.law.finding import Finding
from essaim.law.parameter import Value
from essaim.law.rules.procurement_need import Answer, BadNeed, Need, first_value, held, in_law
from essaim.law.rules.procurement_words import HOLDERS, PEOPLE, STATUS_LABELS, said
from essaim.law.text import Text

# The statuses that make a supplier one of those a reservation is for. An approval as ESUS supposes being in the SSE.
OPENED_BY = {
    "reserved-disability": {"ea", "esat"},
    "reserved-integration": {"siae"},
    "reserved-prison": {"prison"},
    "reserved-sse": {"sse", "esus"},
}
ARTICLES = {"reserved-disability": "L2113-12", "reserved-integration": "L2113-13"}
GROUPS = ("disability", "integration", "prison", "sse")


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """A contract reserved for the SSE that was awarded. `buyer`: its name or number, to be shown."""

    awarded_on: date
    buyer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock(Finding):
    """`allowed`: the holder may be awarded such a contract that day; `free_on`: from when, None when already free."""

    free_on: date | None


def disability_or_integration(route: str, need: Need, on: date) -> Answer:
    id = route.replace("-", "_")
    value, share = held(f"{id}.open", on), held(f"{id}.min_share", on)
    if value is None or share is None:
        return Answer(None, (said("not_entered"),), ())
    words = [said("reserved.any_amount"), _share(route, share)]
    cites = held("reserved.notice_cites_article", on)
    states = held("reserved.notice_states_decision", on)
    if cites is not None:
        words.append(said("reserved.notice_article", article=ARTICLES[route]))
    elif states is not None:
        words.append(said("reserved.notice_decision"))
    combined = held("reserved.combined", on)
    if combined is not None:
        words.append(said("reserved.combined" if combined.value else "reserved.not_combined"))
    words.append(said("reserved.no_shortcut", holder=HOLDERS[route]))
    return _relied(route, need, Answer(True, tuple(words), (value, share, cites, states, combined)))


def prison(need: Need, on: date) -> Answer:
    value, share = held("reserved_prison.open", on), held("reserved_prison.min_share", on)
    if value is None:
        return Answer(False, (said("prison.not_yet"),), (first_value("reserved_prison.open"),))
    if share is None:
        return Answer(None, (said("prison.no_share"),), (value,))
    states = held("reserved.notice_states_decision", on)
    words = (said("reserved.any_amount"), _share("reserved-prison", share), said("reserved.notice_decision"))
    return _relied("reserved-prison", need, Answer(True, words, (value, share, states)))


def sse(need: Need, on: date) -> Answer:
    value = held("reserved_sse.open", on)
    if need.kind != "services":
        return Answer(False, (said("sse.not_service"),), (value or first_value("reserved_sse.open"),))
    if value is None:
        return Answer(None, (said("not_entered"),), ())
    codes = in_law("reserved_sse.codes", on)
    count = len(codes.value)
    if need.cpv is None:
        return Answer(None, (said("sse.ask", count=count),), (value, codes))
    if need.cpv not in codes.value:
        return Answer(False, (said("sse.not_listed", cpv=need.cpv, count=count),), (value, codes))
    years, lock, notice = (
        in_law(f"reserved_sse.{each}", on) for each in ("max_years", "lock_years", "notice")
    )
    words = (
        said("sse.listed", cpv=need.cpv),
        *((said("sse.utilities"),) if need.buyer == "utilities" else ()),
        said("sse.holder"),
        said("sse.years", years=years.value),
        said("sse.lock", years=lock.value),
        said("sse.notice", articles=notice.value),
    )
    answer = Answer(None if need.buyer == "utilities" else True, words, (value, codes, years, lock, notice))
    return _relied("reserved-sse", need, answer)


def _share(route: str, share: Value) -> Text:
    return said("reserved.share", share=share.value, people=PEOPLE[route])


def _relied(route: str, need: Need, answer: Answer) -> Answer:
    """No, when the supplier in mind has none of the statuses this reservation is for."""
    if not need.relies_on or OPENED_BY[route] & set(need.relies_on):
        return answer
    labels = [STATUS_LABELS[each] for each in need.relies_on]
    relied = Text(", ".join(each.fr for each in labels), ", ".join(each.en for each in labels))
    refusal = said("reserved.refused", relied=relied, holder=HOLDERS[route])
    return Answer(False, (refusal,), answer.values)


def sse_reservation_lock(awards: Sequence[Award], on: date) -> Lock:
    """May the holder of these SSE-reserved contracts be awarded another on `on`? An award after `on` is not looked at.
    Raises NotInForce before the code."""
    value = in_law("reserved_sse.lock_years", on)
    past = [each for each in awards if each.awarded_on <= on]
    last = max(past, key=lambda each: each.awarded_on, default=None)
    free_on = years_after(last.awarded_on, value.value) if last else None
    if last is None or free_on is None or free_on <= on:
        reason = Text(
            f"Aucun marché réservé à l'ESS ne lui a été attribué sur la même base depuis {value.value} ans.",
            f"It was awarded no contract reserved for the SSE on the same basis in the last {value.value} years.",
        )
        return Lock(allowed=True, reasons=(reason,), citations=(value.citation,), free_on=None)
    reason = Text(
        f"Un marché réservé à l'ESS lui a été attribué le {last.awarded_on:%d/%m/%Y} ({last.buyer}) : il ne peut en "
        f"recevoir un autre sur la même base avant le {free_on:%d/%m/%Y}, même d'un autre acheteur.",
        f"A contract reserved for the SSE was awarded to it on {last.awarded_on} ({last.buyer}): it may not get "
        f"another on the same basis before {free_on}, even from another buyer.",
    )
    return Lock(allowed=False, reasons=(reason,), citations=(value.citation,), free_on=free_on)


def sse_reservation_duration(starts_on: date, ends_on: date, on: date) -> Finding:
    """May a contract reserved for the SSE run from `starts_on` to `ends_on`, both included, on the law of `on`?"""
    if ends_on < starts_on:
        raise BadNeed(
            Text(
                "Le marché finit avant de commencer. Vérifiez les deux dates.",
                "The contract ends before it starts. Check both dates.",
            )
        )
    value = in_law("reserved_sse.max_years", on)
    allowed = ends_on < years_after(starts_on, value.value)
    reason = (
        Text(f"Le marché dure au plus {value.value} ans.", f"The contract lasts at most {value.value} years.")
        if allowed
        else Text(
            f"Un marché réservé à l'ESS ne peut durer plus de {value.value} ans, reconductions comprises : "
            "raccourcissez-le.",
            f"A contract reserved for the SSE may not last more than {value.value} years, renewals included: "
            "shorten it.",
        )
    )
    return Finding(allowed=allowed, reasons=(reason,), citations=(value.citation,))


def combined_reservation(groups: Sequence[str], on: date, *, concession: bool = False) -> Finding:
    """May one contract be reserved for several GROUPS at once? Raises BadNeed for an unknown group, NotInForce before
    the code."""
    asked = set(groups)
    if not asked or not asked <= set(GROUPS):
        raise BadNeed(Text(f"Choisissez parmi : {', '.join(GROUPS)}.", f"Choose among: {', '.join(GROUPS)}."))
    values = [in_law("concession.combined" if concession else "reserved.combined", on)]
    if concession and "sse" in asked:
        values = [in_law("concession.sse", on)]
        return _combined(False, "Aucun article ne réserve une concession à l'ESS.",
                         "No article reserves a concession for the SSE.", values)  # fmt: skip
    if len(asked) == 1:
        return _combined(
            True, "Un seul groupe : rien à combiner.", "One group only: nothing to combine.", values
        )
    if "sse" in asked:
        return _combined(False, "La réservation à l'ESS a sa propre base et ne se combine pas.",
                         "The reservation for the SSE has its own basis and is not combined.",
                         [in_law("reserved_sse.open", on)])  # fmt: skip
    if "prison" in asked:
        values = [each for each in (held("reserved_prison.combined", on),) if each]
        return _combined(
            False,
            "Le travail en prison ne se combine pas, sauf si ces opérateurs remplissent aussi L2113-13-1.",
            "Prison work is not combined, unless these operators also meet L2113-13-1.",
            values,
        )
    if values[0].value:
        return _combined(True, "Un même marché peut être réservé aux deux groupes.",
                         "One contract may be reserved for both groups.", values)  # fmt: skip
    return _combined(False, "Un même marché ne peut être réservé aux deux groupes ensemble.",
                     "One contract may not be reserved for both groups together.", values)  # fmt: skip


def _combined(allowed: bool, fr: str, en: str, values: Sequence[Value]) -> Finding:
    return Finding(
        allowed=allowed, reasons=(Text(fr, en),), citations=tuple(each.citation for each in values)
    )


def years_after(day: date, years: int) -> date:
    """The same day, years later; 1 March for a 29 February that year does not have."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
