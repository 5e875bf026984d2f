"""Schemes: the list anyone reads, and what their keepers write: identity, buyers, objectives."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.accounts.permissions import Person
from essaim.law.text import Text
from essaim.procurement.forms.schemes import BuyerForm, ObjectiveForm, PeriodForm, SchemeForm
from essaim.procurement.models import Scheme
from essaim.procurement.operations import schemes as operations
from essaim.procurement.permissions.schemes import authorities_kept, may_keep_schemes
from essaim.procurement.queries.schemes import proposed_period, published_figures, readable_schemes
from essaim.procurement.rules.schemes import categories
from essaim.ui.words import say

TRAIL = Text("SPASER", "SPASER")


@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    kept = authorities_kept(request.user)
    found = list(readable_schemes(kept))
    return render(request, "procurement/schemes.html", {"schemes": found, "may_write": kept.exists()})


@require_safe
def scheme(request: HttpRequest, id: int) -> HttpResponse:
    """Public once shown; its keepers also see what they may do."""
    row = readable(request.user, id)
    return scheme_page(request, row)


def scheme_page(request: HttpRequest, row: Scheme, **forms: Any) -> HttpResponse:
    keeps = may_keep_schemes(request.user, row.authority)
    first, last = proposed_period(row, timezone.localdate().year)
    failed = next((form for form in forms.values() if form.errors), None)
    context = {
        "scheme": row,
        "keeps": keeps,
        "buyers": list(row.buyers.all()),
        "objectives": [(each, categories()[each.category]) for each in row.objectives.all()],
        "publications": published_figures(row),
        "buyer_form": forms.get("buyer_form") or BuyerForm(),
        "objective_form": forms.get("objective_form")
        or ObjectiveForm(initial={"measure": "number", "target_year": row.last_year}),
        "period_form": PeriodForm(initial={"first_year": first, "last_year": last}),
        "failed": failed,
        "trail": trail(row),
    }
    return render(request, "procurement/scheme.html", context, status=422 if failed else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_scheme(request: HttpRequest) -> HttpResponse:
    kept = authorities_kept(request.user)
    if not kept.exists():
        raise PermissionDenied
    form = SchemeForm(request.POST or None, authorities=kept)
    if request.method == "POST" and form.is_valid():
        row = operations.create_scheme(**form.cleaned_data, by=request.user, on=timezone.localdate())
        messages.success(request, _("Le SPASER est créé. Ajoutez ses acheteurs et ses objectifs."))
        return HttpResponseRedirect(reverse("procurement:scheme", args=[row.pk]))
    return form_page(request, form, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_scheme(request: HttpRequest, id: int) -> HttpResponse:
    row = kept_scheme(request.user, id)
    initial = {name: getattr(row, name) for name in operations.FIELDS}
    form = SchemeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        operations.change_scheme(scheme=row, by=request.user, on=timezone.localdate(), **form.cleaned_data)
        messages.success(request, _("Le SPASER est modifié."))
        return HttpResponseRedirect(reverse("procurement:scheme", args=[row.pk]))
    return form_page(request, form, row)


@login_required
@require_POST
def add_scheme_buyer(request: HttpRequest, id: int) -> HttpResponse:
    form = BuyerForm(request.POST)
    return added(request, id, form, "buyer_form", operations.add_buyer, _("L'acheteur est ajouté."))


@login_required
@require_POST
def set_scheme_objective(request: HttpRequest, id: int) -> HttpResponse:
    form = ObjectiveForm(request.POST)
    return added(request, id, form, "objective_form", operations.set_objective, _("L'objectif est écrit."))


@login_required
@require_POST
def remove_scheme_buyer(request: HttpRequest, id: int, buyer: int) -> HttpResponse:
    row = kept_scheme(request.user, id)
    found = row.buyers.filter(pk=buyer).first()
    gone = {"buyer": found} if found else None
    return removed(request, row, gone, operations.remove_buyer, _("L'acheteur est retiré."))


@login_required
@require_POST
def remove_scheme_objective(request: HttpRequest, id: int, objective: int) -> HttpResponse:
    row = kept_scheme(request.user, id)
    found = row.objectives.filter(pk=objective).first()
    gone = {"objective": found} if found else None
    return removed(request, row, gone, operations.remove_objective, _("L'objectif est retiré."))


@login_required
@require_POST
def show_scheme(request: HttpRequest, id: int) -> HttpResponse:
    row = kept_scheme(request.user, id)
    operations.show_scheme(scheme=row, by=request.user, on=timezone.localdate())
    messages.success(request, _("La page du SPASER est publique."))
    return HttpResponseRedirect(reverse("procurement:scheme", args=[row.pk]))


def added(
    request: HttpRequest, id: int, form: Form, name: str, act: Callable[..., object], done: str
) -> HttpResponse:
    """Do what a form of the page of a scheme asks and come back; what is refused is said beside it. `name`: of the
    form in the page."""
    row = kept_scheme(request.user, id)
    if form.is_valid():
        try:
            act(scheme=row, by=request.user, on=timezone.localdate(), **form.cleaned_data)
        except operations.SchemeRefused as refused:
            form.add_error(None, say(refused.text))
        else:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("procurement:scheme", args=[row.pk]))
    return scheme_page(request, row, **{name: form})


def removed(
    request: HttpRequest, row: Scheme, gone: dict[str, Any] | None, act: Callable[..., object], done: str
) -> HttpResponse:
    """Take `gone` out of a scheme and come back; nothing is said of what was already gone."""
    if gone is not None:
        try:
            act(scheme=row, by=request.user, on=timezone.localdate(), **gone)
        except operations.SchemeRefused as refused:
            messages.error(request, say(refused.text))
        else:
            messages.success(request, done)
    return HttpResponseRedirect(reverse("procurement:scheme", args=[row.pk]))


def readable(person: Person, id: int) -> Scheme:
    """A public scheme, or one `person` keeps; 404 for any other."""
    row = readable_schemes(authorities_kept(person)).filter(pk=id).first()
    if row is None:
        raise Http404
    return row


def kept_scheme(person: Person, id: int) -> Scheme:
    """A scheme `person` keeps: 404 when it is another authority's, even public, as nothing of it is to be done."""
    row = (
        Scheme.objects.filter(pk=id, authority__in=authorities_kept(person))
        .select_related("authority")
        .first()
    )
    if row is None:
        raise Http404
    return row


def trail(row: Scheme, *more: tuple[object, str]) -> list[tuple[object, str]]:
    return [
        (TRAIL, reverse("procurement:schemes")),
        (row.name, reverse("procurement:scheme", args=[row.pk])),
        *more,
    ]


def form_page(request: HttpRequest, form: SchemeForm, row: Scheme | None) -> HttpResponse:
    context = {"form": form, "scheme": row}
    return render(request, "procurement/scheme_form.html", context, status=422 if form.errors else 200)
