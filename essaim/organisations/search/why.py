"""Why a place answers, in a few words: what the reader would point at."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from essaim.law.text import Text
from essaim.organisations.rules import LABELS
from essaim.organisations.search.activities import activity_of, sector_of
from essaim.organisations.search.place import place_of
from essaim.organisations.search.question import Question
from essaim.ui.search import analysis
from essaim.ui.search.language import Clause, Reading

MOST_REASONS = 4
MOST_LETTERS_WRONG = 3
LONGEST_SHOWN = 80

NAME = Text("nom : {shown}", "name: {shown}")
OFFER = Text("offre : {shown}", "offer: {shown}")
LABEL = Text("label : {fr}", "label: {en}")
ACTIVITY = Text("activité : {fr}", "activity: {en}")
SECTOR = Text("secteur : {fr}", "sector: {en}")
PLACE = Text("lieu : {shown}", "place: {shown}")
NUMBER = Text("numéro : {shown}", "number: {shown}")
SAID = Text("présentation", "description")
CLOSE = Text("orthographe proche : {shown}", "close spelling: {shown}")
BEGINNING = Text("mot qui commence ainsi : {shown}", "word that begins so: {shown}")
WITHIN = Text("dans le territoire : {shown}", "in the territory: {shown}")
SERVES = Text("dessert : {shown}", "serves: {shown}")
INSIDE = Text("sur place : {shown}", "on the spot: {shown}")
NEAR = Text("à {distance} km : {shown}", "{distance} km away: {shown}")


def reasons(
    payload: dict[str, Any], reading: Reading, question: Question, distance: float | None
) -> tuple[Text, ...]:
    """At most four reasons, words first, then place; none when nothing was asked."""
    found: dict[Text, None] = {}
    wanted = [clause for clause in reading.clauses if not clause.is_excluded]
    parts = list(_parts(payload))
    words_left = []
    for clause in wanted:
        said = _exactly(clause, parts, payload)
        if said:
            found[said] = None
        else:
            words_left.append(clause)
    for clause in words_left:
        found[_nearly(clause, parts)] = None
    for said in _of_place(question, distance):
        found[said] = None
    return tuple(found)[:MOST_REASONS]


Part = tuple[Text, str]


def _parts(payload: dict[str, Any]) -> Iterable[Part]:
    """(what is said, words it holds), what a reader sees first coming first."""
    place = payload["shown"]
    for name in payload["names"]:
        yield _shown(NAME, name), name
    for title in payload["offers"]:
        yield _shown(OFFER, title), title
    for kind in place["labels"]:
        label = LABELS[kind]
        sign = f" ({label.sign})" if label.sign else ""
        said = Text(LABEL.fr.format(fr=label.label.fr + sign), LABEL.en.format(en=label.label.en + sign))
        yield said, f"{label.sign} {label.label.fr}"
    for words, known in ((ACTIVITY, activity_of(place["naf"])), (SECTOR, sector_of(place["sector"]))):
        if known:
            yield Text(words.fr.format(fr=known.fr), words.en.format(en=known.en)), known.fr
    yield _shown(PLACE, place["commune_name"]), f"{place['commune_name']} {place['postcode']}"
    if place["summary"]:
        yield SAID, place["summary"]


def _exactly(clause: Clause, parts: Iterable[Part], payload: dict[str, Any]) -> Text | None:
    if clause.is_number:
        return _shown(NUMBER, clause.tokens[0])
    if clause.tokens[0].isdigit() and any(
        str(payload["shown"][name]).startswith(clause.tokens[0]) and len(clause.tokens[0]) > 5
        for name in ("siren", "siret")
    ):
        return _shown(NUMBER, clause.tokens[0])
    if clause.is_phrase:
        phrase = " ".join(clause.tokens)
        return next((said for said, text in parts if phrase in " ".join(_tokens(text))), None)
    stems = frozenset(analysis.stems(clause.tokens[0])) or frozenset()
    for said, text in parts:
        if stems and stems & frozenset(_stems(text)):
            return said
        if not stems and clause.tokens[0] in _tokens(text):
            return said
    return None


def _nearly(clause: Clause, parts: Iterable[Part]) -> Text:
    """The word that begins so or is spelt closely; otherwise it is in the description, which the index alone holds."""
    token = clause.tokens[0]
    if clause.is_phrase:
        return SAID
    words = [word for _, text in parts for word in _tokens(text)]
    if clause.is_last:
        begun = next((word for word in words if word.startswith(token)), None)
        if begun:
            return _shown(BEGINNING, begun)
    close = min(words, key=lambda word: DamerauLevenshtein.distance(token, word), default=None)
    if close and DamerauLevenshtein.distance(token, close) <= min(MOST_LETTERS_WRONG, len(token) // 3):
        return _shown(CLOSE, close)
    return SAID


def _of_place(question: Question, distance: float | None) -> Iterable[Text]:
    if question.around and distance is not None:
        place = place_of(question.around).label
        if distance == 0:
            yield Text(INSIDE.fr.format(shown=place.fr), INSIDE.en.format(shown=place.en))
        else:
            french = f"{distance:.1f}".replace(".", ",")
            yield Text(
                NEAR.fr.format(distance=french, shown=place.fr),
                NEAR.en.format(distance=f"{distance:.1f}", shown=place.en),
            )
    if question.territory:
        place = place_of(question.territory).label
        yield Text(WITHIN.fr.format(shown=place.fr), WITHIN.en.format(shown=place.en))
    if question.serves:
        place = place_of(question.serves).label
        yield Text(SERVES.fr.format(shown=place.fr), SERVES.en.format(shown=place.en))


def _shown(words: Text, shown: str) -> Text:
    cut = shown if len(shown) <= LONGEST_SHOWN else shown[: LONGEST_SHOWN - 1] + "…"
    return Text(words.fr.format(shown=cut), words.en.format(shown=cut))


@lru_cache(maxsize=20_000)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(analysis.stems(text))


@lru_cache(maxsize=20_000)
def _tokens(text: str) -> tuple[str, ...]:
    return tuple(analysis.tokens(text))
