"""What a record has several of: offers, places, contacts, photos, labels. A list, a page to add, a page to change."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.law.text import ExplainedError
from essaim.organisations.forms.owner import ContactForm, LabelForm, OfferForm
from essaim.organisations.forms.pages import SECTIONS, FormPage, Section
from essaim.organisations.forms.places import PhotoForm, PhotoTextForm, PlaceForm, PointForm
from essaim.organisations.models import Organisation
from essaim.organisations.operations import contacts, photos, profiles, proposals, sites
from essaim.organisations.rules import LABELS
from essaim.organisations.rules import cpv as cpv_rules
from essaim.organisations.rules.house import PHOTOS
from essaim.organisations.views.owner_frame import answer_form, editable, frame, map_context, today
from essaim.ui.words import say

FORM_METHODS = ["GET", "HEAD", "POST"]
Values = dict[str, Any]


@login_required
@require_safe
def rows(request: HttpRequest, id: int, section: str) -> HttpResponse:
    organisation, chosen = _opened(request, id, section)
    listed = chosen.model._default_manager.filter(organisation=organisation)
    if section == "places":
        listed = listed.filter(closed_on__isnull=True)
    if section == "labels":
        listed = list(listed)
        for label in listed:
            label.label_words = say(LABELS[label.kind].label)
    context = frame(request, organisation, section) | {
        "rows": listed, "section": section,
        "waiting": organisation.proposals.filter(kind="sensitive", state="open", changes__has_key="label")
        if section == "labels" else (),
    }  # fmt: skip
    return render(request, f"organisations/owner/{section}.html", context)


@login_required
@require_http_methods(FORM_METHODS)
def new_row(request: HttpRequest, id: int, section: str) -> HttpResponse:
    organisation, chosen = _opened(request, id, section)
    if section == "photos":
        return _new_photo(request, organisation)
    form_class = {"contacts": ContactForm, "places": PlaceForm, "labels": LabelForm}.get(section)
    make: Callable[..., BaseForm] = form_class or _offer_form(())
    page = FormPage(
        code=section, row="new", template="organisations/owner/row.html", table=chosen.table, current={}, shown={},
        make=make, write=_adder(request, organisation, section, request.POST), back=_list(organisation, section),
        saved=str(chosen.added), more={"section": section, "is_new": True} | map_context(organisation),
    )  # fmt: skip
    return answer_form(request, organisation, page)


@login_required
@require_http_methods(FORM_METHODS)
def edit_row(request: HttpRequest, id: int, section: str, row: int) -> HttpResponse:
    organisation, chosen = _opened(request, id, section)
    found = _row(organisation, chosen, row)
    if section == "labels":
        raise Http404
    is_point = section == "places" and found.is_official
    make, shown = _form_of(section, found, is_point)
    page = FormPage(
        code=section, row=row, template="organisations/owner/row.html", table=chosen.table,
        current={} if is_point else {name: getattr(found, name) for name in chosen.columns},
        shown=shown, make=make, write=_changer(request, section, found, request.POST, is_point),
        back=_list(organisation, section), saved=str(chosen.saved),
        more={"section": section, "row": found, "is_point": is_point, "kept_days": PHOTOS.kept_days}
        | map_context(organisation),
    )  # fmt: skip
    return answer_form(request, organisation, page)


@login_required
@require_POST
def remove_row(request: HttpRequest, id: int, section: str, row: int) -> HttpResponse:
    organisation, chosen = _opened(request, id, section)
    found = _row(organisation, chosen, row)
    signed = {"by": request.user, "on": today()}
    removers: dict[str, Callable[[], object]] = {
        "offers": lambda: profiles.remove_offer(offer=found, **signed),
        "places": lambda: sites.close_site(site=found, **signed),
        "contacts": lambda: contacts.remove_contact(contact=found, **signed),
        "photos": lambda: photos.remove_photo(photo=found, **signed),
    }
    if section not in removers:
        raise Http404
    try:
        removers[section]()
    except ExplainedError as error:
        messages.error(request, say(error.text))
    else:
        messages.success(request, str(chosen.removed))
    return redirect(_list(organisation, section))


def _opened(request: HttpRequest, id: int, section: str) -> tuple[Organisation, Section]:
    organisation = editable(request, id)
    if section not in SECTIONS:
        raise Http404
    return organisation, SECTIONS[section]


def _row(organisation: Organisation, chosen: Section, row: int) -> Any:
    found = chosen.model._default_manager.filter(organisation=organisation, pk=row).first()
    if found is None:
        raise Http404
    return found


def _list(organisation: Organisation, section: str) -> str:
    return reverse("organisations:rows", kwargs={"id": organisation.pk, "section": section})


def _offer_form(kept: Any) -> Callable[..., BaseForm]:
    def make(data: QueryDict | None = None, initial: Any = None) -> BaseForm:
        offered = [*kept, *(data.getlist("cpv") if data else ())]
        if data and data.get("cpv_search"):
            offered += [code for code, _label in cpv_rules.find(data["cpv_search"][:100])]
        return OfferForm(data, initial=initial or None, offered=list(dict.fromkeys(offered)))

    return make


def _form_of(section: str, row: Any, is_point: bool) -> tuple[Callable[..., BaseForm], Values]:
    if is_point:
        return PointForm, PointForm.shown(row)
    if section == "offers":
        return _offer_form(row.cpv), OfferForm.shown(row)
    if section == "photos":
        return PhotoTextForm, {"alt": row.alt, "credit": row.credit}
    form_class = {"contacts": ContactForm, "places": PlaceForm}[section]
    return form_class, form_class.shown(row)


def _adder(
    request: HttpRequest, organisation: Organisation, section: str, post: QueryDict
) -> Callable[..., object]:
    signed = {"organisation": organisation, "by": request.user, "on": today()}

    def write(values: Values, _seen: Any) -> object:
        if section == "offers":
            return profiles.add_offer(values=values, **signed)
        if section == "places":
            return sites.add_site(values=values, **signed)
        if section == "contacts":
            return contacts.add_contact(values=values, consents="consents" in post, **signed)
        return proposals.change_identity(changes={"label": values}, **signed)

    return write


def _changer(
    request: HttpRequest, section: str, row: Any, post: QueryDict, is_point: bool
) -> Callable[..., object]:
    signed = {"by": request.user, "on": today()}

    def write(values: Values, seen: Any) -> object:
        if is_point:
            return sites.move_point(site=row, lon=values["lon"], lat=values["lat"], **signed)
        if section == "offers":
            return profiles.edit_offer(offer=row, values=values, seen=seen, **signed)
        if section == "places":
            return sites.edit_site(site=row, values=values, seen=seen, **signed)
        if section == "contacts":
            return contacts.edit_contact(
                contact=row, values=values, consents="consents" in post, seen=seen, **signed
            )
        kept = {"alt": row.alt, "credit": row.credit} | values
        return photos.edit_photo(photo=row, alt=kept["alt"], credit=kept["credit"], seen=seen, **signed)

    return write


def _new_photo(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            photos.add_photo(
                organisation=organisation, content=form.cleaned_data["file"].read(), alt=form.cleaned_data["alt"],
                credit=form.cleaned_data["credit"], by=request.user, on=today(),
            )  # fmt: skip
        except ExplainedError as error:
            form.add_error("file", say(error.text))
        else:
            messages.success(request, _("La photo est publiée."))
            return redirect(_list(organisation, "photos"))
    context = frame(request, organisation, "photos") | {"form": form, "section": "photos", "is_new": True}
    return render(request, "organisations/owner/row.html", context, status=422 if form.errors else 200)
