"""Summaries to file: one operation, or one authority over a year, as PDF, XLSX or CSV."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from essaim.accounts.models import Authority
from essaim.procurement.clauses_report import as_pdf, as_table
from essaim.procurement.exports import attached
from essaim.procurement.models import ClauseOperation
from essaim.procurement.queries.clauses_summary import Summary, operation_summary, year_summary
from essaim.procurement.views.clauses import checked, clause_page, today

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@clause_page
def operation(request: HttpRequest, id: int, form: str) -> HttpResponse:
    found = get_object_or_404(ClauseOperation.objects.select_related("authority"), pk=id)
    checked(request, found.authority)
    return _file(operation_summary(found, today()), form)


@require_safe
@clause_page
def year(request: HttpRequest, id: int, year: int, form: str) -> HttpResponse:
    authority = get_object_or_404(Authority, pk=id)
    checked(request, authority)
    if not 2000 <= year <= 2100:
        raise Http404
    return _file(year_summary(authority, year, today()), form)


def _file(summary: Summary, form: str) -> HttpResponse:
    if form not in TYPES:
        raise Http404
    if form == "pdf":
        body: bytes | str = as_pdf(summary)
    else:
        table = as_table(summary)
        body = table.as_xlsx() if form == "xlsx" else "\ufeff" + table.as_csv()
    response = HttpResponse(body, content_type=TYPES[form])
    name = slugify(f"clauses {summary.title}") or "clauses"
    return attached(response, f"{name}.{form}")
