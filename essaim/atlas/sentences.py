"""The sentence that says what each chart shows, computed from the figures, in both languages.

Pure. Every sentence is true when the figure is zero, hidden by statistical secrecy, unavailable or tied:
what is not known is said not to be known. The verbs only describe; nothing here claims a cause.
Arguments follow `essaim.observatory.atlas`: figures by id (value, low, high, status, note), slices, years.
"""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from essaim.atlas.words import (
    NBSP,
    between,
    both,
    counted,
    decimal,
    is_number,
    is_one,
    join_words,
    percent,
)
from essaim.law.text import Text
from essaim.observatory.atlas import Figure, Slice, Year

ESTABLISHMENTS_FR = ("établissement", "établissements")
ESTABLISHMENTS_EN = ("establishment", "establishments")
SMALL_NUMBER = 30  # below this many establishments a share moves by several points when one opens or closes

HIDDEN = Text(
    fr="Ce chiffre est couvert par le secret statistique : il n'est pas publié.",
    en="This figure is covered by statistical secrecy: it is not published.",
)
HIDDEN_PARTS = Text(
    fr="Une partie des cases est couverte par le secret statistique et n'entre pas dans cette phrase.",
    en="Some cells are covered by statistical secrecy and are left out of this sentence.",
)


def known(figure: Figure | None) -> bool:
    return figure is not None and figure.status == "ok" and is_number(figure.value)


def missing(figure: Figure | None, name: Text) -> Text:
    """Why there is no number: what the build noted, secrecy, or the source does not give it."""
    if figure is not None and figure.note_text is not None:
        return figure.note_text
    if figure is not None and figure.status == "secret":
        return HIDDEN
    return Text(
        fr=f"Donnée non disponible : {name.fr}.",
        en=f"Not available: {name.en}.",
    )


def sentence(*said: Text | None) -> Text:
    """The parts one after the other, skipping those that have nothing to say."""
    there = [part for part in said if part is not None]
    return Text(fr=" ".join(part.fr for part in there), en=" ".join(part.en for part in there))


def who_employs(
    figures: Mapping[str, Figure], references: Sequence[tuple[Text, Mapping[str, Figure]]] = ()
) -> Text:
    """How many employers, what share of all and of private employers, beside each named reference territory."""
    employers = figures.get("sse_employer_establishments")
    if not known(employers):
        return missing(
            employers,
            Text(
                fr="le nombre d'établissements employeurs de l'ESS",
                en="the number of SSE employer establishments",
            ),
        )
    count = employers.value  # type: ignore[union-attr]  # known() says it is there
    if count == 0:
        return Text(
            fr="Aucun établissement employeur de l'ESS n'est connu sur ce territoire.",
            en="No SSE employer establishment is known in this territory.",
        )
    noun = counted(
        count,
        ("établissement employeur", "établissements employeurs"),
        ("employer establishment", "employer establishments"),
    )
    verb_fr = "relève" if is_one(count, "fr") else "relèvent"
    verb_en = "belongs" if is_one(count, "en") else "belong"
    shares = _shares(figures)
    opening = Text(
        fr=f"{noun.fr} {verb_fr} de l'ESS{shares.fr}", en=f"{noun.en} {verb_en} to the SSE{shares.en}"
    )
    return sentence(opening, _against(figures, references))


def _shares(figures: Mapping[str, Figure]) -> Text:
    of_all = figures.get("sse_employer_share_pct")
    of_private = figures.get("sse_employer_share_private_pct")
    if not known(of_all):
        return Text(
            fr=" ; leur part parmi tous les employeurs n'est pas connue.",
            en="; their share of all employers is not known.",
        )
    share = of_all.value  # type: ignore[union-attr]
    text = both(lambda language: percent(share, language))
    whole = Text(fr=f", soit {text.fr} de tous les employeurs", en=f", which is {text.en} of all employers")
    if not known(of_private):
        return Text(fr=whole.fr + ".", en=whole.en + ".")
    private = both(lambda language: percent(of_private.value, language))  # type: ignore[union-attr]
    return Text(
        fr=f"{whole.fr} et {private.fr} des employeurs privés.",
        en=f"{whole.en} and {private.en} of private employers.",
    )


def _against(
    figures: Mapping[str, Figure],
    references: Sequence[tuple[Text, Mapping[str, Figure]]],
    figure_id: str = "sse_employer_share_pct",
) -> Text | None:
    """More, as much or less than each reference, for one figure; rounded equal means "as much"."""
    own = figures.get(figure_id)
    if not known(own):
        return None
    said: dict[str, list[tuple[Text, float]]] = {"more": [], "same": [], "less": []}
    for name, others in references:
        other = others.get(figure_id)
        if known(other):
            said[compare(own.value, other.value)].append((name, other.value))  # type: ignore[union-attr]
    words = {
        "more": ("plus que", "more than"),
        "same": ("autant que", "as much as"),
        "less": ("moins que", "less than"),
    }
    pieces: dict[str, list[str]] = {"fr": [], "en": []}
    for direction, (fr, en) in words.items():
        for language, opening in (("fr", fr), ("en", en)):
            if said[direction]:
                names = [
                    f"{name.in_(language)} ({percent(value, language)})" for name, value in said[direction]
                ]
                pieces[language].append(f"{opening} {join_words(names, language)}")
    if not pieces["fr"]:
        return None
    return Text(fr=f"C'est {', '.join(pieces['fr'])}.", en=f"That is {', '.join(pieces['en'])}.")


def compare(own: float, other: float, decimals: int = 1) -> str:
    """ "more", "same" or "less" once both are rounded as they are printed."""
    difference = round(own, decimals) - round(other, decimals)
    if difference == 0:
        return "same"
    return "more" if difference > 0 else "less"


def parts(slices: Iterable[Slice], what: Text, *, of_france: bool = False) -> Text:
    """Which category comes first, its share, ties included; `what` names the dimension ("les activités")."""
    slices = list(slices)
    open_slices = [part for part in slices if part.status == "ok" and is_number(part.establishments)]
    hidden = any(part.status == "secret" for part in slices)
    total = sum(part.establishments for part in open_slices)  # type: ignore[misc]  # filtered above
    if not open_slices:
        return HIDDEN if hidden else missing(None, what)
    if total == 0:
        empty = Text(
            fr="Aucun établissement de l'ESS n'est connu sur ce territoire.",
            en="No SSE establishment is known in this territory.",
        )
        return sentence(empty, HIDDEN_PARTS) if hidden else empty
    most = max(part.establishments for part in open_slices)  # type: ignore[type-var]
    first = [part for part in open_slices if part.establishments == most]
    return sentence(
        _leaders(first, most, total, hidden),  # type: ignore[arg-type]
        _over_represented(open_slices) if of_france else None,
        HIDDEN_PARTS if hidden else None,
    )


def _leaders(first: list[Slice], most: float, total: float, hidden: bool) -> Text:
    """One leader with its share, or the tie; the share is not given when part of the total is hidden."""
    noun = counted(most, ESTABLISHMENTS_FR, ESTABLISHMENTS_EN)
    if len(first) > 1:
        names = Text(
            fr=join_words([f"« {part.label.fr} »" for part in first], "fr"),
            en=join_words([f"“{part.label.en}”" for part in first], "en"),
        )
        return Text(
            fr=f"À égalité en tête : {names.fr}, avec {noun.fr} chacun.",
            en=f"Tied for first: {names.en}, with {noun.en} each.",
        )
    label = first[0].label
    if hidden:
        return Text(
            fr=f"« {label.fr} » vient en tête, avec {noun.fr}.",
            en=f"“{label.en}” comes first, with {noun.en}.",
        )
    share = both(lambda language: percent(100 * most / total, language))
    return Text(
        fr=f"« {label.fr} » vient en tête : {noun.fr}, soit {share.fr} de l'ESS du territoire.",
        en=f"“{label.en}” comes first: {noun.en}, {share.en} of the territory's SSE.",
    )


def _over_represented(slices: list[Slice]) -> Text | None:
    """The category whose weight most exceeds the national one, among those large enough to say so."""
    sure = [
        part
        for part in slices
        if is_number(part.location_quotient)
        and part.location_quotient >= 1.05  # type: ignore[operator]
        and (part.employer_establishments or 0) >= 10
    ]
    if not sure:
        return None
    top = max(sure, key=lambda part: part.location_quotient)  # type: ignore[arg-type,return-value]
    times = both(lambda language: decimal(top.location_quotient, language))  # type: ignore[arg-type]
    return Text(
        fr=f"Le plus au-dessus de son poids national : « {top.label.fr} », {times.fr} fois ce poids parmi les "
        "employeurs.",
        en=f"Furthest above its national weight: “{top.label.en}”, {times.en} times that weight among employers.",
    )


def sizes(figures: Mapping[str, Figure], slices: Iterable[Slice]) -> Text:
    """Jobs, always as an interval, then the most common size."""
    return sentence(jobs(figures.get("sse_jobs")), parts(slices, Text(fr="les tailles", en="the sizes")))


def jobs(figure: Figure | None) -> Text:
    """Posts from the size bands: an interval, "at least" when the last band is open, never a point."""
    if figure is not None and figure.status == "secret":
        return Text(
            fr="Le nombre d'emplois est couvert par le secret statistique.",
            en="The number of jobs is covered by statistical secrecy.",
        )
    if figure is None or figure.status != "ok" or not is_number(figure.low):
        return Text(
            fr="Le nombre d'emplois n'est pas connu : les tranches d'effectifs manquent.",
            en="The number of jobs is not known: the size bands are missing.",
        )
    if figure.high == 0:
        return Text(fr="Les tranches d'effectifs n'indiquent aucun emploi.", en="The size bands show no job.")
    span = both(lambda language: between(figure.low, figure.high, language))
    return Text(
        fr=f"D'après les tranches d'effectifs, l'ESS y compte {span.fr} postes.",
        en=f"From the size bands, the SSE has {span.en} posts here.",
    )


def where(ranked: Sequence[tuple[str, float | None]], total: float | None) -> Text:
    """Where the establishments are: the first sub-territory (ties said) and what the first three hold together."""
    some = sorted(
        ((name, value) for name, value in ranked if is_number(value) and value > 0), key=lambda row: -row[1]
    )  # type: ignore[operator]
    if not some:
        return Text(
            fr="Aucun établissement de l'ESS n'y est localisé.",
            en="No SSE establishment is located here.",
        )
    most = some[0][1]
    first = [name for name, value in some if value == most]
    noun = counted(most, ESTABLISHMENTS_FR, ESTABLISHMENTS_EN)  # type: ignore[arg-type]
    if len(first) > 3:
        leader = Text(
            fr=f"{len(first)} territoires sont à égalité en tête, avec {noun.fr} chacun.",
            en=f"{len(first)} places are tied for first, with {noun.en} each.",
        )
    elif len(first) > 1:
        leader = Text(
            fr=f"À égalité en tête : {join_words(first, 'fr')}, avec {noun.fr} chacun.",
            en=f"Tied for first: {join_words(first, 'en')}, with {noun.en} each.",
        )
    else:
        leader = Text(
            fr=f"{first[0]} vient en tête, avec {noun.fr}.", en=f"{first[0]} comes first, with {noun.en}."
        )
    return sentence(leader, _first_three(some, total))  # type: ignore[arg-type]


def _first_three(some: Sequence[tuple[str, float]], total: float | None) -> Text | None:
    if len(some) < 6 or not is_number(total) or not total or some[2][1] == some[3][1]:
        return None
    share = both(lambda language: percent(100 * sum(value for _, value in some[:3]) / total, language))
    return Text(
        fr=f"Les trois premiers en réunissent {share.fr}.",
        en=f"The first three hold {share.en} of them.",
    )


def last_full_year(years: Sequence[Year]) -> Year | None:
    found = [year for year in years if year.status == "ok" and is_number(year.creations)]
    return max(found, key=lambda year: year.year) if found else None


def trend(years: Sequence[Year]) -> Text | None:
    """Creations of the last year against the mean of the five before; None when five are not known."""
    last = last_full_year(years)
    if last is None:
        return None
    before = [
        year.creations
        for year in years
        if last.year - 5 <= year.year < last.year and year.status == "ok" and is_number(year.creations)
    ]
    if len(before) < 5:
        return Text(fr=f"En {last.year}", en=f"In {last.year}")
    mean = fmean(before)  # type: ignore[arg-type]  # filtered above
    value = both(lambda language: decimal(mean, language))
    word = {
        "more": ("plus que", "more than"),
        "same": ("autant que", "as many as"),
        "less": ("moins que", "fewer than"),
    }
    fr, en = word[compare(last.creations, mean)]  # type: ignore[arg-type]  # filtered above
    return Text(
        fr=f"En {last.year}, {fr} la moyenne des cinq années précédentes ({value.fr})",
        en=f"In {last.year}, {en} the mean of the five years before ({value.en})",
    )


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def moves(years: Sequence[Year]) -> Text:
    """Creations in the last year against the five before, closures when the history is known."""
    last = last_full_year(years)
    if last is None:
        secret = any(year.status == "secret" for year in years)
        return (
            HIDDEN if secret else missing(None, Text(fr="les créations par année", en="creations per year"))
        )
    creations = counted(last.creations, ("création", "créations"), ("opening", "openings"))  # type: ignore[arg-type]
    if last.creations == 0:
        creations = Text(fr="Aucune création", en="No opening")
    # Without the history of establishments, those opened then and closed since are not seen.
    seen = (
        Text("", "")
        if is_number(last.closures)
        else Text(" d'établissements encore actifs", " of establishments still active")
    )
    when = trend(years)
    opening = Text(
        fr=f"{creations.fr}{seen.fr} {_small(when.fr)}.", en=f"{creations.en}{seen.en} {_small(when.en)}."
    )  # type: ignore[union-attr]
    return sentence(opening, _closures(last))


def _closures(last: Year) -> Text:
    if not is_number(last.closures):
        return Text(
            fr="Les fermetures ne sont pas connues : l'historique des établissements n'a pas été fourni.",
            en="Closures are not known: the history of establishments was not provided.",
        )
    if last.closures == 0:
        return Text(fr="La même année : aucune fermeture.", en="The same year: no closure.")
    noun = counted(last.closures, ("fermeture", "fermetures"), ("closure", "closures"))  # type: ignore[arg-type]
    return Text(fr=f"La même année : {noun.fr}.", en=f"The same year: {noun.en}.")


def ages(median: Figure | None, slices: Iterable[Slice]) -> Text:
    """The median age, then the most common age class."""
    half = None
    if known(median):
        years = median.value  # type: ignore[union-attr]  # known() says it is there
        text = both(lambda language: decimal(years, language))  # type: ignore[arg-type]
        half = Text(
            fr=f"La moitié des établissements ont {text.fr}{NBSP}{'an' if is_one(years, 'fr') else 'ans'} ou plus.",  # type: ignore[arg-type]
            en=f"Half of the establishments are {text.en} {'year' if is_one(years, 'en') else 'years'} old or more.",  # type: ignore[arg-type]
        )
    return sentence(half, parts(slices, Text("les âges", "ages")))


def neighbourhoods(
    figures: Mapping[str, Figure], references: Sequence[tuple[Text, Mapping[str, Figure]]] = ()
) -> Text:
    """How much of the SSE is in, then within 300 m of, a priority neighbourhood (qpv)."""
    inside = figures.get("sse_establishments_in_qpv")
    if not known(inside):
        return missing(
            inside,
            Text(
                fr="la localisation dans les quartiers prioritaires (il faut le fichier géolocalisé de SIRENE ou les "
                "contours des QPV)",
                en="the position relative to priority neighbourhoods (the geolocated SIRENE file or the QPV "
                "outlines are needed)",
            ),
        )
    count = inside.value  # type: ignore[union-attr]
    if count == 0:
        opening = Text(
            fr="Aucun établissement de l'ESS n'est situé dans un quartier prioritaire.",
            en="No SSE establishment is in a priority neighbourhood.",
        )
        return sentence(opening, _near(figures))
    noun = counted(count, ESTABLISHMENTS_FR, ESTABLISHMENTS_EN)  # type: ignore[arg-type]
    is_fr, is_en = ("est", "is") if is_one(count, "fr") else ("sont", "are")  # type: ignore[arg-type]
    share = figures.get("sse_share_in_qpv_pct")
    tail = Text(fr=".", en=".")
    if known(share):
        pct = both(lambda language: percent(share.value, language))  # type: ignore[union-attr]
        tail = Text(
            fr=f", soit {pct.fr} de ceux que l'on sait localiser.",
            en=f", {pct.en} of those that could be located.",
        )
    opening = Text(
        fr=f"{noun.fr} de l'ESS {is_fr} dans un quartier prioritaire{tail.fr}",
        en=f"{noun.en} of the SSE {is_en} in a priority neighbourhood{tail.en}",
    )
    return sentence(opening, _against(figures, references, "sse_share_in_qpv_pct"), _near(figures))


def _near(figures: Mapping[str, Figure]) -> Text | None:
    near = figures.get("sse_establishments_within_300m_qpv")
    if not known(near):
        return None
    noun = counted(near.value, ESTABLISHMENTS_FR, ESTABLISHMENTS_EN)  # type: ignore[union-attr,arg-type]
    return Text(
        fr=f"Dedans ou à moins de 300{NBSP}mètres : {noun.fr}.",
        en=f"Inside or within 300 metres: {noun.en}.",
    )


def in_doubt(figure: Figure | None) -> Text:
    """Units whose sources disagree: shown apart, never added to the counts."""
    if not known(figure):
        return missing(figure, Text(fr="les unités à confirmer", en="the units to confirm"))
    count = figure.value  # type: ignore[union-attr]
    if count == 0:
        return Text(
            fr="Aucune unité n'est à confirmer sur ce territoire.",
            en="No unit is to be confirmed in this territory.",
        )
    noun = counted(count, ("unité reste", "unités restent"), ("unit remains", "units remain"))  # type: ignore[arg-type]
    return Text(
        fr=f"{noun.fr} à confirmer : les sources ne s'accordent pas. Rien de cela n'est compté dans les "
        "autres chiffres de cette page.",
        en=f"{noun.en} to be confirmed: the sources disagree. They are left out of the other figures of this page.",
    )
