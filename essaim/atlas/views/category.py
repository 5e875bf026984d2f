"""One sector or one family within a territory."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.atlas import folio, queries, readings, sentences
from essaim.atlas.views.answer import atlas_page, the_store
from essaim.atlas.views.territory import trail
from essaim.law.text import Text
from essaim.observatory.atlas import Slice, labels, places
from essaim.ui.charts.chart import Chart, bars
from essaim.ui.tables import Column, Table

DIMENSIONS = {"sector": "by_sector", "family": "by_family"}
MOST_LISTED = 10
MOST_PLACES = 15


@require_safe
@atlas_page
def category(request: HttpRequest, kind: str, id: str, dimension: str, category: str) -> HttpResponse:
    if category not in labels()[dimension]:
        raise Http404(category)
    store = the_store()
    reading = readings.read(store, f"{kind}:{id}")
    label = labels()[dimension][category]
    own = one_of(getattr(reading.atlas, DIMENSIONS[dimension]), category)
    filters = queries.Filters(**{dimension: category})
    inside = queries.one_category(store, list(reading.inside_places), dimension, category)
    context = {
        "place": reading.place,
        "atlas": reading.atlas,
        "label": label,
        "dimension": dimension,
        "category": category,
        "slice": own,
        "trail": trail(reading, (label, "")),
        "chart": chart(reading, inside, label) if inside else None,
        "table": around_table(reading, dimension, category, label),
        "listed": queries.establishments(store, reading.place, filters, size=MOST_LISTED),
        "is_in_build": f"{kind}:{id}" in places(store),
    }
    return render(request, "atlas/category.html", context)


def one_of(slices: list[Slice], category: str) -> Slice | None:
    return next((one for one in slices if one.category == category), None)


def around_table(reading: readings.Reading, dimension: str, category: str, label: Text) -> Table:
    """The category here and in the territories around, with its location quotient for a sector."""
    measures = ["enterprises", "establishments", "employer_establishments"]
    columns = [
        Column(folio.TERRITORY),
        Column(folio.ENTERPRISES, "number"),
        Column(folio.ESTABLISHMENTS, "number"),
        Column(folio.EMPLOYERS, "number"),
    ]
    if dimension == "sector":
        measures += ["all_establishments", "location_quotient"]
        columns += [
            Column(Text("Toutes personnes morales", "All legal persons"), "number"),
            Column(Text("Quotient de localisation", "Location quotient"), "number", 2),
        ]
    rows = []
    for atlas in (reading.atlas, *reading.around):
        one = one_of(getattr(atlas, DIMENSIONS[dimension]), category)
        cells = [folio.part(one, measure) if one else None for measure in measures]
        rows.append((folio.named(atlas), *cells))
    return Table(columns, rows, label)


def chart(reading: readings.Reading, inside: dict[str, Slice], label: Text) -> Chart:
    """The places inside that hold most of it."""
    ordered = sorted(
        inside.items(), key=lambda item: (-(item[1].establishments or 0), reading.inside_places[item[0]].name)
    )
    shown = [(code, one) for code, one in ordered if one.status != "ok" or one.establishments][:MOST_PLACES]
    from_places = [
        (reading.inside_places[code].name, folio.part(one, "establishments")) for code, one in shown
    ]
    total = sum(one.establishments or 0 for one in inside.values())
    sentence = sentences.where(
        [(reading.inside_places[code].name, one.establishments) for code, one in inside.items()], total
    )
    return bars(
        from_places,  # type: ignore[arg-type]
        title=label,
        sentence=sentence,
        category=readings.KIND_PLURALS[reading.inside_kind or "commune"],
        measure=folio.ESTABLISHMENTS,
    )
