"""Imports of contracts: the list, a file looked at then imported, its rejected entries corrected."""

import json
from collections.abc import Callable
from functools import wraps
from itertools import islice
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.law.text import ExplainedError, Text
from essaim.observatory.contracts.rejects import REASONS
from essaim.procurement.forms.contracts import ContractFileForm, CorrectionForm
from essaim.procurement.models import ContractImport
from essaim.procurement.operations.contracts import (
    correct_contract_entry,
    import_contracts,
    look_at_contracts,
)
from essaim.procurement.queries.contracts import authorities_of_buyer, contract_store, imports_of
from essaim.ui.words import say

PAGE_ROWS = 30
REJECTED_SHOWN = 50


def buyers_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """For those who bring contracts in somewhere; the view receives the imports they may see."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> Any:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        authorities = authorities_of_buyer(request.user)
        if not authorities and not request.user.is_superuser:
            raise PermissionDenied
        answer = view(request, authorities, *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        return answer

    return guarded


@require_safe
@buyers_page
def contract_imports(request: HttpRequest, authorities: list[Any]) -> HttpResponse:
    page = Paginator(imports_of(authorities), PAGE_ROWS).get_page(request.GET.get("page"))
    held = contract_store().contents()
    return render(
        request,
        "procurement/contract_imports.html",
        {"page": page, "contracts": held.contracts, "files": len(held.files)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@buyers_page
def contract_import_new(request: HttpRequest, authorities: list[Any]) -> HttpResponse:
    form = ContractFileForm(request.POST or None, request.FILES or None, authorities=authorities)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = look_at_contracts(
                content=file.chunks(),
                file_name=file.name,
                authority=form.cleaned_data["authority"],
                by=request.user,
                on=timezone.localdate(),
            )
        except ExplainedError as error:
            form.add_error("file", say(error.text))
        else:
            return redirect("procurement:contract_import", row.pk)
    status = 422 if form.errors else 200
    return render(request, "procurement/contract_import_new.html", {"form": form}, status=status)


@require_safe
@buyers_page
def contract_import(request: HttpRequest, authorities: list[Any], number: int) -> HttpResponse:
    """A file looked at or imported: its counts, why entries were rejected, and those still to correct."""
    row = get_object_or_404(imports_of(authorities), pk=number)
    waiting = list(islice(contract_store().rejected(row.sha256), REJECTED_SHOWN)) if row.imported_on else []
    return render(
        request,
        "procurement/contract_import.html",
        {
            "row": row,
            "reasons": [(*REASONS[code], count) for code, count in sorted(row.reasons.items())],
            "waiting": [(one, problems(one)) for one in waiting],
        },
    )


def problems(rejected: dict[str, Any]) -> list[dict[str, Any]]:
    """What is wrong in an entry, in words."""
    return [
        {"field": one["field"], "value": one["value"], "why": Text(**one["why"]), "next": Text(**one["next"])}
        for one in rejected["problems"]
    ]


@require_POST
@buyers_page
def contract_import_apply(request: HttpRequest, authorities: list[Any], number: int) -> HttpResponse:
    row = get_object_or_404(imports_of(authorities), pk=number)
    try:
        import_contracts(looked_at=row, by=request.user, on=timezone.localdate())
    except ExplainedError as error:
        messages.error(request, say(error.text))
    else:
        messages.success(request, _("Le fichier est importé."))
    return redirect("procurement:contract_import", number)


@require_safe
@buyers_page
def contract_import_rejected(request: HttpRequest, authorities: list[Any], number: int) -> FileResponse:
    """Every rejected entry, one JSON object a line, to be corrected and imported."""
    row = get_object_or_404(imports_of(authorities), pk=number)
    path = contract_store().rejected_file(row.sha256)
    if not path.is_file():
        raise Http404
    name = f"{'fictif-' if row.is_fictitious else ''}rejets-{row.pk}.jsonl"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@require_http_methods(["GET", "HEAD", "POST"])
@buyers_page
def contract_correct(
    request: HttpRequest, authorities: list[Any], number: int, rejected: str
) -> HttpResponse:
    row: ContractImport = get_object_or_404(imports_of(authorities), pk=number)
    one = next((each for each in contract_store().rejected(row.sha256) if each["rejected"] == rejected), None)
    if one is None:
        raise Http404
    entry = one["entry"]
    words = entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False, indent=2)
    form = CorrectionForm(request.POST or None, initial={"entry": words})
    if request.method == "POST" and form.is_valid():
        try:
            correct_contract_entry(
                imported=row,
                rejected=one,
                entry=form.cleaned_data["entry"],
                by=request.user,
                on=timezone.localdate(),
            )
        except ExplainedError as error:
            form.add_error("entry", say(error.text))
        else:
            messages.success(request, _("L'entrée corrigée est importée."))
            return redirect("procurement:contract_import", number)
    return render(
        request,
        "procurement/contract_correct.html",
        {"row": row, "one": one, "problems": problems(one), "form": form},
        status=422 if form.errors else 200,
    )
