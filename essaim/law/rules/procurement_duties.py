"""What a buyer owes whatever the route: climate act (article 35), SPASER, insertion clause, publication.

Each is a `Duty`: `due` True, False, or None when it depends on what was not said. Amounts are cents excluding VAT.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from essaim.law.finding import Finding
from essaim.law.parameter import Value, parameters
from essaim.law.rules.procurement import threshold
from essaim.law.rules.procurement_need import BadNeed, Need, cents, check, held, in_law, whole_below
from essaim.law.rules.procurement_words import euros
from essaim.law.text import Text

WAIVERS = ("available", "link", "competition", "short_works")
"""In the order of the four waivers of the law."""
SPASER_BUYERS = ("local", "statutory", "other")
"""Local authority; buyer whose status is set by law; any other buyer."""

CLIMATE = ("specifications", "environmental_condition", "environmental_criterion", "social_condition")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Finding):
    """`allowed` is True when nothing is owed; `due` keeps None apart. `since`: first day of the rule, None if never."""

    code: str
    label: Text
    due: bool | None
    since: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A reason not to put the social condition: `code` of WAIVERS, and why, as written on file."""

    code: str
    why: str
    months: int | None = None
    """Length of the works contract, for the short works waiver."""


def climate_duties(
    need: Need, on: date, waivers: Sequence[Waiver] = (), *, renewable: bool = False
) -> tuple[Duty, ...]:
    """Each duty of article 35 for a contract (defence apart) whose consultation starts on `on`.

    `renewable`: production or storage of renewable energy, bound earlier. Raises BadNeed and, before the European
    thresholds we hold, NotInForce.
    """
    check(need)
    return tuple(_climate(code, need, on, waivers, renewable) for code in CLIMATE)


def _climate(code: str, need: Need, on: date, waivers: Sequence[Waiver], renewable: bool) -> Duty:
    value = parameters()[f"procurement.climate.{code}"].values[0]
    early = held("climate.renewable_energy", on) if renewable else None
    since = early.since if early else value.since
    if on < since:
        words = Text(
            f"Pas encore : la règle vaut pour les consultations lancées à partir du {since:%d/%m/%Y}.",
            f"Not yet: the rule is for consultations started from {since}.",
        )
        return _duty(code, value.label, False, since, [words], [value])
    values = [value, *([early] if early else [])]
    if code != "social_condition":
        return _duty(code, value.label, True, since, [_sentence(value)], values)
    limit = threshold(need, on)
    due = _not(whole_below(need, limit))
    sum = euros(cents(limit))
    words = {
        None: Text(f"Dites la valeur de l'opération entière : la condition s'impose à partir de {sum.fr}.",
                   f"Say the value of the whole operation: the condition is compulsory from {sum.en}."),
        True: Text(f"Le besoin atteint le seuil européen de {sum.fr} : une condition sociale ou d'emploi s'impose.",
                   f"The need reaches the European threshold of {sum.en}: a social or employment condition is due."),
        False: Text(f"Le besoin est en dessous du seuil européen de {sum.fr}.",
                    f"The need is below the European threshold of {sum.en}."),
    }[due]  # fmt: skip
    said = [words]
    if due is not False:
        for each in waivers:
            holds, word = _waiver(each, need)
            said.append(word)
            due = False if holds else due
    return _duty(code, value.label, due, since, said, [*values, limit, _waivers_law()])


def _waiver(waiver: Waiver, need: Need) -> tuple[bool, Text]:
    """Whether a waiver holds as recorded, and why not."""
    if waiver.code not in WAIVERS:
        known = ", ".join(WAIVERS)
        raise BadNeed(
            Text(f"La dispense « {waiver.code} » n'est pas connue. Choisissez parmi : {known}.",
                 f"The waiver '{waiver.code}' is not known. Choose one of: {known}.")
        )  # fmt: skip
    name = _waivers_law().value[WAIVERS.index(waiver.code)]
    if not waiver.why.strip():
        return False, Text(
            f"Dispense non retenue ({name.fr}) : ses motifs doivent être conservés au dossier, écrivez-les.",
            f"Waiver not kept ({name.en}): its reasons must be kept on file, write them.",
        )
    most = parameters()["procurement.climate.short_works_months"].values[0].value
    if waiver.code == "short_works" and (
        need.kind != "works" or waiver.months is None or waiver.months >= most
    ):
        return False, Text(
            f"Dispense non retenue : elle ne vaut que pour des travaux de moins de {most} mois, durée à l'appui.",
            f"Waiver not kept: it is only for works shorter than {most} months, with their length.",
        )
    return True, Text(f"Dispense enregistrée : {name.fr}.", f"Waiver recorded: {name.en}.")


def _waivers_law() -> Value:
    return parameters()["procurement.climate.social_waivers"].values[0]


def sole_price(on: date) -> Duty:
    """May price be the sole award criterion? `due`: True when it never may. Raises NotInForce before the code."""
    value = in_law("climate.sole_price", on)
    last = parameters()["procurement.climate.sole_price"].values[-1]
    return _duty("sole_price", value.label, value is last, last.since, [_sentence(value)], [value])


def spaser_duty(spending_cents: int | None, on: date, buyer: str = "local") -> Duty:
    """Must this buyer adopt and publish a SPASER? `spending_cents`: purchases of the calendar year, VAT
    excluded, None if unknown; `buyer`: one of SPASER_BUYERS. Raises BadNeed, and NotInForce before the code."""
    if buyer not in SPASER_BUYERS or (spending_cents is not None and spending_cents < 0):
        raise BadNeed(
            Text(
                f"Donnez des achats annuels positifs et un acheteur parmi : {', '.join(SPASER_BUYERS)}.",
                f"Give positive yearly purchases and a buyer among: {', '.join(SPASER_BUYERS)}.",
            )
        )
    limit, who = in_law("spaser.threshold", on), in_law("spaser.who", on)
    everyone = parameters()["procurement.spaser.who"].values[-1]
    sum = euros(cents(limit))
    label = Text(
        "Schéma de promotion des achats responsables (SPASER)", "Responsible purchasing scheme (SPASER)"
    )
    if buyer == "other" and on < everyone.since:
        words = Text(f"Jusqu'au {everyone.since:%d/%m/%Y}, l'obligation ne visait pas cet acheteur.",
                     f"Until {everyone.since}, the duty did not bind this buyer.")  # fmt: skip
        return _duty("spaser", label, False, everyone.since, [words], [limit, who])
    if spending_cents is None:
        words = Text(f"Donnez les achats de l'année : le schéma est obligatoire au-dessus de {sum.fr}.",
                     f"Give the purchases of the year: the scheme is compulsory above {sum.en}.")  # fmt: skip
        return _duty("spaser", label, None, limit.since, [words], [limit, who])
    due = spending_cents > cents(limit)
    words = (
        Text(f"Les achats annuels dépassent {sum.fr}.", f"Yearly purchases exceed {sum.en}.")
        if due
        else Text(f"Les achats annuels ne dépassent pas {sum.fr} : le schéma est volontaire.",
                  f"Yearly purchases do not exceed {sum.en}: the scheme is voluntary.")
    )  # fmt: skip
    content = [each for each in (held(f"spaser.{id}", on) for id in SPASER_CONTENT) if each] if due else []
    said = [words, *(_stated(each) for each in content)]
    return _duty("spaser", label, due, limit.since, said, [limit, who, *content])


SPASER_CONTENT = ("indicators_years", "content", "joint_scheme")


def insertion_clause(on: date) -> tuple[Value, ...]:
    """What an insertion clause says at least, and whose workers are eligible; nothing before the general conditions of
    2021."""
    found = (held(f"insertion_clause.{each}", on) for each in ("content", "structures"))
    return tuple(each for each in found if each)


def publication_duties(need: Need, on: date, route: str) -> tuple[Duty, ...]:
    """What is published for a contract by `route` (of ROUTES): notice, documents on the buyer profile, essential data.
    Raises NotInForce before the code."""
    check(need)
    return (
        _notice(need, on, route),
        _from_amount("buyer_profile", "buyer_profile.from_amount", need, on, route not in UNADVERTISED),
        _from_amount("decp", "decp.from_amount", need, on, True),
    )


UNADVERTISED = ("direct", "small-lot", "innovative")


def _notice(need: Need, on: date, route: str) -> Duty:
    if route == "formalised":
        value = in_law("formalised.rule", on)
        words = Text("Avis au BOAMP et au Journal officiel de l'Union européenne.",
                     "Notice in the BOAMP and in the Official Journal of the EU.")  # fmt: skip
        return _duty("notice", _NOTICE, True, value.since, [words], [value])
    codes, social = held("reserved_sse.codes", on), held("notice.social_services_eu", on)
    if need.kind == "services" and codes and social and need.cpv in codes.value:
        sum = euros(cents(social))
        due = _not(whole_below(need, social))
        words = Text(f"Service social ou spécifique : avis européen à partir de {sum.fr}, publicité libre en dessous.",
                     f"Social or specific service: EU notice from {sum.en}, free advertising below.")  # fmt: skip
        return _duty("notice", _NOTICE, due, social.since, [words], [social])
    return _from_amount("notice", "notice.boamp_from", need, on, route not in UNADVERTISED)


def _from_amount(code: str, id: str, need: Need, on: date, advertised: bool) -> Duty:
    value = in_law(id, on)
    if not advertised:
        words = Text("Sans avis publié, cette obligation ne joue pas.",
                     "Without a published notice, this duty does not apply.")  # fmt: skip
        return _duty(code, value.label, False, value.since, [words], [value])
    # Essential data are owed by each contract; notices and documents by the whole consultation.
    due = need.amount_cents >= cents(value) if code == "decp" else _not(whole_below(need, value))
    sum = euros(cents(value))
    words = Text(f"À partir de {sum.fr}.", f"From {sum.en}.")
    return _duty(code, value.label, due, value.since, [words], [value])


_NOTICE = Text("Avis de marché", "Contract notice")


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _sentence(value: Value) -> Text:
    if not isinstance(value.value, Text):
        return Text(f"{value.label.fr}.", f"{value.label.en}.")
    return Text(f"{value.value.fr}.", f"{value.value.en}.")


def _stated(value: Value) -> Text:
    """A label and its value in one sentence."""
    if isinstance(value.value, Text):
        return Text(f"{value.label.fr} : {value.value.fr}.", f"{value.label.en}: {value.value.en}.")
    unit = value.unit or Text("", "")
    return Text(f"{value.label.fr} {value.value} {unit.fr}.", f"{value.label.en} {value.value} {unit.en}.")


def _duty(
    code: str,
    label: Text,
    due: bool | None,
    since: date | None,
    words: Sequence[Text],
    values: Sequence[Value],
) -> Duty:
    return Duty(
        allowed=due is False,
        reasons=tuple(words),
        citations=tuple(dict.fromkeys(each.citation for each in values)),
        code=code,
        label=label,
        due=due,
        since=since,
    )
