"""The journal of the directory: its acts, their content, their undoing."""

import csv
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.law.text import ExplainedError
from essaim.organisations.forms.desk import AnswerForm, JournalForm
from essaim.organisations.operations.journal import undo_from_journal
from essaim.organisations.queries import journal as reading
from essaim.organisations.queries.revisions import Change, changes_of
from essaim.organisations.rules.verbs import UNDO, VERBS, verb_text
from essaim.organisations.views.desk import PAGE_ROWS, desk_page, today, trail
from essaim.organisations.views.owner_words import column_words, table_words, value_words, verb_words
from essaim.ui.spreadsheet import neutral
from essaim.ui.words import say

MOST_EXPORTED = 50_000
REVISIONS_A_PAGE = 50
HEADER = (
    "number",
    "on",
    "at",
    "act",
    "authority",
    "by",
    "organisation",
    "others",
    "rows",
    "reason",
    "undoes",
    "undone_by",
)


def spoken(verb: str) -> str:
    """An act in words, whichever part of the room did it."""
    known = verb.removeprefix(UNDO) in VERBS
    return say(verb_text(verb)) if known else verb_words(verb)


def _said(change: Change) -> dict[str, object]:
    return {
        "change": change,
        "table": table_words(change.table),
        "fields": [
            (column_words(change.table, column), value_words(change.table, column, before),
             value_words(change.table, column, after))
            for column, before, after in change.fields
        ],
    }  # fmt: skip


def _asked(request: HttpRequest) -> tuple[JournalForm, reading.Wanted, str]:
    verbs = [(verb, spoken(verb)) for verb in reading.verbs()]
    form = JournalForm(request.GET or None, verbs=sorted(verbs, key=lambda each: each[1]))
    given = form.cleaned_data if form.is_bound and (form.is_valid() or form.cleaned_data) else {}
    wanted = reading.Wanted(**{name: value for name, value in given.items() if value})
    kept = {name: value for name, value in request.GET.items() if name in form.fields and value}
    return form, wanted, urlencode(kept)


@require_safe
@desk_page
def journal(request: HttpRequest) -> HttpResponse:
    form, wanted, query = _asked(request)
    acts = reading.prepared(reading.acts_of(request.user, wanted))
    page = Paginator(acts, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": [(line, spoken(line.act.verb)) for line in reading.lines_of(page.object_list)],
        "query": query + "&" if query else "",
        "csv": reverse("organisations:journal_csv") + (f"?{query}" if query else ""),
        "trail": trail((_("Journal"), "")),
    }
    return render(request, "organisations/desk/journal.html", context)


@require_safe
@desk_page
def journal_csv(request: HttpRequest) -> HttpResponse:
    """The same acts, the latest fifty thousand at most."""
    _form, wanted, _query = _asked(request)
    acts = reading.prepared(reading.acts_of(request.user, wanted))[:MOST_EXPORTED]
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="journal.csv"'
    writer = csv.writer(answer)
    writer.writerow(HEADER)
    for line in reading.lines_of(acts):
        act = line.act
        cells = (
            act.pk, act.on, act.at.isoformat(timespec="seconds"), act.verb, act.authority or "", say(line.role),
            line.organisation_id or "", line.others, line.rows, act.reason, act.undoes_id or "",
            act.undone_by.pk if act.is_undone else "",
        )  # fmt: skip
        writer.writerow([neutral(cell) for cell in cells])
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def one_act(request: HttpRequest, id: int) -> HttpResponse:
    mine = reading.prepared(reading.acts_of(request.user, reading.Wanted()))
    act = get_object_or_404(mine, pk=id)
    form = AnswerForm(request.POST or None)
    error = None
    if request.method == "POST" and form.is_valid():
        try:
            undone = undo_from_journal(
                act=act, reason=form.cleaned_data["reason"], by=request.user, on=today()
            )
        except ExplainedError as refused:
            error = refused.text
            act = get_object_or_404(mine, pk=id)
        else:
            messages.success(request, _("L'acte est annulé : chaque ligne est revenue comme avant."))
            return redirect("organisations:act", id=undone.pk)
    page = Paginator(act.revisions.order_by("id"), REVISIONS_A_PAGE).get_page(request.GET.get("page"))
    (line,) = reading.lines_of([act])
    context = {
        "act": act,
        "line": line,
        "verb": spoken(act.verb),
        "page": page,
        "changes": [_said(each) for each in changes_of(page.object_list)],
        "form": form,
        "error": error,
        "obstacle": reading.why_not_undone(act, request.user),
        "trail": trail((_("Journal"), reverse("organisations:journal")), (spoken(act.verb), "")),
    }
    return render(request, "organisations/desk/act.html", context, status=409 if error else 200)
