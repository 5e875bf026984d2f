"""The forms of the organisation's own people: presentation, hours, zone served, official identity."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from essaim.law.text import ExplainedError
from essaim.organisations.forms.owner import HoursForm, ProfileForm, ServedZoneForm
from essaim.organisations.forms.pages import FormPage
from essaim.organisations.forms.proposals import IdentityForm
from essaim.organisations.models import Profile, ServedZone
from essaim.organisations.operations import profiles, proposals
from essaim.organisations.rules import cpv as cpv_rules
from essaim.organisations.views.owner_frame import answer_form, editable, frame, today
from essaim.territories import queries as territories
from essaim.ui import drafts
from essaim.ui.words import say

FORM_METHODS = ["GET", "HEAD", "POST"]
MOST_FOUND = 10
HEAD_OFFICE_FIELDS = ("address", "postcode")


@login_required
@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, id: int) -> HttpResponse:
    """Presentation: the first page of those who keep the record."""
    organisation = editable(request, id)
    profile = Profile.objects.filter(organisation=organisation).first() or Profile(organisation=organisation)
    columns = [name for name in profiles.PROFILE_FIELDS if name != "opening_hours"]

    def write(values: Any, seen: Any) -> object:
        return profiles.edit_profile(
            organisation=organisation, values=values, seen=seen, by=request.user, on=today()
        )

    return answer_form(
        request,
        organisation,
        FormPage(
            code="profile", template="organisations/owner/profile.html", table="profile",
            current={name: getattr(profile, name) for name in columns}, shown=ProfileForm.shown(profile),
            make=ProfileForm, write=write, back=request.path, saved=_("La présentation est à jour, et publiée."),
        ),
    )  # fmt: skip


@login_required
@require_http_methods(FORM_METHODS)
def edit_hours(request: HttpRequest, id: int) -> HttpResponse:
    organisation = editable(request, id)
    profile = Profile.objects.filter(organisation=organisation).first() or Profile(organisation=organisation)

    def write(values: Any, seen: Any) -> object:
        return profiles.edit_profile(
            organisation=organisation, values=values, seen=seen, by=request.user, on=today()
        )

    return answer_form(
        request,
        organisation,
        FormPage(
            code="hours", template="organisations/owner/hours.html", table="profile",
            current={"opening_hours": profile.opening_hours}, shown=HoursForm.shown(profile), make=HoursForm,
            write=write, back=request.path, saved=_("Les horaires sont à jour, et publiés."),
        ),
    )  # fmt: skip


@login_required
@require_http_methods(FORM_METHODS)
def edit_zone(request: HttpRequest, id: int) -> HttpResponse:
    """`territory_search` finds territories to tick; the button "find" shows them without JavaScript."""
    organisation = editable(request, id)
    zone = ServedZone.objects.filter(organisation=organisation).first()
    kept = list(zone.territories) if zone else []

    def make(data: QueryDict | None = None, initial: Any = None) -> BaseForm:
        offered = [*kept, *(data.getlist("territories") if data else ())]
        if data and data.get("territory_search"):
            offered += [
                each.code for each in territories.search(data["territory_search"][:100], None, MOST_FOUND)
            ]
        return ServedZoneForm(data, initial=initial, offered=list(dict.fromkeys(offered)))

    def write(values: Any, seen: Any) -> object:
        return profiles.edit_served_zone(
            organisation=organisation, values=values, seen=seen, by=request.user, on=today()
        )

    current = {
        "kind": zone.kind if zone else "", "territories": kept, "radius_km": zone.radius_km if zone else None,
    }  # fmt: skip
    return answer_form(
        request,
        organisation,
        FormPage(
            code="zone", template="organisations/owner/zone.html", table="servedzone", current=current,
            shown=ServedZoneForm.shown(zone), make=make, write=write, back=request.path,
            saved=_("La zone d'intervention est à jour, et publiée."),
        ),
    )  # fmt: skip


@login_required
@require_GET
def find_territories(request: HttpRequest) -> HttpResponse:
    """Boxes to tick, for htmx."""
    found = territories.search(request.GET.get("territory_search", "")[:100], None, MOST_FOUND)
    form = ServedZoneForm(offered=[each.code for each in found])
    return render(
        request,
        "organisations/owner/found.html",
        {"choices": form.fields["territories"].choices, "name": "territories"},
    )


@login_required
@require_GET
def find_cpv(request: HttpRequest) -> HttpResponse:
    """Families of purchases to tick, for htmx."""
    found = cpv_rules.find(request.GET.get("cpv_search", "")[:100])
    choices = [(code, f"{code} {label}") for code, label in found]
    return render(request, "organisations/owner/found.html", {"choices": choices, "name": "cpv"})


@login_required
@require_http_methods(FORM_METHODS)
def edit_identity(request: HttpRequest, id: int) -> HttpResponse:
    """Official facts. What its people change here waits for an agent; an agent's change is made at once."""
    organisation = editable(request, id)
    key = f"organisations:identity:{organisation.pk}:"
    if drafts.is_about_draft(request):
        return drafts.answer(request, key, request.path)
    site = organisation.sites.filter(closed_on__isnull=True).first()
    initial = {
        name: getattr(organisation, name) or "" for name in ("name", "sigle", "siren", "rna_id", "sector")
    }
    initial |= {name: getattr(site, name) if site else "" for name in HEAD_OFFICE_FIELDS}
    initial["closed_on"] = organisation.closed_on
    typed = None
    if request.method == "POST":
        form = IdentityForm(request.POST, initial=initial, on=today())
        if form.is_valid():
            changes = form.changes()
            if site and not changes.keys().isdisjoint(HEAD_OFFICE_FIELDS):
                changes["site"] = site.pk
            try:
                waiting = proposals.change_identity(
                    organisation=organisation, changes=changes, message=form.cleaned_data["message"],
                    by=request.user, on=today(),
                )  # fmt: skip
            except ExplainedError as error:
                form.add_error(None, say(error.text))
            else:
                drafts.forget(request, key)
                said = _("Votre demande est partie : un agent la relit, et vous recevrez sa réponse.")
                messages.success(request, said if waiting else _("L'identité est corrigée."))
                return redirect(request.path)
    else:
        typed = drafts.typed(request, key)
        form = drafts.filled(IdentityForm(initial=initial, on=today()), typed)
    context = frame(request, organisation, "identity") | drafts.context(request, key) | {
        "form": form, "waiting": organisation.proposals.filter(kind="sensitive", state="open"),
    }  # fmt: skip
    return render(
        request,
        "organisations/owner/identity.html",
        context,
        status=422 if form.errors and typed is None else 200,
    )
