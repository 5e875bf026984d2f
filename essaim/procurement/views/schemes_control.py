"""The article 35 control: which purchases, which duties, what was answered, what is missing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.accounts.models import Authority
from essaim.law.text import Text
from essaim.procurement.exports import csv_file
from essaim.procurement.forms.schemes_control import DutyForm, PurchaseForm
from essaim.procurement.models import Purchase
from essaim.procurement.operations import schemes_control as operations
from essaim.procurement.permissions.schemes import authorities_kept
from essaim.procurement.queries.needs.calendar import needs_of
from essaim.procurement.queries.schemes_control import (
    Control,
    Line,
    contract_to_control,
    control_of,
    line_of,
    records_of,
)
from essaim.procurement.rules.schemes_control import STATES, Standing, starts_on, waiver_labels
from essaim.ui import drafts
from essaim.ui.tables import Column, Table
from essaim.ui.words import say

CONTROL = Text("Contrôle de l'article 35", "Article 35 control")


@login_required
@require_safe
def article35(request: HttpRequest) -> HttpResponse:
    authority, kept = chosen_authority(request)
    control = control_of(authority)
    context = {
        "authority": authority,
        "authorities": kept if len(kept) > 1 else [],
        "control": control,
        "states": [(label, control.states[code]) for code, label in STATES.items()],
        "to_date": to_date_table(authority, control),
        "all_states": STATES,
        "starts_on": starts_on(),
    }
    return render(request, "procurement/article35.html", context)


@login_required
@require_safe
def article35_csv(request: HttpRequest) -> HttpResponse:
    authority, _kept = chosen_authority(request)
    return csv_file(control_table(control_of(authority)), f"article-35-{authority.slug}.csv")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def enter_purchase(request: HttpRequest) -> HttpResponse:
    """From nothing, or from a contract of the open data (`contract`: its key)."""
    authority, _kept = chosen_authority(request)
    initial = prefilled(authority, request.GET.get("contract", ""))
    form = PurchaseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = operations.enter_purchase(
                authority=authority, by=request.user, on=timezone.localdate(), **form.values()
            )
        except operations.ControlRefused as refused:
            form.add_error("reference", say(refused.text))
        else:
            messages.success(request, _("L'achat est entré. Répondez à chaque obligation."))
            return HttpResponseRedirect(reverse("procurement:article35_purchase", args=[row.pk]))
    return purchase_form_page(request, form, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_purchase(request: HttpRequest, id: int) -> HttpResponse:
    row = kept_purchase(request, id)
    form = PurchaseForm(request.POST or None, initial=PurchaseForm.initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_purchase(
                purchase=row, by=request.user, on=timezone.localdate(), **form.values()
            )
        except operations.ControlRefused as refused:
            form.add_error("reference", say(refused.text))
        else:
            messages.success(request, _("L'achat est modifié."))
            return HttpResponseRedirect(reverse("procurement:article35_purchase", args=[row.pk]))
    return purchase_form_page(request, form, row)


@login_required
@require_safe
def article35_purchase(request: HttpRequest, id: int) -> HttpResponse:
    row = kept_purchase(request, id)
    line, records = line_of(row), records_of(row)
    context = {
        "purchase": row,
        "line": line,
        "need": needs_of(request.user).filter(pk=row.need_id).first(),
        "shown": [
            (each, STATES[each.state], said_waiver(each), records.get(each.duty.code))
            for each in line.standings
        ],
        "trail": [(CONTROL, address(row.authority)), (row.reference, "")],
    }
    return render(request, "procurement/article35_purchase.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_duty(request: HttpRequest, id: int, duty: str) -> HttpResponse:
    """How one duty is met. What is typed is kept as a draft."""
    row = kept_purchase(request, id)
    standing = next((each for each in line_of(row).standings if each.duty.code == duty), None)
    if standing is None:
        raise Http404
    key = f"procurement:article35:{row.pk}:{duty}"
    if drafts.is_about_draft(request):
        return drafts.answer(request, key, request.path)
    form = DutyForm(request.POST or None, initial=as_typed(standing), may_waive=standing.may_waive)
    if request.method == "POST" and form.is_valid():
        try:
            operations.answer_duty(
                purchase=row, duty=duty, by=request.user, on=timezone.localdate(), **form.cleaned_data
            )
        except operations.ControlRefused as refused:
            form.add_error(None, say(refused.text))
        else:
            drafts.forget(request, key)
            messages.success(request, _("La réponse est enregistrée."))
            return HttpResponseRedirect(reverse("procurement:article35_purchase", args=[row.pk]))
    if request.method != "POST":
        drafts.filled(form, drafts.typed(request, key))
    status = 422 if request.method == "POST" else 200
    context = {
        "purchase": row,
        "standing": standing,
        "form": form,
        "trail": [
            (CONTROL, address(row.authority)),
            (row.reference, reverse("procurement:article35_purchase", args=[row.pk])),
            (standing.duty.label, ""),
        ],
        **drafts.context(request, key),
    }
    return render(request, "procurement/article35_answer.html", context, status=status)


def chosen_authority(request: HttpRequest) -> tuple[Authority, list[Authority]]:
    """The authority asked for among those the person keeps, the first otherwise; 403 when there is none."""
    kept = list(authorities_kept(request.user))
    if not kept:
        raise PermissionDenied
    asked = request.GET.get("authority")
    if not asked:
        return kept[0], kept
    found = next((each for each in kept if each.slug == asked), None)
    if found is None:
        raise Http404
    return found, kept


def kept_purchase(request: HttpRequest, id: int) -> Purchase:
    """A purchase of an authority the person keeps; 404 for any other."""
    row = (
        Purchase.objects.filter(pk=id, authority__in=authorities_kept(request.user))
        .select_related("authority")
        .first()
    )
    if row is None:
        raise Http404
    return row


def prefilled(authority: Authority, key: str) -> dict[str, Any]:
    contract = contract_to_control(authority, key) if key else None
    if contract is None:
        return {}
    cents = contract.get("initial_amount_cents") or contract.get("amount_cents")
    return {
        "reference": contract["id"],
        "contract_key": key,
        "wording": contract.get("object"),
        "amount": None if cents is None else cents / 100,
        "duration_months": contract.get("duration_months"),
    }


def address(authority: Authority) -> str:
    return f"{reverse('procurement:article35')}?authority={authority.slug}"


def as_typed(standing: Standing) -> dict[str, str]:
    """The answer recorded, to be changed."""
    answer = standing.answer
    if answer is None:
        return {"outcome": "satisfied"}
    return {"outcome": answer.outcome, "waiver": answer.waiver, "text": answer.text}


def said_waiver(standing: Standing) -> Text | None:
    return waiver_labels().get(standing.answer.waiver) if standing.answer else None


def to_date_table(authority: Authority, control: Control) -> Table:
    here = reverse("procurement:enter_purchase")
    return Table(
        [
            Column(Text("Contrat", "Contract")),
            Column(Text("Objet", "Object")),
            Column(Text("Notifié le", "Notified on"), "date"),
        ],
        [(each["id"], each.get("object") or "", each["notified_on"]) for each in control.to_date],
        Text("Contrats dont la date de consultation manque", "Contracts whose consultation date is missing"),
        [f"{here}?authority={authority.slug}&contract={each['key']}" for each in control.to_date],
    )


def control_table(control: Control) -> Table:
    """One row a purchase and duty: the file kept for an inspection."""
    columns = [
        Column(Text("Référence", "Reference")),
        Column(Text("Objet", "Object")),
        Column(Text("Consultation engagée le", "Consultation started on")),
        Column(Text("Obligation", "Duty")),
        Column(Text("Articles", "Articles")),
        Column(Text("État", "State")),
        Column(Text("Motif légal", "Legal reason")),
        Column(Text("Justification", "Justification")),
    ]
    rows = [row for line in control.lines for row in rows_of(line)]
    return Table(columns, rows, CONTROL)


def rows_of(line: Line) -> list[tuple[object, ...]]:
    purchase = line.purchase
    return [
        (
            purchase.reference,
            purchase.wording,
            purchase.consulted_on.isoformat(),
            each.duty.label,
            " ; ".join(citation.article for citation in each.duty.citations),
            STATES[each.state],
            said_waiver(each) or "",
            each.answer.text if each.answer else "",
        )
        for each in line.standings
    ]


def purchase_form_page(request: HttpRequest, form: PurchaseForm, row: Purchase | None) -> HttpResponse:
    back = address(row.authority) if row else reverse("procurement:article35")
    context = {"form": form, "purchase": row, "back": back}
    return render(request, "procurement/article35_form.html", context, status=422 if form.errors else 200)
