"""From a need to the control of its article 35 duties, in one click."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from essaim.procurement.models import Need
from essaim.procurement.operations.schemes_control import ControlRefused, control_need
from essaim.procurement.views.needs_frame import need_page
from essaim.ui.words import say


@require_POST
@need_page
def need_control(request: HttpRequest, need: Need) -> HttpResponse:
    """Open the control of the need, or of its lot `lot`; made of what the need says the first time."""
    number = request.POST.get("lot", "")
    lot = get_object_or_404(need.lots, number=number) if number.isascii() and number.isdigit() else None
    try:
        purchase = control_need(need=need, lot=lot, by=request.user, on=timezone.localdate())
    except ControlRefused as refused:
        messages.error(request, say(refused.text))
        return redirect("procurement:need", need.pk)
    return redirect("procurement:article35_purchase", purchase.pk)
