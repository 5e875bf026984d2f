"""The facilitator's side of hours: what waits for a decision, corrections, reminders."""

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.law.text import ExplainedError
from essaim.procurement.clauses_refusals import NOT_A_DURATION, HoursRefused
from essaim.procurement.forms.clauses import CorrectForm
from essaim.procurement.models import ClauseShare, MonthlyHours
from essaim.procurement.operations.clauses import contacts
from essaim.procurement.operations.clauses import hours as acts
from essaim.procurement.permissions.clauses import may_facilitate
from essaim.procurement.queries.clauses_anomalies import waiting_months
from essaim.procurement.queries.clauses_people import awaited_months, shares_of, waiting_hours
from essaim.procurement.rules.clauses import minutes_of, show_minutes
from essaim.procurement.views.clauses import authorities, checked, clause_page, sent, today, trail
from essaim.procurement.views.clauses_form import form_page
from essaim.ui.words import say

PAGE_ROWS = 50


@require_safe
@clause_page
def queue(request: HttpRequest) -> HttpResponse:
    mine = authorities(request, facilitates=True)
    rows = waiting_hours(mine)
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "months": waiting_months(mine),
        "rows": [(each, show_minutes(each.minutes)) for each in page.object_list],
        "trail": trail((_("Heures à valider"), "")),
    }
    return render(request, "procurement/clauses_queue.html", context)


def _found(request: HttpRequest, id: int) -> MonthlyHours:
    """Hours bear a pseudonym: for who does not facilitate there, there is nothing of that number."""
    rows = MonthlyHours.objects.select_related(
        "share__clause__operation__authority", "beneficiary", "share__company"
    )
    found = get_object_or_404(rows, pk=id)
    if not may_facilitate(request.user, found.share.clause.operation.authority):
        raise Http404
    return found


@require_POST
@clause_page
def decide(request: HttpRequest, id: int) -> HttpResponse:
    found = _found(request, id)
    seen = request.POST.get("seen", "")
    if seen.isascii() and seen.isdigit():
        # Decided on what the page showed, not on what has been declared since.
        found.minutes = int(seen[:9])
    try:
        said = _decide(request, found)
    except ExplainedError as error:
        messages.error(request, say(error.text))
    else:
        messages.success(request, said)
    return redirect("procurement:clauses_queue")


def _decide(request: HttpRequest, found: MonthlyHours) -> str:
    if request.POST.get("decision") == "refuse":
        acts.refuse_hours(hours=found, reason=request.POST.get("reason", ""), by=request.user, on=today())
        return _("Heures refusées : l'entreprise lit le motif et peut déclarer à nouveau.")
    words = request.POST.get("hours", "").strip()
    minutes = minutes_of(words) if words else None
    if words and minutes is None:
        minutes = -1 if words.startswith("-") else None
        if minutes is None:
            raise HoursRefused(NOT_A_DURATION)
    acts.validate_hours(hours=found, minutes=minutes, by=request.user, on=today())
    return _("%(hours)s validées pour %(who)s.") % {
        "hours": show_minutes(found.validated_minutes),
        "who": found.beneficiary.pseudonym,
    }


@clause_page
def correct(request: HttpRequest, id: int) -> HttpResponse:
    found = _found(request, id)
    back = reverse("procurement:clauses_beneficiary", args=[found.beneficiary_id])
    words = {
        "title": _("Corriger des heures validées"),
        "lead": _("%(who)s, %(month)s, %(company)s : %(hours)s validées. L'ancienne valeur et le motif sont gardés.")
        % {
            "who": found.beneficiary.pseudonym, "month": f"{found.month:%m/%Y}", "company": found.share.company.name,
            "hours": show_minutes(found.validated_minutes),
        },
        "button": _("Corriger et garder la trace"),
        "done": _("Les heures sont corrigées."),
        "trail": trail((found.beneficiary.pseudonym, back), (_("Corriger"), "")),
    }  # fmt: skip
    return form_page(
        request,
        CorrectForm(sent(request)),
        lambda given: acts.correct_hours(hours=found, **given, by=request.user, on=today()),
        words=words,
        back=back,
        draft=f"hours:correct:{found.pk}",
    )


@require_safe
@clause_page
def reminders(request: HttpRequest) -> HttpResponse:
    rows = awaited_months(shares_of(authorities(request, facilitates=True)), today())
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "trail": trail((_("Relances"), ""))}
    return render(request, "procurement/clauses_reminders.html", context)


@require_POST
@clause_page
def remind(request: HttpRequest, id: int) -> HttpResponse:
    share = get_object_or_404(ClauseShare.objects.select_related("clause__operation__authority"), pk=id)
    checked(request, share.clause.operation.authority, facilitates=True)
    try:
        month = date.fromisoformat(request.POST.get("month", ""))
    except ValueError:
        raise Http404 from None
    try:
        contacts.remind_company(share=share, month=month, by=request.user, on=today())
    except ExplainedError as error:
        messages.error(request, say(error.text))
    else:
        messages.success(request, _("La relance est partie."))
    return redirect("procurement:clauses_reminders")
