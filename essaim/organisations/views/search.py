"""The search page, its refreshed part, its printed form and the places suggested while one types."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from essaim.law.rules.sse_perimeter import SSE_STATUSES
from essaim.law.rules.sse_words import REASONS, STATUS_LABELS
from essaim.law.text import Text
from essaim.observatory import categories
from essaim.organisations import search as engine
from essaim.organisations.forms import criteria
from essaim.organisations.queries import kept
from essaim.organisations.rules import LABELS
from essaim.organisations.search import Answer, Found, Question
from essaim.organisations.views.going import organisation_address, search_address
from essaim.organisations.views.indexed import indexed
from essaim.organisations.views.kept_pages import kept_for_visitors
from essaim.organisations.views.places import map_of
from essaim.territories import queries as territories
from essaim.ui.colours import FAMILIES
from essaim.ui.formats import number

SHOWN_VALUES = 6
"""Values of a facet shown at once; the others are behind a disclosure."""
MOST_PRINTED = 500
PRINTED_AT_ONCE = 100
SUGGESTED = 8
TAGS = {"member": "is-good", "to_confirm": "is-doubtful", "not_member": "is-stop"}
FOLDED = ("label", "public")
"""Facets closed until one of their values is chosen."""

Holding = dict[int, set[int]]
"""Organisation -> the lists of the person it is in."""


@require_safe
@indexed
@kept_for_visitors
def search(request: HttpRequest) -> HttpResponse:
    """The whole search in one address. What the form sends is put in order first, so that the address is short."""
    question, others = criteria.from_form(request.GET)
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    if "form" in request.GET and not is_part and not others and not question.ignored:
        return redirect(search_address(question.to_query()))
    answer = engine.search(question, on=localdate())
    context = page_of(question, answer, holding_of(request, answer)) | {
        "map": map_of(question, answer),
        "others": [(each, replace_place(question, each.code)) for each in others],
    }
    response = render(request, "organisations/search.html" + ("#answer" if is_part else ""), context)
    if is_part:
        response["HX-Push-Url"] = search_address(question.to_query())
    patch_vary_headers(response, ["HX-Request"])
    return response


def replace_place(question: Question, code: str) -> str:
    return criteria.located(question, code, criteria.reach_of(question)).to_query()


def holding_of(request: HttpRequest, answer: Answer) -> Holding:
    """Which results the person keeps, and where. One query, none for a visitor."""
    if not request.user.is_authenticated:
        return {}
    return kept.lists_holding(request.user, [each.organisation_id for each in answer.items])


def page_of(question: Question, answer: Answer, holding: Holding) -> dict[str, Any]:
    """What the list, the map and the embedded page share. No query of the database (but a QPV's name)."""
    query = replace(question, page=1).to_query()
    code = criteria.place_of(question)
    return {
        "question": question,
        "answer": answer,
        "rows": [row_of(each, holding) for each in answer.items],
        "facets": facets_of(question, answer),
        "criteria": criteria.active(question),
        "query": query,
        "here": search_address(question.to_query()),
        "place_code": code,
        "place_name": criteria.place_name(code) if code else "",
        "reach": criteria.reach_of(question),
        "reaches": criteria.REACHES_KM,
        "sorts": sorts_of(question),
        "pages": pages_of(question, answer),
        "ignored": question.ignored or answer.ignored,
        "wider": wider(question),
        "today": localdate(),
    }


def row_of(found: Found, holding: Holding) -> dict[str, Any]:
    return {
        "found": found,
        "href": organisation_address(found.organisation_id),
        "status": STATUS_LABELS[found.sse_status],
        "tag": TAGS[found.sse_status],
        "reason": REASONS.get(found.reason_code),
        "family": FAMILIES.get(found.family),
        "sector": SECTORS.get(found.sector),
        "labels": [LABELS[code] for code in found.labels if code in LABELS],
        "distance": distance_said(found.distance_km),
        "is_kept": bool(holding.get(found.organisation_id)),
    }


SECTORS = {code: label for code, label in categories.labels()["sector"].items() if code != categories.UNKNOWN}


def distance_said(km: float | None) -> Text | None:
    if km is None:
        return None
    if km == 0:
        return Text("sur place", "in the place itself")
    decimals = 0 if km >= 10 else 1
    shown = [number(max(km, 0.1), spoken, decimals) for spoken in ("fr", "en")]
    return Text(f"à {shown[0]} km", f"{shown[1]} km away")


def facets_of(question: Question, answer: Answer) -> list[dict[str, Any]]:
    """Facets in reading order, those with a choice to make: chosen values first, then the most numerous."""
    found = []
    for code, title in criteria.FACET_TITLES.items():
        values = [each for each in answer.facets.get(code, ()) if each.count or each.is_chosen]
        if not values:
            continue
        ordered = sorted(values, key=lambda each: (not each.is_chosen, -each.count, each.code))
        if code == "status":
            ordered = sorted(values, key=lambda each: SSE_STATUSES.index(each.code))
        chosen = sum(each.is_chosen for each in ordered)
        cut = max(SHOWN_VALUES, chosen)
        cut = len(ordered) if len(ordered) == cut + 1 else cut
        found.append(
            {
                "code": code,
                "title": title,
                "shown": ordered[:cut],
                "more": ordered[cut:],
                "is_folded": code in FOLDED and not chosen,
            }
        )
    return found


def sorts_of(question: Question) -> list[tuple[str, Text, bool]]:
    """Sorts that mean something here: no relevance without words, no distance without a place."""
    meaningful = {"relevance": bool(question.q), "distance": bool(question.around)}
    return [
        (code, label, code == question.order)
        for code, label in criteria.SORTS.items()
        if meaningful.get(code, True) or code == question.order
    ]


def pages_of(
    question: Question, answer: Answer, address: Callable[[str], str] = search_address
) -> dict[str, Any]:
    def at(page: int) -> str:
        return address(replace(question, page=page).to_query())

    return {
        "number": answer.page,
        "last": answer.pages,
        "previous": at(answer.page - 1) if answer.page > 1 else "",
        "next": at(answer.page + 1) if answer.page < answer.pages else "",
    }


def wider(question: Question) -> list[tuple[Text, str]]:
    """What to try when nothing is found, the least loss first."""
    first = replace(question, page=1)
    tried: list[tuple[Text, str]] = []
    if question.bbox:
        tried.append((Text("Chercher au-delà de la carte affichée", "Search beyond the map shown"),
                      replace(first, bbox=None).to_query()))  # fmt: skip
    for around in (question.around, question.territory):
        if around:
            farther = next((km for km in (10, 20, 50) if km > (question.within_km or 0)), None)
            if farther:
                label = Text(f"Chercher jusqu'à {farther} km autour", f"Search up to {farther} km around")
                placed = replace(first, territory="", around=around, within_km=float(farther))
                tried.append((label, placed.to_query()))
            everywhere = replace(first, territory="", around="", within_km=None, sort="")
            tried.append((Text("Chercher partout", "Search everywhere"), everywhere.to_query()))
            break
    if any(getattr(question, field) for field in Question.FACETS.values()):
        bare = replace(first, **dict.fromkeys(Question.FACETS.values(), ()))
        tried.append((Text("Retirer tous les filtres", "Remove every filter"), bare.to_query()))
    if question.q and len(tried) < 3:
        tried.append((Text("Chercher sans ces mots", "Search without these words"),
                      replace(first, q="", sort="").to_query()))  # fmt: skip
    return [(label, search_address(query)) for label, query in tried]


@require_safe
@indexed
def printed(request: HttpRequest) -> HttpResponse:
    """Every result on paper, up to a number that is said."""
    question = replace(Question.from_query(request.GET), page=1, size=PRINTED_AT_ONCE)
    answer = engine.search(question, on=localdate())
    items = list(answer.items)
    for page in range(2, min(answer.pages, MOST_PRINTED // PRINTED_AT_ONCE) + 1):
        items += engine.search(replace(question, page=page), on=localdate()).items
    context = page_of(replace(question, size=Question().size), answer, {}) | {
        "rows": [row_of(each, {}) for each in items],
        "most": MOST_PRINTED,
        "is_cut": answer.count > len(items),
        "name": criteria.name_of(question),
    }
    return render(request, "organisations/printed.html", context)


@require_safe
def place_suggestions(request: HttpRequest) -> HttpResponse:
    """Links to the same search in each place whose name begins so; the form answers the same without JavaScript."""
    asked = request.GET.get("place", "").strip()[:100]
    found = territories.search(asked, None, SUGGESTED)
    question = Question.from_query(criteria.unadorned(request.GET))
    reach = request.GET.get("reach", "in")
    places = [
        (each, search_address(criteria.located(question, each.code, reach).to_query())) for each in found
    ]
    return render(request, "organisations/part/places.html", {"places": places, "asked": asked})
