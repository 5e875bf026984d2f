"""What was done to a record; undoing it; its pictures."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from essaim.accounts.models import User
from essaim.law.text import ExplainedError
from essaim.organisations import permissions, pictures
from essaim.organisations.models import Act, Organisation, Photo
from essaim.organisations.operations import undoing
from essaim.organisations.queries.history import Change, Line, Told, history_of
from essaim.organisations.views.owner_frame import editable, frame, known, today
from essaim.organisations.views.owner_words import WHAT, column_words, table_words, value_words, verb_words
from essaim.ui.words import say

DAY_SECONDS = int(timedelta(days=1).total_seconds())
WIDEST = 1600


@require_safe
def history(request: HttpRequest, id: int) -> HttpResponse:
    """Its people and agents: every act, before and after, with undo. Everyone: dates and what changed, nothing more."""
    organisation = known(id)
    is_public = not permissions.may_edit(request.user, organisation)
    if is_public and organisation.hidden:
        raise Http404
    page, told = history_of(organisation, request.GET.get("page", 1), is_public=is_public)
    context = frame(request, organisation, "history") | {"page": page, "is_public": is_public}
    if is_public:
        context["lines"] = [(each.act.on, public_words(each)) for each in told]
    else:
        people = _people(told)
        context["told"] = [_told(request, organisation, each, people) for each in told]
    return render(request, "organisations/owner/history.html", context)


@login_required
@require_POST
def undo(request: HttpRequest, id: int, act: int) -> HttpResponse:
    organisation = editable(request, id)
    done = get_object_or_404(
        Act.objects.filter(revisions__organisation_id=organisation.pk).distinct(), pk=act
    )
    try:
        undoing.undo_act(done=done, organisation=organisation, by=request.user, on=today())
    except ExplainedError as error:
        messages.error(request, say(error.text))
    else:
        messages.success(
            request, _("C'est annulé : la fiche est comme avant. Cette annulation s'annule aussi.")
        )
    return redirect("organisations:history", id=id)


@require_safe
def photo(request: HttpRequest, id: int) -> HttpResponse:
    """One picture at a width of the policy (?w=480): its bytes are ours, made from its pixels."""
    found = get_object_or_404(Photo.objects.select_related("organisation"), pk=id)
    if not found.organisation.is_published and not permissions.may_edit(request.user, found.organisation):
        raise Http404
    asked = request.GET.get("w", "")
    width = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else WIDEST
    path = pictures.path_of(found.file, width)
    if path is None:
        raise Http404
    etag = f'"{path.stem}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = FileResponse(path.open("rb"), content_type="image/webp")
    shared = "public" if found.organisation.is_published else "private"
    response["ETag"] = etag
    response["Cache-Control"] = f"{shared}, max-age={DAY_SECONDS}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def public_words(told: Told) -> str:
    """ "Présentation : nom d'usage, site web": names of what changed, never a value or a person."""
    parts: dict[str, list[str]] = {}
    for line in told.lines:
        names = parts.setdefault(table_words(line.table), [])
        if line.what == "changed":
            names += [column_words(change.table, change.column).lower() for change in line.changes]
        else:
            names.append(str(WHAT[line.what]))
    return " ; ".join(
        f"{table} : {', '.join(dict.fromkeys(names))}" if names else table for table, names in parts.items()
    )


def _people(told: Sequence[Told]) -> dict[int, str]:
    """Mail addresses of the people the team's acts speak of, in one query."""
    changes = (change for each in told for line in each.lines for change in line.changes)
    ids = {
        value for each in changes if each.column == "user_id" for value in (each.before, each.after) if value
    }
    return {person.pk: person.email for person in User.objects.filter(pk__in=ids)}


def _told(
    request: HttpRequest, organisation: Organisation, told: Told, people: Mapping[int, str]
) -> dict[str, object]:
    return {
        "act": told.act,
        "words": verb_words(told.act.verb),
        "lines": [_line(line, people) for line in told.lines],
        "is_shared": told.is_shared,
        "may_undo": not told.act.is_undone and not told.is_shared and _may_undo(request, organisation, told),
    }


def _may_undo(request: HttpRequest, organisation: Organisation, told: Told) -> bool:
    """Without a query an act; the operation asks everything again."""
    if any(line.table in ("steward", "claim") for line in told.lines):
        return False
    if permissions.may_moderate(request.user, organisation):
        return True
    return all(undoing.OWNED_TABLES.issuperset({line.table}) or line.table == "site" for line in told.lines)


def _line(line: Line, people: Mapping[int, str]) -> dict[str, object]:
    return {
        "table": table_words(line.table),
        "what": str(WHAT[line.what]),
        "is_erased": line.is_erased,
        "changes": [] if line.is_erased else [_change(change, people) for change in line.changes],
    }


def _change(change: Change, people: Mapping[int, str]) -> dict[str, str]:
    if change.column == "user_id":
        before, after = (
            people.get(value, value_words("", "", value)) for value in (change.before, change.after)
        )
        return {"label": _("Personne"), "before": before, "after": after}
    return {
        "label": column_words(change.table, change.column),
        "before": value_words(change.table, change.column, change.before),
        "after": value_words(change.table, change.column, change.after),
    }
