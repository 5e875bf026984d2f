"""The atlas of one territory."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.atlas import folio, paper, places_map, readings, sentences
from essaim.atlas.views.answer import atlas_page, the_store
from essaim.law.text import Text
from essaim.observatory.atlas import Place
from essaim.ui.words import language

FORMATS = ("csv", "xlsx", "parquet", "json")


@require_safe
@atlas_page
def territory(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    reading = readings.read(the_store(), f"{kind}:{id}")
    sections = [
        (section, paper.source_line(section.figures, language())) for section in folio.sections(reading)
    ]
    doubt = reading.atlas.figures.get("sse_to_confirm")
    neighbourhoods = readings.inside(the_store(), reading.place.code, "qpv") if kind != "country" else {}
    context = {
        "reading": reading,
        "atlas": reading.atlas,
        "place": reading.place,
        "kind_label": readings.kind_label(reading.place),
        "around": reading.around,
        "trail": trail(reading),
        "locator": places_map.locator(reading.place, language()),
        "key_figures": folio.key_figures(reading),
        "sections": sections,
        "partial": folio.PARTIAL if readings.is_partial(reading.atlas) else None,
        "doubt": doubt,
        "doubt_sentence": sentences.in_doubt(doubt),
        "neighbourhoods": list(neighbourhoods.values()),
        "compared_with": compared_with(reading),
        "downloads": downloads(reading.place),
    }
    return render(request, "atlas/territory.html", context)


def trail(reading: readings.Reading, *more: tuple[object, str]) -> list[tuple[object, str]]:
    """From the choice of a territory down to this one."""
    steps: list[tuple[object, str]] = [(Text("Atlas", "Atlas"), "/atlas/")]
    for atlas in reversed(reading.around):
        steps.append((atlas.territory.name, places_map.address(atlas.territory.code)))
    steps.append((reading.place.name, places_map.address(reading.place.code)))
    return steps + list(more)


def compared_with(reading: readings.Reading) -> str:
    """The query of a comparison with the territories around, four at most."""
    codes = [reading.place.code, *(atlas.territory.code for atlas in reading.around)]
    return "&".join(f"t={code}" for code in codes[: readings.MOST_COMPARED])


def downloads(place: Place) -> list[dict[str, object]]:
    base = places_map.address(place.code)
    words = Text("Tous les chiffres", "All the figures")
    files: list[dict[str, object]] = [
        {"label": words, "url": f"{base}data.{form}", "format": form.upper()} for form in FORMATS
    ]
    return [
        {"label": Text("L'atlas en PDF", "The atlas as PDF"), "url": f"{base}atlas.pdf", "format": "PDF"},
        *files,
        {
            "label": Text("Les définitions", "The definitions"),
            "url": f"{base}data-metadata.json",
            "format": "JSON",
        },
    ]
