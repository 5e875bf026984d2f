"""What comes first among families, activities, sizes, ages and places."""

from collections.abc import Iterable, Mapping, Sequence

from essaim.atlas.sentences.said import (
    ESTABLISHMENTS_EN,
    ESTABLISHMENTS_FR,
    HIDDEN,
    HIDDEN_PARTS,
    known,
    missing,
    sentence,
)
from essaim.atlas.sentences.shares import jobs
from essaim.atlas.words import (
    NBSP,
    both,
    counted,
    decimal,
    is_number,
    join_words,
    percent,
)
from essaim.law.text import Text
from essaim.observatory.atlas import Figure, Slice
from essaim.ui.formats import is_one


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
