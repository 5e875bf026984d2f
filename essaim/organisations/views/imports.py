"""Imports: the list, a file looked at, applied, undone. For those who moderate."""

import csv
import io

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.law.text import ExplainedError, Text
from essaim.organisations.forms.imports import UploadForm
from essaim.organisations.importing.kept import file_of
from essaim.organisations.models import Import
from essaim.organisations.operations.importing import apply_draft, draft_import, undo_import
from essaim.organisations.rules.import_words import CHANGE_KINDS, FIELDS, NOTES, REASONS, source_label
from essaim.organisations.views.desk import desk_page
from essaim.ui.spreadsheet import neutral
from essaim.ui.tables import Column, Table
from essaim.ui.words import say

PAGE_ROWS = 30
REJECTED_SHOWN = 20


@require_safe
@desk_page
def imports(request: HttpRequest) -> HttpResponse:
    rows = Import.objects.select_related("act__by", "act__undone_by").order_by("-id")
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    lines = [(each, source_label(each.dataset)) for each in page]
    return render(request, "organisations/imports.html", {"page": page, "lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def import_new(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            draft = draft_import(
                content=file.chunks(),
                file_name=file.name,
                format=form.cleaned_data["format"],
                dataset=form.cleaned_data["dataset"],
                vintage=form.cleaned_data["vintage"],
                by=request.user,
                on=timezone.localdate(),
            )
        except ExplainedError as error:
            form.add_error("file", say(error.text))
        else:
            return redirect("organisations:import", draft.pk)
    status = 422 if form.errors else 200
    return render(request, "organisations/import_new.html", {"form": form}, status=status)


@require_safe
@desk_page
def import_page(request: HttpRequest, number: int) -> HttpResponse:
    """A file looked at, applied or undone: the same page, with what may be done next."""
    row = get_object_or_404(Import.objects.select_related("act__by", "act__undone_by"), pk=number)
    summary = row.summary
    warning = summary.get("warning")
    return render(
        request,
        "organisations/import.html",
        {
            "row": row,
            "source": source_label(row.dataset),
            "is_applied": bool(summary.get("is_applied")),
            "is_there": file_of(row).exists(),
            "is_undone": row.act is not None and row.act.is_undone,
            "warning": Text(*warning) if warning and not summary.get("is_applied") else None,
            "kept": summary.get("kept", 0),
            "kinds": [
                shown(kind, getattr(row, kind), cases) for kind, cases in summary.get("shown", {}).items()
            ],
            "remarks": counted(summary.get("remarks", {}), NOTES, Text("Remarques", "Remarks")),
            "reasons": counted(summary.get("reasons", {}), REASONS, Text("Raisons", "Reasons")),
            "pairs": pairs_table(summary.get("pairs", [])),
            "rejections": row.rejections.all()[:REJECTED_SHOWN],
            "reason_words": REASONS,
        },
    )


def shown(kind: str, count: int, cases: list[list[object]]) -> dict[str, object]:
    """The first records of one kind of change, ready to be printed."""
    rows = [
        {
            "id": id,
            "name": name,
            "siren": siren,
            "changes": [
                (FIELDS.get(str(column).rpartition(".")[2], str(column)), old, new)
                for column, old, new in changes
            ],
        }
        for id, name, siren, changes in cases
    ]
    return {"code": kind, "label": CHANGE_KINDS[kind], "count": count, "rows": rows}


def counted(counts: dict[str, int], labels: dict[str, Text], title: Text) -> Table | None:
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    columns = [Column(title), Column(Text("Lignes", "Rows"), "number")]
    return Table(columns, [(labels[code], count) for code, count in rows], title) if rows else None


def pairs_table(pairs: list[list[object]]) -> Table | None:
    columns = [Column(Text("Sur", "About")), Column(Text("Une source", "One source")),
               Column(Text("L'autre", "The other")), Column(Text("Désaccords", "Disagreements"), "number")]  # fmt: skip
    rows = [(FIELDS[name], source_label(low), source_label(high), count) for name, low, high, count in pairs]
    return (
        Table(columns, rows, Text("Désaccords entre sources", "Disagreements between sources"))
        if rows
        else None
    )


@require_POST
@desk_page
def import_apply(request: HttpRequest, number: int) -> HttpResponse:
    draft = get_object_or_404(Import, pk=number)
    try:
        found = apply_draft(
            draft=draft,
            by=request.user,
            on=timezone.localdate(),
            accept_loss=request.POST.get("accept_loss") == "1",
        )
    except ExplainedError as error:
        messages.error(request, say(error.text))
    else:
        messages.success(request, say(found.sentence))
    return redirect("organisations:import", number)


@require_POST
@desk_page
def import_undo(request: HttpRequest, number: int) -> HttpResponse:
    imported = get_object_or_404(Import.objects.select_related("act"), pk=number)
    try:
        undo_import(imported=imported, by=request.user, on=timezone.localdate())
    except ExplainedError as error:
        messages.error(request, say(error.text))
    else:
        messages.success(request, _("L'import est annulé : chaque ligne est remise comme avant."))
    return redirect("organisations:import", number)


@require_safe
@desk_page
def import_rejected(request: HttpRequest, number: int) -> HttpResponse:
    """Refused rows as CSV, to be mended in a spreadsheet."""
    row = get_object_or_404(Import, pk=number)
    rejected = row.rejections.all()
    table = [(each.line, say(REASONS[each.reason]), each.identifier, each.detail) for each in rejected]
    return as_file(
        f"import-{number}-refus.csv", (_("Ligne"), _("Raison"), _("Identifiant"), _("Détail")), table
    )


def as_file(name: str, titles: tuple[str, ...], rows: list[tuple[object, ...]]) -> HttpResponse:
    """A CSV that spreadsheets open as text: nothing in it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(titles)
    for row in rows:
        writer.writerow([neutral(value) for value in row])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
