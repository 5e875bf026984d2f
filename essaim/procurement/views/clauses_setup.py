"""Setting clauses up: operations, clauses, companies and their contacts, invoices."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from essaim.law.parameter import NotInForce, parameter
from essaim.law.text import ExplainedError
from essaim.procurement.forms import clauses as forms
from essaim.procurement.models import Clause, ClauseCompany, ClauseOperation, ClauseShare, CompanyContact
from essaim.procurement.operations.clauses import contacts, setting_up
from essaim.procurement.queries.clauses_people import companies_of
from essaim.procurement.views.clauses import (
    authorities,
    checked,
    clause_page,
    operation_link,
    sent,
    today,
    trail,
)
from essaim.procurement.views.clauses_form import form_page
from essaim.ui.words import say


@clause_page
def new_operation(request: HttpRequest) -> HttpResponse:
    mine = authorities(request, facilitates=True)
    form = forms.OperationForm(sent(request), authorities=mine)
    words = {
        "title": _("Nouvelle opération"),
        "lead": _("Une opération réunit des marchés dont les clauses se suivent ensemble : une école, une rue."),
        "button": _("Suivre cette opération"),
        "done": _("L'opération est suivie. Ajoutez la clause de chaque lot."),
        "trail": trail((_("Nouvelle opération"), "")),
    }  # fmt: skip

    def act(given: dict) -> ClauseOperation:
        authority = next(each for each in mine if each.pk == given.pop("authority"))
        return setting_up.create_operation(authority=authority, **given, by=request.user, on=today())

    return form_page(request, form, act, words=words, back=_address, draft="operation:new")


def _address(operation: ClauseOperation) -> str:
    return reverse("procurement:clauses_operation", args=[operation.pk])


def usual_figures(on: date) -> dict[str, int]:
    """What guides advise, on that day or today when nothing is known of it."""
    names = {"low": "effort_least_pct", "high": "effort_most_pct", "cheap": "hourly_cost_least_eur",
             "dear": "hourly_cost_most_eur"}  # fmt: skip
    try:
        return {key: parameter(f"insertion.{name}", on).value for key, name in names.items()}
    except NotInForce:
        return usual_figures(today())


@clause_page
def new_clause(request: HttpRequest, id: int) -> HttpResponse:
    operation = get_object_or_404(ClauseOperation.objects.select_related("authority"), pk=id)
    checked(request, operation.authority, facilitates=True)
    form = forms.ClauseForm(sent(request))
    words = {
        "title": _("Nouvelle clause"),
        "lead": _("Les heures dues sont calculées dès l'enregistrement, arrondies à l'heure inférieure.")
        + " "
        + _("Usages, à vérifier : effort de %(low)s à %(high)s %%, heure de %(cheap)s à %(dear)s €.")
        % usual_figures(operation.starts_on),
        "button": _("Calculer et enregistrer la clause"),
        "done": _("La clause est enregistrée. Dites quelle entreprise la tient."),
        "trail": trail(operation_link(operation), (_("Nouvelle clause"), "")),
    }

    def act(given: dict) -> Clause:
        return setting_up.add_clause(
            operation=operation, lot=given["lot"], contract=given["contract"], formula=given["formula"],
            figures=form.figures(), penalty_cents=given["penalty_cents"],
            internal_cost_cents=given["internal_cost_cents"], by=request.user, on=today(),
        )  # fmt: skip

    return form_page(
        request, form, act, words=words, back=_address(operation), draft=f"clause:new:{operation.pk}"
    )


@clause_page
def new_company(request: HttpRequest, id: int) -> HttpResponse:
    clause = get_object_or_404(Clause.objects.select_related("operation__authority"), pk=id)
    checked(request, clause.operation.authority, facilitates=True)
    form = forms.CompanyForm(sent(request))
    words = {
        "title": _("Entreprise tenue par la clause"),
        "lead": f"{clause.operation.name}, {clause.lot}",
        "button": _("Lier cette entreprise"),
        "done": _("L'entreprise est liée à la clause. Invitez la personne qui déclarera ses heures."),
        "trail": trail(operation_link(clause.operation), (_("Entreprise"), "")),
    }

    def act(given: dict) -> ClauseShare:
        given["part_cents"] = given["part_cents"] or 0
        return setting_up.bind_company(clause=clause, **given, by=request.user, on=today())

    return form_page(
        request, form, act, words=words, back=_address(clause.operation), draft=f"company:new:{clause.pk}"
    )


@clause_page
def new_bill(request: HttpRequest, id: int) -> HttpResponse:
    share = get_object_or_404(
        ClauseShare.objects.select_related("clause__operation__authority", "company"), pk=id
    )
    operation = share.clause.operation
    checked(request, operation.authority, facilitates=True)
    words = {
        "title": _("Facture ou commande"),
        "lead": f"{share.company.name}, {share.clause.lot}",
        "button": _("Enregistrer la pièce"),
        "done": _("La pièce est enregistrée ; les heures ont suivi."),
        "trail": trail(operation_link(operation), (_("Facture ou commande"), "")),
    }
    return form_page(
        request,
        forms.BillForm(sent(request)),
        lambda given: setting_up.record_bill(share=share, **given, by=request.user, on=today()),
        words=words,
        back=_address(operation),
        draft=f"bill:new:{share.pk}",
    )


@require_safe
@clause_page
def companies(request: HttpRequest) -> HttpResponse:
    rows = companies_of(authorities(request, facilitates=True))
    context = {"companies": rows, "trail": trail((pgettext("clauses sociales", "Entreprises"), ""))}
    return render(request, "procurement/clauses_companies.html", context)


@clause_page
def invite(request: HttpRequest, id: int) -> HttpResponse:
    company = get_object_or_404(ClauseCompany.objects.select_related("authority"), pk=id)
    checked(request, company.authority, facilitates=True)
    back = reverse("procurement:clauses_companies")
    words = {
        "title": _("Inviter une personne à déclarer"),
        "lead": company.name,
        "button": _("Envoyer l'invitation"),
        "done": _("L'invitation est partie."),
        "trail": trail((pgettext("clauses sociales", "Entreprises"), back), (_("Inviter"), "")),
    }
    return form_page(
        request,
        forms.InviteForm(sent(request)),
        lambda given: contacts.invite_contact(company=company, **given, by=request.user, on=today()),
        words=words,
        back=back,
    )


@require_POST
@clause_page
def remove_contact(request: HttpRequest, id: int) -> HttpResponse:
    contact = get_object_or_404(CompanyContact.objects.select_related("company__authority"), pk=id)
    checked(request, contact.company.authority, facilitates=True)
    try:
        contacts.remove_contact(contact=contact, by=request.user, on=today())
    except ExplainedError as error:
        messages.error(request, say(error.text))
    else:
        messages.success(request, _("Cette personne ne déclare plus pour l'entreprise."))
    return redirect("procurement:clauses_companies")
