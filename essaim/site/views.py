"""The front door: home, the law we apply, the API's own page, health, errors."""

from datetime import date
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from essaim.atlas import places_map
from essaim.law.text import Text
from essaim.observatory.reference.places import UnknownTerritory, all_territories, territory
from essaim.site import installation, legal
from essaim.site.api import api, operations_by_tag
from essaim.ui.context import address

BAD_DATE = Text(
    "« {given} » n'est pas une date. Écrivez-la comme 2026-05-02 ; en attendant, voici la loi d'aujourd'hui.",
    "'{given}' is not a date. Write it like 2026-05-02; meanwhile, here is today's law.",
)


def home(request: HttpRequest) -> HttpResponse:
    try:
        own = territory(settings.TERRITORY) if settings.TERRITORY else None
    except UnknownTerritory:
        own = None
    regions = [code for code, place in all_territories().items() if place.kind == "region"]
    return render(
        request,
        "site/home.html",
        {
            "own": own,
            "search": address("atlas:choose"),
            "suggestions": address("atlas:suggestions"),
            # Drawn only when the page shows it.
            "map": lambda: places_map.chooser(
                regions,
                Text("Choisir une région sur la carte", "Choose a region on the map"),
                {code: f"{reverse('atlas:choose')}?within={code}#carte" for code in regions},
            ),
        },
    )


def chosen_day(request: HttpRequest) -> tuple[date, Text | None]:
    """The day asked for by ?on=, today otherwise; with a sentence when what was asked is not a date."""
    given = request.GET.get("on", "").strip()
    if not given:
        return timezone.localdate(), None
    try:
        return date.fromisoformat(given), None
    except ValueError:
        return timezone.localdate(), BAD_DATE.format(given=given[:40])


def law(request: HttpRequest) -> HttpResponse:
    on, problem = chosen_day(request)
    subjects = [
        {"subject": subject, "values": [(value, legal.entries(value)) for value in subject.values]}
        for subject in legal.subjects_in_force(on)
    ]
    counted = [value for each in subjects for value, _ in each["values"]]
    return render(
        request,
        "site/law.html",
        {
            "on": on,
            "problem": problem,
            "subjects": subjects,
            "total": len(counted),
            "doubtful": sum(not value.verified for value in counted),
        },
    )


def law_csv(request: HttpRequest) -> HttpResponse:
    on, problem = chosen_day(request)
    if problem:
        return HttpResponse(
            problem.fr, status=HTTPStatus.BAD_REQUEST, content_type="text/plain; charset=utf-8"
        )
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="essaim-law-{on}.csv"'
    answer.write(legal.as_table(on).as_csv())
    return answer


def law_json(request: HttpRequest) -> HttpResponse:
    on, problem = chosen_day(request)
    if problem:
        return JsonResponse({"error": "not_a_date", "message": problem.en}, status=HTTPStatus.BAD_REQUEST)
    return JsonResponse(legal.as_json(on), json_dumps_params={"ensure_ascii": False, "indent": 1})


def api_page(request: HttpRequest) -> HttpResponse:
    return render(request, "site/api.html", {"groups": operations_by_tag(api), "title": api.title})


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """For whoever watches the site: 200 when it can serve, 503 otherwise. The store may be empty at first."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = "ok"
    except DatabaseError:
        database = "unreachable"
    build = installation.current(settings.STORE).build
    status = HTTPStatus.OK if database == "ok" else HTTPStatus.SERVICE_UNAVAILABLE
    content = {"database": database, "build": build, "version": settings.SHELL["version"]}
    return JsonResponse(content, status=status)


def robots(request: HttpRequest) -> HttpResponse:
    kept_from = ("/admin/", "/accounts/", "/organisations/data/keys/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in kept_from)]
    lines += [f"Sitemap: {settings.PUBLIC_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "site/404.html", status=HTTPStatus.NOT_FOUND)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "site/403.html", status=HTTPStatus.FORBIDDEN)


def failed(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors: the database itself may be what failed."""
    return HttpResponse(render_to_string("site/500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "site/csrf.html", status=HTTPStatus.FORBIDDEN)
