"""Which territories an organisation belongs to, and which authorities may act there."""

from essaim.accounts.models import Authority
from essaim.observatory.reference import places
from essaim.organisations.models import Organisation

LEVELS = ("epci", "ept", "departement", "region")


def territories_of_commune(commune: str) -> tuple[str, ...]:
    """Codes from the commune up to the country: ("commune:59350", "epci:200093201", ..., "country:FR")."""
    if not commune:
        return ()
    code = f"commune:{commune}"
    try:
        found = places.territory(code)
    except places.UnknownTerritory:
        return (code, "country:FR")
    parents = tuple(f"{kind}:{getattr(found, kind)}" for kind in LEVELS if getattr(found, kind, None))
    return (found.code, *parents, "country:FR")


def territories_of(organisation: Organisation) -> frozenset[str]:
    """Every territory that holds one of its open sites, priority neighbourhoods included."""
    codes: set[str] = set()
    for commune, qpv in organisation.sites.filter(closed_on__isnull=True).values_list("commune", "qpv"):
        codes.update(territories_of_commune(commune))
        if qpv:
            codes.add(f"qpv:{qpv}")
    return frozenset(codes)


def authorities_over(organisation: Organisation) -> list[Authority]:
    """Authorities whose territory holds it, smallest name first; all of them for a record that lies nowhere yet."""
    territories = territories_of(organisation)
    if not territories:
        return list(Authority.objects.all())
    return list(Authority.objects.filter(territory__in=territories))
