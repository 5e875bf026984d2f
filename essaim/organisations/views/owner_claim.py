"""Claiming an organisation, and working on it as a team."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.law.text import ExplainedError
from essaim.organisations import letter, permissions
from essaim.organisations.forms.claims import ClaimForm, CodeForm, DecisionForm, InviteForm
from essaim.organisations.models import Claim, Organisation, Steward
from essaim.organisations.operations import claims, team
from essaim.organisations.queries import stewards
from essaim.organisations.rules.house import CLAIMS
from essaim.organisations.views.owner_frame import editable, frame, name_of, published, today
from essaim.ui.words import language, say

FORM_METHODS = ["GET", "HEAD", "POST"]


@login_required
@require_http_methods(FORM_METHODS)
def claim(request: HttpRequest, id: int) -> HttpResponse:
    """Choose a proof, or see where one's claim stands."""
    organisation = published(id)
    if permissions.is_steward(request.user, organisation):
        return redirect("organisations:edit", id=id)
    mine = stewards.claim_of(organisation, request.user)
    if mine is not None:
        return _state(request, organisation, mine, CodeForm())
    options = {
        "domains": stewards.domains_of(organisation),
        "has_address": organisation.sites.exclude(address="").exclude(postcode="").exists(),
    }
    form = ClaimForm(request.POST if request.method == "POST" else None, **options)
    if request.method == "POST" and form.is_valid():
        try:
            claims.start_claim(
                organisation=organisation, method=form.cleaned_data["method"], motive=form.cleaned_data["motive"],
                email=form.cleaned_data.get("email", ""), language=language(), by=request.user, on=today(),
            )  # fmt: skip
        except ExplainedError as error:
            form.add_error(None, say(error.text))
        else:
            return redirect("organisations:claim", id=id)
    context = _context(organisation) | {
        "form": form,
        "last": organisation.claims.filter(user=request.user).exclude(state="open").last(),
        "is_owned": stewards.owners_left(organisation) > 0,
    }
    return render(request, "organisations/owner/claim.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def claim_code(request: HttpRequest, id: int) -> HttpResponse:
    organisation = published(id)
    mine = stewards.claim_of(organisation, request.user)
    if mine is None:
        return redirect("organisations:claim", id=id)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            done = claims.enter_code(claim=mine, code=form.cleaned_data["code"], by=request.user, on=today())
        except ExplainedError as error:
            if stewards.claim_of(organisation, request.user) is None:
                messages.error(request, say(error.text))
                return redirect("organisations:claim", id=id)
            form.add_error("code", say(error.text))
        else:
            if done.state == "granted":
                messages.success(request, _("C'est prouvé : vous tenez maintenant cette fiche."))
                return redirect("organisations:edit", id=id)
            return redirect("organisations:claim", id=id)
    mine.refresh_from_db()
    return _state(request, organisation, mine, form)


@login_required
@require_POST
def claim_withdraw(request: HttpRequest, id: int) -> HttpResponse:
    organisation = published(id)
    mine = stewards.claim_of(organisation, request.user)
    if mine is not None:
        try:
            claims.withdraw_claim(claim=mine, by=request.user, on=today())
        except ExplainedError as error:
            messages.error(request, say(error.text))
        else:
            messages.success(request, _("Votre demande est retirée."))
    return redirect("organisations:claim", id=id)


@login_required
@require_POST
def claim_letter(request: HttpRequest, claim: int) -> HttpResponse:
    """The letter as PDF, with a new code: an agent prints and posts it."""
    found = get_object_or_404(Claim.objects.select_related("organisation"), pk=claim)
    if not permissions.may_moderate(request.user, found.organisation):
        raise Http404
    try:
        prepared, code = claims.prepare_letter(claim=found, by=request.user, on=today())
    except ExplainedError as error:
        messages.error(request, say(error.text))
        return redirect("organisations:team", id=found.organisation_id)
    authority = permissions.authority_of_moderator(request.user, found.organisation)
    content = letter.claim_letter(prepared, code, sender=authority.name if authority else "", on=today())
    response = HttpResponse(letter.as_pdf(content), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="lettre-{found.organisation_id}.pdf"'
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_safe
def team_page(request: HttpRequest, id: int) -> HttpResponse:
    return _team(request, editable(request, id), InviteForm())


@login_required
@require_POST
def invite(request: HttpRequest, id: int) -> HttpResponse:
    organisation = editable(request, id)
    form = InviteForm(request.POST)
    if form.is_valid():
        try:
            team.invite(
                organisation=organisation, email=form.cleaned_data["email"], role=form.cleaned_data["role"],
                language=language(), by=request.user, on=today(),
            )  # fmt: skip
        except ExplainedError as error:
            form.add_error(None, say(error.text))
        else:
            messages.success(request, _("L'invitation est partie."))
            return redirect("organisations:team", id=id)
    return _team(request, organisation, form)


@login_required
@require_POST
def team_change(request: HttpRequest, id: int, steward: int) -> HttpResponse:
    """`do`: owner, editor, or remove (oneself: leave)."""
    organisation = editable(request, id)
    found = get_object_or_404(Steward, pk=steward, organisation=organisation)
    leaves = found.user_id == request.user.pk
    try:
        if request.POST.get("do") == "remove":
            team.remove_steward(steward=found, by=request.user, on=today())
            messages.success(
                request, _("Vous avez quitté l'équipe.") if leaves else _("Cette personne est retirée.")
            )
            if leaves:
                return redirect("organisations:organisation", id=id)
        else:
            team.change_role(steward=found, role=request.POST.get("do", ""), by=request.user, on=today())
            messages.success(request, _("Le rôle est changé."))
    except ExplainedError as error:
        messages.error(request, say(error.text))
    return redirect("organisations:team", id=id)


@login_required
@require_POST
def team_claim(request: HttpRequest, id: int, claim: int) -> HttpResponse:
    """`do`: grant or refuse a claim, cancel an invitation."""
    organisation = editable(request, id)
    found = get_object_or_404(Claim, pk=claim, organisation=organisation)
    do = request.POST.get("do")
    try:
        if do == "cancel":
            team.cancel_invitation(claim=found, by=request.user, on=today())
            messages.success(request, _("L'invitation est retirée."))
        else:
            reason = request.POST.get("reason", "")[:1000]
            claims.decide_claim(
                claim=found, granted=do == "grant", reason=reason, by=request.user, on=today()
            )
            messages.success(request, _("Votre décision est enregistrée, la personne est prévenue."))
    except ExplainedError as error:
        messages.error(request, say(error.text))
    return redirect("organisations:team", id=id)


@require_http_methods(FORM_METHODS)
def invitation(request: HttpRequest, claim: int, token: str) -> HttpResponse:
    """The link of an invitation: it names the organisation only when it still opens something."""
    found = Claim.objects.select_related("organisation").filter(pk=claim).first()
    if not stewards.invitation_opens(found, token):
        return render(
            request, "organisations/owner/invitation.html", {"days": CLAIMS.invitation_days}, status=410
        )
    if request.method == "POST" and request.user.is_authenticated:
        try:
            team.accept_invitation(claim=found, token=token, by=request.user, on=today())
        except ExplainedError as error:
            messages.error(request, say(error.text))
        else:
            messages.success(request, _("Bienvenue dans l'équipe."))
            return redirect("organisations:edit", id=found.organisation_id)
    context = _context(found.organisation) | {"invited": found, "days": CLAIMS.invitation_days}
    return render(request, "organisations/owner/invitation.html", context)


def _context(organisation: Organisation) -> dict[str, object]:
    return {"organisation": organisation, "name": name_of(organisation), "policy": CLAIMS}


def _state(request: HttpRequest, organisation: Organisation, mine: Claim, form: CodeForm) -> HttpResponse:
    context = _context(organisation) | {
        "claim": mine, "form": form, "tries_left": CLAIMS.most_wrong_tries - mine.wrong_tries,
    }  # fmt: skip
    return render(
        request, "organisations/owner/claim_state.html", context, status=422 if form.errors else 200
    )


def _team(request: HttpRequest, organisation: Organisation, form: InviteForm) -> HttpResponse:
    context = frame(request, organisation, "team") | {
        "form": form, "team": stewards.team_of(organisation), "decision": DecisionForm(auto_id="decision_%s"),
        "invited": organisation.claims.filter(method="invitation", state="open"),
        "waiting": stewards.claims_waiting(organisation),
        "letters": organisation.claims.filter(method="post", state="open", proved_on__isnull=True),
        "may_run": permissions.is_owner(request.user, organisation)
        or permissions.may_moderate(request.user, organisation),
        "may_post": permissions.may_moderate(request.user, organisation),
    }  # fmt: skip
    return render(request, "organisations/owner/team.html", context, status=422 if form.errors else 200)
