"""Lists: keep an organisation, note why, share, take away."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.law.rules.sse_words import STATUS_LABELS
from essaim.law.text import ExplainedError, Text
from essaim.organisations.models import Organisation, OrganisationList
from essaim.organisations.operations import listing
from essaim.organisations.queries import kept
from essaim.organisations.views.going import back, organisation_address, whole
from essaim.ui.colours import FAMILIES
from essaim.ui.tables import Column, Table
from essaim.ui.words import say

COLUMNS = (
    Column(Text("Nom", "Name")),
    Column("SIREN"),
    Column("SIRET"),
    Column(Text("Adresse", "Address")),
    Column(Text("Code postal", "Postcode")),
    Column(Text("Commune (code Insee)", "Commune (Insee code)")),
    Column(Text("Statut ESS", "SSE status")),
    Column(Text("Famille", "Family")),
    Column(Text("Note", "Note")),
    Column(Text("Ajoutée le", "Added on")),
    Column(Text("Fiche", "Page")),
)
FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
@never_cache
def lists(request: HttpRequest) -> HttpResponse:
    """The person's lists; a visitor is told why an account is needed."""
    if not request.user.is_authenticated:
        return render(request, "organisations/account_needed.html", {"next": request.get_full_path()})
    return render(request, "organisations/lists.html", {"lists": kept.lists_of(request.user)})


@require_POST
@login_required
def make_list(request: HttpRequest) -> HttpResponse:
    try:
        made = listing.make_list(name=request.POST.get("name", ""), by=request.user, on=localdate())
    except ExplainedError as error:
        messages.error(request, say(error.text))
        return redirect("organisations:lists")
    return redirect("organisations:list", made.pk)


@require_safe
@never_cache
@login_required
def one_list(request: HttpRequest, id: int) -> HttpResponse:
    of = get_object_or_404(OrganisationList, pk=id, user=request.user)
    shared = reverse("organisations:shared_list", args=[of.token])
    context = {
        "of": of,
        "rows": rows_of(of),
        "is_mine": True,
        "shared_url": f"{settings.PUBLIC_URL}{shared}" if of.is_shared else "",
        "trail": [
            (Text("Annuaire", "Directory"), reverse("organisations:search")),
            (Text("Mes listes", "My lists"), reverse("organisations:lists")),
            (of.name, ""),
        ],
    }
    return render(request, "organisations/list.html", context)


@require_safe
@never_cache
def shared_list(request: HttpRequest, token: str) -> HttpResponse:
    """Read by anyone who has the link; a link that leads nowhere any more says so, and why."""
    of = kept.shared_list(token)
    if of is None:
        return render(request, "organisations/dead_link.html", {"what": "list"}, status=404)
    return render(request, "organisations/list.html", {"of": of, "rows": rows_of(of), "is_mine": False})


def rows_of(of: OrganisationList) -> list[dict[str, object]]:
    return [
        {
            "kept": each,
            "href": organisation_address(each.organisation.pk),
            "status": STATUS_LABELS[each.organisation.status],
            "family": FAMILIES.get(each.organisation.family),
        }
        for each in kept.items_of(of)
    ]


@require_safe
@never_cache
@login_required
def list_file(request: HttpRequest, id: int, form: str) -> HttpResponse:
    """The list as a spreadsheet: facts of the register and one's own notes, no contact."""
    of = get_object_or_404(OrganisationList, pk=id, user=request.user)
    if form not in FORMS:
        raise Http404(form)
    table = Table(COLUMNS, [file_row(each) for each in kept.items_of(of)], of.name)
    content = table.as_xlsx() if form == "xlsx" else "\ufeff" + table.as_csv()
    response = HttpResponse(content, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{slugify(of.name) or "liste"}.{form}"'
    return response


def file_row(each: kept.Kept) -> tuple[object, ...]:
    organisation, site = each.organisation, each.site
    href = organisation_address(organisation.pk)
    return (
        organisation.name,
        organisation.siren,
        site.siret if site else None,
        site.address if site else None,
        site.postcode if site else None,
        site.commune if site else None,
        STATUS_LABELS[organisation.status],
        FAMILIES.get(organisation.family),
        each.note,
        each.added_on.isoformat(),
        f"{settings.PUBLIC_URL}{href}" if href else None,
    )


def changing(
    change: Callable[[HttpRequest, OrganisationList], str | None],
) -> Callable[..., HttpResponse]:
    """A button of the list's page: what it does, then back to the list (or to the address it returns)."""

    @require_POST
    @login_required
    def answer(request: HttpRequest, id: int) -> HttpResponse:
        of = get_object_or_404(OrganisationList, pk=id, user=request.user)
        try:
            target = change(request, of)
        except ExplainedError as error:
            messages.error(request, say(error.text))
            target = None
        return redirect(target or reverse("organisations:list", args=[id]))

    return answer


@changing
def rename_list(request: HttpRequest, of: OrganisationList) -> str | None:
    listing.rename_list(of=of, name=request.POST.get("name", ""), by=request.user, on=localdate())
    messages.success(request, _("La liste a changé de nom."))
    return None


@changing
def share_list(request: HttpRequest, of: OrganisationList) -> str | None:
    listing.share_list(of=of, by=request.user, on=localdate())
    messages.success(request, _("Toute personne qui a le lien peut lire cette liste et vos notes."))
    return None


@changing
def stop_sharing(request: HttpRequest, of: OrganisationList) -> str | None:
    listing.stop_sharing(of=of, by=request.user, on=localdate())
    messages.success(request, _("La liste n'est plus partagée : l'ancien lien ne mène plus nulle part."))
    return None


@changing
def delete_list(request: HttpRequest, of: OrganisationList) -> str | None:
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Cochez la case pour confirmer : une liste supprimée ne revient pas."))
        return None
    name = of.name
    listing.delete_list(of=of, by=request.user, on=localdate())
    messages.success(request, _("La liste « %(name)s » est supprimée.") % {"name": name})
    return reverse("organisations:lists")


@changing
def note_item(request: HttpRequest, of: OrganisationList) -> str | None:
    organisation = get_object_or_404(Organisation, pk=whole(request.POST.get("organisation")))
    note = request.POST.get("note", "")
    listing.note_item(of=of, organisation=organisation, note=note, by=request.user, on=localdate())
    messages.success(request, _("Note enregistrée."))
    return None


@changing
def remove_item(request: HttpRequest, of: OrganisationList) -> str | None:
    organisation = get_object_or_404(Organisation, pk=whole(request.POST.get("organisation")))
    listing.remove_from_list(of=of, organisation=organisation, by=request.user, on=localdate())
    messages.success(request, _("Retirée de la liste « %(name)s ».") % {"name": of.name})
    return back(request, reverse("organisations:list", args=[of.pk]))


@never_cache
def keep(request: HttpRequest, id: int) -> HttpResponse:
    """Put an organisation on a list: choose which, or name a new one. A visitor is told why an account is needed."""
    organisation = get_object_or_404(Organisation.objects.published(), pk=id)
    here = reverse("organisations:keep", args=[id])
    if not request.user.is_authenticated:
        return render(
            request, "organisations/account_needed.html", {"next": here, "organisation": organisation}
        )
    after = back(request, organisation_address(id) or reverse("organisations:search"))
    if request.method == "POST":
        try:
            of = put(request, organisation)
        except ExplainedError as error:
            messages.error(request, say(error.text))
        else:
            said = _("« %(organisation)s » est dans votre liste « %(name)s ».")
            messages.success(request, said % {"organisation": organisation.name, "name": of.name})
            return redirect(after)
    context = {
        "organisation": organisation,
        "lists": kept.lists_of(request.user),
        "holding": kept.lists_holding(request.user, [id]).get(id, set()),
        "next": after,
    }
    return render(request, "organisations/keep.html", context)


def put(request: HttpRequest, organisation: Organisation) -> OrganisationList:
    """On the list chosen, or on a new one of the name given."""
    name, chosen = request.POST.get("name", "").strip(), whole(request.POST.get("list"))
    if not chosen:
        of = listing.make_list(name=name, by=request.user, on=localdate())
    else:
        of = get_object_or_404(OrganisationList, pk=chosen, user=request.user)
    note = request.POST.get("note", "")
    listing.add_to_list(of=of, organisation=organisation, note=note, by=request.user, on=localdate())
    return of
