"""Searches one follows: save, change the rhythm, stop, and the stop link of the mails, which needs no account."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.law.text import ExplainedError, Text
from essaim.organisations import search as engine
from essaim.organisations.forms import criteria
from essaim.organisations.models import SavedSearch
from essaim.organisations.operations import saving
from essaim.organisations.queries import kept
from essaim.organisations.views.indexed import indexed
from essaim.ui.words import language, say


@require_safe
@never_cache
def searches(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "organisations/account_needed.html", {"next": request.get_full_path()})
    context = {
        "searches": kept.searches_of(request.user),
        "rhythms": SavedSearch.RHYTHMS,
        "trail": [
            (Text("Annuaire", "Directory"), reverse("organisations:search")),
            (Text("Mes recherches suivies", "Searches I follow"), ""),
        ],
    }
    return render(request, "organisations/searches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@indexed
def save_search(request: HttpRequest) -> HttpResponse:
    """The search of this address, to be followed: its name and the rhythm of the mails."""
    if not request.user.is_authenticated:
        return render(request, "organisations/account_needed.html", {"next": request.get_full_path()})
    question = replace(engine.Question.from_query(request.GET), page=1)
    answer = engine.search(replace(question, size=1), on=localdate())
    name = criteria.name_of(question)
    refused = None
    if request.method == "POST":
        name = request.POST.get("name", "")
        try:
            saved = saving.save_search(
                name=name,
                query=question.to_query(),
                rhythm=request.POST.get("rhythm", ""),
                language=language(),
                by=request.user,
                on=localdate(),
            )
        except ExplainedError as error:
            refused = error.text
        else:
            said = _("Vous suivez « %(name)s ». Premier courriel possible le jour indiqué ci-dessous.")
            messages.success(request, said % {"name": saved.name})
            return redirect("organisations:searches")
    context = {
        "name": name,
        "rhythm": request.POST.get("rhythm", "weekly"),
        "rhythms": SavedSearch.RHYTHMS,
        "refused": refused,
        "answer": answer,
        "criteria": criteria.active(question),
        "query": question.to_query(),
    }
    return render(request, "organisations/save_search.html", context, status=422 if refused else 200)


def changing(change: Callable[[HttpRequest, SavedSearch], str]) -> Callable[..., HttpResponse]:
    """A button of the page of searches: what it does, says what it did, then back."""

    @require_POST
    @login_required
    def answer(request: HttpRequest, id: int) -> HttpResponse:
        saved = get_object_or_404(SavedSearch, pk=id, user=request.user)
        try:
            messages.success(request, change(request, saved))
        except ExplainedError as error:
            messages.error(request, say(error.text))
        return redirect("organisations:searches")

    return answer


@changing
def change_search(request: HttpRequest, saved: SavedSearch) -> str:
    name, rhythm = request.POST.get("name", ""), request.POST.get("rhythm", "")
    saving.change_search(saved=saved, name=name, rhythm=rhythm, by=request.user, on=localdate())
    return _("Changement enregistré.")


@changing
def stop_search(request: HttpRequest, saved: SavedSearch) -> str:
    saving.stop_search(saved=saved, by=request.user, on=localdate())
    return _("Vous ne recevrez plus de courriel pour « %(name)s ».") % {"name": saved.name}


@changing
def resume_search(request: HttpRequest, saved: SavedSearch) -> str:
    saving.resume_search(saved=saved, by=request.user, on=localdate())
    return _("Vous suivez de nouveau « %(name)s ».") % {"name": saved.name}


@changing
def delete_search(request: HttpRequest, saved: SavedSearch) -> str:
    name = saved.name
    saving.delete_search(saved=saved, by=request.user, on=localdate())
    return _("« %(name)s » est supprimée.") % {"name": name}


# The token is the proof: mail programs post here by themselves (RFC 8058), without cookie nor page.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def stop_alert(request: HttpRequest, token: str) -> HttpResponse:
    """Reading the link stops nothing, since mail programs and scanners open links; the button, or the mail
    program's own, does."""
    saved = SavedSearch.objects.filter(token=token).first()
    if saved is None:
        return render(request, "organisations/dead_link.html", {"what": "alert"}, status=404)
    if request.method == "POST":
        saving.stop_search(saved=saved, by=None, on=localdate())
    context = {"saved": saved, "is_stopped": saved.stopped_on is not None}
    return render(request, "organisations/stop_alert.html", context)
