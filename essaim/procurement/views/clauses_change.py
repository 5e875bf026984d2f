"""What was set up is changed, closed or withdrawn; and what the history of an operation shows."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from essaim.procurement.forms import clauses_change as forms
from essaim.procurement.models import Clause, ClauseOperation, Engagement
from essaim.procurement.operations.clauses import changing
from essaim.procurement.permissions.clauses import may_facilitate
from essaim.procurement.views.clauses import checked, clause_page, operation_link, sent, today, trail
from essaim.procurement.views.clauses_form import form_page


def _address(operation: ClauseOperation) -> str:
    return reverse("procurement:clauses_operation", args=[operation.pk])


def _operation(request: HttpRequest, id: int) -> ClauseOperation:
    found = get_object_or_404(ClauseOperation.objects.select_related("authority"), pk=id)
    checked(request, found.authority, facilitates=True)
    return found


def _clause(request: HttpRequest, id: int) -> Clause:
    found = get_object_or_404(Clause.objects.select_related("operation__authority"), pk=id)
    checked(request, found.operation.authority, facilitates=True)
    return found


@clause_page
def operation(request: HttpRequest, id: int) -> HttpResponse:
    found = _operation(request, id)
    words = {
        "title": _("Changer l'opération"),
        "lead": _("Les mois déjà validés doivent rester entre ses dates."),
        "button": _("Changer et garder la trace"),
        "done": _("L'opération est changée ; l'historique garde ce qu'elle était."),
        "trail": trail(operation_link(found), (_("Changer"), "")),
    }
    return form_page(
        request,
        forms.OperationChangeForm(sent(request), operation=found),
        lambda given: changing.change_operation(operation=found, **given, by=request.user, on=today()),
        words=words,
        back=_address(found),
        draft=f"operation:{found.pk}",
    )


@clause_page
def withdraw_operation(request: HttpRequest, id: int) -> HttpResponse:
    found = _operation(request, id)
    words = {
        "title": _("Retirer l'opération"),
        "lead": _(
            "« %(name)s » et ses clauses ne comptent plus nulle part ; sa page et son historique restent. "
            "Une opération qui a des heures validées ne se retire pas."
        )
        % {"name": found.name},
        "button": _("Retirer cette opération"),
        "is_grave": True,
        "done": _("L'opération est retirée."),
        "trail": trail(operation_link(found), (_("Retirer"), "")),
    }
    return form_page(
        request,
        forms.WithdrawForm(sent(request)),
        lambda given: changing.withdraw_operation(operation=found, **given, by=request.user, on=today()),
        words=words,
        back=_address(found),
    )


@clause_page
def clause(request: HttpRequest, id: int) -> HttpResponse:
    found = _clause(request, id)
    form = forms.ClauseChangeForm(sent(request), clause=found, on=today())
    words = {
        "title": _("Changer la clause"),
        "lead": _(
            "%(lot)s. Si la formule ou un chiffre change, les heures dues sont recalculées sur le tout."
        )
        % {"lot": found.lot},
        "button": _("Changer et recalculer"),
        "done": _("La clause est changée ; les heures dues ont suivi."),
        "trail": trail(operation_link(found.operation), (_("Changer la clause"), "")),
    }

    def act(given: dict) -> Clause:
        return changing.change_clause(
            clause=found, lot=given["lot"], contract=given["contract"], formula=given["formula"],
            figures=form.figures(), since=given["since"], reason=given["reason"],
            penalty_cents=given["penalty_cents"], internal_cost_cents=given["internal_cost_cents"],
            by=request.user, on=today(),
        )  # fmt: skip

    return form_page(
        request, form, act, words=words, back=_address(found.operation), draft=f"clause:{found.pk}"
    )


@clause_page
def withdraw_clause(request: HttpRequest, id: int) -> HttpResponse:
    found = _clause(request, id)
    words = {
        "title": _("Retirer la clause"),
        "lead": _(
            "La clause de « %(lot)s » ne compte plus nulle part ; l'historique de l'opération la garde. "
            "Une clause qui a des heures validées ne se retire pas : elle se change."
        )
        % {"lot": found.lot},
        "button": _("Retirer cette clause"),
        "is_grave": True,
        "done": _("La clause est retirée."),
        "trail": trail(operation_link(found.operation), (_("Retirer la clause"), "")),
    }
    return form_page(
        request,
        forms.WithdrawForm(sent(request)),
        lambda given: changing.withdraw_clause(clause=found, **given, by=request.user, on=today()),
        words=words,
        back=_address(found.operation),
    )


@clause_page
def engagement(request: HttpRequest, id: int) -> HttpResponse:
    """An engagement bears a pseudonym: for who does not facilitate there, there is none of that number."""
    rows = Engagement.objects.select_related(
        "share__clause__operation__authority", "share__company", "beneficiary"
    )
    found = get_object_or_404(rows, pk=id)
    if not may_facilitate(request.user, found.share.clause.operation.authority):
        raise Http404
    person = reverse("procurement:clauses_beneficiary", args=[found.beneficiary_id])
    words = {
        "title": _("Changer ou clore l'engagement"),
        "lead": f"{found.beneficiary.pseudonym}, {found.share.company.name}, {found.share.clause.lot}",
        "button": _("Changer et garder la trace"),
        "done": _("L'engagement est changé ; l'historique garde ce qu'il était."),
        "trail": trail((found.beneficiary.pseudonym, person), (_("Engagement"), "")),
    }
    return form_page(
        request,
        forms.EngagementChangeForm(sent(request), engagement=found),
        lambda given: changing.change_engagement(engagement=found, **given, by=request.user, on=today()),
        words=words,
        back=person,
        draft=f"engagement:{found.pk}",
    )
