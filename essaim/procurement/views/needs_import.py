"""A calendar brought as a file: looked at, then written."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.law.text import ExplainedError, Text
from essaim.procurement.exports import csv_file
from essaim.procurement.forms.needs import CalendarFileForm
from essaim.procurement.models import CalendarImport
from essaim.procurement.operations.needs.importing import apply_calendar, look_at_calendar
from essaim.procurement.queries.needs import calendar as queries
from essaim.procurement.views.needs_frame import buyer_page, told, trail
from essaim.ui.tables import Column, Table
from essaim.ui.words import say

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@buyer_page
def calendar_import(request: HttpRequest) -> HttpResponse:
    form = CalendarFileForm(
        request.POST or None, request.FILES or None, authorities=queries.authorities_of(request.user)
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = look_at_calendar(
                authority=form.cleaned_data["authority"],
                content=file.read(),
                file_name=file.name,
                by=request.user,
                on=timezone.localdate(),
            )
        except ExplainedError as refusal:
            form.add_error("file", say(refusal.text))
        else:
            return redirect("procurement:calendar-import-page", draft.pk)
    context = {"form": form, "trail": trail((_("Importer un calendrier"), ""))}
    return render(request, "procurement/calendar_import.html", context, status=422 if form.errors else 200)


def _draft(request: HttpRequest, id: int) -> CalendarImport:
    return get_object_or_404(queries.imports_of(request.user), pk=id)


@require_safe
@buyer_page
def calendar_import_page(request: HttpRequest, id: int) -> HttpResponse:
    """What the file would write, and what is refused, before anything is written."""
    draft = _draft(request, id)
    context = {
        "draft": draft,
        "rows": [
            row
            | {
                "kind_words": queries.KIND_WORDS[row["kind"]],
                "amount": row["amount_cents"] and row["amount_cents"] / 100,
            }
            for row in draft.rows[:SHOWN]
        ],
        "rejected": [(row["line"], Text(*row["reason"])) for row in draft.rejected[:SHOWN]],
        "shown": SHOWN,
        "trail": trail((draft.file_name, "")),
    }
    return render(request, "procurement/calendar_import_page.html", context)


@require_POST
@buyer_page
def calendar_import_apply(request: HttpRequest, id: int) -> HttpResponse:
    draft = _draft(request, id)
    done = _("Les besoins sont au calendrier, en brouillon : complétez-les, puis publiez-les.")
    if told(request, lambda: apply_calendar(draft=draft, by=request.user, on=timezone.localdate()), done):
        return redirect("procurement:needs")
    return redirect("procurement:calendar-import-page", id)


@require_safe
@buyer_page
def calendar_import_rejected(request: HttpRequest, id: int) -> HttpResponse:
    """Refused rows as they were, with the reason, to be mended and brought again."""
    draft = _draft(request, id)
    width = max((len(row["cells"]) for row in draft.rejected), default=0)
    columns = [Column(Text("Ligne", "Line"), "number"), Column(Text("Raison", "Reason"))]
    columns += [Column(str(rank)) for rank in range(1, width + 1)]
    rows = [
        [row["line"], Text(*row["reason"]), *row["cells"], *[""] * (width - len(row["cells"]))]
        for row in draft.rejected
    ]
    return csv_file(Table(columns, rows, Text("Lignes refusées", "Refused rows")), f"refus-{id}.csv")
