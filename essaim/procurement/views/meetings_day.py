"""The day itself, and after: who is at which table, what came of each meeting."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.law.text import ExplainedError, Text
from essaim.procurement.exports import csv_file
from essaim.procurement.forms.meetings import OutcomeForm
from essaim.procurement.models import Meeting, MeetingEvent, MeetingFollowUp, MeetingParticipant
from essaim.procurement.operations.meetings.following import record_follow_up
from essaim.procurement.queries.meetings import planning as plans
from essaim.procurement.queries.meetings.agenda import tables_at
from essaim.procurement.views.meetings import trail
from essaim.procurement.views.meetings_board import BUYER, SLOT, SUPPLIER, TABLE, organising
from essaim.ui.tables import Column, Table
from essaim.ui.words import say


@require_safe
@organising
def today(request: HttpRequest, event: MeetingEvent) -> HttpResponse:
    """Who is where now, who is next. `?slot=` shows any slot of the day instead."""
    chosen = request.GET.get("slot", "")
    slots = list(event.slots.filter(is_lost=False))
    picked = next((each for each in slots if str(each.number) == chosen), None)
    context = {
        "event": event,
        "slots": slots,
        "picked": picked,
        "hour": now(),
        "view": tables_at(event, picked.starts_at if picked else now()),
        "trail": trail(
            (event.title, reverse("procurement:meeting_board", args=[event.pk])),
            (Text("Le jour même", "On the day"), ""),
        ),
    }
    return render(request, "procurement/meeting_today.html", context)


def follow_table(event: MeetingEvent) -> Table:
    words = dict(MeetingFollowUp.OUTCOMES)
    rows = []
    for each in plans.planned(event):
        said = getattr(each, "follow_up", None)
        rows.append(
            (f"{localtime(each.slot.starts_at):%Y-%m-%d %H:%M}", each.table, each.buyer.name, each.supplier.name,
             str(words[said.outcome]) if said else None,
             said.amount_cents / 100 if said and said.amount_cents else None,
             said.contracted_on.isoformat() if said and said.contracted_on else None)
        )  # fmt: skip
    return Table(
        (SLOT, TABLE, BUYER, SUPPLIER, Column(Text("Suite", "Outcome")),
         Column(Text("Premier contrat (€)", "First contract (€)"), "number", 2),
         Column(Text("Signé le", "Signed on"))),
        rows,
        Text("Suites des rendez-vous", "What came of the meetings"),
    )  # fmt: skip


@require_safe
@organising
def follow(request: HttpRequest, event: MeetingEvent) -> HttpResponse:
    """What came of the event: each meeting, and the totals up to first contracts."""
    rows = plans.planned(event)
    said = [each.follow_up for each in rows if hasattr(each, "follow_up")]
    context = {
        "event": event,
        "rows": rows,
        "said": len(said),
        "counts": [
            (label, sum(each.outcome == code for each in said)) for code, label in MeetingFollowUp.OUTCOMES
        ],
        "euros": sum(each.amount_cents or 0 for each in said) / 100,
        "trail": trail(
            (event.title, reverse("procurement:meeting_board", args=[event.pk])),
            (Text("Suites", "Follow-up"), ""),
        ),
    }
    return render(request, "procurement/meeting_follow.html", context)


@require_safe
@organising
def follow_csv(request: HttpRequest, event: MeetingEvent) -> HttpResponse:
    return csv_file(follow_table(event), f"suites-{event.pk}.csv")


@organising
def outcome(request: HttpRequest, event: MeetingEvent, meeting: int) -> HttpResponse:
    found = get_object_or_404(event.meetings.select_related("buyer", "supplier", "slot", "event"), pk=meeting)
    return answer_outcome(
        request, found, None, reverse("procurement:meeting_follow", args=[event.pk]), event.title
    )


def answer_outcome(
    request: HttpRequest, meeting: Meeting, participant: MeetingParticipant | None, after: str, title: str
) -> HttpResponse:
    """The form about one meeting, for an organiser or for one of the two by their link."""
    said = MeetingFollowUp.objects.filter(meeting=meeting).first()
    initial = {}
    if said:
        initial = {
            "outcome": said.outcome, "contracted_on": said.contracted_on, "note": said.note,
            "amount": said.amount_cents / 100 if said.amount_cents else None,
        }  # fmt: skip
    form = OutcomeForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            record_follow_up(
                meeting=meeting, outcome=form.cleaned_data["outcome"], amount_cents=form.amount_cents(),
                contracted_on=form.cleaned_data["contracted_on"], note=form.cleaned_data["note"],
                participant=participant, by=None if participant else request.user, on=localdate(),
            )  # fmt: skip
        except ExplainedError as refusal:
            form.add_error(None, say(refusal.text))
        else:
            messages.success(request, _("C'est noté."))
            return redirect(after)
    context = {"meeting": meeting, "form": form, "after": after, "title": title}
    return render(request, "procurement/meeting_outcome.html", context, status=422 if form.errors else 200)
