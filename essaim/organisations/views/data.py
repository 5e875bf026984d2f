"""The open data page, its files, its catalogue, the sitemap."""

import json
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import cast

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from essaim.law.text import ExplainedError, Text
from essaim.organisations.exports import catalogue, dictionary, kept, sitemap
from essaim.organisations.exports.columns import COLUMNS
from essaim.organisations.exports.files import FORMATS
from essaim.organisations.exports.rows import facts
from essaim.organisations.exports.triples import as_jsonld, as_turtle
from essaim.organisations.limits import limited
from essaim.organisations.operations.exporting import ExportRefused, export_selection
from essaim.organisations.search import Question, every_id
from essaim.organisations.views.sending import send
from essaim.ui.context import address
from essaim.ui.search.folder import IndexMissing

GRAPHS = {"jsonld": ("application/ld+json", as_jsonld), "ttl": ("text/turtle", as_turtle)}
SAID = {
    "csv": Text("Pour les programmes : virgules, UTF-8", "For programs: commas, UTF-8"),
    "xlsx": Text("Pour un tableur, avec le dictionnaire", "For a spreadsheet, with the dictionary"),
    "geojson": Text("Pour une carte", "For a map"),
    "parquet": Text(
        "Pour l'analyse : colonnes typées, GeoParquet", "For analysis: typed columns, GeoParquet"
    ),
}


def served() -> kept.Kept | None:
    return kept.current(Path(settings.HOME) / "exports")


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """What is offered, to read; to a program that asks for RDF, the catalogue."""
    form = preferred_graph(request.headers.get("Accept", ""))
    if form:
        answer: HttpResponse = HttpResponseRedirect(
            reverse("organisations:catalogue", args=[form]), status=303
        )
    else:
        now = served()
        answer = render(
            request,
            "organisations/data/data.html",
            {
                "kept": now,
                "files": [(file, SAID[file.form]) for file in now.files.values()] if now else [],
                "columns": COLUMNS,
                "lists": dictionary.closed_lists(),
                "licence": (dictionary.LICENCE, dictionary.LICENCE_URL),
                "rates": (settings.RATE_ANONYMOUS, settings.RATE_KEY),
                "search": address("organisations:search"),
                "public_url": settings.PUBLIC_URL,
            },
        )
    patch_vary_headers(answer, ["Accept"])
    return answer


def preferred_graph(accept: str) -> str | None:
    """ "ttl" or "jsonld" when the reader prefers it to a page: the first of them named, unless HTML is named before."""
    for choice in accept.split(","):
        media_type = choice.split(";")[0].strip().lower()
        if media_type in ("text/html", "application/xhtml+xml", "*/*"):
            return None
        for form, (offered, _) in GRAPHS.items():
            if media_type == offered:
                return form
    return None


@require_safe
def describe(request: HttpRequest, form: str) -> HttpResponse:
    """The DCAT-AP catalogue."""
    if form not in GRAPHS:
        raise Http404(form)
    media_type, write = GRAPHS[form]
    return HttpResponse(write(catalogue.statements(served())), content_type=f"{media_type}; charset=utf-8")


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """The data dictionary: that of the files served, or of those to come."""
    now = served()
    content = now.description if now else dictionary.dictionary(facts(), timezone.now())
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@require_safe
def checksums(request: HttpRequest) -> HttpResponse:
    now = served()
    if now is None:
        raise Http404("no export yet")
    return HttpResponse((now.folder / kept.SUMS).read_text("utf-8"), content_type="text/plain; charset=utf-8")


@require_safe
@limited
def download(request: HttpRequest, form: str) -> HttpResponse:
    """The whole directory, as last exported."""
    now = served()
    if now is None or form not in now.files:
        raise Http404(form)
    file = now.files[form]
    answer = send(
        request,
        file.path,
        media_type=FORMATS[form][0],
        etag=file.sha256[:32],
        modified_at=now.made_at,
        name=file.path.name,
    )
    describedby = reverse("organisations:dictionary")
    answer.headers["Link"] = f'<{describedby}>; rel="describedby"; type="application/json"'
    # Pages of other sites may read it: it is for everyone.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return cast(HttpResponse, answer)


@require_safe
@limited
def selection(request: HttpRequest, form: str) -> HttpResponse | FileResponse:
    """The open places of the organisations a search finds: the query is that of the search page."""
    if form not in FORMATS:
        raise Http404(form)
    try:
        return written_out(form, every_id(Question.from_query(request.GET)))
    except IndexMissing as error:
        return told(error, 503)
    except ExportRefused as error:
        return told(error, 422)


def told(error: ExplainedError, status: int) -> HttpResponse:
    """A refusal to a program or a reader who asked for a file: in both languages."""
    text = f"{error.text.fr}\n\n{error.text.en}\n"
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def written_out(form: str, ids: list[int]) -> FileResponse:
    """The places of some organisations, written when asked for; the file is gone once sent."""
    folder = Path(settings.HOME) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    today = timezone.localdate()
    with NamedTemporaryFile(dir=folder, prefix=".asked-", suffix=f".{form}") as file:
        export_selection(form=form, path=Path(file.name), ids=ids, by=None, on=today)
        content = Path(file.name).open("rb")  # noqa: SIM115  # closed by the answer, once sent
    stem = dictionary.file_stem(facts(), today.isoformat())
    return FileResponse(
        content, as_attachment=True, filename=f"{stem}-selection.{form}", content_type=FORMATS[form][0]
    )


# --- for search engines -----------------------------------------------------------------------------------

XML = "application/xml; charset=utf-8"
PAGES = (
    "home",
    "organisations:search",
    "organisations:map",
    "organisations:data",
    "atlas:choose",
    "law",
    "api",
)


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemap.index(), content_type=XML)


@require_safe
def sitemap_part(request: HttpRequest, number: int) -> StreamingHttpResponse:
    if number > sitemap.parts():
        raise Http404(number)
    pages = [path for path in map(address, PAGES) if path]
    return StreamingHttpResponse(sitemap.part(number, pages), content_type=XML)
