"""The desk: what waits for an agent today, and each queue."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.organisations import permissions
from essaim.organisations.forms.desk import QueueForm
from essaim.organisations.models import Proposal, Request
from essaim.organisations.queries import desk as waiting
from essaim.organisations.queries.within import authorities_of, territories_of_agent

PAGE_ROWS = 30
URGENT = 10
KINDS = {
    "requests": Request.KINDS,
    "proposals": [(code, label) for code, label in Proposal.KINDS if code in waiting.PROPOSED],
}
PAGES = {
    "requests": "organisations:desk_request",
    "claims": "organisations:desk_claim",
    "sensitive": "organisations:desk_proposal",
    "proposals": "organisations:desk_proposal",
    "duplicates": "organisations:desk_pair",
    "to_confirm": "organisations:desk_record",
    # The page of an import belongs to another part; without it the line is not a link.
    "imports": "organisations:import",
}


def desk_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For those who moderate somewhere: others log in, or are told it is not theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not permissions.is_moderator(request.user):
            raise PermissionDenied
        answer = view(request, *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        return answer

    return guarded


def today() -> date:
    return timezone.localdate()


def trail(*further: tuple[object, str]) -> list[tuple[object, str]]:
    return [(_("Bureau"), reverse("organisations:desk")), *further]


def queue_link(queue: str) -> tuple[object, str]:
    """The queue in a trail."""
    return waiting.QUEUES[queue], reverse("organisations:desk_queue", args=[queue])


def page_of(line: waiting.Waiting) -> str:
    try:
        return reverse(PAGES[line.queue], args=[line.id])
    except NoReverseMatch:
        return ""


def shown(lines: list[waiting.Waiting], on: date) -> list[dict[str, object]]:
    return [
        {
            "line": line,
            "url": page_of(line),
            "queue": waiting.QUEUES[line.queue],
            "left": line.days_left(on),
            "overdue": -line.days_left(on) if line.due is not None and line.due < on else 0,
        }
        for line in lines
    ]


@require_safe
@desk_page
def desk(request: HttpRequest) -> HttpResponse:
    on = today()
    territories = territories_of_agent(request.user)
    queues = [
        {"code": code, "label": waiting.QUEUES[code], "count": count, "late": late}
        for code, count, late in waiting.counts(territories, on)
    ]
    context = {
        "on": on,
        "authorities": authorities_of(request.user),
        "is_everywhere": territories is None,
        "queues": queues,
        "urgent": shown(waiting.most_urgent(territories, on, URGENT), on),
    }
    return render(request, "organisations/desk/desk.html", context)


@require_safe
@desk_page
def queue(request: HttpRequest, queue: str) -> HttpResponse:
    if queue not in waiting.QUEUES:
        raise Http404(queue)
    on = today()
    form = QueueForm(request.GET, kinds=KINDS.get(queue, ()))
    form.is_valid()
    asked = waiting.Asked(
        words=form.cleaned_data.get("q", "").strip(),
        kind=form.cleaned_data.get("kind", ""),
        late=form.cleaned_data.get("late", False),
    )
    rows = waiting.rows_of(queue, territories_of_agent(request.user), asked, on)
    page = Paginator(rows, PAGE_ROWS).get_page(request.GET.get("page"))
    kept = {"q": asked.words, "kind": asked.kind, "late": "on" if asked.late else ""}
    query = urlencode({name: value for name, value in kept.items() if value})
    context = {
        "queue": queue,
        "label": waiting.QUEUES[queue],
        "form": form,
        "is_filtered": bool(query),
        "page": page,
        "lines": shown(waiting.lines_of(queue, page.object_list), on),
        "query": query + "&" if query else "",
        "trail": trail((waiting.QUEUES[queue], "")),
    }
    return render(request, "organisations/desk/queue.html", context)
