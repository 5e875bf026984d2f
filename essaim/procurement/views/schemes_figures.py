"""The figures of a scheme: computed for its keepers, what if, published and frozen for everyone, as files."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.law.text import Text
from essaim.procurement.exports import csv_file, json_file
from essaim.procurement.forms.schemes import PeriodForm, WhatIfForm
from essaim.procurement.models import Scheme, SchemePublication
from essaim.procurement.operations import schemes as operations
from essaim.procurement.queries.schemes import proposed_period
from essaim.procurement.queries.schemes_figures import figures_of
from essaim.procurement.queries.schemes_what_if import hypothesis, worth_supposing
from essaim.procurement.rules.schemes import BASES, categories
from essaim.procurement.views.schemes import kept_scheme, trail
from essaim.procurement.views.schemes_shown import benchmark_table, figures_table, objectives_table, sections
from essaim.ui import formats
from essaim.ui.words import language, say

FIGURES, WHAT_IF = Text("Indicateurs", "Indicators"), Text("Et si ?", "What if?")


@login_required
@require_safe
def scheme_figures(request: HttpRequest, id: int) -> HttpResponse:
    """As the contracts known today give them: for those who keep the scheme, before publishing."""
    row = kept_scheme(request.user, id)
    form, (first, last) = period(request, row)
    figures = figures_of(row, first, last, timezone.localdate())
    context = {
        **shown(figures),
        "scheme": row,
        "form": form,
        "trail": trail(row, (FIGURES, "")),
        "query": f"first_year={first}&last_year={last}",
    }
    return render(request, "procurement/scheme_figures.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def scheme_figures_csv(request: HttpRequest, id: int) -> HttpResponse:
    row = kept_scheme(request.user, id)
    _form, (first, last) = period(request, row)
    figures = figures_of(row, first, last, timezone.localdate())
    return csv_file(figures_table(figures), f"spaser-{row.pk}-{first}-{last}.csv")


@login_required
@require_safe
def what_if(request: HttpRequest, id: int) -> HttpResponse:
    """Nothing is saved: the hypothesis is in the address, so that it can be sent to a colleague."""
    row = kept_scheme(request.user, id)
    _form, (first, last) = period(request, row)
    candidates = worth_supposing(row, first, last)
    choices = [(each["key"], label(each)) for each in candidates]
    is_asked = "treatment" in request.GET
    form = WhatIfForm(request.GET if is_asked else None, contracts=choices)
    found = None
    if is_asked and form.is_valid():
        found = hypothesis(
            row, first, last, form.cleaned_data["keys"], form.lots(), form.cleaned_data["treatment"]
        )
    context = {
        "scheme": row,
        "form": form,
        "first": first,
        "last": last,
        "steps": [
            {"step": step, "category": categories()[step.category].label, "basis": BASES[step.basis]}
            | arithmetic(step)
            for step in found or ()
        ],
        "is_empty": found is not None and not (form.cleaned_data["keys"] or form.lots()),
        "trail": trail(row, (WHAT_IF, "")),
    }
    return render(request, "procurement/scheme_what_if.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def publish_figures(request: HttpRequest, id: int) -> HttpResponse:
    """Freeze the period as it is today, and lead to its public page."""
    row, form = kept_scheme(request.user, id), PeriodForm(request.POST)
    back = reverse("procurement:scheme_figures", args=[row.pk])
    if not form.is_valid():
        messages.error(request, _("La période n'est pas complète. Indiquez ses deux années."))
        return HttpResponseRedirect(back)
    first, last, today = form.cleaned_data["first_year"], form.cleaned_data["last_year"], timezone.localdate()
    try:
        done = operations.publish_figures(
            scheme=row, first_year=first, last_year=last, figures=figures_of(row, first, last, today),
            by=request.user, on=today,
        )  # fmt: skip
    except operations.SchemeRefused as refused:
        messages.error(request, say(refused.text))
        return HttpResponseRedirect(f"{back}?first_year={first}&last_year={last}")
    messages.success(request, _("Les indicateurs sont publiés."))
    return HttpResponseRedirect(reverse("procurement:scheme_publication", args=[done.pk]))


@require_safe
def scheme_publication(request: HttpRequest, id: int) -> HttpResponse:
    """Public and printable: the figures as they were frozen."""
    publication = published(id)
    latest = publication.scheme.publications.filter(
        first_year=publication.first_year, last_year=publication.last_year
    ).first()
    context = {
        **shown(publication.figures),
        "publication": publication,
        "scheme": publication.scheme,
        "newer": latest if latest != publication else None,
        "trail": trail(publication.scheme, (str(publication), "")),
    }
    return render(request, "procurement/scheme_publication.html", context)


@require_safe
def scheme_publication_file(request: HttpRequest, id: int, form: str) -> HttpResponse:
    """The frozen figures for machines: `json` whole, `csv` flat."""
    publication = published(id)
    name = f"spaser-{publication.scheme_id}-{publication}-v{publication.edition}.{form}"
    if form == "csv":
        return csv_file(figures_table(publication.figures), name)
    content = publication.figures | {
        "published_on": publication.published_on.isoformat(),
        "edition": publication.edition,
    }
    return json_file(content, name)


def published(id: int) -> SchemePublication:
    found = SchemePublication.objects.filter(pk=id).select_related("scheme__authority").first()
    if found is None:
        raise Http404
    return found


def shown(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        "figures": figures,
        "sections": sections(figures),
        "objectives": objectives_table(figures),
        "benchmarks": benchmark_table(figures),
        "perimeter": Text.of(figures["perimeter"]),
        "denominator": Text.of(figures["denominator"]),
        "source": Text.of(figures["source"]),
        "compared": [
            (Text(each["fr"], each["en"]), each["checked_on"], each["verified"])
            for each in figures["compared_sources"].values()
        ],
    }


def period(request: HttpRequest, row: Scheme) -> tuple[PeriodForm, tuple[int, int]]:
    """The period asked for, or the last two years that are over."""
    proposed = proposed_period(row, timezone.localdate().year)
    names = ("first_year", "last_year")
    if not any(name in request.GET for name in names):
        return PeriodForm(initial=dict(zip(names, proposed, strict=True))), proposed
    form = PeriodForm(request.GET)
    if not form.is_valid():
        return form, proposed
    return form, (form.cleaned_data["first_year"], form.cleaned_data["last_year"])


def label(contract: dict[str, Any]) -> str:
    amount = contract.get("amount_cents")
    said = f" – {formats.euros(amount // 100, language())}" if amount is not None else ""
    return f"{contract['id']} – {(contract.get('object') or '')[:120]}{said}"


def arithmetic(step: Any) -> dict[str, Any]:
    """Before and after as a division the reader can redo: of what is known, or of everything for suppliers."""
    whole = "total" if categories()[step.category].figures == "suppliers" else "known"
    unit = 1 if step.basis == "number" else 100
    return {
        "before": (step.before.positive / unit, getattr(step.before, whole) / unit),
        "added": (step.added.positive / unit, getattr(step.added, whole) / unit),
        "after": (step.after.positive / unit, getattr(step.after, whole) / unit),
        "before_pct": step.before.headline_pct(step.category),
        "after_pct": step.after.headline_pct(step.category),
        "is_value": step.basis == "value",
    }
