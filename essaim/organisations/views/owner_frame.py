"""What every page of the people of an organisation shares: who may come in, the tabs, a form others may overtake."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from essaim.law.text import ExplainedError
from essaim.organisations import permissions
from essaim.organisations.editing import EditConflict, seen_of
from essaim.organisations.forms.pages import FormPage
from essaim.organisations.models import Organisation, Profile
from essaim.organisations.queries.places import territories_of_commune
from essaim.organisations.rules.profile import fingerprint
from essaim.organisations.views.owner_words import column_words, value_words
from essaim.ui import drafts
from essaim.ui.words import say


def today() -> date:
    return timezone.localdate()


def known(id: int) -> Organisation:
    """The record, hidden or not, unless it was merged or erased: then it has no page of its own."""
    found = Organisation.objects.filter(pk=id, merged_into__isnull=True).exclude(hidden="erased").first()
    if found is None:
        raise Http404
    return found


def published(id: int) -> Organisation:
    found = Organisation.objects.published().filter(pk=id).first()
    if found is None:
        raise Http404
    return found


def editable(request: HttpRequest, id: int) -> Organisation:
    """The record, for who may edit it. Others learn nothing of a hidden one."""
    organisation = known(id)
    if not permissions.may_edit(request.user, organisation):
        if organisation.hidden:
            raise Http404
        raise PermissionDenied
    return organisation


def name_of(organisation: Organisation) -> str:
    profile = Profile.objects.filter(organisation=organisation).first()
    return (profile.usual_name if profile else "") or organisation.name


def tabs(organisation: Organisation, here: str) -> list[dict[str, Any]]:
    one = {"id": organisation.pk}

    def rows(section: str) -> str:
        return reverse("organisations:rows", kwargs=one | {"section": section})

    pages = [
        ("profile", _("Présentation"), reverse("organisations:edit", kwargs=one)),
        ("hours", _("Horaires"), reverse("organisations:edit_hours", kwargs=one)),
        ("zone", _("Zone d'intervention"), reverse("organisations:edit_zone", kwargs=one)),
        ("offers", _("Offres"), rows("offers")),
        ("places", _("Lieux"), rows("places")),
        ("contacts", _("Contacts"), rows("contacts")),
        ("photos", _("Photos"), rows("photos")),
        ("labels", _("Labels"), rows("labels")),
        ("identity", _("Identité officielle"), reverse("organisations:edit_identity", kwargs=one)),
        ("team", _("Équipe"), reverse("organisations:team", kwargs=one)),
        ("history", _("Historique"), reverse("organisations:history", kwargs=one)),
    ]
    return [{"label": label, "url": url, "is_here": code == here} for code, label, url in pages]


def frame(request: HttpRequest, organisation: Organisation, here: str) -> dict[str, Any]:
    name = name_of(organisation)
    titles = [tab["label"] for tab in tabs(organisation, here) if tab["is_here"]]
    page = reverse("organisations:organisation", kwargs={"id": organisation.pk})
    return {
        "organisation": organisation,
        "name": name,
        "tabs": tabs(organisation, here),
        "here": here,
        "trail": [(name, None if organisation.hidden else page), (titles[0] if titles else "", None)],
        "is_agent": not permissions.is_steward(request.user, organisation),
    }


def map_context(organisation: Organisation | None = None) -> dict[str, Any]:
    """`map_within`: the territory whose communes the map of a point outlines: that of the place, else the
    installation's."""
    sites = organisation.sites.exclude(commune="") if organisation else ()
    for site in sites:
        codes = territories_of_commune(site.commune)
        return {"map_within": next((code for code in codes if code.startswith(("epci:", "ept:"))), codes[0])}
    return {"map_within": settings.TERRITORY or ""}


def answer_form(request: HttpRequest, organisation: Organisation, page: FormPage) -> HttpResponse:
    """Show, keep as draft, check, save; and, when someone else saved the same fields meanwhile, show both and ask."""
    key = f"organisations:{page.code}:{organisation.pk}:{page.row}"
    if drafts.is_about_draft(request):
        return drafts.answer(request, key, request.path)
    columns = list(page.current)
    conflicts: Mapping[str, Any] = {}
    seen = seen_of(page.current, columns)
    status = HTTPStatus.OK
    if request.method == "POST" and "find" not in request.POST:
        form = page.make(request.POST)
        seen = seen | _seen(request.POST, columns)
        if form.is_valid():
            conflicts = _undecided(request.POST, page.current)
            if not conflicts:
                try:
                    page.write(_chosen(request.POST, form.values()), _seen(request.POST, columns))
                except EditConflict as conflict:
                    conflicts = conflict.theirs
                except ExplainedError as error:
                    form.add_error(None, say(error.text))
                else:
                    drafts.forget(request, key)
                    messages.success(request, page.saved)
                    return redirect(page.back)
        seen |= {name: fingerprint(value) for name, value in conflicts.items()}
        status = HTTPStatus.CONFLICT if conflicts else HTTPStatus.UNPROCESSABLE_ENTITY
    else:
        typed = request.POST if request.method == "POST" else drafts.typed(request, key)
        form = drafts.filled(page.make(typed, initial=page.shown), typed)
        seen = seen | _seen(typed, columns) if typed is not None else seen
    context = frame(request, organisation, page.code) | drafts.context(request, key) | {
        "form": form, "seen": seen, "conflicts": _told(page, conflicts, form), "current": page.current, **page.more,
    }  # fmt: skip
    return render(request, page.template, context, status=status)


def _seen(post: QueryDict, columns: list[str]) -> dict[str, str]:
    return {name: post[f"seen_{name}"] for name in columns if f"seen_{name}" in post}


def _chosen(post: QueryDict, values: Any) -> Any:
    """Without the fields for which the person keeps the other's text."""
    if values is None:
        return None
    return {name: value for name, value in values.items() if post.get(f"keep_{name}") != "theirs"}


def _undecided(post: QueryDict, current: Mapping[str, Any]) -> dict[str, Any]:
    """Conflicts already shown for which neither text was chosen."""
    return {
        name: value
        for name, value in current.items()
        if f"conflict_{name}" in post and post.get(f"keep_{name}") not in ("mine", "theirs")
    }


def _told(page: FormPage, conflicts: Mapping[str, Any], form: BaseForm) -> list[dict[str, Any]]:
    if not conflicts:
        return []
    mine = form.values() or {}
    return [
        {
            "name": name,
            "label": column_words(page.table, name),
            "theirs": value_words(page.table, name, value),
            "mine": value_words(page.table, name, mine.get(name)),
        }
        for name, value in conflicts.items()
    ]
