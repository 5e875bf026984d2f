"""Public contracts of an organisation: a panel on its page in the directory, and the list behind it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from essaim.law.text import Text
from essaim.organisations.models import Organisation
from essaim.organisations.rules.hiding import is_about_a_person
from essaim.procurement.exports import csv_file
from essaim.procurement.queries.contracts_won import MOST_SHOWN, won_by, won_table

WON = Text("Marchés publics", "Public contracts")


@require_safe
@vary_on_headers("HX-Request")
def organisation_contracts(request: HttpRequest, id: int) -> HttpResponse:
    """Its page; for htmx, the panel alone, and nothing at all when there is no contract to show."""
    organisation = shown_organisation(id)
    won = won_by(organisation)
    is_panel = request.headers.get("HX-Request") == "true"
    if is_panel and won is None:
        return HttpResponse(status=204)
    context = {"organisation": organisation, "won": won, "is_panel": is_panel}
    if is_panel:
        return render(request, "procurement/organisation_contracts_panel.html", context)
    context |= {
        "table": won_table(organisation, MOST_SHOWN) if won else None,
        "most": MOST_SHOWN,
        "trail": [
            (organisation.name, reverse("organisations:organisation", args=[organisation.pk])),
            (WON, ""),
        ],
    }
    return render(request, "procurement/organisation_contracts.html", context)


@require_safe
def organisation_contracts_csv(request: HttpRequest, id: int) -> HttpResponse:
    organisation = shown_organisation(id)
    return csv_file(won_table(organisation), f"marches-publics-{organisation.siren or id}.csv")


def shown_organisation(id: int) -> Organisation:
    """A published record that is not a person's. The same 404 for what is hidden, what objects and what is not."""
    found = Organisation.objects.published().filter(pk=id).first()
    if found is None or is_about_a_person(found.legal_category, found.hidden, timezone.localdate()):
        raise Http404
    return found
