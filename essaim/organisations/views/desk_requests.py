"""Requests about personal data: asked by anyone, followed by a link, answered at the desk, listed in a register."""

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from essaim.law.parameter import parameter
from essaim.law.text import ExplainedError
from essaim.organisations.forms.desk import AskAnywhereForm, AskForm, AttachForm, GrantForm, ReasonForm
from essaim.organisations.models import Organisation, Request
from essaim.organisations.operations import requests as operations
from essaim.organisations.queries import desk as waiting
from essaim.organisations.queries.decisions import decision_on
from essaim.organisations.queries.register import HEADER, register_rows
from essaim.organisations.queries.within import territories_of_agent
from essaim.organisations.rules import deadlines
from essaim.organisations.rules.hiding import is_about_a_person
from essaim.organisations.views.desk import desk_page, queue_link, today, trail
from essaim.ui.words import say

RIGHTS = ("objection", "erasure", "access", "rectification")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, id: int | None = None) -> HttpResponse:
    """The public form: about one organisation, or in general."""
    organisation = None
    if id is not None:
        organisation = get_object_or_404(Organisation.objects.select_related("merged_into"), pk=id)
        if organisation.merged_into_id is not None:
            return redirect("organisations:object", id=organisation.merged_into_id)
        get_object_or_404(Organisation.objects.published(), pk=id)
    form_class = AskForm if organisation else AskAnywhereForm
    first = {"kind": request.GET.get("kind", ""), "email": getattr(request.user, "email", "")}
    form = form_class(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        person = request.user if request.user.is_authenticated else None
        try:
            made = operations.receive_request(
                organisation=organisation, by=person, on=today(), **form.cleaned_data
            )
        except ExplainedError as error:
            form.add_error(None, say(error.text))
        else:
            messages.success(request, _("Votre demande est enregistrée. Gardez l'adresse de cette page."))
            return redirect("organisations:request", token=made.token)
    context = {
        "organisation": organisation,
        "form": form,
        "rights": [parameter(f"personal_data.{each}", today()) for each in RIGHTS],
        "months": parameter("personal_data.answer_months", today()),
    }
    status = 422 if form.errors else 200
    return render(request, "organisations/desk/ask.html", context, status=status)


@never_cache
@require_safe
def followed(request: HttpRequest, token: str) -> HttpResponse:
    """Where the request stands, for whoever has its link: never its message nor its address."""
    made = get_object_or_404(Request.objects.select_related("organisation"), token=token)
    context = {
        "made": made,
        "organisation": made.organisation if made.organisation and made.organisation.is_published else None,
        "right": parameter(f"personal_data.{made.kind}", made.received_on),
        "complaint": parameter("personal_data.complaint", made.received_on),
        "is_extended": made.due_on > deadlines.answer_due(made.received_on),
        "late": made.state == "open" and made.due_on < today(),
    }
    answer = render(request, "organisations/desk/followed.html", context)
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "same-origin"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def one_request(request: HttpRequest, id: int) -> HttpResponse:
    made = get_object_or_404(_theirs(request).select_related("organisation"), pk=id)
    forms = {
        "grant": GrantForm(prefix="grant"),
        "refuse": ReasonForm(prefix="refuse"),
        "extend": ReasonForm(prefix="extend"),
        "attach": AttachForm(prefix="attach"),
    }
    chosen = request.POST.get("decision", "")
    error = None
    if request.method == "POST" and chosen in forms:
        forms[chosen] = type(forms[chosen])(request.POST, prefix=chosen)
        if forms[chosen].is_valid():
            try:
                _decide(request, made, chosen, forms[chosen].cleaned_data)
            except ExplainedError as refused:
                error = refused.text
                made.refresh_from_db()
            else:
                messages.success(request, _("C'est enregistré ; la personne est prévenue par courriel."))
                return redirect("organisations:desk_request", id=made.pk)
    organisation = made.organisation
    on = today()
    context = {
        "made": made,
        "organisation": organisation,
        "forms": forms,
        "failed": forms.get(chosen) if chosen in forms and forms[chosen].errors else None,
        "error": error,
        "decision": decision_on(made),
        "right": parameter(f"personal_data.{made.kind}", made.received_on),
        "left": (made.due_on - on).days,
        "overdue": (on - made.due_on).days,
        "is_extended": made.due_on > deadlines.answer_due(made.received_on),
        "longer": deadlines.extended_due(made.received_on),
        "is_personal": organisation is not None
        and is_about_a_person(organisation.legal_category, organisation.hidden, on),
        "trail": trail(
            queue_link("requests"),
            (_("Demande n° %d") % made.pk, ""),
        ),
    }
    status = 409 if error else 422 if context["failed"] else 200
    return render(request, "organisations/desk/request.html", context, status=status)


def _decide(request: HttpRequest, made: Request, chosen: str, given: dict) -> None:
    signed = {"request": made, "by": request.user, "on": today()}
    if chosen == "grant":
        operations.grant_request(**signed, **given)
    elif chosen == "refuse":
        operations.refuse_request(**signed, **given)
    elif chosen == "extend":
        operations.extend_request(**signed, **given)
    else:
        organisation = get_object_or_404(Organisation, pk=given["organisation"])
        operations.attach_request(**signed, organisation=organisation)


def _theirs(request: HttpRequest):
    return waiting.requests_of(territories_of_agent(request.user))


@require_safe
@desk_page
def register(request: HttpRequest) -> HttpResponse:
    """Every request of the agent's territories, without what the person wrote nor who they are."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="registre-des-demandes.csv"'
    writer = csv.writer(answer)
    writer.writerow(HEADER)
    writer.writerows(register_rows(_theirs(request)))
    return answer
