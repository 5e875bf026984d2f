"""Social clauses: who owes what today, and one operation."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.accounts.models import Authority
from essaim.law.text import Text
from essaim.procurement.exports import csv_file
from essaim.procurement.models import ClauseBill, ClauseOperation
from essaim.procurement.permissions import clauses as permissions
from essaim.procurement.queries import clauses_standing as standing
from essaim.procurement.rules.clauses import FORMULAS, MINUTES
from essaim.procurement.views.clauses_history import history_table, shown_figure
from essaim.ui import formats
from essaim.ui.tables import Column, Table
from essaim.ui.words import language


def clause_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For people who are in; nothing of it is kept by a browser or a proxy."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        answer = view(request, *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        return answer

    return guarded


def today() -> date:
    return timezone.localdate()


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to."""
    return request.POST if request.method == "POST" else None


def first_of(month: str) -> date:
    """ "2026-10" -> its first day."""
    return date.fromisoformat(f"{month}-01")


def hours(minutes: int) -> Decimal | int:
    """As tables and files hold them: hours, with two decimals when they are not whole."""
    return minutes // MINUTES if minutes % MINUTES == 0 else round(Decimal(minutes) / MINUTES, 2)


def authorities(request: HttpRequest, *, facilitates: bool = False) -> list[Authority]:
    """Those of the reader, never empty: who follows no clause is told it is not theirs."""
    roles = ("facilitator",) if facilitates else permissions.READERS
    found = standing.readable_authorities(request.user, *roles)
    if not found and not request.user.is_superuser:
        raise PermissionDenied
    return found


def checked(request: HttpRequest, authority: Authority, *, facilitates: bool = False) -> None:
    """404 for whoever may not even know that it exists, 403 for who reads without facilitating."""
    if not permissions.may_read(request.user, authority):
        raise Http404
    if facilitates and not permissions.may_facilitate(request.user, authority):
        raise PermissionDenied


def trail(*further: tuple[object, str]) -> list[tuple[object, str]]:
    return [(Text("Clauses sociales", "Social clauses"), reverse("procurement:clauses")), *further]


def operation_link(operation: ClauseOperation) -> tuple[object, str]:
    return operation.name, reverse("procurement:clauses_operation", args=[operation.pk])


def owing(authorities: Iterable[Authority], on: date) -> list[standing.ShareStanding]:
    """Every company's part, what is late first, then what misses most."""
    rows = [
        row
        for each in standing.standings(standing.operations_of(authorities))
        for clause in each.clauses
        for row in clause.shares
    ]
    return sorted(
        rows, key=lambda row: (not row.is_late(on), -row.missing, row.share.company.name, row.share.pk)
    )


def portfolio_table(rows: list[standing.ShareStanding], on: date) -> Table:
    columns = (
        Column(_("Entreprise")), Column(_("Opération")), Column(_("Lot")), Column(_("Dues (h)"), "number"),
        Column(_("Prévues (h)"), "number"), Column(_("Déclarées (h)"), "number"), Column(_("Validées (h)"), "number"),
        Column(_("Manquent (h)"), "number"), Column(_("Réalisé"), "percent"), Column(_("Fin"), "date"),
        Column(_("État")),
    )  # fmt: skip
    body = [
        (
            row.share.company.name, row.share.clause.operation.name, row.share.clause.lot, row.due_hours,
            hours(row.expected_minutes), hours(row.declared_minutes), hours(row.validated_minutes),
            hours(row.missing), None if row.completion is None else round(float(row.completion), 1),
            row.share.clause.operation.ends_on.isoformat(), state_of(row, on),
        )
        for row in rows
    ]  # fmt: skip
    links = [reverse("procurement:clauses_operation", args=[row.share.clause.operation_id]) for row in rows]
    return Table(columns, body, _("Qui doit quoi aujourd'hui"), links)


def state_of(row: standing.ShareStanding, on: date) -> str:
    if row.is_late(on):
        return _("en retard")
    return _("en cours") if row.missing or not row.due_hours else _("tenu")


@require_safe
@clause_page
def portfolio(request: HttpRequest) -> HttpResponse:
    on, mine = today(), authorities(request)
    chosen = [each for each in mine if str(each.pk) == request.GET.get("authority")] or mine
    rows = owing(chosen, on)
    context = {
        "on": on,
        "authorities": mine,
        "chosen": chosen[0] if len(chosen) == 1 else None,
        "table": portfolio_table(rows, on),
        "has_rows": bool(rows),
        "operations": list(standing.operations_of(chosen)),
        "withdrawn": list(standing.withdrawn_operations(chosen)),
        "missing": sum(row.missing for row in rows) / MINUTES,
        "late": sum(row.is_late(on) for row in rows),
        "facilitates": any(permissions.may_facilitate(request.user, each) for each in chosen),
        "query": f"?authority={chosen[0].pk}" if len(chosen) == 1 < len(mine) else "",
        "year": on.year,
    }
    return render(request, "procurement/clauses.html", context)


@require_safe
@clause_page
def portfolio_csv(request: HttpRequest) -> HttpResponse:
    mine = authorities(request)
    chosen = [each for each in mine if str(each.pk) == request.GET.get("authority")] or mine
    table = portfolio_table(owing(chosen, today()), today())
    return csv_file(table, "clauses-sociales.csv")


@require_safe
@clause_page
def operation(request: HttpRequest, id: int) -> HttpResponse:
    found = get_object_or_404(ClauseOperation.objects.select_related("authority"), pk=id)
    checked(request, found.authority)
    on = today()
    (state,) = standing.standings(ClauseOperation.objects.filter(pk=id).select_related("authority"))
    bills = ClauseBill.objects.filter(share__clause__operation=found).select_related("share__company")
    facilitates = permissions.may_facilitate(request.user, found.authority)
    context = {
        "operation": found,
        "on": on,
        "standing": state,
        "figures": key_figures(state, on),
        "sections": [section(each, list(bills), on) for each in state.clauses],
        # Nothing is done any more to what was withdrawn.
        "facilitates": facilitates and found.withdrawn_on is None,
        "history": history_table(found, with_engagements=facilitates),
        "trail": trail((found.name, "")),
    }
    return render(request, "procurement/clauses_operation.html", context)


def key_figures(state: standing.OperationStanding, on: date) -> list[dict[str, object]]:
    completion = None if state.completion is None else float(state.completion)
    years = formats.number(float(state.full_time(on)), language(), 2)
    return [
        {"label": _("Heures dues"), "value": state.due_hours, "unit": "h"},
        {"label": _("Prévues par les engagements"), "value": hours(state.expected_minutes), "unit": "h"},
        {"label": _("Déclarées"), "value": hours(state.declared_minutes), "unit": "h"},
        {"label": _("Validées"), "value": hours(state.validated_minutes), "unit": "h",
         "trend": _("%(fte)s équivalent temps plein sur un an") % {"fte": years}},
        {"label": _("Réalisé"), "value": completion, "unit_kind": "percent"},
        {"label": _("Assiette des pénalités"), "value": hours(state.missing), "unit": "h"},
    ]  # fmt: skip


def section(state: standing.ClauseStanding, bills: list[ClauseBill], on: date) -> dict[str, object]:
    clause = state.clause
    formula = FORMULAS[clause.formula]
    has_settlement = clause.internal_cost_cents is not None and len(state.shares) > 1
    columns = [
        Column(_("Entreprise")), Column(_("Facturé"), "euros"), Column(_("Dues (h)"), "number"),
        Column(_("Prévues (h)"), "number"), Column(_("Déclarées (h)"), "number"), Column(_("Validées (h)"), "number"),
        Column(_("Restent dues (h)"), "number"), Column(_("Pénalité"), "euros"),
    ]  # fmt: skip
    rows: list[tuple[object, ...]] = [
        (
            row.share.company.name, row.invoiced_cents / 100, row.due_hours, hours(row.expected_minutes),
            hours(row.declared_minutes), hours(row.validated_minutes), hours(row.debt_minutes),
            None if row.penalty is None else row.penalty / 100,
        )
        for row in state.shares
    ]  # fmt: skip
    if has_settlement:
        columns.append(Column(_("Règlement interne"), "euros"))
        rows = [
            (*row, state.shares[i].settlement / 100)  # type: ignore[operator]  # the cost is given
            for i, row in enumerate(rows)
        ]
    shares = {row.share.pk for row in state.shares}
    return {
        "clause": clause,
        "formula": formula.label,
        "inputs": [
            (each.label, shown_figure(each.kind, clause.figures[each.name])) for each in formula.figures
        ],
        "state": state,
        "table": Table(columns, rows, _("Heures par entreprise")),
        "shares": [row.share for row in state.shares],
        "bills": bill_table([each for each in bills if each.share_id in shares]),
    }


def bill_table(bills: list[ClauseBill]) -> Table | None:
    if not bills:
        return None
    columns = (
        Column(_("Pièce")),
        Column(_("Entreprise")),
        Column(_("Date"), "date"),
        Column(_("Montant HT"), "euros"),
    )
    rows = [
        (
            f"{each.get_kind_display()} {each.number}",
            each.share.company.name,
            each.dated_on.isoformat(),
            each.amount_cents / 100,
        )
        for each in bills
    ]
    return Table(columns, rows, _("Factures et commandes"))
