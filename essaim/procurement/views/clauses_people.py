"""Beneficiaries: pseudonyms, dated proofs, engagements; a name is shown alone, on its own page, on demand."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from essaim.law.text import ExplainedError
from essaim.procurement.forms import clauses as forms
from essaim.procurement.models import Beneficiary, ClauseShare, Engagement
from essaim.procurement.operations.clauses import people
from essaim.procurement.permissions.clauses import may_facilitate, may_identify
from essaim.procurement.queries import clauses_people as queries
from essaim.procurement.rules.clauses import POLICY, show_minutes
from essaim.procurement.views.clauses import (
    authorities,
    checked,
    clause_page,
    hours,
    operation_link,
    sent,
    today,
    trail,
)
from essaim.procurement.views.clauses_form import form_page
from essaim.ui.spreadsheet import plain
from essaim.ui.tables import Column, Table


def _list_link() -> tuple[object, str]:
    return _("Bénéficiaires"), reverse("procurement:clauses_beneficiaries")


@require_safe
@clause_page
def beneficiaries(request: HttpRequest) -> HttpResponse:
    words = plain(request.GET.get("q", ""))[:12]
    rows = list(queries.beneficiaries_of(authorities(request, facilitates=True), words))
    kinds = forms.spoken_kinds(today())
    columns = (
        Column(_("Pseudonyme")),
        Column(_("Collectivité")),
        Column(_("Éligible jusqu'au"), "date"),
        Column(_("Justificatifs")),
    )
    body = [
        (
            each.pseudonym,
            each.authority.name,
            max((proof.valid_to.isoformat() for proof in each.proofs.all()), default=None),
            ", ".join(kinds.get(proof.kind, proof.kind) for proof in each.proofs.all()),
        )
        for each in rows
    ]  # fmt: skip
    links = [reverse("procurement:clauses_beneficiary", args=[each.pk]) for each in rows]
    context = {
        "table": Table(columns, body, _("Bénéficiaires"), links),
        "has_rows": bool(rows),
        "words": words,
        "trail": trail((_("Bénéficiaires"), "")),
    }
    return render(request, "procurement/clauses_beneficiaries.html", context)


@sensitive_variables()
@sensitive_post_parameters()
@clause_page
def new_beneficiary(request: HttpRequest) -> HttpResponse:
    mine = authorities(request, facilitates=True)
    form = forms.IdentityForm(sent(request), authorities=mine)
    months = POLICY.identity_kept_months
    words = {
        "title": _("Nouveau bénéficiaire"),
        "lead": _(
            "Un pseudonyme est tiré au hasard ; lui seul paraît dans les pages et les fichiers. L'identité est "
            "chiffrée à part et effacée %(months)s mois après la fin de l'éligibilité."
        )
        % {"months": months},
        "button": _("Tirer un pseudonyme"),
        "done": _("Le bénéficiaire est enregistré. Ajoutez son justificatif ; donnez le pseudonyme à l'entreprise."),
        "trail": trail(_list_link(), (_("Nouveau bénéficiaire"), "")),
    }  # fmt: skip

    def act(given: dict) -> Beneficiary:
        authority = next(each for each in mine if each.pk == given["authority"])
        return people.register_beneficiary(
            authority=authority, identity=form.identity(), by=request.user, on=today()
        )

    return form_page(request, form, act, words=words, back=_address)


def _address(beneficiary: Beneficiary) -> str:
    return reverse("procurement:clauses_beneficiary", args=[beneficiary.pk])


def _found(request: HttpRequest, id: int) -> Beneficiary:
    """Only facilitators know beneficiaries: for others there is no such page."""
    found = get_object_or_404(Beneficiary.objects.select_related("authority"), pk=id)
    if not may_facilitate(request.user, found.authority):
        raise Http404
    return found


@require_safe
@clause_page
def beneficiary(request: HttpRequest, id: int) -> HttpResponse:
    found = _found(request, id)
    kinds = forms.spoken_kinds(today())
    proofs = Table(
        (Column(_("Justificatif")), Column(_("Du"), "date"), Column(_("Jusqu'au"), "date"), Column(_("Vu le"), "date")),
        [
            (kinds.get(each.kind, each.kind), each.valid_from.isoformat(), each.valid_to.isoformat(),
             each.seen_on.isoformat())
            for each in found.proofs.all()
        ],
        _("Justificatifs d'éligibilité"),
    )  # fmt: skip
    rows = list(queries.hours_of(found))
    worked = Table(
        (Column(_("Mois")), Column(_("Entreprise")), Column(_("Opération")), Column(_("Déclarées (h)"), "number"),
         Column(_("Validées (h)"), "number"), Column(_("État")), Column(_("Corrections"))),
        [
            (f"{each.month:%m/%Y}", each.share.company.name, each.share.clause.operation.name, hours(each.minutes),
             hours(each.validated_minutes), each.get_state_display(), _corrections(each))
            for each in rows
        ],
        _("Heures par mois"),
        [
            reverse("procurement:clauses_correct", args=[each.pk]) if each.state == "validated" else None
            for each in rows
        ],
    )  # fmt: skip
    engagements = Engagement.objects.filter(beneficiary=found).select_related(
        "share__company", "share__clause__operation"
    )
    context = {
        "beneficiary": found,
        "proofs": proofs,
        "worked": worked,
        "engagements": engagements,
        "kept_until": queries.identity_kept_until(found),
        "may_identify": may_identify(request.user, found.authority),
        "trail": trail(_list_link(), (found.pseudonym, "")),
    }
    return render(request, "procurement/clauses_beneficiary.html", context)


def _corrections(row: object) -> str:
    return " ; ".join(
        f"{show_minutes(each.before_minutes)} → {show_minutes(each.after_minutes)} ({each.reason})"
        for each in row.corrections.all()
    )


@clause_page
def new_proof(request: HttpRequest, id: int) -> HttpResponse:
    found = _found(request, id)
    words = {
        "title": _("Justificatif d'éligibilité"),
        "lead": _("%(pseudonym)s. Le document lui-même n'est pas conservé : dites ce que vous avez vu, et ses dates.")
        % {"pseudonym": found.pseudonym},
        "button": _("Enregistrer le justificatif"),
        "done": _("Le justificatif est enregistré."),
        "trail": trail(_list_link(), (found.pseudonym, _address(found)), (_("Justificatif"), "")),
    }  # fmt: skip
    return form_page(
        request,
        forms.ProofForm(sent(request), on=today()),
        lambda given: people.add_proof(beneficiary=found, **given, by=request.user, on=today()),
        words=words,
        back=_address(found),
        draft=f"proof:new:{found.pk}",
    )


@clause_page
def new_engagement(request: HttpRequest, id: int) -> HttpResponse:
    share = get_object_or_404(
        ClauseShare.objects.select_related("clause__operation__authority", "company"), pk=id
    )
    operation = share.clause.operation
    checked(request, operation.authority, facilitates=True)
    words = {
        "title": _("Engager un bénéficiaire"),
        "lead": f"{share.company.name}, {share.clause.lot}",
        "button": _("Enregistrer l'engagement"),
        "done": _("L'engagement est enregistré : l'entreprise peut déclarer les heures de cette personne."),
        "trail": trail(operation_link(operation), (_("Engager un bénéficiaire"), "")),
    }

    def act(given: dict) -> Engagement:
        return people.engage_beneficiary(
            share=share, beneficiary=given.pop("pseudonym"), **given, by=request.user, on=today()
        )

    back = reverse("procurement:clauses_operation", args=[operation.pk])
    form = forms.EngagementForm(sent(request), authority=operation.authority)
    return form_page(request, form, act, words=words, back=back, draft=f"engagement:new:{share.pk}")


@sensitive_variables()
@require_POST
@clause_page
def identity(request: HttpRequest, id: int) -> HttpResponse:
    """The only page that shows a name."""
    found = _found(request, id)
    if not may_identify(request.user, found.authority):
        raise PermissionDenied
    identity, problem = None, None
    try:
        identity = people.read_identity(beneficiary=found, by=request.user, on=today())
    except ExplainedError as error:
        problem = error.text
    context = {"beneficiary": found, "identity": identity, "problem": problem}
    context["trail"] = trail(_list_link(), (found.pseudonym, _address(found)), (_("Identité"), ""))
    return render(request, "procurement/clauses_identity.html", context)


@clause_page
def erase_identity(request: HttpRequest, id: int) -> HttpResponse:
    """At the person's request; asked once more before it is done."""
    found = _found(request, id)
    if not may_identify(request.user, found.authority):
        raise PermissionDenied
    words = {
        "title": _("Effacer l'identité"),
        "lead": _(
            "%(pseudonym)s. À la demande de la personne, son nom est effacé pour de bon ; le pseudonyme et les heures "
            "restent."
        )
        % {"pseudonym": found.pseudonym},
        "button": _("Effacer cette identité"),
        "is_grave": True,
        "done": _("L'identité est effacée."),
        "trail": trail(_list_link(), (found.pseudonym, _address(found)), (_("Effacer l'identité"), "")),
    }  # fmt: skip
    return form_page(
        request,
        forms.SureForm(sent(request)),
        lambda given: people.erase_identity(beneficiary=found, by=request.user, on=today()),
        words=words,
        back=_address(found),
    )
