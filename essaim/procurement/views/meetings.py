"""Events: those to come, one of them, opening one, registering."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from essaim.law.text import ExplainedError, Text
from essaim.procurement.forms.meetings import EventForm, MineForm
from essaim.procurement.models import MeetingEvent
from essaim.procurement.operations.meetings.opening import open_event
from essaim.procurement.operations.meetings.registering import register_participant
from essaim.procurement.queries.meetings import events as reads
from essaim.ui import drafts
from essaim.ui.words import say

EVENT_DRAFT = "procurement:meeting:new"
ROOT = Text("Rencontres d'affaires", "Business meetings")


def trail(*more: tuple[object, str]) -> list[tuple[object, str]]:
    return [(ROOT, reverse("procurement:meetings")), *more]


@require_safe
@never_cache
def events(request: HttpRequest) -> HttpResponse:
    """Those to come; for who has an account, one's seats and the events one organises."""
    person = request.user
    context = {
        "coming": reads.coming_events(localdate()),
        "organised": reads.events_organised_by(person),
        "seats": reads.seats_of(person) if person.is_authenticated else [],
        "may_open": reads.authorities_organised_by(person).exists(),
    }
    return render(request, "procurement/meetings.html", context)


@never_cache
@login_required
def open_new(request: HttpRequest) -> HttpResponse:
    authorities = reads.authorities_organised_by(request.user)
    if not authorities.exists() and not request.user.is_superuser:
        raise PermissionDenied
    if drafts.is_about_draft(request):
        return drafts.answer(request, EVENT_DRAFT, request.path)
    form = EventForm(request.POST or None, authorities=authorities)
    if request.method == "GET":
        drafts.filled(form, drafts.typed(request, EVENT_DRAFT))
    elif form.is_valid():
        names = ("authority", "title", "place", "description", "held_on", "tables", "most_meetings")
        values = {name: form.cleaned_data[name] for name in names}
        try:
            made = open_event(**values, slots=form.slots(), by=request.user, on=localdate())
        except ExplainedError as refusal:
            form.add_error(None, say(refusal.text))
        else:
            drafts.forget(request, EVENT_DRAFT)
            messages.success(request, _("La rencontre est ouverte. Inscrivez les acheteurs, puis invitez."))
            return redirect("procurement:meeting_board", id=made.pk)
    context = {"form": form, "trail": trail((Text("Ouvrir une rencontre", "Open an event"), ""))}
    context |= drafts.context(request, EVENT_DRAFT)
    return render(request, "procurement/meeting_open.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
def event(request: HttpRequest, id: int) -> HttpResponse:
    """The public page: when, where, which buyers and what they look for. No person is named."""
    found = get_object_or_404(MeetingEvent.objects.select_related("authority"), pk=id)
    person = request.user
    context = {
        "event": found,
        "hall": reads.hall(found),
        "may_organise": reads.may_organise(person, found.authority),
        "seats": reads.seats_of(person).filter(event=found) if person.is_authenticated else [],
        "trail": trail((found.title, "")),
    }
    return render(request, "procurement/meeting_event.html", context)


@never_cache
@login_required
def register(request: HttpRequest, id: int) -> HttpResponse:
    """As an organisation whose page one runs, or an authority one buys for."""
    found = get_object_or_404(MeetingEvent.objects.select_related("authority"), pk=id)
    organisations = reads.organisations_acted_for(request.user)
    authorities = reads.authorities_bought_for(request.user)
    form = MineForm(
        request.POST or None, organisations=organisations, authorities=authorities,
        initial={"email": request.user.email, "contact": request.user.get_full_name()},
    )  # fmt: skip
    if form.is_valid():
        try:
            seat = register_participant(event=found, **form.seat(), by=request.user, on=localdate())
        except ExplainedError as refusal:
            form.add_error(None, say(refusal.text))
        else:
            messages.success(
                request, _("Vous êtes inscrit. Choisissez maintenant qui vous souhaitez rencontrer.")
            )
            return redirect("procurement:meeting_mine", token=seat.token)
    context = {
        "event": found,
        "form": form,
        "has_someone": bool(form.fields["who"].choices),
        "trail": trail(
            (found.title, reverse("procurement:meeting_event", args=[id])),
            (Text("S'inscrire", "Register"), ""),
        ),
    }
    return render(request, "procurement/meeting_register.html", context, status=422 if form.errors else 200)
