"""Up to five territories side by side: same definitions, same build."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.atlas import folio, paper, readings
from essaim.atlas.views.answer import atlas_page, status_of, the_store
from essaim.law.text import ExplainedError
from essaim.observatory.atlas import Atlas, places
from essaim.ui.charts.chart import Chart, bars
from essaim.ui.colours import SERIES
from essaim.ui.tables import Cell, Column, Hidden

CHARTED = ("sse_employer_share_pct", "sse_density_per_10000", "sse_share_in_qpv_pct")


@require_safe
@atlas_page
def compare(request: HttpRequest) -> HttpResponse:
    store = the_store()
    codes = list(dict.fromkeys(code.strip()[:60] for code in request.GET.getlist("t") if code.strip()))
    asked = request.GET.get("q", "").strip()[:100]
    context: dict[str, object] = {"asked": asked, "codes": codes, "most": readings.MOST_COMPARED}
    status = 200
    atlases: list[Atlas] = []
    try:
        atlases = readings.compared(store, codes)
    except ExplainedError as error:
        context |= {"error": error.text, "close": getattr(error, "close", ())}
        status = status_of(error)
    if asked:
        context["found"] = readings.suggestions(store, asked, 10)
    known = places(store)
    context |= {
        "chosen": [(known[code], without(codes, code)) for code in codes if code in known],
        "atlases": atlases,
        "has_room": len(codes) < readings.MOST_COMPARED,
        "query": "&".join(f"t={code}" for code in codes),
    }
    if len(atlases) > 1:
        context |= {"rows": rows(atlases), "charts": charts(atlases)}
    return render(request, "atlas/compare.html", context, status=status)


def without(codes: list[str], code: str) -> str:
    return "&".join(f"t={other}" for other in codes if other != code)


def rows(atlases: list[Atlas]) -> list[dict[str, object]]:
    """The table: a definition and, for each territory, its cell as `ui.tables` prints it."""
    names = [folio.named(atlas) for atlas in atlases]
    found = []
    for definition, cells in paper.compared_table(atlases, names):
        kind = "percent" if definition.unit.id == "percent" else "number"
        column = Column("", kind, definition.unit.decimals)
        shown = [Cell(column.show(cell), True, isinstance(cell, Hidden)) for cell in cells]
        found.append({"definition": definition, "cells": shown})
    return found


def charts(atlases: list[Atlas]) -> list[tuple[object, Chart]]:
    """A chart for each rate that every territory may be compared on."""
    drawn = []
    names = [folio.named(atlas) for atlas in atlases]
    for key in CHARTED:
        figures = [atlas.figures.get(key) for atlas in atlases]
        if not any(figure is not None and figure.status == "ok" for figure in figures):
            continue
        definition = atlases[0].figures[key].definition
        chart = bars(
            [(name, folio.cell(figure)) for name, figure in zip(names, figures, strict=True)],  # type: ignore[misc]
            title=definition.label,
            sentence=definition.why_it_matters,
            category=folio.TERRITORY,
            measure=definition.short_label,
            colours=SERIES[: len(names)],
            kind="percent" if definition.unit.id == "percent" else "number",
            decimals=definition.unit.decimals,
        )
        drawn.append((definition, chart))
    return drawn
