"""Market consultation: the buyer's page, the supplier's page, the public report."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.law.text import ExplainedError
from essaim.procurement.exports import csv_file
from essaim.procurement.forms.needs import ConsultationForm, SayForm
from essaim.procurement.models import Consultation, Need
from essaim.procurement.operations.needs import consultations as operations
from essaim.procurement.queries.needs import consultations as queries
from essaim.procurement.queries.needs.messages import organisations_to_write, participant_of
from essaim.procurement.views.needs_frame import CALENDAR, need_page, told, trail
from essaim.ui import drafts
from essaim.ui.words import say

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
@need_page
def consultation(request: HttpRequest, need: Need) -> HttpResponse:
    """The form while there is none; then the log, and what may be done."""
    found = queries.consultation_of(need)
    if found is not None:
        return _running(request, need, found)
    key = f"procurement:consultation:{need.pk}"
    if drafts.is_about_draft(request):
        return drafts.answer(request, key, request.path)
    form = ConsultationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.open_consultation(
                need=need, by=request.user, on=timezone.localdate(), **form.cleaned_data
            )
        except ExplainedError as refusal:
            form.add_error(None, say(refusal.text))
        else:
            drafts.forget(request, key)
            return redirect("procurement:consultation", need.pk)
    if request.method != "POST":
        drafts.filled(form, drafts.typed(request, key))
    context = {
        "form": form,
        "need": need,
        "trail": trail((_("Consultation du marché"), ""), need=need),
        **drafts.context(request, key),
    }
    return render(request, "procurement/consultation_form.html", context, status=422 if form.errors else 200)


def _running(request: HttpRequest, need: Need, found: Consultation) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "need": need,
        "consultation": found,
        "is_running": today <= found.closes_on and need.status != "closed",
        "log": queries.log_of(found),
        "participants": queries.participants_of(found, today),
        "candidates": queries.candidates_of(found, today),
        "trail": trail((_("Consultation du marché"), ""), need=need),
    }
    return render(request, "procurement/consultation.html", context)


@require_POST
@need_page
def consultation_act(request: HttpRequest, need: Need, act: str) -> HttpResponse:
    found = queries.consultation_of(need)
    if found is None or act not in ("invite", "clarify", "publish"):
        raise Http404
    who = {"consultation": found, "by": request.user, "on": timezone.localdate()}
    if act == "invite":
        ids = [
            int(each) for each in request.POST.getlist("organisation") if each.isdecimal() and len(each) < 18
        ]
        chosen = list(organisations_to_write(ids))
        told(
            request,
            lambda: operations.invite_to_consultation(organisations=chosen, **who),
            _("La fiche est partie, la même pour tous."),
        )
    elif act == "clarify":
        body = request.POST.get("body", "").replace("\0", "")[:8000]
        told(
            request,
            lambda: operations.clarify_consultation(body=body, **who),
            _("La précision est partie, à tous en même temps."),
        )
    else:
        told(
            request,
            lambda: operations.publish_consultation(**who),
            _("Le compte rendu est public."),
        )
    return redirect("procurement:consultation", need.pk)


@require_safe
@need_page
def consultation_csv(request: HttpRequest, need: Need) -> HttpResponse:
    found = queries.consultation_of(need)
    if found is None:
        raise Http404
    return csv_file(queries.log_table(queries.log_of(found)), f"consultation-{need.pk}.csv")


@require_safe
def consultation_report(request: HttpRequest, id: int) -> HttpResponse:
    """What was said to all, asked by some, and how many answered: published after the end."""
    found = get_object_or_404(queries.published_consultations(), pk=id)
    context = {
        "consultation": found,
        "need": found.need,
        "log": queries.public_log_of(found),
        "counts": queries.counts_of(found),
        "trail": [(CALENDAR, reverse("procurement:calendar")), (found.need.title, "")],
    }
    return render(request, "procurement/consultation_report.html", context)


@require_http_methods(FORM)
@never_cache
def consultation_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The supplier's page: all that was said to all, and its own words. Open until the closing day."""
    participant = participant_of(token)
    if participant is None:
        raise Http404
    found = participant.consultation
    form = SayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = told(
            request,
            lambda: operations.say_in_consultation(
                participant=participant, by=None, on=timezone.localdate(), **form.cleaned_data
            ),
            _("C'est noté au journal de la consultation, daté d'aujourd'hui."),
        )
        if done:
            return redirect("procurement:consultation-answer", token)
    context = {
        "participant": participant,
        "consultation": found,
        "need": found.need,
        "is_running": timezone.localdate() <= found.closes_on and found.need.status != "closed",
        "log": queries.log_for(participant),
        "form": form,
    }
    page = render(
        request, "procurement/consultation_answer.html", context, status=422 if form.errors else 200
    )
    page["Referrer-Policy"] = "same-origin"
    page["X-Robots-Tag"] = "noindex"
    return page
