"""The purchase calendar: its public pages, and those of the buyers."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.law.text import ExplainedError
from essaim.procurement.exports import calendar_file, csv_file
from essaim.procurement.forms.needs import LotForm, NeedForm
from essaim.procurement.models import Lot, Need
from essaim.procurement.operations.needs import calendar as operations
from essaim.procurement.queries.needs import calendar as queries
from essaim.procurement.queries.needs.duties import all_duties
from essaim.procurement.rules.needs_cpv import suggestions
from essaim.procurement.views.needs_frame import CALENDAR, buyer_page, need_page, told, trail
from essaim.ui import drafts
from essaim.ui.words import say

FORM = ["GET", "HEAD", "POST"]


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What buyers will buy, published by them; open to all."""
    slug = _asked_authority(request)
    return render(
        request,
        "procurement/calendar.html",
        {
            "needs": [_shown(need) for need in queries.published_needs(slug)],
            "authorities": queries.publishing_authorities(),
            "slug": slug,
            "query": f"?authority={slug}" if slug else "",
        },
    )


def _asked_authority(request: HttpRequest) -> str:
    """Its short name; U+0000 is what PostgreSQL refuses."""
    return request.GET.get("authority", "").replace("\0", "")


@require_safe
def calendar_csv(request: HttpRequest) -> HttpResponse:
    table = queries.calendar_table(queries.published_needs(_asked_authority(request)))
    return csv_file(table, "essaim-achats.csv")


@require_safe
def calendar_ics(request: HttpRequest) -> HttpResponse:
    address = request.build_absolute_uri(reverse("procurement:published-need", args=[0]))
    text = queries.icalendar(queries.published_needs(_asked_authority(request)), address)
    return calendar_file(text, "essaim-achats.ics")


@require_safe
def published_need(request: HttpRequest, id: int) -> HttpResponse:
    need = get_object_or_404(queries.published_needs(), pk=id)
    context = _shown(need) | {
        "trail": [(CALENDAR, reverse("procurement:calendar")), (need.title, "")],
        "consultation": queries.published_consultation(need),
    }
    return render(request, "procurement/published_need.html", context)


def _shown(need: Need) -> dict[str, Any]:
    return {
        "need": need,
        "kind": queries.KIND_WORDS[need.kind],
        "status": queries.STATUS_WORDS[need.status],
        "codes": queries.cpv_words(need.cpv),
        "places": queries.place_names(queries.places_asked(need)),
        "amount": None if need.amount_cents is None else need.amount_cents / 100,
        "lots": [
            {
                "lot": lot,
                "codes": queries.cpv_words(lot.cpv),
                "amount": None if lot.amount_cents is None else lot.amount_cents / 100,
                "places": queries.place_names(lot.places),
            }
            for lot in need.lots.all()
        ],
    }


@require_safe
@buyer_page
def needs(request: HttpRequest) -> HttpResponse:
    found = queries.needs_of(request.user).prefetch_related("lots")
    context = {
        "needs": [_shown(need) | {"missing": queries.missing(need)} for need in found],
        "coming": queries.coming_back(request.user, on=timezone.localdate()),
    }
    return render(request, "procurement/needs.html", context)


@require_safe
@buyer_page
def needs_csv(request: HttpRequest) -> HttpResponse:
    return csv_file(queries.calendar_table(queries.needs_of(request.user)), "essaim-besoins.csv")


@require_safe
@login_required
def need_cpv(request: HttpRequest) -> HttpResponse:
    """Codes that the wording calls for, as a fragment under the field while one types."""
    found = suggestions(request.GET.get("title", "")[:200])
    return render(request, "procurement/need_cpv.html", {"suggestions": found})


@require_http_methods(FORM)
@buyer_page
def need_new(request: HttpRequest) -> HttpResponse:
    key = "procurement:need:new"
    here = reverse("procurement:need-new")
    if drafts.is_about_draft(request):
        return drafts.answer(request, key, here)
    form = NeedForm(request.POST or None, authorities=queries.authorities_of(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            need = operations.create_need(
                authority=form.cleaned_data["authority"],
                values=form.values,
                by=request.user,
                on=timezone.localdate(),
            )
        except ExplainedError as refusal:
            form.add_error("reference", say(refusal.text))
        else:
            drafts.forget(request, key)
            return redirect("procurement:need", need.pk)
    return _need_form(request, form, key, None)


@require_http_methods(FORM)
@need_page
def need_change(request: HttpRequest, need: Need) -> HttpResponse:
    key = f"procurement:need:{need.pk}"
    if drafts.is_about_draft(request):
        return drafts.answer(request, key, request.path)
    form = NeedForm(request.POST or None, initial={name: getattr(need, name) for name in operations.FIELDS})
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_need(need=need, values=form.values, by=request.user, on=timezone.localdate())
        except ExplainedError as refusal:
            form.add_error(None, say(refusal.text))
        else:
            drafts.forget(request, key)
            return redirect("procurement:need", need.pk)
    return _need_form(request, form, key, need)


def _need_form(request: HttpRequest, form: NeedForm, key: str, need: Need | None) -> HttpResponse:
    if request.method != "POST":
        drafts.filled(form, drafts.typed(request, key))
    step = _("Modifier") if need else _("Nouveau besoin")
    context = {
        "form": form,
        "need": need,
        "trail": trail((step, ""), need=need),
        **drafts.context(request, key),
    }
    return render(request, "procurement/need_form.html", context, status=422 if form.errors else 200)


@require_safe
@need_page
def need(request: HttpRequest, need: Need) -> HttpResponse:
    """The need, what it lacks, codes its wording calls for, its lots, and what may be done next."""
    context = _shown(need) | {
        "missing": queries.missing(need),
        "suggestions": [] if need.cpv else suggestions(f"{need.title} {need.description[:300]}"),
        "next_start": queries.next_start(need),
        "awards": need.awards.select_related("organisation", "lot"),
        "duties": all_duties(need),
        "trail": trail(need=need),
    }
    return render(request, "procurement/need.html", context)


ACTS = {
    "publish": operations.publish_need,
    "withdraw": operations.withdraw_need,
    "close": operations.close_need,
    "repeat": operations.repeat_need,
}


@require_POST
@need_page
def need_act(request: HttpRequest, need: Need, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    words = {
        "publish": _("Le besoin est publié : chacun peut le lire au calendrier."),
        "withdraw": _("Le besoin est retiré du calendrier public."),
        "close": _("Le besoin est clos."),
        "repeat": _("La prochaine occurrence est écrite. Son montant est à dire."),
    }
    told(request, lambda: ACTS[act](need=need, by=request.user, on=timezone.localdate()), words[act])
    following = getattr(need, "next", None) if act == "repeat" else None
    return redirect("procurement:need", following.pk if following else need.pk)


@require_http_methods(FORM)
@need_page
def lot(request: HttpRequest, need: Need, lot: int | None = None) -> HttpResponse:
    """A lot to add, or to change."""
    row = _lot(need, lot) if lot is not None else None
    initial = {name: getattr(row, name) for name in operations.LOT_FIELDS} if row else {}
    form = LotForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_lot(
                need=need, lot=row, values=form.cleaned_data, by=request.user, on=timezone.localdate()
            )
        except ExplainedError as refusal:
            form.add_error(None, say(refusal.text))
        else:
            return redirect("procurement:need", need.pk)
    context = {"form": form, "need": need, "lot": row, "trail": trail((_("Lot"), ""), need=need)}
    return render(request, "procurement/lot_form.html", context, status=422 if form.errors else 200)


@require_POST
@need_page
def lot_remove(request: HttpRequest, need: Need, lot: int) -> HttpResponse:
    row = _lot(need, lot)
    told(
        request,
        lambda: operations.remove_lot(lot=row, by=request.user, on=timezone.localdate()),
        _("Le lot est retiré."),
    )
    return redirect("procurement:need", need.pk)


def _lot(need: Need, number: int) -> Lot:
    return get_object_or_404(need.lots.select_related("need__authority"), number=number)
