"""A month of declared hours validated in one gesture: what will be, what is left and why, then the gesture."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from essaim.accounts.models import Authority
from essaim.law.text import ExplainedError, Text
from essaim.procurement.models import MonthlyHours
from essaim.procurement.operations.clauses import hours as acts
from essaim.procurement.permissions.clauses import may_facilitate
from essaim.procurement.queries.clauses_anomalies import anomaly_of, waiting_in
from essaim.procurement.rules.clauses import show_minutes
from essaim.procurement.views.clauses import clause_page, today, trail
from essaim.ui.words import say

Left = tuple[MonthlyHours, Text]


@require_http_methods(["GET", "HEAD", "POST"])
@clause_page
def validate_month(request: HttpRequest, id: int, month: date) -> HttpResponse:
    """Hours bear a pseudonym: for who does not facilitate there, there is no such month."""
    authority = get_object_or_404(Authority, pk=id)
    if not may_facilitate(request.user, authority):
        raise Http404
    overtaken: tuple[Left, ...] = ()
    if request.method == "POST":
        try:
            outcome = acts.validate_month(
                authority=authority, month=month, seen=_seen(request), by=request.user, on=today()
            )
        except ExplainedError as error:
            messages.error(request, say(error.text))
        else:
            _say(request, len(outcome.validated))
            # The others are in the list below, unless someone decided on them meanwhile.
            overtaken = tuple(each for each in outcome.left if each[0].state != "declared")
    return render(request, "procurement/clauses_queue_month.html", _context(authority, month, overtaken))


def _say(request: HttpRequest, count: int) -> None:
    if count:
        said = ngettext("%(n)s déclaration validée.", "%(n)s déclarations validées.", count) % {"n": count}
        messages.success(request, said)
    else:
        messages.info(request, _("Rien n'a été validé : voyez pourquoi ci-dessous."))


def _context(authority: Authority, month: date, overtaken: tuple[Left, ...]) -> dict[str, object]:
    judged = [(each, anomaly_of(each, today())) for each in waiting_in(authority, month)]
    fine = [each for each, reason in judged if reason is None]
    return {
        "authority": authority,
        "month": month,
        "fine": [(each, show_minutes(each.minutes)) for each in fine],
        "total": show_minutes(sum(each.minutes for each in fine)),
        "left": [(each, show_minutes(each.minutes), reason) for each, reason in judged if reason is not None],
        "overtaken": overtaken,
        "trail": trail((_("Heures à valider"), reverse("procurement:clauses_queue")), (f"{month:%m/%Y}", "")),
    }


def _seen(request: HttpRequest) -> dict[int, int]:
    """ "12:2100": the minutes of a declaration as the page showed them."""
    found = {}
    for each in request.POST.getlist("seen"):
        number, _colon, minutes = each.partition(":")
        if all(part.isascii() and part.isdigit() and len(part) <= 12 for part in (number, minutes)):
            found[int(number)] = int(minutes)
    return found
