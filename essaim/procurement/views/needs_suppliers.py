"""Suppliers of a need: the list with its reasons, messages, answers, who holds the contract."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.law.text import ExplainedError
from essaim.procurement.exports import csv_file
from essaim.procurement.forms.needs import AnswerForm, AwardForm, WriteForm
from essaim.procurement.models import Lot, Need
from essaim.procurement.operations.needs.calendar import award_need
from essaim.procurement.operations.needs.messages import answer_message, remind_supplier, write_to_suppliers
from essaim.procurement.queries.needs import legal
from essaim.procurement.queries.needs import matching as queries
from essaim.procurement.queries.needs import messages as sent_queries
from essaim.procurement.queries.needs.consultations import consultation_of
from essaim.procurement.rules import needs as rules
from essaim.procurement.views.needs_frame import indexed, need_page, told, trail
from essaim.ui.words import say

FORM = ["GET", "HEAD", "POST"]


def _lot(request: HttpRequest, need: Need) -> Lot | None:
    """The lot of the address, None without one."""
    asked = request.POST.get("lot") or request.GET.get("lot") or ""
    if not asked:
        return None
    found = need.lots.filter(number=int(asked)).first() if asked.isdecimal() and len(asked) < 5 else None
    if found is None:
        raise Http404
    return found


@require_safe
@need_page
@indexed
def suppliers(request: HttpRequest, need: Need) -> HttpResponse:
    lot = _lot(request, need)
    today = timezone.localdate()
    reading = legal.reading_of(need, lot, on=today)
    found = queries.shortlist(need, lot, on=today, closed=reading.closed_bases)
    context = {
        "need": need,
        "lot": lot,
        "lots": need.lots.all(),
        "found": found,
        "has_consultation": consultation_of(need) is not None,
        "reading": reading,
        "most": queries.MOST_SHOWN,
        "counts_from": rules.ADVICE.counts_from,
        "trail": trail((_("Fournisseurs"), ""), need=need),
    }
    return render(request, "procurement/suppliers.html", context)


@require_safe
@need_page
@indexed
def suppliers_csv(request: HttpRequest, need: Need) -> HttpResponse:
    found = queries.shortlist(need, _lot(request, need), on=timezone.localdate())
    return csv_file(queries.shortlist_table(found), f"fournisseurs-{need.pk}.csv")


@require_http_methods(FORM)
@need_page
def need_write(request: HttpRequest, need: Need) -> HttpResponse:
    """The same message to those chosen on the list: written, then sent."""
    lot = _lot(request, need)
    given = request.POST if request.method == "POST" else request.GET
    ids = [int(each) for each in given.getlist("organisation") if each.isdecimal() and len(each) < 18]
    chosen = list(sent_queries.organisations_to_write(ids))
    if not chosen:
        messages.error(request, _("Choisissez au moins un fournisseur qui puisse recevoir un message."))
        address = f"?{urlencode({'lot': lot.number})}" if lot else ""
        return redirect(reverse("procurement:suppliers", args=[need.pk]) + address)
    is_written = "body" in request.POST
    form = WriteForm(request.POST if is_written else None, initial={"body": _first_words(need)})
    if is_written and form.is_valid():
        try:
            sent = write_to_suppliers(
                need=need,
                lot=lot,
                organisations=chosen,
                body=form.cleaned_data["body"],
                by=request.user,
                on=timezone.localdate(),
            )
        except ExplainedError as refusal:
            form.add_error(None, say(refusal.text))
        else:
            messages.success(request, _("Messages partis : %(count)s.") % {"count": len(sent)})
            return redirect("procurement:need-messages", need.pk)
    context = {
        "form": form,
        "need": need,
        "lot": lot,
        "chosen": chosen,
        "trail": trail((_("Écrire aux fournisseurs"), ""), need=need),
    }
    return render(request, "procurement/need_write.html", context, status=422 if form.errors else 200)


def _first_words(need: Need) -> str:
    return _(
        "Bonjour,\n\nNous préparons l'achat suivant : %(title)s. Pourriez-vous y répondre ?\n\n%(buyer)s"
    ) % {
        "title": need.title,
        "buyer": need.authority.name,
    }


@require_safe
@need_page
def need_messages(request: HttpRequest, need: Need) -> HttpResponse:
    context = {
        "need": need,
        "sent": sent_queries.sent_about(need, timezone.localdate()),
        "warn_from": rules.WARN_DEPENDENCY_PCT,
        "after_days": rules.REMIND_AFTER_DAYS,
        "trail": trail((_("Messages"), ""), need=need),
    }
    return render(request, "procurement/need_messages.html", context)


@require_safe
@need_page
def need_messages_csv(request: HttpRequest, need: Need) -> HttpResponse:
    table = sent_queries.messages_table(sent_queries.sent_about(need, timezone.localdate()))
    return csv_file(table, f"messages-{need.pk}.csv")


@require_POST
@need_page
def need_remind(request: HttpRequest, need: Need, message: int) -> HttpResponse:
    row = get_object_or_404(
        need.supplier_messages.select_related("organisation", "need__authority", "lot"), pk=message
    )
    told(
        request,
        lambda: remind_supplier(message=row, by=request.user, on=timezone.localdate()),
        _("La relance est partie."),
    )
    return redirect("procurement:need-messages", need.pk)


@require_http_methods(FORM)
@never_cache
def need_answer(request: HttpRequest, token: str) -> HttpResponse:
    """The supplier's page, opened by its link alone. Once answered, it says so and asks no more."""
    message = sent_queries.message_of(token)
    if message is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            message = answer_message(message=message, by=None, on=timezone.localdate(), **form.cleaned_data)
        except ExplainedError as refusal:
            form.add_error(None, say(refusal.text))
    context = {
        "message": message,
        "need": message.need,
        "form": form,
        "answer": sent_queries.ANSWERS[message.answer],
        "dependency": sent_queries.dependency_of(message),
        "warn_from": rules.WARN_DEPENDENCY_PCT,
    }
    page = render(request, "procurement/need_answer.html", context, status=422 if form.errors else 200)
    # The address is the proof of who answers: it must not leave for another site, nor be listed. (Without any referrer
    # browsers hide where the form comes from, and the form is refused.)
    page["Referrer-Policy"] = "same-origin"
    page["X-Robots-Tag"] = "noindex"
    return page


@require_http_methods(FORM)
@need_page
def need_award(request: HttpRequest, need: Need) -> HttpResponse:
    form = AwardForm(request.POST or None, need=need)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            award_need(
                need=need,
                organisation=values.pop("siren"),
                by=request.user,
                on=timezone.localdate(),
                **values,
            )
        except ExplainedError as refusal:
            form.add_error(None, say(refusal.text))
        else:
            return redirect("procurement:need", need.pk)
    context = {"form": form, "need": need, "trail": trail((_("Attribution"), ""), need=need)}
    return render(request, "procurement/need_award.html", context, status=422 if form.errors else 200)
