"""The ESUS self-check: questions, then a finding for each condition. Nothing is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from essaim.law.parameter import parameter
from essaim.law.rules.esus import esus_check
from essaim.law.rules.esus_words import STATE_LABELS
from essaim.organisations.forms.esus import EsusForm

QUESTIONS = (
    ("sse_member",),
    ("by_right",),
    ("aim",),
    ("social_cost_cents", "total_cost_cents", "finance_paid_cents", "finance_base_cents", "bond_rate_pct"),
    ("minimum_pay_cents", "top_five_mean_cents", "highest_pay_cents"),
    ("unlisted",),
    ("statutes",),
    ("is_young",),
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def esus(request: HttpRequest) -> HttpResponse:
    """Answers travel in the body of the request, never in an address that a log would keep."""
    on = timezone.localdate()
    form = EsusForm(request.POST if request.method == "POST" else None)
    finding = esus_check(form.answers(), on) if form.is_bound and form.is_valid() else None
    values = {
        name: parameter(f"esus.{name}", on)
        for name in (
            "by_right", "social_utility_aims", "cost_share", "return_margin", "pay_cap_top_five",
            "pay_cap_highest", "silence_months", "decided_by", "approval_years", "approval_years_young",
        )
    }  # fmt: skip
    return render(
        request,
        "organisations/esus.html",
        {
            "form": form,
            "finding": finding,
            "conditions": [(each, STATE_LABELS[each.state]) for each in finding.conditions]
            if finding
            else [],
            "questions": [[form[name] for name in names] for names in QUESTIONS],
            "law": values,
            "on": on,
        },
        status=422 if form.is_bound and not finding else 200,
    )
