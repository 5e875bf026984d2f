"""How to reach an organisation. A personal contact is shown only while a dated consent stands."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.organisations.acts import act
from essaim.organisations.editing import changes_to, needs, on_behalf_of, opened, row_of
from essaim.organisations.models import Contact, Organisation
from essaim.organisations.rules.house import PROFILES

TOO_MANY = Text(
    f"Cette fiche a déjà {PROFILES.most_contacts} contacts, le plus que nous gardons. Retirez-en un d'abord.",
    f"This page already has {PROFILES.most_contacts} contacts, the most we keep. Remove one first.",
)


def add_contact(
    *, organisation: Organisation, values: Mapping[str, Any], consents: bool, by: User | None, on: date
) -> Contact:
    """`values`: label, person, email, phone, is_personal, site. `consents`: the person agreed to be shown; the day is
    kept. Raises EditRefused."""
    with transaction.atomic():
        organisation = opened(organisation, by)
        needs(organisation.contacts.count() < PROFILES.most_contacts, TOO_MANY)
        contact = Contact(organisation=organisation, **values)
        contact.consent_on = on if consents and contact.is_personal else None
        with act("contact added", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            return deed.create(contact)


def edit_contact(
    *,
    contact: Contact,
    values: Mapping[str, Any],
    consents: bool,
    by: User | None,
    on: date,
    seen: Mapping[str, str] | None = None,
) -> bool:
    """A consent already given keeps its date, unless the person or their address changed: it was given for those.
    Raises EditRefused, EditConflict."""
    with transaction.atomic():
        organisation = opened(contact.organisation, by)
        row = row_of(Contact, organisation, contact.pk)
        changes = changes_to(row, values, seen)
        is_personal = changes.get("is_personal", row.is_personal)
        is_same = not changes.keys() & {"person", "email", "phone"}
        given = row.consent_on if row.consent_on and is_same else on
        changes["consent_on"] = given if consents and is_personal else None
        with act("contact edited", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            return deed.update(row, **changes)


def remove_contact(*, contact: Contact, by: User | None, on: date) -> None:
    """Removed for good: no history keeps it. Raises EditRefused."""
    with transaction.atomic():
        organisation = opened(contact.organisation, by)
        with act("contact removed", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            deed.delete(row_of(Contact, organisation, contact.pk))
