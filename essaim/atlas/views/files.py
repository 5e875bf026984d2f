"""Files to take away: the figures with their metadata, the printed report."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from essaim.atlas import exports, paper, readings, report
from essaim.atlas.views.answer import atlas_page, the_store
from essaim.ui.words import language


def codes_of(request: HttpRequest, code: str) -> list[str]:
    """The territory of the address and those it is compared with (`t`)."""
    return [code, *(other for other in request.GET.getlist("t") if other != code)]


@require_safe
@atlas_page
def download(request: HttpRequest, kind: str, id: str, form: str) -> HttpResponse:
    if form not in exports.FORMATS:
        raise Http404(form)
    atlases = readings.compared(the_store(), codes_of(request, f"{kind}:{id}"))
    content_type, write = exports.FORMATS[form]
    response = HttpResponse(write(atlases, language()), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name(kind, id, atlases)}.{form}"'
    # Where the definitions, the licence and the sources of this table are (as CSV on the Web asks).
    response.headers["Link"] = (
        f'</atlas/{kind}/{id}/data-metadata.json>; rel="describedby"; type="application/json"'
    )
    return response


@require_safe
@atlas_page
def metadata(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    atlases = readings.compared(the_store(), codes_of(request, f"{kind}:{id}"))
    content = json.dumps(exports.metadata(atlases, language()), ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{name(kind, id, atlases)}-metadata.json"'
    )
    return response


@require_safe
@atlas_page
def pdf(request: HttpRequest, kind: str, id: str) -> HttpResponse:
    codes = codes_of(request, f"{kind}:{id}")
    content = report.as_pdf(paper.report(the_store(), codes, language()))
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="atlas-ess-{kind}-{id}.pdf"'
    return response


def name(kind: str, id: str, atlases: list[exports.Atlas]) -> str:
    """Ascii by construction: kinds and identifiers have no accents. Fictitious data says so in the file's name."""
    fictitious = "fictif-" if atlases[0].fictitious else ""
    return f"{fictitious}atlas-ess-{kind}-{id}-{atlases[0].vintage.isoformat()}"
