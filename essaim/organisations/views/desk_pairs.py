"""Two records that may be one: compared side by side, then merged or said distinct."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from essaim.law.rules.sse_words import STATUS_LABELS
from essaim.law.text import ExplainedError
from essaim.organisations import permissions
from essaim.organisations.forms.desk import ReasonForm
from essaim.organisations.forms.merging import MergeForm
from essaim.organisations.models import DuplicatePair
from essaim.organisations.operations.duplicates import judge_distinct, reopen_pair
from essaim.organisations.operations.merging import merge_organisations
from essaim.organisations.queries.decisions import decision_on
from essaim.organisations.rules.duplicates import WHY
from essaim.organisations.rules.merging import is_empty
from essaim.organisations.views.desk import desk_page, queue_link, today, trail
from essaim.organisations.views.owner_words import column_words, value_words

COUNTED = (
    "sites",
    "contacts",
    "labels",
    "evidence",
    "offers",
    "photos",
    "stewards",
    "supports",
    "steps",
    "rulings",
)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def pair(request: HttpRequest, id: int) -> HttpResponse:
    found = get_object_or_404(DuplicatePair.objects.select_related("low", "high", "act"), pk=id)
    low, high = found.low, found.high
    if not permissions.may_merge(request.user, low, high):
        return render(request, "organisations/desk/elsewhere.html", {"trail": _trail()}, status=403)
    chosen = request.POST.get("decision", "")
    merge = MergeForm(request.POST if chosen == "merge" else None, low=low, high=high)
    distinct = ReasonForm(request.POST if chosen == "distinct" else None, prefix="distinct")
    form = {"merge": merge, "distinct": distinct}.get(chosen)
    error = None
    if chosen == "reopen" or (form is not None and form.is_valid()):
        try:
            address = _decide(request, found, chosen, merge, distinct)
        except ExplainedError as refused:
            error = refused.text
            found.refresh_from_db()
        else:
            return redirect(address)
    context = {
        "pair": found,
        "records": [
            {"record": record, "status": STATUS_LABELS[record.status], "counts": _counts(record)}
            for record in (low, high)
        ],
        "reasons": [
            each | {"why": WHY[each["code"]], "against": each["points"] < 0} for each in found.reasons
        ],
        "percent": found.score * 100,
        "merge": merge,
        "rows": [_said(row) for row in merge.rows()],
        "distinct": distinct,
        "failed": form if form is not None and form.errors else None,
        "error": error,
        "decision": decision_on(found),
        "trail": _trail(),
    }
    status = 409 if error else 422 if context["failed"] else 200
    return render(request, "organisations/desk/pair.html", context, status=status)


def _decide(
    request: HttpRequest, found: DuplicatePair, chosen: str, merge: MergeForm, distinct: ReasonForm
) -> str:
    signed = {"by": request.user, "on": today()}
    if chosen == "reopen":
        reopen_pair(pair=found, **signed)
        return reverse("organisations:desk_pair", args=[found.pk])
    if chosen == "distinct":
        judge_distinct(pair=found, reason=distinct.cleaned_data["reason"], **signed)
        messages.success(
            request, _("C'est noté : ces deux fiches sont distinctes, et ne seront plus proposées.")
        )
        return reverse("organisations:desk_queue", args=["duplicates"])
    given = merge.cleaned_data
    sides = {"low": found.low, "high": found.high}
    kept = given["keep"]
    act = merge_organisations(
        kept=sides[kept],
        absorbed=sides["high" if kept == "low" else "low"],
        choices=merge.choices_for(kept),
        leave_sites={int(each) for each in given["sites"]},
        reason=given["reason"],
        succession=given.get("succession", ""),
        **signed,
    )
    said = format_html(
        '{} <a href="{}">{}</a>',
        _("Les deux fiches n'en font plus qu'une."),
        reverse("organisations:act", args=[act.pk]),
        _("Voir l'acte, ou l'annuler"),
    )
    messages.success(request, said)
    return reverse("organisations:desk_queue", args=["duplicates"])


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """A compared field in words."""
    return row | {
        "label": column_words(row["table"], row["name"]),
        "sides": [
            (side, "" if is_empty(value) else value_words(row["table"], row["name"], value), chosen)
            for side, value, chosen in row["sides"]
        ],
    }


def _counts(record) -> list[tuple[str, int]]:
    """What hangs on the record: (label, how many), nothing for none."""
    counted = [(getattr(record, name).model._meta, getattr(record, name).count()) for name in COUNTED]
    return [(meta.verbose_name_plural if n > 1 else meta.verbose_name, n) for meta, n in counted if n]


def _trail():
    return trail(queue_link("duplicates"), (_("Comparer deux fiches"), ""))
