"""What its people say of an organisation: presentation, hours, zone served, offers. Applied at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.organisations.acts import act
from essaim.organisations.editing import changes_to, needs, on_behalf_of, opened, row_of
from essaim.organisations.models import Offer, Organisation, Profile, ServedZone
from essaim.organisations.rules.house import PROFILES

PROFILE_FIELDS = (
    "usual_name", "summary", "description", "sectors", "publics", "languages", "accessibility", "opening_hours",
    "website", "links",
)  # fmt: skip
TOO_MANY_OFFERS = Text(
    f"Cette fiche a déjà {PROFILES.most_offers} offres, le plus que nous gardons. Retirez-en une d'abord.",
    f"This page already has {PROFILES.most_offers} offers, the most we keep. Remove one first.",
)


def edit_profile(
    *,
    organisation: Organisation,
    values: Mapping[str, Any],
    by: User | None,
    on: date,
    seen: Mapping[str, str] | None = None,
) -> bool:
    """Set fields of PROFILE_FIELDS; says whether anything changed. `seen`: what the person's form showed, see
    `rules.profile.settle`. Raises EditRefused, EditConflict."""
    unknown = set(values) - set(PROFILE_FIELDS)
    if unknown:
        raise ValueError(f"not fields of the profile: {sorted(unknown)}")
    with transaction.atomic():
        organisation = opened(organisation, by)
        profile = Profile.objects.filter(organisation=organisation).first()
        fresh = profile is None
        profile = profile or Profile(organisation=organisation)
        changes = changes_to(profile, values, seen)
        if not changes:
            return False
        with act("profile edited", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            if fresh:
                for name, value in changes.items():
                    setattr(profile, name, value)
                deed.create(profile)
            else:
                deed.update(profile, **changes)
    return True


def edit_served_zone(
    *,
    organisation: Organisation,
    values: Mapping[str, Any] | None,
    by: User | None,
    on: date,
    seen: Mapping[str, str] | None = None,
) -> bool:
    """`values`: kind, territories, radius_km; None says nothing any more. Raises EditRefused, EditConflict."""
    with transaction.atomic():
        organisation = opened(organisation, by)
        zone = ServedZone.objects.filter(organisation=organisation).first()
        with act("served zone edited", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            if values is None:
                if zone:
                    deed.delete(zone)
            elif zone is None:
                deed.create(ServedZone(organisation=organisation, **values))
            else:
                deed.update(zone, **changes_to(zone, values, seen))
        return bool(deed.revisions)


def add_offer(*, organisation: Organisation, values: Mapping[str, Any], by: User | None, on: date) -> Offer:
    """A product or service, last in the list. Raises EditRefused."""
    with transaction.atomic():
        organisation = opened(organisation, by)
        position = organisation.offers.count()
        needs(position < PROFILES.most_offers, TOO_MANY_OFFERS)
        with act("offer added", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            return deed.create(Offer(organisation=organisation, position=position, **values))


def edit_offer(
    *,
    offer: Offer,
    values: Mapping[str, Any],
    by: User | None,
    on: date,
    seen: Mapping[str, str] | None = None,
) -> bool:
    """Raises EditRefused, EditConflict."""
    with transaction.atomic():
        organisation = opened(offer.organisation, by)
        row = row_of(Offer, organisation, offer.pk)
        with act("offer edited", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            return deed.update(row, **changes_to(row, values, seen))


def remove_offer(*, offer: Offer, by: User | None, on: date) -> None:
    """Raises EditRefused."""
    with transaction.atomic():
        organisation = opened(offer.organisation, by)
        with act("offer removed", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            deed.delete(row_of(Offer, organisation, offer.pk))
