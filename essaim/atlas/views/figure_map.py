"""One figure over the places of a territory: a map where a map makes sense, a ranking with its ties."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.atlas import folio, places_map, readings, sentences
from essaim.atlas.views.answer import atlas_page, the_store
from essaim.law.text import Text
from essaim.observatory.atlas import Figure, Place
from essaim.observatory.indicators.definition import figure_definitions
from essaim.ui.tables import Column

# What a territory may be cut into; communes only where they stay few enough to be drawn.
CUTS = {
    "country": ("region", "departement"),
    "region": ("departement", "epci"),
    "departement": ("epci", "commune"),
    "epci": ("commune",),
    "ept": ("commune",),
}
RATES = ("percent", "per_10000_inhabitants", "ratio", "years")


@require_safe
@atlas_page
def figure_map(request: HttpRequest, kind: str, id: str, figure: str) -> HttpResponse:
    definition = figure_definitions().get(figure)
    if definition is None or kind not in CUTS or definition.unit.id == "jobs":
        raise Http404(figure)
    store = the_store()
    place = readings.found(store, f"{kind}:{id}")
    cut = request.GET.get("of", CUTS[kind][0])
    if cut not in CUTS[kind]:
        cut = CUTS[kind][0]
    inside = readings.inside(store, place.code, cut)
    found = readings.figures_of(store, list(inside), (figure, "sse_employer_establishments"))
    values = {code: found[code][figure] for code in inside if figure in found.get(code, {})}
    title = Text(f"{definition.label.fr}, {place.name}", f"{definition.label.en}, {place.name}")
    context = {
        "place": place,
        "definition": definition,
        "definitions": [one for one in figure_definitions().values() if one.unit.id != "jobs"],
        "cuts": [(one, readings.KIND_PLURALS[one], one == cut) for one in CUTS[kind]],
        "cut": cut,
        "is_rate": definition.unit.id in RATES,
        "svg": places_map.figure_map(values, title, links={code: places_map.address(code) for code in values})
        if definition.unit.id in RATES and values
        else "",
        "rows": ranking(inside, values, found),
        "trail": [
            (Text("Atlas", "Atlas"), "/atlas/"),
            (place.name, places_map.address(place.code)),
            (definition.label, ""),
        ],
    }
    return render(request, "atlas/figure_map.html", context)


def ranking(
    inside: dict[str, Place], values: dict[str, Figure], found: dict[str, dict[str, Figure]]
) -> list[dict[str, object]]:
    """Rows from the highest value down. Equal once rounded as printed means tied; unknown ones come last, unranked."""
    rows: list[dict[str, object]] = []
    for code, figure in values.items():
        unit = figure.unit
        column = Column("", "percent" if unit.id == "percent" else "number", unit.decimals)
        known = figure.status == "ok" and figure.value is not None
        employers = found[code].get("sse_employer_establishments")
        rows.append(
            {
                "place": inside[code],
                "figure": figure,
                "shown": column.show(folio.cell(figure)),
                "key": round(figure.value, unit.decimals) if known else None,  # type: ignore[arg-type]
                "is_small": sentences.known(employers)
                and employers.value < sentences.SMALL_NUMBER  # type: ignore[union-attr,operator]
                and unit.id in RATES,
                "note": figure.note_text,
            }
        )
    rows.sort(key=lambda row: (row["key"] is None, -(row["key"] or 0), row["place"].name))  # type: ignore[operator,attr-defined]
    keys = [row["key"] for row in rows]
    for row in rows:
        row["rank"] = keys.index(row["key"]) + 1 if row["key"] is not None else None
        row["is_tied"] = row["key"] is not None and keys.count(row["key"]) > 1
    return rows
