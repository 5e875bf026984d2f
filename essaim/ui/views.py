"""The gallery: every component on one page, to look at, to test, to copy from. And where drafts are kept."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from essaim.ui import drafts, samples


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


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed in a form of ours; answers the words of the clock."""
    key = drafts.key_of(request.POST.get("draft_form", ""))
    if key is None:
        return JsonResponse({"words": _("Brouillon non enregistré : rechargez la page.")}, status=400)
    try:
        kept = drafts.keep(request, key, request.POST)
    except drafts.DraftRefused:
        words = _("Brouillon non enregistré : le texte est trop long, ou vous avez trop de brouillons.")
        return JsonResponse({"words": words}, status=413)
    hour = timezone.localtime(kept.saved_at).strftime("%H:%M")
    return JsonResponse({"words": _("Brouillon enregistré à %(hour)s") % {"hour": hour}, "saved_at": hour})
