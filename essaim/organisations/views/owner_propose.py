"""What anyone may propose, without an account: a correction, a closure, a new place; and where its answer is read."""

from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.law.text import ExplainedError
from essaim.organisations.forms.proposals import Answerable, ClosureForm, CorrectionForm, NewPlaceForm
from essaim.organisations.models import Organisation, Profile, Proposal
from essaim.organisations.operations.proposals import propose as keep_proposal
from essaim.organisations.queries.alike import alike
from essaim.organisations.rules.house import PROPOSALS
from essaim.organisations.rules.proposable import PROPOSABLE
from essaim.organisations.views.asking import asker
from essaim.organisations.views.owner_frame import map_context, name_of, published, today
from essaim.organisations.views.owner_words import value_words
from essaim.ui import drafts
from essaim.ui.words import language, say

FORM_METHODS = ["GET", "HEAD", "POST"]
HOUR_SECONDS = 3600


@require_http_methods(FORM_METHODS)
def propose(request: HttpRequest, id: int) -> HttpResponse:
    """?what=closed reports a closure; otherwise a correction."""
    organisation = published(id)
    is_closure = (request.POST or request.GET).get("what") == "closed"
    key = f"organisations:propose:{organisation.pk}:{'closed' if is_closure else 'correction'}"
    address = request.path + ("?what=closed" if is_closure else "")
    if drafts.is_about_draft(request):
        return drafts.answer(request, key, address)
    data = request.POST if request.method == "POST" else None
    if is_closure:
        form: Answerable = ClosureForm(data, organisation=organisation, on=today())
    else:
        form = CorrectionForm(data, initial=_now(organisation))
    if data is not None and form.is_valid():
        answer = _keep(request, form, organisation, "closed" if is_closure else "correction", key)
        if answer is not None:
            return answer
    elif data is None:
        form = drafts.filled(form, drafts.typed(request, key))
    context = drafts.context(request, key) | {
        "organisation": organisation, "name": name_of(organisation), "form": form, "is_closure": is_closure,
    }  # fmt: skip
    status = 422 if data is not None else 200
    return render(request, "organisations/owner/propose.html", context, status=status)


@require_http_methods(FORM_METHODS)
def propose_new(request: HttpRequest) -> HttpResponse:
    """A place the directory lacks. Records whose name is alike nearby are shown once before it is kept."""
    key = "organisations:propose_new"
    if drafts.is_about_draft(request):
        return drafts.answer(request, key, request.path)
    data = request.POST if request.method == "POST" else None
    form = NewPlaceForm(data)
    near: list[Any] = []
    if data is not None and form.is_valid():
        if "sure" not in data and not form.is_trapped:
            near = alike(form.cleaned_data["name"], form.cleaned_data["commune"])
        if not near:
            answer = _keep(request, form, None, "new", key)
            if answer is not None:
                return answer
    elif data is None:
        form = drafts.filled(form, drafts.typed(request, key))
    context = drafts.context(request, key) | {"form": form, "near": near} | map_context()
    status = 422 if data is not None else 200
    return render(request, "organisations/owner/propose_new.html", context, status=status)


@require_safe
def proposal(request: HttpRequest, token: str) -> HttpResponse:
    """Where one's proposal stands, by its private link."""
    found = Proposal.objects.of_token(token)
    if found is None:
        raise Http404
    changes = [
        (say(PROPOSABLE[name].label), value_words(PROPOSABLE[name].table, name, value))
        for name, value in found.changes.items()
        if name in PROPOSABLE
    ]
    shown = found.organisation if found.organisation and found.organisation.is_published else None
    context = {"proposal": found, "changes": changes, "organisation": shown}
    response = render(request, "organisations/owner/proposal.html", context)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response


def _keep(
    request: HttpRequest, form: Answerable, organisation: Organisation | None, kind: str, key: str
) -> HttpResponse | None:
    """None when it could not be kept: the form says why."""
    if form.is_trapped:
        drafts.forget(request, key)
        return render(request, "organisations/owner/proposal.html", {"proposal": None})
    if not _is_in_pace(request):
        form.add_error(
            None,
            _(
                "Vous avez fait %(most)s propositions en une heure, le plus que nous acceptons. Revenez plus tard."
            )
            % {"most": PROPOSALS.most_an_hour},
        )
        return None
    try:
        made = keep_proposal(
            organisation=organisation, kind=kind, changes=form.changes(), message=form.cleaned_data["message"],
            email=form.cleaned_data["email"], language=language(),
            by=request.user if request.user.is_authenticated else None, on=today(),
        )  # fmt: skip
    except ExplainedError as error:
        form.add_error(None, say(error.text))
        return None
    drafts.forget(request, key)
    return redirect("organisations:proposal", token=made.token)


def _is_in_pace(request: HttpRequest) -> bool:
    """One count for the network address or the account, one for the browser; kept in the cache of one web process."""
    askers = [asker(request)]
    if request.session.session_key:
        askers.append(f"session-{request.session.session_key}")
    # Each is counted, even when the first is already over.
    counts = [_count(each) for each in askers]
    return max(counts) <= PROPOSALS.most_an_hour


def _count(who: str) -> int:
    name = f"organisations-proposals-{who}"
    cache.add(name, 0, HOUR_SECONDS)
    try:
        return cache.incr(name)
    except ValueError:  # it expired between the two lines
        return 1


def _now(organisation: Organisation) -> dict[str, Any]:
    """What the page shows today of the fields one may correct."""
    profile = Profile.objects.filter(organisation=organisation).first()
    site = organisation.sites.filter(closed_on__isnull=True).first()
    contact = organisation.contacts.filter(is_personal=False, site__isnull=True).first()
    return {
        "usual_name": profile.usual_name if profile else "",
        "website": profile.website if profile else "",
        "phone": contact.phone if contact else "",
        "email_shown": contact.email if contact else "",
        "address": site.address if site else "",
        "postcode": site.postcode if site else "",
        "sector": organisation.sector,
    }
