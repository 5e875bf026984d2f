"""Choose a territory: type its name, click on the map, or follow the lists."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from essaim.atlas import places_map, readings
from essaim.atlas.views.answer import atlas_page, missing, the_store
from essaim.law.text import Text
from essaim.observatory.atlas import places
from essaim.observatory.reference.outlines import within as within_reference
from essaim.observatory.reference.places import KIND_LABELS
from essaim.observatory.store import NoBuild

MOST_FOUND = 30
METROPOLISES = ("METRO", "MET69")
INNER = {"country": "region", "region": "departement", "departement": "epci"}


@require_safe
@atlas_page
def choose(request: HttpRequest) -> HttpResponse:
    store = the_store()
    asked = request.GET.get("q", "").strip()[:100]
    found = readings.suggestions(store, asked, MOST_FOUND) if asked else []
    if len(found) == 1 and asked == found[0].code:
        return redirect("atlas:territory", found[0].kind, found[0].id)
    known = places(store)
    within = known.get(request.GET.get("within", "country:FR")) or known.get("country:FR")
    inner_kind = INNER.get(within.kind if within else "")
    inner = list(readings.inside(store, within.code, inner_kind).values()) if within and inner_kind else []
    covered = [place.code for place in inner]
    drawn = drawable(within.code, inner_kind) if within and inner_kind else []
    context = {
        "asked": asked,
        "found": [(place, readings.kind_label(place)) for place in found],
        "within": within,
        "inner": inner,
        "inner_kind": readings.KIND_PLURALS.get(inner_kind or ""),
        "drills": inner_kind in INNER,
        "svg": places_map.chooser(
            drawn,
            Text("Carte pour choisir un territoire", "Map to choose a territory"),
            {code: way_in(code) for code in covered},
        )
        if covered
        else "",
        "is_partial": len(covered) < len(drawn),
        "metropolises": sorted(
            (place for place in known.values() if place.nature in METROPOLISES), key=lambda place: place.name
        ),
        "country": known.get("country:FR"),
    }
    return render(request, "atlas/choose.html", context)


def drawable(code: str, kind: str) -> list[str]:
    """Codes of every territory of a kind inside another, in the build or not: the map shows the gaps."""
    return [f"{kind}:{id_}" for id_ in within_reference(kind, code)]


def way_in(code: str) -> str:
    """A region or a department opens its own map; an intermunicipality its atlas."""
    kind = code.partition(":")[0]
    if kind in INNER:
        return f"{reverse('atlas:choose')}?within={code}#carte"
    return places_map.address(code)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """The fragment of links shown while one types; the page itself answers the same question without JavaScript."""
    asked = request.GET.get("q", "").strip()[:100]
    try:
        found = readings.suggestions(the_store(), asked, 8) if len(asked) > 1 else []
    except NoBuild as error:
        return missing(request, error)
    context = {"found": [(place, KIND_LABELS[place.kind]) for place in found], "asked": asked}
    return render(request, "atlas/choose.html#suggestions", context)
