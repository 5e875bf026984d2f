"""Contracts of a scheme in open formats: what can leave, what cannot and why, and the aims of each in eForms codes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.law.text import Text
from essaim.procurement.exports import csv_file, json_file
from essaim.procurement.forms.schemes import PurposesForm
from essaim.procurement.models import Scheme
from essaim.procurement.operations.schemes_purposes import say_purposes
from essaim.procurement.queries.schemes_contracts import contracts_of
from essaim.procurement.queries.schemes_exports import FORMATS, Export, export_contracts, purposes_of
from essaim.procurement.views.schemes import kept_scheme, trail
from essaim.procurement.views.schemes_figures import period
from essaim.ui.tables import Column, Table
from essaim.ui.words import say

CONTRACTS = Text("Contrats en formats ouverts", "Contracts in open formats")


@login_required
@require_safe
def scheme_contracts(request: HttpRequest, id: int) -> HttpResponse:
    row = kept_scheme(request.user, id)
    form, (first, last) = period(request, row)
    done = exported(row, "decp", first, last)
    contracts = contracts_of(sirens(row), first, last)
    here = reverse("procurement:scheme_contract_purposes", args=[row.pk])
    said = purposes_of(row.authority_id)
    aims = Table(
        [
            Column(Text("Contrat", "Contract")),
            Column(Text("Objet", "Object")),
            Column(Text("Objectifs dits", "Aims said"), "number", 0),
        ],
        [
            (each["id"], each.get("object") or "", sum(map(len, said.get(each["key"], {}).values())))
            for each in contracts[:200]
        ],
        Text("Objectifs des contrats (codes eForms)", "Aims of the contracts (eForms codes)"),
        [f"{here}?{urlencode({'key': each['key']})}" for each in contracts[:200]],
    )
    context = {
        "scheme": row,
        "form": form,
        "done": done,
        "left_out": left_out_table(done),
        "aims": aims,
        "total": len(contracts),
        "query": urlencode({"first_year": first, "last_year": last}),
        "trail": trail(row, (CONTRACTS, "")),
    }
    return render(request, "procurement/scheme_contracts.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def scheme_contracts_file(request: HttpRequest, id: int, form: str) -> HttpResponse:
    """`decp`, `ocds` or `eforms` as JSON; `left-out` as CSV: the contracts that are not in the first, and why."""
    row = kept_scheme(request.user, id)
    _form, (first, last) = period(request, row)
    name = f"contrats-{form}-{first}-{last}"
    if form == "left-out":
        return csv_file(left_out_table(exported(row, "decp", first, last)), f"{name}.csv")
    if form not in FORMATS:
        raise Http404
    uri = request.build_absolute_uri()
    done = exported(row, form, first, last, uri=uri)
    return json_file(done.content, f"{name}.json")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def scheme_contract_purposes(request: HttpRequest, id: int) -> HttpResponse:
    """Which aims a contract pursues: what the open data does not say."""
    row = kept_scheme(request.user, id)
    key = request.GET.get("key", "")
    contract = next(
        (each for each in contracts_of(sirens(row), row.first_year, row.last_year) if each["key"] == key),
        None,
    )
    if contract is None:
        raise Http404
    form = PurposesForm(request.POST or None, initial=purposes_of(row.authority_id).get(key, {}))
    if request.method == "POST":
        form = PurposesForm(request.POST)
        if form.is_valid():
            say_purposes(
                scheme=row, contract_key=key, by=request.user, on=timezone.localdate(), **form.cleaned_data
            )
            messages.success(request, _("Les objectifs du contrat sont enregistrés."))
            return HttpResponseRedirect(reverse("procurement:scheme_contracts", args=[row.pk]))
    context = {"scheme": row, "contract": contract, "form": form, "trail": trail(row, (CONTRACTS, ""))}
    return render(
        request, "procurement/scheme_contract_purposes.html", context, status=422 if form.errors else 200
    )


def exported(row: Scheme, form: str, first: int, last: int, **more: Any) -> Export:
    return export_contracts(
        form, sirens=sirens(row), first_year=first, last_year=last, on=timezone.localdate(),
        publisher=row.authority.name, authority=row.authority_id, **more,
    )  # fmt: skip


def sirens(row: Scheme) -> list[str]:
    return [each.siren for each in row.buyers.all()]


def left_out_table(done: Export) -> Table:
    return Table(
        [
            Column(Text("Contrat", "Contract")),
            Column(Text("Objet", "Object")),
            Column(Text("Pourquoi il reste à part", "Why it is left out")),
        ],
        [
            (each.key, each.wording, " ; ".join(say(reason) for reason in each.reasons))
            for each in done.left_out
        ],
        Text("Contrats à compléter", "Contracts to complete"),
    )
