"""Creations and closures, year by year."""

from collections.abc import Sequence
from statistics import fmean

from essaim.atlas.sentences.said import HIDDEN, compare, missing, sentence
from essaim.atlas.words import both, counted, decimal, is_number
from essaim.law.text import Text
from essaim.observatory.atlas import Year


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
