"""The organiser's board: who takes part, who asked whom, the plan and its proof, slots, changes."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from essaim.law.text import ExplainedError, Text
from essaim.procurement.exports import csv_file
from essaim.procurement.forms.meetings import AnyoneForm, RoomForm
from essaim.procurement.models import MeetingEvent
from essaim.procurement.operations.meetings import forgetting, opening, planning, registering
from essaim.procurement.queries.meetings import events as reads
from essaim.procurement.queries.meetings import planning as plans
from essaim.procurement.rules.meetings import PROOFS, STRENGTHS
from essaim.procurement.views.meetings import trail
from essaim.ui.tables import Column, Table
from essaim.ui.words import say

SECONDS = 20.0
SLOT, TABLE = Column(Text("Créneau", "Slot")), Column("Table", "number")
BUYER, SUPPLIER = Column(Text("Acheteur", "Buyer")), Column(Text("Fournisseur", "Supplier"))

View = Callable[..., HttpResponse]


def organising(view: View) -> View:
    """The event, for its organisers; nothing there for anyone else."""

    @wraps(view)
    @never_cache
    @login_required
    def answer(request: HttpRequest, id: int, **more: object) -> HttpResponse:
        event = get_object_or_404(MeetingEvent.objects.select_related("authority"), pk=id)
        if not reads.may_organise(request.user, event.authority):
            raise Http404
        return view(request, event, **more)

    return answer


def doing(request: HttpRequest, event: MeetingEvent, deed: Callable[[], object], said: str) -> HttpResponse:
    """Do it, say so, and back to the board; a refusal is said there too."""
    try:
        deed()
    except ExplainedError as refusal:
        messages.error(request, say(refusal.text))
    else:
        messages.success(request, said)
    return redirect("procurement:meeting_board", id=event.pk)


@organising
def board(request: HttpRequest, event: MeetingEvent) -> HttpResponse:
    """Everything at a glance; its form registers someone."""
    form = AnyoneForm(request.POST or None)
    if form.is_valid():
        try:
            seat = registering.register_participant(
                event=event, **form.seat(), by=request.user, on=localdate()
            )
        except ExplainedError as refusal:
            form.add_error(None, say(refusal.text))
        else:
            messages.success(request, _("%(name)s est inscrit.") % {"name": seat.name})
            return redirect("procurement:meeting_board", id=event.pk)
    plan = event.plans.first()
    context = {
        "event": event,
        "form": form,
        "room_form": RoomForm(initial={"tables": event.tables, "most_meetings": event.most_meetings}),
        "people": reads.participants_of(event),
        "slots": event.slots.all(),
        "plan": plan,
        "proof": PROOFS[plan.proof] if plan else None,
        "aside": plans.people_aside(event) if plan else [],
        "lines": plans.change_lines(plan) if plan and plan.is_replan else [],
        "count": event.meetings.count(),
        "trail": trail(
            (event.title, reverse("procurement:meeting_event", args=[event.pk])),
            (Text("Organisation", "Organising"), ""),
        ),
    }
    return render(request, "procurement/meeting_board.html", context, status=422 if form.errors else 200)


@require_POST
@organising
def room(request: HttpRequest, event: MeetingEvent) -> HttpResponse:
    form = RoomForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Ces nombres ne conviennent pas : écrivez des nombres entiers, à partir de 1.")
        )
        return redirect("procurement:meeting_board", id=event.pk)
    return doing(
        request, event,
        lambda: opening.change_room(event=event, **form.cleaned_data, by=request.user, on=localdate()),
        _("La salle est changée. Replanifiez pour que le planning en tienne compte."),
    )  # fmt: skip


@require_POST
@organising
def close(request: HttpRequest, event: MeetingEvent) -> HttpResponse:
    is_open = request.POST.get("open") == "yes"
    return doing(
        request, event,
        lambda: opening.close_wishes(event=event, is_open=is_open, by=request.user, on=localdate()),
        _("Les souhaits sont rouverts.") if is_open else _("Les souhaits sont clos."),
    )  # fmt: skip


@require_POST
@organising
def plan(request: HttpRequest, event: MeetingEvent) -> HttpResponse:
    is_replan = request.POST.get("how") == "nearest"
    return doing(
        request, event,
        lambda: planning.plan_event(
            event=event, is_replan=is_replan, time_limit_s=SECONDS, by=request.user, on=localdate()
        ),
        _("Le planning est publié : chaque participant le lit par son lien."),
    )  # fmt: skip


@require_POST
@organising
def slot(request: HttpRequest, event: MeetingEvent, slot: int) -> HttpResponse:
    found = get_object_or_404(event.slots, pk=slot)
    is_lost = request.POST.get("lost") == "yes"
    return doing(
        request, event,
        lambda: opening.lose_slot(slot=found, is_lost=is_lost, by=request.user, on=localdate()),
        _("Le créneau est changé. Replanifiez pour que le planning en tienne compte."),
    )  # fmt: skip


@require_POST
@organising
def person(request: HttpRequest, event: MeetingEvent, participant: int) -> HttpResponse:
    """Someone drops out, gets a new personal link, or has their contact erased."""
    found = get_object_or_404(event.participants.select_related("event__authority"), pk=participant)
    if request.POST.get("act") == "link":
        return doing(
            request, event,
            lambda: registering.renew_link(participant=found, by=request.user, on=localdate()),
            _("Le nouveau lien de %(name)s est prêt ; l'ancien n'ouvre plus rien.") % {"name": found.name},
        )  # fmt: skip
    if request.POST.get("act") == "erase":
        return doing(
            request, event,
            lambda: forgetting.erase_contact(participant=found, by=request.user, on=localdate()),
            _("Le contact de %(name)s est effacé ; son lien n'ouvre plus rien.") % {"name": found.name},
        )  # fmt: skip
    return doing(
        request, event,
        lambda: registering.withdraw_participant(participant=found, by=request.user, on=localdate()),
        _("%(name)s ne vient plus. Replanifiez pour prévenir ses partenaires.") % {"name": found.name},
    )  # fmt: skip


def wish_table(event: MeetingEvent) -> Table:
    """Who asked whom, and whether they will meet."""
    seated = {each.pair for each in plans.meetings_of(event)}
    rows = list(reads.wishes_of_event(event))
    asked = {(each.by_id, each.of_id) for each in rows}
    words, yes, no = dict(STRENGTHS), Text("oui", "yes"), Text("non", "no")
    return Table(
        (Column(Text("Qui demande", "Who asks")), Column(Text("À rencontrer", "To meet")),
         Column(Text("Force", "Strength")), Column(Text("Réciproque", "Mutual")),
         Column(Text("Au planning", "In the schedule"))),
        [
            (each.by.name, each.of.name, words[each.strength],
             yes if (each.of_id, each.by_id) in asked else no,
             yes if {(each.by_id, each.of_id), (each.of_id, each.by_id)} & seated else no)
            for each in rows
        ],
        Text("Qui souhaite rencontrer qui", "Who wishes to meet whom"),
    )  # fmt: skip


@require_safe
@organising
def wishes(request: HttpRequest, event: MeetingEvent) -> HttpResponse:
    context = {
        "event": event,
        "table": wish_table(event),
        "trail": trail(
            (event.title, reverse("procurement:meeting_board", args=[event.pk])),
            (Text("Souhaits", "Wishes"), ""),
        ),
    }
    return render(request, "procurement/meeting_wishes.html", context)


def planning_table(event: MeetingEvent) -> Table:
    return Table(
        (SLOT, TABLE, BUYER, SUPPLIER),
        [
            (
                f"{localtime(each.slot.starts_at):%Y-%m-%d %H:%M}",
                each.table,
                each.buyer.name,
                each.supplier.name,
            )
            for each in plans.planned(event)
        ],
        Text("Planning", "Schedule"),
    )


@require_safe
@organising
def wishes_csv(request: HttpRequest, event: MeetingEvent) -> HttpResponse:
    return csv_file(wish_table(event), f"souhaits-{event.pk}.csv")


@require_safe
@organising
def planning_csv(request: HttpRequest, event: MeetingEvent) -> HttpResponse:
    return csv_file(planning_table(event), f"planning-{event.pk}.csv")
