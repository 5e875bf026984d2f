"""The organisation's page, its data, its places on a map, its contacts for whoever asks."""

from collections.abc import Iterable
from datetime import date
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from essaim.organisations import permissions
from essaim.organisations.models import Organisation, Site
from essaim.organisations.queries import described
from essaim.organisations.queries import page as queries
from essaim.organisations.queries.page import Sheet
from essaim.organisations.rules import SUPPORT_STAGES, SUPPORTS
from essaim.organisations.rules.linked_data import linked_data, printed
from essaim.organisations.rules.nomenclature import cpv_label, naf_code, naf_label
from essaim.organisations.rules.opening import opening_note, opening_table
from essaim.organisations.rules.profile import ACCESSIBILITY, LANGUAGES, PUBLICS
from essaim.organisations.views import asking
from essaim.ui.words import say

JSON_LD = "application/ld+json"


@require_safe
def organisation(request: HttpRequest, id: int) -> HttpResponse:
    """Its page; for a record merged into another, the other's; the same 404 for what is hidden and what is not."""
    moved = _moved(request, id, "organisations:organisation")
    return moved or render(request, "organisations/page.html", _context(request, _sheet(id)))


@require_safe
def organisation_json(request: HttpRequest, id: int) -> HttpResponse:
    """What the page says, as plain JSON, without contacts."""
    moved = _moved(request, id, "organisations:organisation_json")
    return moved or _data(described.as_json(_sheet(id), _uri(request, id), today()), "application/json")


@require_safe
def organisation_jsonld(request: HttpRequest, id: int) -> HttpResponse:
    """What the page says, as schema.org linked data, without contacts."""
    moved = _moved(request, id, "organisations:organisation_jsonld")
    return moved or _data(_linked(request, _sheet(id)), JSON_LD)


@require_GET
def sites(request: HttpRequest, id: int) -> HttpResponse:
    """GeoJSON of its open places, for the map of its page."""
    return JsonResponse(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [site.lon, site.lat]},
                    "properties": {
                        "name": site.name or site.address or str(_("Lieu")),
                        "text": described.address_line(site) if site.name else described.town(site),
                    },
                }
                for site in _sheet(id).placed_sites
            ],
        },
        content_type="application/geo+json",
    )


@require_POST
def contacts(request: HttpRequest, id: int) -> HttpResponse:
    """Contacts for a person who asks: never in the page as first served, at a human pace, never kept by a cache."""
    found = _sheet(id)
    if not asking.may_ask(request):
        answer = _shown(request, found, {"too_many": True})
        answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
        answer["Retry-After"] = str(asking.WINDOW_SECONDS)
    else:
        answer = _shown(request, found, {"contacts": list(queries.shown_contacts(found.organisation))})
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _shown(request: HttpRequest, found: Sheet, contacts: dict[str, Any]) -> HttpResponse:
    """The contacts alone for htmx, within the whole page otherwise."""
    if request.htmx:
        context = {"sheet": found, "organisation": found.organisation, **contacts}
        return render(request, "organisations/page/contacts.html", context)
    return render(request, "organisations/page.html", _context(request, found) | contacts)


def today() -> date:
    return timezone.localdate()


def _sheet(id: int) -> Sheet:
    found = queries.sheet(id, today())
    if found is None:
        raise Http404
    return found


def _moved(request: HttpRequest, id: int, name: str) -> HttpResponse | None:
    """A permanent redirection when the record was merged; Http404 when nothing may be shown; None otherwise."""
    now = queries.address_of(id)
    if now is None:
        raise Http404
    if now == id:
        return None
    moved = HttpResponsePermanentRedirect(reverse(name, args=[now]))
    # Permanent for search engines; a browser asks again, for a merge may be undone.
    moved["Cache-Control"] = "no-cache"
    return moved


def _uri(request: HttpRequest, id: int) -> str:
    """Its stable address: under the installation's public address when it is known, the one asked for otherwise."""
    path = reverse("organisations:organisation", args=[id])
    public = getattr(settings, "PUBLIC_URL", "")
    return f"{public.rstrip('/')}{path}" if public else request.build_absolute_uri(path)


def _data(document: dict[str, Any], content_type: str) -> HttpResponse:
    answer = JsonResponse(document, content_type=content_type, json_dumps_params={"ensure_ascii": False})
    # Open data: any site may read it.
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _context(request: HttpRequest, found: Sheet) -> dict[str, Any]:
    organisation, profile = found.organisation, found.profile
    status, reason = queries.status_words(found.finding)
    on = today()
    outlines = queries.map_outlines(found.placed_sites) if found.placed_sites else None
    return {
        "sheet": found,
        "organisation": organisation,
        "profile": profile,
        "today": on,
        "uri": _uri(request, organisation.pk),
        "linked_data": printed(_linked(request, found)),
        "status": status,
        "reason": reason,
        "family": queries.family_label(found.finding.family),
        "place": _place(found),
        "sectors": [words for words in map(queries.sector_label, _sectors(found)) if words],
        "activity": (naf_code(organisation.naf), naf_label(organisation.naf)),
        "category": queries.legal_category_label(organisation.legal_category, on),
        "size": queries.size_label(organisation.size_band),
        "label_groups": described.label_groups(found.labels, on),
        "signs": described.signs(found.labels, on),
        "offers": [(offer, [(code, cpv_label(code)) for code in offer.cpv]) for offer in found.offers],
        "zone": described.zone(found),
        "hours": opening_table(profile.opening_hours or {}),
        "hours_note": opening_note(profile.opening_hours or {}),
        "publics": described.words(PUBLICS, profile.publics),
        "languages": described.words(LANGUAGES, profile.languages),
        "accessibility": described.words(ACCESSIBILITY, profile.accessibility),
        "website": next(iter(described.safe_links([profile.website])), None),
        "links": described.safe_links(profile.links),
        "sites": [(site, described.address_line(site)) for site in found.open_sites],
        "outlines": outlines and f"{reverse('territories:outlines')}?kind={outlines[0]}&within={outlines[1]}",
        "supports": [
            (each, SUPPORTS.get(each.kind), [SUPPORT_STAGES[s] for s in each.stages if s in SUPPORT_STAGES])
            for each in found.supports
        ],
        "steps": described.step_words(found.steps),
        "may_edit": permissions.may_edit(request.user, organisation)
        if request.user.is_authenticated
        else False,
        "is_steward": permissions.is_steward(request.user, organisation),
    }


def _sectors(found: Sheet) -> Iterable[str]:
    """Its own sectors, or the one its official activity belongs to."""
    return found.profile.sectors or [found.organisation.sector]


def _place(found: Sheet) -> str:
    site: Site | None = next(iter(found.open_sites), None)
    return queries.place_name(f"commune:{site.commune}") if site and site.commune else ""


def _linked(request: HttpRequest, found: Sheet) -> dict[str, Any]:
    organisation: Organisation = found.organisation
    return linked_data(
        uri=_uri(request, organisation.pk),
        name=found.name,
        official_name=organisation.name,
        sigle=organisation.sigle,
        family=found.finding.family or "",
        summary=found.profile.summary,
        siren=organisation.siren,
        rna_id=organisation.rna_id,
        naf=organisation.naf,
        created_on=organisation.created_on and organisation.created_on.isoformat(),
        closed_on=organisation.closed_on and organisation.closed_on.isoformat(),
        website=described.safe_url(found.profile.website),
        links=[url for _label, url in described.safe_links(found.profile.links)],
        places=[
            {
                "siret": site.siret,
                "name": site.name,
                "street": site.address,
                "postcode": site.postcode,
                "commune": queries.place_name(f"commune:{site.commune}") if site.commune else "",
                "lon": site.lon,
                "lat": site.lat,
            }
            for site in found.open_sites
        ],
        serves=[say(each) for each in described.zone_places(found)],
        offers=[offer.title for offer in found.offers],
        is_open_to_public=bool(opening_table(found.profile.opening_hours or {})),
    )
