"""The gallery: every component on one page, to look at, to test, to copy from."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from essaim.ui import samples


def gallery(request: HttpRequest) -> HttpResponse:
    form = samples.SampleForm(request.GET if "sent" in request.GET else None)
    page = Paginator(range(95), 10).get_page(request.GET.get("page"))
    return render(request, "ui/gallery.html", samples.context() | {"form": form, "page": page})


def gallery_suggestions(request: HttpRequest) -> HttpResponse:
    """The fragment a type-ahead shows; the page itself answers the same question without JavaScript."""
    wanted = request.GET.get("q", "").strip().lower()
    names = [name for name in samples.PLACES if wanted and wanted in name.lower()]
    return render(request, "ui/gallery.html#suggestions", {"names": names})


def gallery_map(request: HttpRequest, kind: str) -> HttpResponse:
    """What the gallery's two maps show: invented points, or seven cells of different shades."""
    if kind not in samples.MAPS:
        raise Http404(kind)
    return JsonResponse(samples.MAPS[kind]())
