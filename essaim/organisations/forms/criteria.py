"""A search in words: its criteria one by one, each with the address of the search without it; and the place a reader
typed turned into a code."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from essaim.law.rules.sse_words import STATUS_LABELS
from essaim.law.text import Text
from essaim.observatory import categories
from essaim.organisations import search as engine
from essaim.organisations.rules import LABELS
from essaim.organisations.search import Question
from essaim.organisations.search.counting import GROUPS
from essaim.territories import queries as territories
from essaim.territories.models import Territory
from essaim.territories.rules import normalise
from essaim.ui.colours import FAMILIES
from essaim.ui.formats import number
from essaim.ui.words import say

REACHES_KM = (2, 5, 10, 20, 50)
MOST_PLACES = 6
FORM_FIELDS = ("place", "code", "reach", "sort_was", "form")
"""What the form of the page adds to the fields of `Question`; never in an address one keeps."""

FACET_TITLES: Mapping[str, Text] = {
    "status": Text("Dans l'ESS ?", "In the SSE?"),
    "family": Text("Famille", "Family"),
    "sector": Text("Activité", "Activity"),
    "group": Text("Insertion, handicap, agréments", "Integration, disability, approvals"),
    "label": Text("Label ou agrément précis", "Label or approval"),
    "public": Text("Publics", "People served"),
}
SORTS: Mapping[str, Text] = {
    "relevance": Text("Pertinence", "Relevance"),
    "distance": Text("Distance", "Distance"),
    "name": Text("Nom", "Name"),
    "rotation": Text("Tour de rôle", "Fair rotation"),
}


@dataclass(frozen=True)
class Criterion:
    """One thing asked; `without` is the query of the same search without it."""

    label: Text
    without: str


def value_label(facet: str, code: str) -> Text:
    """The name of a facet's value; the reader's own word for what is in no list."""
    if facet == "label":
        return LABELS[code].label
    known = {
        "status": STATUS_LABELS,
        "family": FAMILIES,
        "sector": categories.labels()["sector"],
        "group": GROUPS,
    }.get(facet, {})
    return known.get(code) or Text(code, code)


def place_name(code: str) -> Text:
    """« Lille », « Métropole Européenne de Lille », « le point choisi ». One query, for a QPV only."""
    try:
        return engine.place_of(code).label
    except engine.NoSuchPlace:
        return Text(code, code)


def active(question: Question) -> list[Criterion]:
    """Everything asked, in the order of the form."""
    first = replace(question, page=1)
    found = []
    if question.q:
        words = Text(f"« {question.q} »", f"“{question.q}”")
        found.append(Criterion(words, replace(first, q="").to_query()))
    if question.territory:
        label = place_name(question.territory)
        found.append(Criterion(label, replace(first, territory="").to_query()))
    if question.around:
        label = near(question)
        without = replace(
            first, around="", within_km=None, sort="" if first.sort == "distance" else first.sort
        )
        found.append(Criterion(label, without.to_query()))
    if question.serves:
        name = said_place(question.serves)
        label = Text(f"dessert {name}", f"serves {name}")
        found.append(Criterion(label, replace(first, serves="").to_query()))
    for facet, field in Question.FACETS.items():
        for code in getattr(question, field):
            left = tuple(other for other in getattr(question, field) if other != code)
            without = replace(first, **{field: left}).to_query()
            found.append(Criterion(value_label(facet, code), without))
    if question.bbox:
        label = Text("dans la carte affichée", "within the map shown")
        found.append(Criterion(label, replace(first, bbox=None).to_query()))
    return found


def said_place(code: str) -> str:
    return say(place_name(code))


def near(question: Question) -> Text:
    name = place_name(question.around)
    if question.within_km is None:
        return Text(f"autour de : {name.fr}", f"around: {name.en}")
    km = question.within_km
    return Text(f"{name.fr}, à {number(km, 'fr')} km au plus", f"within {number(km, 'en')} km of {name.en}")


def name_of(question: Question) -> Text:
    """A short name for the search: its criteria in a row, words without quotation marks."""
    asked = [one.label for one in active(question)]
    if question.q:
        asked[0] = Text(question.q, question.q)
    if not asked:
        return Text("Tout l'annuaire", "The whole directory")
    return Text(", ".join(one.fr for one in asked)[:120], ", ".join(one.en for one in asked)[:120])


def place_of(question: Question) -> str:
    """The code of the place asked, however it is asked."""
    return question.around or question.territory or question.serves


def reach_of(question: Question) -> str:
    """How far from the place: "in", a number of km, or "serves"."""
    if question.serves and not question.territory and not question.around:
        return "serves"
    if question.around and question.within_km is not None:
        return f"{question.within_km:g}"
    return "around" if question.around else "in"


def from_form(data: QueryDict) -> tuple[Question, list[Territory]]:
    """The question of a form, and other territories its place might have meant, best first. Two queries at most.

    Without the form's own fields, the address is the question and no territory is looked up.
    """
    plain = unadorned(data)
    if "form" not in data:
        return Question.from_query(plain), []
    text, code = " ".join(data.get("place", "").split())[:100], data.get("code", "")
    others: list[Territory] = []
    ignored: tuple[Text, ...] = ()
    if not text:
        code = ""
    elif not code or text != said_place(code):
        code, others = understood(text)
        ignored = () if code else (no_such_place(text),)
    if code != data.get("code", ""):
        plain.pop("bbox", None)  # the map moved elsewhere
    question = Question.from_query(_placed(plain, code, data.get("reach", "in")))
    return replace(question, ignored=(*question.ignored, *ignored)), others


def unadorned(data: QueryDict) -> QueryDict:
    """Without the fields that are the form's own."""
    plain = data.copy()
    if plain.get("sort") == plain.get("sort_was"):
        plain.pop("sort", None)  # shown, not chosen: new words may want another order
    for name in FORM_FIELDS:
        plain.pop(name, None)
    return plain


def no_such_place(text: str) -> Text:
    return Text(
        f"Aucun lieu ne s'appelle « {text} » : la recherche n'en tient pas compte. Essayez un code postal.",
        f"No place is called “{text}”: the search leaves it aside. Try a post code.",
    )


def understood(text: str) -> tuple[str, list[Territory]]:
    """The territory meant, "" when none answers, and the others it might have been."""
    found = territories.search(text, None, MOST_PLACES)
    if not found:
        return "", []
    best = found[0]
    same = [each for each in found[1:] if normalise(each.name) == normalise(best.name)]
    is_sure = normalise(best.name) == normalise(text) and not same
    return best.code, [] if is_sure else found[1:]


def located(question: Question, code: str, reach: str) -> Question:
    """The question with this place, and this only, at that reach; its first page."""
    return Question.from_query(_placed(QueryDict(replace(question, page=1).to_query()), code, reach))


def _placed(data: QueryDict, code: str, reach: str) -> QueryDict:
    """The same fields with this place in the stead of any other; no sort by distance without one."""
    plain = data.copy()
    for name in ("territory", "around", "within", "within_km", "serves"):
        plain.pop(name, None)
    is_far = reach.replace(".", "", 1).isdigit()
    if code and reach == "serves" and ":" in code:
        plain["serves"] = code
    elif code and (is_far or reach == "around" or ":" not in code):
        plain["around"] = code
        if is_far:
            plain["within"] = reach
    elif code:
        plain["territory"] = code
    if "around" not in plain and plain.get("sort") == "distance":
        del plain["sort"]
    return plain
