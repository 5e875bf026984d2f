"""The company's side: its clauses, the hours of a month, the link that opens the door. Nothing else is seen."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from essaim.law.text import ExplainedError, Text
from essaim.procurement.clauses_refusals import DEAD_LINK
from essaim.procurement.forms.clauses import MonthFileForm, MonthForm
from essaim.procurement.models import ClauseShare, CompanyInvitation
from essaim.procurement.operations.clauses.contacts import accept_invitation
from essaim.procurement.operations.clauses.hours import declare_month
from essaim.procurement.permissions.clauses import may_declare
from essaim.procurement.queries.clauses_people import (
    awaited_months,
    month_entries,
    months_to_show,
    shares_of_contact,
)
from essaim.procurement.rules.clauses import POLICY
from essaim.procurement.rules.clauses_file import Line, read_lines, text_of
from essaim.procurement.views.clauses import clause_page, sent, today
from essaim.ui import drafts
from essaim.ui.words import say


def trail(*further: tuple[object, str]) -> list[tuple[object, str]]:
    return [
        (Text("Mes heures d'insertion", "My insertion hours"), reverse("procurement:clauses_mine")),
        *further,
    ]


@require_safe
@clause_page
def mine(request: HttpRequest) -> HttpResponse:
    on, shares = today(), shares_of_contact(request.user)
    late = awaited_months(shares, on)
    rows = [
        {
            "share": each,
            "late": [wait.month for wait in late if wait.share.pk == each.pk],
            "months": months_to_show(each, on),
        }
        for each in shares
    ]
    return render(request, "procurement/clauses_mine.html", {"rows": rows})


def _found(request: HttpRequest, id: int) -> ClauseShare:
    rows = ClauseShare.objects.select_related("clause__operation__authority", "company__authority")
    share = get_object_or_404(rows, pk=id)
    if not may_declare(request.user, share.company):
        raise Http404
    return share


@clause_page
def month(request: HttpRequest, id: int, month: date) -> HttpResponse:
    share = _found(request, id)
    entries = month_entries(share, month)
    key = f"procurement:hours:{share.pk}:{month:%Y-%m}"
    here = reverse("procurement:clauses_month", args=[share.pk, f"{month:%Y-%m}"])
    if drafts.is_about_draft(request):
        return drafts.answer(request, key, here)
    form = MonthForm(sent(request), entries=entries)
    if request.method == "POST" and form.is_valid():
        names = {each.beneficiary.pseudonym: form.name_of(each) for each in entries}
        lines = [
            Line(number, pseudonym, form.cleaned_data[name].strip())
            for number, (pseudonym, name) in enumerate(names.items(), 1)
            if form.cleaned_data[name].strip() and not form.fields[name].disabled
        ]
        outcome = declare_month(share=share, month=month, lines=lines, by=request.user, on=today())
        for problem in outcome.problems:
            form.add_error(names[problem.line.pseudonym], say(problem.text))
        if not outcome.problems:
            drafts.forget(request, key)
            messages.success(request, _("Enregistré. Le facilitateur peut valider."))
            return redirect(here)
    elif request.method == "GET":
        drafts.filled(form, drafts.typed(request, key))
    context = _context(share, month, form, MonthFileForm()) | drafts.context(request, key)
    return render(request, "procurement/clauses_month.html", context, status=_status(form))


@clause_page
def month_file(request: HttpRequest, id: int, month: date) -> HttpResponse:
    """The month as a file, or as lines pasted: good lines are kept, the others come back with their reason."""
    share = _found(request, id)
    form = MonthFileForm(sent(request), request.FILES or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            text = (
                text_of(given["file"].read(POLICY.most_import_bytes + 1)) if given["file"] else given["lines"]
            )
            outcome = declare_month(
                share=share, month=month, lines=read_lines(text), by=request.user, on=today()
            )
        except ExplainedError as error:
            form.add_error(None, say(error.text))
        else:
            # What was refused is given back to be corrected and sent again: nothing is lost.
            left = "\n".join(each.line.raw for each in outcome.problems)
            form = MonthFileForm(initial={"lines": left})
    context = _context(share, month, None, form) | {"outcome": outcome}
    return render(request, "procurement/clauses_month_file.html", context, status=_status(form))


def _status(form: object) -> int:
    return 422 if form.is_bound and form.errors else 200


def _context(share: ClauseShare, month: date, form: object, file_form: object) -> dict[str, object]:
    on = today()
    return {
        "share": share,
        "month": month,
        "is_future": month > on,
        "form": form,
        "file_form": file_form,
        "months": months_to_show(share, on),
        "trail": trail((share.clause.operation.name, "")),
    }


@never_cache
def invitation(request: HttpRequest, id: int, token: str) -> HttpResponse:
    """A dead link and a link of nobody say the same."""
    found = CompanyInvitation.objects.select_related("company__authority").filter(pk=id).first()
    opens = (
        found is not None and not found.used_on and found.expires_on >= today() and found.opens_with(token)
    )
    problem = None if opens else DEAD_LINK
    if opens and request.method == "POST" and request.user.is_authenticated:
        try:
            accept_invitation(invitation=found, token=token, by=request.user, on=today())
        except ExplainedError as error:
            problem = error.text
        else:
            messages.success(
                request, _("Vous déclarez désormais les heures de %(company)s.") % {"company": found.company}
            )
            return redirect("procurement:clauses_mine")
    context = {
        "company": found.company if opens else None,
        "problem": problem,
        "next": request.path,
    }
    return render(request, "procurement/clauses_invitation.html", context, status=410 if problem else 200)
