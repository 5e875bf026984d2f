"""One record as an agent sees it: the finding and its sources, rulings, withdrawal."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from essaim.law.parameter import parameter
from essaim.law.rules.sse_words import STATUS_LABELS
from essaim.law.text import ExplainedError
from essaim.organisations import permissions
from essaim.organisations.forms.desk import ReasonForm, RulingForm
from essaim.organisations.models import Organisation
from essaim.organisations.operations import rulings, withdrawal
from essaim.organisations.standing import finding_of
from essaim.organisations.views.desk import desk_page, queue_link, today, trail

FORMS = {"rule": RulingForm, "revoke": ReasonForm, "withdraw": ReasonForm, "restore": ReasonForm}
DONE = {
    "rule": gettext_lazy("La décision est prise ; le statut est à jour."),
    "revoke": gettext_lazy("La décision est retirée ; les sources décident à nouveau."),
    "withdraw": gettext_lazy("La fiche n'apparaît plus nulle part."),
    "restore": gettext_lazy("La fiche est à nouveau publique."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def record(request: HttpRequest, id: int) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.select_related("merged_into"), pk=id)
    if not permissions.may_moderate(request.user, organisation):
        raise PermissionDenied
    forms = {name: form(prefix=name) for name, form in FORMS.items()}
    chosen = request.POST.get("decision", "")
    error = None
    if request.method == "POST" and chosen in FORMS:
        forms[chosen] = FORMS[chosen](request.POST, prefix=chosen)
        if forms[chosen].is_valid():
            try:
                _decide(request, organisation, chosen, forms[chosen].cleaned_data)
            except ExplainedError as refused:
                error = refused.text
                organisation.refresh_from_db()
            else:
                messages.success(request, DONE[chosen])
                return redirect("organisations:desk_record", id=organisation.pk)
    on = today()
    standing = organisation.rulings.filter(revoked_on__isnull=True).select_related("authority").first()
    context = {
        "organisation": organisation,
        "finding": finding_of(organisation, on),
        "status": STATUS_LABELS[organisation.status],
        "evidence": organisation.evidence.all(),
        "ruling": standing,
        "is_ended": standing is not None and standing.ends_on is not None and standing.ends_on < on,
        "past": organisation.rulings.filter(revoked_on__isnull=False).select_related("authority"),
        "sites": organisation.sites.all()[:20],
        "law": [parameter(each, on) for each in ("sse.conditions",)],
        "forms": forms,
        "failed": forms[chosen] if chosen in FORMS and forms[chosen].errors else None,
        "error": error,
        "trail": trail(
            queue_link("to_confirm"),
            (organisation.name, ""),
        ),
    }
    status = 409 if error else 422 if context["failed"] else 200
    return render(request, "organisations/desk/record.html", context, status=status)


def _decide(request: HttpRequest, organisation: Organisation, chosen: str, given: dict) -> None:
    signed = {"by": request.user, "on": today(), **given}
    if chosen == "rule":
        rulings.rule_membership(organisation=organisation, **signed)
    elif chosen == "withdraw":
        withdrawal.withdraw_organisation(organisation=organisation, **signed)
    elif chosen == "restore":
        withdrawal.restore_organisation(organisation=organisation, **signed)
    else:
        standing = get_object_or_404(organisation.rulings, revoked_on__isnull=True)
        rulings.revoke_ruling(ruling=standing, **signed)
