"""Claims and proposals: one item, all that is needed to decide, the decision."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from essaim.law.text import ExplainedError, Text
from essaim.organisations import permissions
from essaim.organisations.forms.desk import AnswerForm, ReasonForm
from essaim.organisations.models import Claim, Profile, Proposal
from essaim.organisations.operations.claims import decide_claim
from essaim.organisations.operations.proposals import decide_proposal
from essaim.organisations.queries import desk as waiting
from essaim.organisations.queries import stewards
from essaim.organisations.queries.alike import alike
from essaim.organisations.queries.decisions import decision_on, someone_was_quicker
from essaim.organisations.queries.within import territories_of_agent
from essaim.organisations.rules.proposable import PROPOSABLE
from essaim.organisations.views.desk import desk_page, queue_link, today, trail
from essaim.organisations.views.owner_words import value_words
from essaim.ui.words import say

Decide = Callable[[bool, str], object]


def _decided(
    request: HttpRequest, item: Claim | Proposal, decide: Decide
) -> tuple[dict[str, Any], HTTPStatus | None]:
    """Runs the decision of the POST, if any: what the page shows of it, and the status; None once it is done."""
    chosen = request.POST.get("decision", "")
    accept = AnswerForm(request.POST if chosen == "accept" else None, prefix="accept")
    refuse = ReasonForm(request.POST if chosen == "refuse" else None, prefix="refuse")
    form = {"accept": accept, "refuse": refuse}.get(chosen)
    error: Text | None = None
    if form is not None and form.is_valid():
        try:
            decide(chosen == "accept", form.cleaned_data["reason"])
        except ExplainedError as refused:
            item.refresh_from_db()
            # Expired or withdrawn, it was decided by nobody: the operation's own words say so.
            is_decided = item.state != "open" and item.decided_by_id is not None
            error = someone_was_quicker(item) if is_decided else refused.text
        else:
            return {}, None
    failed = form if form is not None and form.errors else None
    shown = {
        "accept": accept,
        "refuse": refuse,
        "failed": failed,
        "error": error,
        "decision": decision_on(item),
    }
    status = HTTPStatus.CONFLICT if error else HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return shown, status


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def claim(request: HttpRequest, id: int) -> HttpResponse:
    mine = waiting.claims_of(territories_of_agent(request.user))
    found = get_object_or_404(mine.select_related("organisation", "user"), pk=id)
    shown, status = _decided(
        request,
        found,
        lambda granted, reason: decide_claim(
            claim=found, granted=granted, reason=reason, by=request.user, on=today()
        ),
    )
    if status is None:
        messages.success(request, _("C'est décidé ; la personne est prévenue par courriel."))
        return redirect("organisations:desk_queue", queue="claims")
    organisation = found.organisation
    context = shown | {
        "claim": found,
        "organisation": organisation,
        "sites": organisation.sites.filter(closed_on__isnull=True)[:5],
        "owners": stewards.owners_left(organisation),
        "domains": stewards.domains_of(organisation),
        "is_own": found.user_id == request.user.pk,
        "trail": trail(queue_link("claims"), (organisation.name, "")),
    }
    return render(request, "organisations/desk/claim.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def proposal(request: HttpRequest, id: int) -> HttpResponse:
    mine = waiting.proposals_of(territories_of_agent(request.user))
    found = get_object_or_404(mine.select_related("organisation", "user"), pk=id)
    shown, status = _decided(
        request,
        found,
        lambda accepted, reason: decide_proposal(
            proposal=found, accepted=accepted, reason=reason, by=request.user, on=today()
        ),
    )
    queue = "sensitive" if found.kind == "sensitive" else "proposals"
    if status is None:
        messages.success(request, _("C'est décidé ; la réponse est envoyée à qui a laissé son adresse."))
        return redirect("organisations:desk_queue", queue=queue)
    changes = _changes(found)
    context = shown | {
        "proposal": found,
        "organisation": found.organisation,
        "changes": changes,
        "judged_apart": "evidence" in found.changes,
        "alike": alike(str(found.changes.get("name", "")), str(found.changes.get("commune", "")))
        if found.kind == "new" and found.state == "open"
        else [],
        "is_stewards": found.user is not None
        and found.organisation is not None
        and permissions.is_steward(found.user, found.organisation),
        "trail": trail(queue_link(queue), (_("Proposition n° %d") % found.pk, "")),
    }
    return render(request, "organisations/desk/proposal.html", context, status=status)


def _changes(found: Proposal) -> list[dict[str, Any]]:
    """Each proposed field: its words, what the record says now, what is proposed."""
    rows = []
    for field, value in found.changes.items():
        what = PROPOSABLE.get(field)
        if what is None:
            continue
        now = value_words(what.table, field, _now(found, what.table, field))
        then = value_words(what.table, field, value)
        rows.append({"label": say(what.label), "now": now, "then": then, "differs": now != then})
    return rows


def _now(found: Proposal, table: str, field: str) -> Any:
    organisation = found.organisation
    if organisation is None:
        return None
    if table == "organisation":
        return getattr(organisation, field)
    if table == "profile":
        profile = Profile.objects.filter(organisation=organisation).first()
        return getattr(profile, field) if profile else None
    if table == "site":
        sites = organisation.sites.filter(closed_on__isnull=True)
        asked = found.changes.get("site")
        site = sites.filter(pk=asked).first() if asked else sites.first()
        return getattr(site, field) if site else None
    if table == "contact":
        contact = organisation.contacts.filter(is_personal=False, site__isnull=True).first()
        return getattr(contact, field) if contact else None
    return None
