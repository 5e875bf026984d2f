"""The map of the support ecosystem: who helps whom, at which stage; and the forms that keep it."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.law.text import Text
from essaim.observatory import categories
from essaim.organisations import permissions
from essaim.organisations.exports.dictionary import FICTITIOUS
from essaim.organisations.forms.supports import SupportForm
from essaim.organisations.models import Organisation, Support
from essaim.organisations.operations import supports as operations
from essaim.organisations.queries import supports as queries
from essaim.organisations.queries.asked_place import AskedPlace, asked_place
from essaim.organisations.queries.fictitious import is_directory_fictitious
from essaim.organisations.queries.page import place_name
from essaim.organisations.queries.supports import SupportQuestion
from essaim.organisations.rules import SUPPORT_STAGES, SUPPORTS
from essaim.ui.tables import Column, Table
from essaim.ui.words import say


@require_safe
def supports(request: HttpRequest) -> HttpResponse:
    """Everything offered that suits the address; the matrix keeps its whole shape, whatever kind or stage is chosen."""
    question, place = _question(request)
    on = timezone.localdate()
    wide = queries.supports_on_offer(
        SupportQuestion(sector=question.sector, territory=question.territory), on
    )
    narrow = queries.supports_on_offer(question, on) if question.kind or question.stage else wide
    lines = queries.matrix(wide)
    sectors = {
        code: words for code, words in categories.labels()["sector"].items() if code != categories.UNKNOWN
    }
    return render(
        request,
        "organisations/supports.html",
        {
            "question": question,
            "place": place,
            "kinds": SUPPORTS,
            "stages": SUPPORT_STAGES,
            "sectors": sectors,
            "lines": [
                (line, [(cell, _query(question, kind=cell.kind, stage=line.stage)) for cell in line.cells])
                for line in lines
            ],
            "bare": [line for line in lines if line.is_bare],
            "gaps": [line for line in lines if line.stage and line.missing and not line.is_bare],
            "supports": [_shown(each) for each in narrow],
            "total": len(wide),
            "query": _query(question),
            "is_filtered": any((question.kind, question.stage, question.sector, question.territory)),
        },
    )


@require_safe
def supports_csv(request: HttpRequest) -> HttpResponse:
    question, _place = _question(request)
    found = queries.supports_on_offer(question, timezone.localdate())
    table = queries.support_table(found, _page_address(request))
    return csv_answer(table, "essaim-appuis.csv")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_support(request: HttpRequest, id: int) -> HttpResponse:
    organisation = _editable(request, id)
    form = SupportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.add_support(
            organisation=organisation, by=request.user, on=timezone.localdate(), **form.cleaned_data
        )
        messages.success(request, _("L'appui est ajouté."))
        return HttpResponseRedirect(reverse("organisations:organisation", args=[id]) + "#supports")
    return _form(request, organisation, form, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_support(request: HttpRequest, id: int, support: int) -> HttpResponse:
    organisation = _editable(request, id)
    row = _support(organisation, support)
    initial = {name: getattr(row, name) for name in operations.FIELDS}
    if row.territory:
        initial["territory"] = row.territory
    form = SupportForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        operations.change_support(support=row, by=request.user, on=timezone.localdate(), **form.cleaned_data)
        messages.success(request, _("L'appui est modifié."))
        return HttpResponseRedirect(reverse("organisations:organisation", args=[id]) + "#supports")
    return _form(request, organisation, form, row)


@login_required
@require_POST
def remove_support(request: HttpRequest, id: int, support: int) -> HttpResponse:
    """Removing it twice is removing it once: two people may have had the same idea."""
    row = _editable(request, id).supports.filter(pk=support).first()
    if row is not None:
        operations.remove_support(support=row, by=request.user, on=timezone.localdate())
    messages.success(request, _("L'appui est retiré."))
    return HttpResponseRedirect(reverse("organisations:organisation", args=[id]))


def csv_answer(table: Table, name: str) -> HttpResponse:
    """As a file; of an invented directory, its name and every row say so."""
    if is_directory_fictitious():
        columns = [*table.columns, Column(Text("Avertissement", "Warning"))]
        table = replace(table, columns=columns, rows=[(*row, FICTITIOUS) for row in table.rows])
        name = f"fictif-{name}"
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.write("\ufeff")  # so that spreadsheets read UTF-8
    answer.write(table.as_csv())
    return answer


def _page_address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("organisations:organisation", args=[0])).replace(
        "/0/", "/{id}/"
    )


def _editable(request: HttpRequest, id: int) -> Organisation:
    """The published organisation, for whoever may write on it; 404 when it is not shown, 403 otherwise."""
    organisation = Organisation.objects.published().filter(pk=id).first()
    if organisation is None:
        raise Http404
    if not permissions.may_edit(request.user, organisation):
        raise PermissionDenied
    return organisation


def _support(organisation: Organisation, id: int) -> Support:
    row = organisation.supports.filter(pk=id).first()
    if row is None:
        raise Http404
    return row


def _form(
    request: HttpRequest, organisation: Organisation, form: SupportForm, row: Support | None
) -> HttpResponse:
    context = {"organisation": organisation, "form": form, "row": row}
    status = 422 if form.errors else 200
    return render(request, "organisations/support_form.html", context, status=status)


def _question(request: HttpRequest) -> tuple[SupportQuestion, AskedPlace]:
    """Codes that do not exist are dropped; a territory nobody knows is said on the page."""
    place = asked_place(request.GET.get("territory", ""))
    known = {"kind": SUPPORTS, "stage": SUPPORT_STAGES, "sector": categories.sectors()}
    asked = {name: request.GET.get(name, "") for name in known}
    chosen = {name: code if code in known[name] else "" for name, code in asked.items()}
    return SupportQuestion(**chosen, territory=place.code), place


def _query(question: SupportQuestion, **changes: str) -> str:
    values = {
        "kind": question.kind,
        "stage": question.stage,
        "sector": question.sector,
        "territory": question.territory,
    } | changes
    return urlencode({name: value for name, value in values.items() if value})


def _shown(support: Support) -> dict[str, Any]:
    profile = getattr(support.organisation, "profile", None)
    return {
        "support": support,
        "name": (profile and profile.usual_name) or support.organisation.name,
        "kind": SUPPORTS.get(support.kind),
        "stages": [say(SUPPORT_STAGES[stage]) for stage in support.stages if stage in SUPPORT_STAGES],
        "sectors": [say(words) for words in queries.sector_words(support.sectors)],
        "territory": place_name(support.territory) if support.territory else "",
    }
