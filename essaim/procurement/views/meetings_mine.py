"""One's own pages, opened by a personal link: wishes, hours, agenda. Nobody else's agenda is ever there."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.law.text import ExplainedError
from essaim.procurement import meeting_agenda
from essaim.procurement.exports import calendar_file
from essaim.procurement.models import Meeting, MeetingParticipant
from essaim.procurement.operations.meetings.registering import set_absences, withdraw_participant
from essaim.procurement.operations.meetings.wishing import set_wishes
from essaim.procurement.queries.meetings import agenda as agendas
from essaim.procurement.queries.meetings import events as reads
from essaim.procurement.rules.meetings import STRENGTHS, Appointment, calendar
from essaim.procurement.views.meetings_day import answer_outcome
from essaim.ui.words import say

A_PAGE = 50

View = Callable[..., HttpResponse]


def by_link(view: View) -> View:
    """The seat whose secret link this is; nothing there otherwise. Never cached, never indexed, never given away."""

    @wraps(view)
    @never_cache
    def answer(request: HttpRequest, token: str, **more: object) -> HttpResponse:
        rows = MeetingParticipant.objects.select_related("event__authority", "organisation")
        response = view(request, get_object_or_404(rows, token=token), **more)
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "same-origin"
        return response

    return answer


@by_link
def mine(request: HttpRequest, seat: MeetingParticipant) -> HttpResponse:
    """Whom one may meet, with a search; each with how much one wishes to."""
    words = request.GET.get("q", "").strip()[:100]
    if request.method == "POST":
        return _save_wishes(request, seat)
    page = Paginator(reads.across(seat, words), A_PAGE).get_page(request.GET.get("page"))
    chosen, back = reads.strengths_of(seat), reads.asked_by(seat)
    context = {
        "seat": seat,
        "event": seat.event,
        "q": words,
        "query": urlencode({"q": words}) if words else "",
        "page": page,
        "rows": [
            {"other": each, "strength": chosen.get(each.pk, 0), "asks_you": each.pk in back} for each in page
        ],
        "strengths": STRENGTHS,
        "wished": len(chosen),
        "slots": seat.event.slots.filter(is_lost=False),
        "away": reads.absences_of(seat),
        "is_open": seat.event.state == "open" and seat.state == "registered",
    }
    return render(request, "procurement/meeting_mine.html", context)


def _save_wishes(request: HttpRequest, seat: MeetingParticipant) -> HttpResponse:
    """Fields `wish-<person>` of the page shown; the wishes of other pages stay."""
    wishes = {
        int(name.removeprefix("wish-")): int(value)
        for name, value in request.POST.items()
        if name.startswith("wish-") and name.removeprefix("wish-").isdecimal() and len(name) < 20
        and value in ("0", "1", "2", "3")
    }  # fmt: skip
    try:
        total = set_wishes(participant=seat, wishes=wishes, by=None, on=localdate())
    except ExplainedError as refusal:
        messages.error(request, say(refusal.text))
    else:
        messages.success(request, _("Vos souhaits sont enregistrés : %(total)s en tout.") % {"total": total})
    asked = urlencode({name: request.GET[name] for name in ("q", "page") if request.GET.get(name)})
    return redirect(reverse("procurement:meeting_mine", args=[seat.token]) + (f"?{asked}" if asked else ""))


@require_POST
@by_link
def hours(request: HttpRequest, seat: MeetingParticipant) -> HttpResponse:
    """Boxes ticked are the slots one attends."""
    here = {int(each) for each in request.POST.getlist("slot") if each.isdecimal() and len(each) < 19}
    away = [pk for pk in seat.event.slots.values_list("pk", flat=True) if pk not in here]
    set_absences(participant=seat, slots=away, by=None, on=localdate())
    messages.success(request, _("Vos heures sont enregistrées."))
    return redirect("procurement:meeting_mine", token=seat.token)


@require_POST
@by_link
def withdraw(request: HttpRequest, seat: MeetingParticipant) -> HttpResponse:
    if request.POST.get("sure") == "yes":
        withdraw_participant(participant=seat, by=None, on=localdate())
        messages.success(
            request, _("C'est noté : vous ne venez plus. L'organisateur réarrangera le planning.")
        )
    else:
        messages.error(request, _("Cochez la case pour confirmer que vous ne venez plus."))
    return redirect("procurement:meeting_mine", token=seat.token)


@require_safe
@by_link
def agenda(request: HttpRequest, seat: MeetingParticipant) -> HttpResponse:
    context = {
        "seat": seat,
        "event": seat.event,
        "entries": agendas.agenda_of(seat),
        "may_follow": localdate() >= seat.event.held_on,
    }
    return render(request, "procurement/meeting_agenda.html", context)


@require_safe
@by_link
def agenda_pdf(request: HttpRequest, seat: MeetingParticipant) -> HttpResponse:
    content = meeting_agenda.content(seat, agendas.agenda_of(seat))
    response = HttpResponse(meeting_agenda.as_pdf(content), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="agenda-{seat.pk}.pdf"'
    return response


@require_safe
@by_link
def agenda_ics(request: HttpRequest, seat: MeetingParticipant) -> HttpResponse:
    """For any calendar; fetched again after a re-plan, it moves what has moved."""
    event = seat.event
    host = urlsplit(settings.PUBLIC_URL).hostname
    last = event.plans.first()
    entries = [
        Appointment(
            uid=f"meeting-{event.pk}-{each.meeting.buyer_id}-{each.meeting.supplier_id}@{host}",
            starts_at=each.slot.starts_at,
            ends_at=each.slot.ends_at,
            summary=each.other.name,
            location=_("%(place)s, table %(table)s") % {"place": event.place, "table": each.meeting.table},
            description=each.other.purpose,
        )
        for each in agendas.agenda_of(seat)
    ]
    made_at = last.made_at if last else event.slots.first().starts_at
    text = calendar(event.title, entries, made_at=made_at, sequence=agendas.plans_made(event))
    return calendar_file(text, f"agenda-{seat.pk}.ics")


@by_link
def outcome(request: HttpRequest, seat: MeetingParticipant, meeting: int) -> HttpResponse:
    theirs = Meeting.objects.filter(Q(buyer=seat) | Q(supplier=seat))
    found = get_object_or_404(theirs.select_related("buyer", "supplier", "slot", "event"), pk=meeting)
    after = reverse("procurement:meeting_agenda", args=[seat.token])
    return answer_outcome(request, found, seat, after, seat.event.title)
