"""Must a buyer adopt a SPASER on a date? The address is the question; nothing is kept."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from essaim.law.text import Text
from essaim.procurement.forms.schemes_duty import SpaserDutyForm
from essaim.procurement.permissions.schemes import authorities_kept
from essaim.procurement.queries.schemes_duty import spent_in
from essaim.procurement.rules.schemes_duty import DutyAnswer, Spent, duty_answer
from essaim.procurement.views.schemes import TRAIL

DUTY = Text("Devons-nous adopter un SPASER ?", "Must we adopt a scheme?")
TAGS = {True: "is-good", False: "", None: "is-doubtful"}


@require_safe
def spaser_duty(request: HttpRequest) -> HttpResponse:
    form = asked(request)
    answer, lacking = None, None
    if form.is_bound and form.is_valid():
        answer, lacking = answered(form)
    context = {
        "form": form,
        "answer": answer,
        "lacking": lacking,
        "keeps": authorities_kept(request.user).exists(),
        "tag": TAGS[answer.duty.due] if answer and answer.duty else "",
        "trail": [(TRAIL, reverse("procurement:schemes")), (DUTY, "")],
    }
    return render(request, "procurement/spaser_duty.html", context, status=422 if form.errors else 200)


def asked(request: HttpRequest) -> SpaserDutyForm:
    """Bound as soon as anything is asked; a keeper's own SIREN and the last whole year are proposed."""
    today = localdate()
    if any(name in request.GET for name in SpaserDutyForm.base_fields):
        data = request.GET.copy()
        data.setdefault("on", today.isoformat())
        data.setdefault("buyer", "local")
        return SpaserDutyForm(data)
    own = authorities_kept(request.user).exclude(siren=None).first()
    return SpaserDutyForm(
        initial={"on": today, "buyer": "local", "siren": own.siren if own else "", "year": today.year - 1}
    )


def answered(form: SpaserDutyForm) -> tuple[DutyAnswer, Text | None]:
    """(the answer, why the contracts asked for could not be counted)."""
    said, lacking = form.cleaned_data, None
    spent = None if said["spending"] is None else Spent(said["spending"])
    if spent is None and said["siren"]:
        spent, lacking = spent_in(said["siren"], said["year"])
    return duty_answer(spent, said["on"], said["buyer"]), lacking
