"""Who employs, how many jobs, in which neighbourhoods, in doubt: sentences about figures."""

from collections.abc import Mapping, Sequence

from essaim.atlas.sentences.said import (
    ESTABLISHMENTS_EN,
    ESTABLISHMENTS_FR,
    compare,
    known,
    missing,
    sentence,
)
from essaim.atlas.words import NBSP, between, both, counted, is_number, join_words, percent
from essaim.law.text import Text
from essaim.observatory.atlas import Figure
from essaim.ui.formats import is_one


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
