"""How every figure is made: its definition, its sources, how to rebuild it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.atlas import queries
from essaim.atlas.views.answer import atlas_page, the_store
from essaim.observatory.indicators.definition import all_definitions, figure_definitions
from essaim.observatory.store import NoBuild


@require_safe
@atlas_page
def method(request: HttpRequest) -> HttpResponse:
    context = {"definitions": figure_definitions().values(), "perimeters": perimeters()}
    return render(request, "atlas/method.html", context)


def perimeters() -> list[object]:
    return list({one.perimeter.id: one.perimeter for one in figure_definitions().values()}.values())


@require_safe
@atlas_page
def figure(request: HttpRequest, figure: str) -> HttpResponse:
    definition = all_definitions().get(figure)
    if definition is None:
        raise Http404(figure)
    context = {
        "definition": definition,
        "is_mapped": definition.unit.id != "jobs" and definition.place == "figures",
    }
    try:
        context["manifest"] = the_store().current().manifest
    except NoBuild:
        context["manifest"] = None
    return render(request, "atlas/figure.html", context)


@require_safe
@atlas_page
def sources(request: HttpRequest) -> HttpResponse:
    build = the_store().current()
    context = {"build": build, "manifest": build.manifest, "rejected": queries.rejected(build)}
    return render(request, "atlas/sources.html", context)
