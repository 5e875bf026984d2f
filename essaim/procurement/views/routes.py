"""What the law allows for a need on a date: the question, its answer, the answer as files."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from essaim.law.text import Text
from essaim.procurement.forms.routes import RoutesForm
from essaim.procurement.rules.routes import STATES, RouteAnswer, as_rows, state, suggestions
from essaim.ui.tables import Column, Table
from essaim.ui.words import language, say

GROUPS = {
    "open": Text("Ce qui est ouvert", "What is open"),
    "conditional": Text("Ce qui dépend d'une réponse de plus", "What depends on one more answer"),
    "closed": Text("Ce qui est fermé", "What is closed"),
}
COUNTS = {
    "open": Text("{count} ouvertes", "{count} open"),
    "conditional": Text("{count} à préciser", "{count} to be specified"),
    "closed": Text("{count} fermées", "{count} closed"),
}
TAGS = {"open": "is-good", "conditional": "is-doubtful", "closed": "is-stop"}
DUE = {
    True: Text("s'impose", "due"),
    None: Text("à préciser", "to be specified"),
    False: Text("ne s'impose pas", "not due"),
}
DUE_TAGS = {True: "is-good", None: "is-doubtful", False: ""}
COLUMNS = (
    Column(Text("Procédure", "Route")),
    Column(Text("Code", "Code")),
    Column(Text("Réponse", "Answer")),
    Column(Text("Raisons", "Reasons")),
    Column(Text("Articles", "Articles")),
    Column(Text("À vérifier", "To be verified")),
)


@require_safe
def routes(request: HttpRequest) -> HttpResponse:
    """The address is the question. Without one, the form alone, on today's date."""
    form = asked(request)
    context = {"form": form, "answer": None, "words": "", "address": request.GET.urlencode()}
    if form.is_bound and form.is_valid() and form.answer:
        context |= told(request, form.answer)
    if form.words:
        context["words"] = form.words
        context["suggested"] = [
            (code, label, listed, _with(request, cpv=code))
            for code, label, listed in suggestions(form.words, localdate())
        ]
    status = 422 if form.is_bound and not form.answer else 200
    return render(request, "procurement/routes.html", context, status=status)


@require_safe
def routes_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same question, answered as CSV or JSON; what is missing is said with status 422."""
    asking = asked(request)
    if not asking.is_bound or not asking.is_valid() or asking.answer is None:
        faults = {name: [str(each) for each in errors] for name, errors in asking.errors.items()}
        message = _("Posez d'abord la question : il faut au moins un montant, une nature et une date.")
        return JsonResponse({"error": "BadNeed", "message": message, "fields": faults}, status=422)
    if form == "json":
        answer: HttpResponse = JsonResponse(as_rows(asking.answer, language()), safe=False)
    else:
        answer = HttpResponse(
            "\ufeff" + as_table(asking.answer).as_csv(), content_type="text/csv; charset=utf-8"
        )
    answer["Content-Disposition"] = f'attachment; filename="procedures-{asking.answer.on}.{form}"'
    return answer


def asked(request: HttpRequest) -> RoutesForm:
    """Bound as soon as anything is asked."""
    if any(name in request.GET for name in RoutesForm.base_fields):
        data = request.GET.copy()
        # A short address asks about today, and about the whole need when no lots are given.
        data.setdefault("on", localdate().isoformat())
        data.setdefault("lot", "yes" if data.get("operation_total") or data.get("small_lots_total") else "no")
        return RoutesForm(data)
    return RoutesForm(initial={"on": localdate(), "lot": "no", "innovative": "", "buyer": "local"})


def told(request: HttpRequest, answer: RouteAnswer) -> dict[str, object]:
    grouped: dict[str, list[object]] = {name: [] for name in GROUPS}
    for each in answer.routes:
        grouped[state(each)].append(each)
    return {
        "answer": answer,
        "groups": [
            (name, GROUPS[name], TAGS[name], STATES[name], rows) for name, rows in grouped.items() if rows
        ],
        "counts": [COUNTS[name].format(count=len(rows)) for name, rows in grouped.items()],
        "duties": [(each, DUE[each.due], DUE_TAGS[each.due]) for each in answer.duties],
        "past": change_of(request, answer, is_past=True),
        "coming": change_of(request, answer, is_past=False),
    }


def change_of(request: HttpRequest, answer: RouteAnswer, *, is_past: bool) -> dict[str, object] | None:
    """The day of the change, what it did to each route, and the same question on the other side of it."""
    change = answer.past if is_past else answer.coming
    if change is None:
        return None
    lines = [
        (
            after.label,
            STATES[state(before)],
            STATES[state(after)],
            [c for c in after.citations if not c.verified],
        )
        for before, after in change.routes
    ]
    other = change.on - timedelta(days=1) if is_past else change.on
    return {"on": change.on, "lines": lines, "other": other, "address": _with(request, on=other.isoformat())}


def as_table(answer: RouteAnswer) -> Table:
    rows = [
        (
            each["label"],
            each["route"],
            say(STATES[state(route)]),
            " ".join(each["reasons"]),
            " ; ".join(cited["article"] for cited in each["citations"]),
            " ; ".join(cited["article"] for cited in each["citations"] if not cited["verified"]),
        )
        for route, each in zip(answer.routes, as_rows(answer, language()), strict=True)
    ]
    return Table(COLUMNS, rows, Text("Ce que permet le droit", "What the law allows"))


def _with(request: HttpRequest, **changed: str) -> str:
    query = request.GET.copy()
    for name, value in changed.items():
        query[name] = value
    return query.urlencode()
