"""The facts by which records are compared, read in four queries for the whole directory."""

from collections import defaultdict
from collections.abc import Iterable

from essaim.observatory.reference import places
from essaim.organisations.models import Contact, Organisation, Profile, Site
from essaim.organisations.rules.duplicates import Facts, Spot
from essaim.organisations.rules.names import domain_of, phone_digits, plain_address


def facts_of(ids: Iterable[int] | None = None) -> list[Facts]:
    """Published records (those of `ids` only, when given), by id. Contacts that concern a person are left out."""
    shown = Organisation.objects.published().order_by("pk")
    wanted = {} if ids is None else {"organisation__in": list(ids)}
    if ids is not None:
        shown = shown.filter(pk__in=wanted["organisation__in"])
    spots: dict[int, list[Spot]] = defaultdict(list)
    sites = Site.objects.filter(closed_on__isnull=True, **wanted).order_by("organisation", "pk")
    for organisation, commune, address, lon, lat in sites.values_list(
        "organisation", "commune", "address", "lon", "lat"
    ).iterator(chunk_size=5_000):
        today = places.current_commune(commune)
        spots[organisation].append(Spot(today[0] if today else commune, plain_address(address), lon, lat))
    names: dict[int, str] = {}
    domains: dict[int, set[str]] = defaultdict(set)
    phones: dict[int, set[str]] = defaultdict(set)
    profiles = Profile.objects.filter(**wanted).values_list("organisation", "usual_name", "website")
    for organisation, usual_name, website in profiles.iterator(chunk_size=5_000):
        names[organisation] = usual_name
        domains[organisation].add(domain_of(website))
    contacts = Contact.objects.filter(is_personal=False, **wanted).values_list(
        "organisation", "email", "phone"
    )
    for organisation, email, phone in contacts.iterator(chunk_size=5_000):
        domains[organisation].add(domain_of(email))
        phones[organisation].add(phone_digits(phone))
    rows = shown.values_list("pk", "name", "sigle", "siren", "rna_id", "legal_category")
    return [
        Facts(
            id=pk,
            names=tuple(dict.fromkeys(filter(None, (name, names.get(pk, ""))))),
            sigle=sigle,
            siren=siren or "",
            rna_id=rna_id,
            category=category,
            spots=tuple(spots.get(pk, ())),
            domains=frozenset(filter(None, domains.get(pk, ()))),
            phones=frozenset(filter(None, phones.get(pk, ()))),
        )
        for pk, name, sigle, siren, rna_id, category in rows.iterator(chunk_size=5_000)
    ]
