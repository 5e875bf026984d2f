"""Value chains: each with its steps, who holds them in a territory, which are empty."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from essaim.law.text import Text
from essaim.organisations import permissions
from essaim.organisations.models import Organisation
from essaim.organisations.operations import steps as operations
from essaim.organisations.queries import channels as queries
from essaim.organisations.queries.asked_place import AskedPlace, asked_place
from essaim.organisations.rules.channels import CHANNELS, Channel
from essaim.organisations.views.supports import csv_answer
from essaim.ui.words import say

SHOWN = 60
"""Actors listed at each step; all of them are in the CSV."""


@require_safe
def channels(request: HttpRequest) -> HttpResponse:
    place = _place(request)
    return render(request, "organisations/channels.html", {"channels": CHANNELS.values(), "place": place})


@require_safe
def channel(request: HttpRequest, code: str) -> HttpResponse:
    """One channel in the territory asked for, the installation's own otherwise, else everywhere."""
    found, place = _channel(code), _place(request)
    held = queries.channel_in(found, place.code)
    return render(
        request,
        "organisations/channel.html",
        {
            "channel": found,
            "place": place,
            "shown": SHOWN,
            "steps": [
                (
                    each,
                    [(actor, queries.town_names(actor)) for actor in each.actors[:SHOWN]],
                    len(each.actors) - SHOWN,
                )
                for each in held
            ],
            "flow": flow(held),
            "empty": [each for each in held if not each.actors],
            "said": sum(actor.is_said for each in held for actor in each.actors),
            "deduced": sum(not actor.is_said for each in held for actor in each.actors),
        },
    )


@require_safe
def channel_csv(request: HttpRequest, code: str) -> HttpResponse:
    found = _channel(code)
    address = request.build_absolute_uri(reverse("organisations:organisation", args=[0]))
    held = queries.channel_in(found, _place(request).code)
    table = queries.channel_table(found, held, address.replace("/0/", "/{id}/"))
    return csv_answer(table, f"essaim-filiere-{found.code}.csv")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def steps(request: HttpRequest, id: int) -> HttpResponse:
    """Which steps the organisation says it holds: one box a step, all channels on one page."""
    organisation = Organisation.objects.published().filter(pk=id).first()
    if organisation is None:
        raise Http404
    if not permissions.may_edit(request.user, organisation):
        raise PermissionDenied
    said = set(organisation.steps.filter(origin="said").values_list("channel", "step"))
    if request.method == "POST":
        wanted = {
            (one.code, step) for one in CHANNELS.values() for step in one.steps
            if f"{one.code}/{step}" in request.POST.getlist("step")
        }  # fmt: skip
        known = {(one.code, step) for one in CHANNELS.values() for step in one.steps}
        given = {"organisation": organisation, "by": request.user, "on": timezone.localdate()}
        for of, step in sorted(wanted - said):
            operations.declare_step(channel=of, step=step, **given)
        for of, step in sorted((said & known) - wanted):
            operations.withdraw_step(channel=of, step=step, **given)
        messages.success(request, _("Sa place dans les filières est enregistrée."))
        return HttpResponseRedirect(reverse("organisations:organisation", args=[id]) + "#channels")
    context = {
        "organisation": organisation,
        "channels": [
            (one, [(step, (one.code, step.code) in said) for step in one.steps.values()])
            for one in CHANNELS.values()
        ],
    }
    return render(request, "organisations/steps.html", context)


def flow(held: list[queries.Held]) -> dict[str, object]:
    """The steps as boxes of a drawing, left to right: places in the units of its viewBox, and one sentence."""
    width, gap = 150, 34
    boxes = [
        {
            "x": position * (width + gap),
            "arrow": position * (width + gap) - gap + 4,
            "middle": position * (width + gap) + width // 2,
            "label": say(each.step.label),
            "count": len(each.actors),
        }
        for position, each in enumerate(held)
    ]
    said = ", ".join(f"{box['label']} {box['count']}" for box in boxes)
    sentence = Text(f"Acteurs à chaque maillon : {said}.", f"Actors at each step: {said}.")
    return {"boxes": boxes, "width": len(boxes) * (width + gap) - gap, "box": width, "sentence": sentence}


def _channel(code: str) -> Channel:
    if code not in CHANNELS:
        raise Http404
    return CHANNELS[code]


def _place(request: HttpRequest) -> AskedPlace:
    return asked_place(request.GET.get("territory", settings.TERRITORY or ""))
