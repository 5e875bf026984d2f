"""Carrying out what was proposed, inside an act. See `rules.PROPOSABLE` for where each field lives."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from essaim.law.text import ExplainedError, Text
from essaim.organisations.acts import Deed
from essaim.organisations.models import Contact, Label, Organisation, Profile, Site
from essaim.organisations.queries import locating
from essaim.organisations.rules.proposable import PROPOSABLE
from essaim.organisations.standing import refresh_status


class CannotApply(ExplainedError):
    """The record has changed so that the proposal no longer fits."""


def apply_changes(deed: Deed, organisation: Organisation, changes: Mapping[str, Any], *, on: date) -> None:
    """Write each change where it belongs; what cannot be written as data (a proof to judge) is left to the ruling.
    Raises CannotApply."""
    tables: dict[str, dict[str, Any]] = {}
    for field, value in changes.items():
        if field != "site":
            tables.setdefault(PROPOSABLE[field].table, {})[field] = value
    site_id = changes.get("site")
    own = tables.get("organisation", {})
    if "closed_on" in own:
        _close(deed, organisation, site_id, date.fromisoformat(str(own.pop("closed_on"))))
    if own:
        _apply_to_organisation(deed, organisation, own)
    if "site" in tables:
        _apply_to_site(deed, organisation, site_id, tables["site"])
    if "profile" in tables:
        _apply_to_profile(deed, organisation, tables["profile"])
    if "contact" in tables:
        _apply_to_contact(deed, organisation, tables["contact"])
    if "label" in tables:
        _apply_label(deed, organisation, tables["label"]["label"], on)


def create_place(deed: Deed, changes: Mapping[str, Any], *, on: date) -> Organisation:
    """A new record of an initiative the registers do not know, to confirm until there is evidence."""
    organisation = Organisation(
        name=changes["name"], sector=changes.get("sector") or "unknown", first_seen_on=on, last_seen_on=on
    )
    deed.create(organisation)
    refresh_status(deed, organisation, on=on)
    rest = {field: value for field, value in changes.items() if field not in ("name", "sector")}
    place = {field: value for field, value in rest.items() if PROPOSABLE[field].table == "site"}
    if place:
        site = Site(organisation=organisation, is_head_office=True, is_official=False, opened_on=on)
        for name, value in _placed(site, place).items():
            setattr(site, name, value)
        deed.create(site)
    apply_changes(deed, organisation, {k: v for k, v in rest.items() if k not in place}, on=on)
    return organisation


def _close(deed: Deed, organisation: Organisation, site_id: int | None, day: date) -> None:
    """One place, or the whole organisation with the places still open."""
    if site_id is None:
        deed.update(organisation, closed_on=day)
    sites = organisation.sites.filter(closed_on__isnull=True)
    chosen = list(sites if site_id is None else sites.filter(pk=site_id))
    if site_id is not None and not chosen:
        raise CannotApply(_GONE)
    deed.update_many([(site, {"closed_on": day}) for site in chosen])


def _apply_to_organisation(deed: Deed, organisation: Organisation, values: Mapping[str, Any]) -> None:
    wanted = {name: value if name != "siren" else value or None for name, value in values.items()}
    siren = wanted.get("siren")
    if siren and Organisation.objects.filter(siren=siren).exclude(pk=organisation.pk).exists():
        raise CannotApply(
            Text(
                f"Une autre fiche porte déjà le SIREN {siren}. Comparez-les dans les doublons avant d'accepter.",
                f"Another record already bears the SIREN {siren}. Compare them among the duplicates before accepting.",
            )
        )
    deed.update(organisation, **wanted)


def _apply_to_site(
    deed: Deed, organisation: Organisation, site_id: int | None, values: Mapping[str, Any]
) -> None:
    sites = organisation.sites.all()
    site = sites.filter(pk=site_id).first() if site_id else sites.filter(closed_on__isnull=True).first()
    if site_id and site is None:
        raise CannotApply(_GONE)
    if site is None:
        site = Site(organisation=organisation, is_head_office=True, is_official=False)
        for name, value in _placed(site, values).items():
            setattr(site, name, value)
        deed.create(site)
        return
    deed.update(site, **_placed(site, values))


def _placed(site: Site, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns to write, point and commune made to agree: a given point wins, else the address is looked for."""
    wanted = dict(values)
    commune = wanted.get("commune") or site.commune
    if wanted.get("lon") is not None and wanted.get("lat") is not None:
        held, qpv = locating.held_by(wanted["lon"], wanted["lat"])
        return wanted | {
            "commune": held or commune, "qpv": qpv, "position_source": locating.PEOPLE, "position_score": None,
        }  # fmt: skip
    wanted.pop("lon", None)
    wanted.pop("lat", None)
    point = locating.point_of_address(wanted.get("address") or site.address, commune) if commune else None
    if point is None:
        return wanted | {"commune": commune}
    qpv = locating.held_by(point.lon, point.lat)[1] if point.source == locating.SAME_ADDRESS else ""
    return wanted | {
        "commune": commune, "lon": point.lon, "lat": point.lat, "qpv": qpv, "position_source": point.source,
        "position_score": None,
    }  # fmt: skip


def _apply_to_profile(deed: Deed, organisation: Organisation, values: Mapping[str, Any]) -> None:
    profile = Profile.objects.filter(organisation=organisation).first()
    if profile is None:
        deed.create(Profile(organisation=organisation, **values))
    else:
        deed.update(profile, **values)


def _apply_to_contact(deed: Deed, organisation: Organisation, values: Mapping[str, Any]) -> None:
    """The organisation's own telephone and mail box, never a person's."""
    contact = organisation.contacts.filter(is_personal=False, site__isnull=True).first()
    if contact is not None:
        merged = {"email": contact.email, "phone": contact.phone} | dict(values)
        if any(merged.values()):
            deed.update(contact, **values)
        else:
            deed.delete(contact)
    elif any(values.values()):
        deed.create(Contact(organisation=organisation, is_personal=False, **values))


def _apply_label(deed: Deed, organisation: Organisation, value: Mapping[str, Any], on: date) -> None:
    columns = {
        "valid_from": _day(value.get("valid_from")),
        "valid_to": _day(value.get("valid_to")),
        "proof": value.get("proof", ""),
    }
    label = organisation.labels.filter(kind=value["kind"], site__isnull=True).first()
    if label is None:
        deed.create(Label(organisation=organisation, kind=value["kind"], seen_on=on, **columns))
    else:
        deed.update(label, seen_on=on, **columns)


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None


_GONE = Text(
    "Ce lieu n'existe plus ou est déjà fermé. Refusez la proposition en disant pourquoi.",
    "This place is gone or already closed. Refuse the proposal and say why.",
)
