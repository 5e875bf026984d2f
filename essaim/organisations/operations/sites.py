"""Places where an organisation works. Its people add and move their own; an official one they may only place better
inside its commune: its address is a change to review (see `proposals`)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.organisations import permissions
from essaim.organisations.acts import act
from essaim.organisations.editing import changes_to, needs, on_behalf_of, opened, row_of
from essaim.organisations.models import Organisation, Site
from essaim.organisations.queries import locating
from essaim.organisations.rules.house import PROFILES

PLACE_FIELDS = ("name", "address", "postcode", "commune", "lon", "lat")
TOO_MANY = Text(
    f"Cette fiche a déjà {PROFILES.most_sites} lieux ajoutés, le plus que nous gardons. Retirez-en un d'abord.",
    f"This page already has {PROFILES.most_sites} added places, the most we keep. Remove one first.",
)
OFFICIAL = Text(
    "Ce lieu vient du registre officiel : son adresse ne se change pas ici. Proposez-le, un agent relira.",
    "This place comes from the official register: its address does not change here. Propose the change, an agent will "
    "read it.",
)
ELSEWHERE = Text(
    "Ce point est dans une autre commune que l'adresse. Rapprochez-le, ou proposez une autre adresse.",
    "This point is in another commune than the address. Bring it closer, or propose another address.",
)
NOWHERE = Text(
    "Ce point n'est dans aucune commune. Vérifiez que la latitude et la longitude ne sont pas inversées.",
    "This point is in no commune. Check that latitude and longitude are not swapped.",
)


def add_site(*, organisation: Organisation, values: Mapping[str, Any], by: User | None, on: date) -> Site:
    """A place of theirs. `values`: PLACE_FIELDS; without a point it is placed by its address. Raises EditRefused."""
    with transaction.atomic():
        organisation = opened(organisation, by)
        own = organisation.sites.filter(is_official=False)
        needs(own.count() < PROFILES.most_sites, TOO_MANY)
        site = Site(organisation=organisation, is_official=False, opened_on=on, **_placed(dict(values)))
        with act("place added", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            return deed.create(site)


def edit_site(
    *,
    site: Site,
    values: Mapping[str, Any],
    by: User | None,
    on: date,
    seen: Mapping[str, str] | None = None,
) -> bool:
    """Change a place they added. Raises EditRefused (an official place: see `move_point`), EditConflict."""
    with transaction.atomic():
        organisation = opened(site.organisation, by)
        row = row_of(Site, organisation, site.pk)
        needs(not row.is_official or by is None or permissions.may_moderate(by, organisation), OFFICIAL)
        changes = changes_to(row, values, seen)
        if changes.keys() & {"address", "postcode", "commune", "lon", "lat"}:
            merged = {name: getattr(row, name) for name in PLACE_FIELDS} | changes
            if not changes.keys() & {"lon", "lat"}:
                # A new address without a new point: the old point is no longer right.
                merged["lon"] = merged["lat"] = None
            changes = _placed(merged)
        with act("place edited", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            return deed.update(row, **changes)


def move_point(*, site: Site, lon: float, lat: float, by: User | None, on: date) -> bool:
    """Put any place, official or not, exactly where it is inside its commune. Raises EditRefused."""
    with transaction.atomic():
        organisation = opened(site.organisation, by)
        row = row_of(Site, organisation, site.pk)
        commune, qpv = locating.held_by(lon, lat)
        needs(bool(commune), NOWHERE)
        needs(row.commune in ("", commune), ELSEWHERE)
        with act("place moved on the map", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            return deed.update(
                row, lon=lon, lat=lat, commune=commune, qpv=qpv, position_source=locating.PEOPLE,
                position_score=None,
            )  # fmt: skip


def close_site(*, site: Site, by: User | None, on: date) -> bool:
    """A place they added is no longer used; it stays in the history. Raises EditRefused."""
    with transaction.atomic():
        organisation = opened(site.organisation, by)
        row = row_of(Site, organisation, site.pk)
        needs(not row.is_official or by is None or permissions.may_moderate(by, organisation), OFFICIAL)
        with act("place closed", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            return deed.update(row, closed_on=on)


def _placed(values: dict[str, Any]) -> dict[str, Any]:
    """Point, commune and neighbourhood made to agree. Raises EditRefused."""
    if values.get("lon") is not None and values.get("lat") is not None:
        commune, qpv = locating.held_by(values["lon"], values["lat"])
        needs(bool(commune), NOWHERE)
        needs(values.get("commune") in (None, "", commune), ELSEWHERE)
        source = locating.PEOPLE
    else:
        commune, qpv, source = values.get("commune") or "", "", ""
        point = locating.point_of_address(values.get("address") or "", commune) if commune else None
        values["lon"] = values["lat"] = None
        if point:
            values["lon"], values["lat"], source = point
        if source == locating.SAME_ADDRESS:
            qpv = locating.held_by(point.lon, point.lat)[1]
    return values | {"commune": commune, "qpv": qpv, "position_source": source, "position_score": None}
