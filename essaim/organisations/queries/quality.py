"""What records have, for the quality score: a few queries for any number of organisations."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q

from essaim.organisations.models import Contact, Offer, Organisation, Photo, Profile, ServedZone, Site
from essaim.organisations.rules.quality import Quality, quality_of

SAID = {"summary": "summary", "description": "description", "hours": "opening_hours", "sector": "sectors"}


def present_in(organisations: Collection[Organisation]) -> dict[int, frozenset[str]]:
    """Organisation id -> codes of `quality.yaml` it has. As many queries for one as for a thousand."""
    ids = [each.pk for each in organisations]
    said = said_by_people(ids)
    places: dict[int, list[tuple[str, float | None]]] = defaultdict(list)
    sites = Site.objects.filter(organisation__in=ids, closed_on__isnull=True)
    for organisation, address, lon in sites.values_list("organisation", "address", "lon"):
        places[organisation].append((address, lon))
    return {
        each.pk: frozenset(facts_present(each.name, each.sector, places[each.pk]) | said[each.pk])
        for each in organisations
    }


def facts_present(name: str, sector: str, places: Iterable[tuple[str, float | None]]) -> set[str]:
    """What the official columns give. `places`: (address, longitude) of its open sites."""
    found = {"name"} if name else set()
    found |= {"sector"} if sector not in ("", "unknown") else set()
    for address, lon in places:
        found |= {"address"} if address else set()
        found |= {"position"} if lon is not None else set()
    return found


def said_by_people(ids: Collection[int]) -> dict[int, set[str]]:
    """What its people added: the profile, contacts that are shown, offers, area served, photos."""
    found: dict[int, set[str]] = defaultdict(set)
    for profile in Profile.objects.filter(organisation__in=ids):
        found[profile.organisation_id].update(c for c, name in SAID.items() if getattr(profile, name))
    for code, rows in (
        ("contact", Contact.objects.filter(Q(is_personal=False) | Q(consent_on__isnull=False))),
        ("offers", Offer.objects.all()),
        ("zone", ServedZone.objects.all()),
        ("photo", Photo.objects.all()),
    ):
        for id in (
            rows.filter(organisation__in=ids).values_list("organisation", flat=True).distinct().order_by()
        ):
            found[id].add(code)
    return found


def quality(organisation: Organisation) -> Quality:
    """Its score and what to complete next."""
    return quality_of(present_in([organisation])[organisation.pk])
