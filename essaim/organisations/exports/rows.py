"""The rows of the exports: one for each open place of each published, living organisation; one without place for an
organisation that has none. Read in batches of organisations, in the order of their number: memory does not grow."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from django.conf import settings
from django.db.models import Max, Q

from essaim.observatory.reference import places
from essaim.organisations.exports.columns import NAMES
from essaim.organisations.models import Evidence, Import, Label, Organisation, Profile, Site
from essaim.organisations.queries.places import territories_of_commune
from essaim.ui.spreadsheet import plain

Row = dict[str, Any]
BATCH = 2_000

ORGANISATION_FIELDS = (
    "id", "siren", "rna_id", "name", "sigle", "status", "reason_code", "family", "legal_category", "naf", "sector",
    "size_band", "created_on", "first_seen_on", "last_seen_on",
)  # fmt: skip
SITE_FIELDS = (
    "organisation_id", "id", "siret", "name", "naf", "employer", "opened_on", "is_head_office", "address", "postcode",
    "commune", "qpv", "lon", "lat", "position_source",
)  # fmt: skip

MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
TELEPHONE = re.compile(r"(?:\+33|\b0)\s?[1-9](?:[\s.-]?\d{2}){4}\b")
REMOVED = "[…]"


@dataclass(frozen=True)
class Facts:
    """What is true of the whole: the latest date its sources speak of, what they are, whether any is made up."""

    vintage: date | None
    datasets: tuple[str, ...]
    fictitious: bool


def facts() -> Facts:
    """From the imports that stand (applied and not undone)."""
    standing = Import.objects.filter(act__isnull=False, act__undone_by__isnull=True)
    return Facts(
        vintage=standing.aggregate(latest=Max("vintage"))["latest"],
        datasets=tuple(standing.order_by("dataset").values_list("dataset", flat=True).distinct()),
        fictitious=standing.filter(is_fictitious=True).exists(),
    )


def rows(
    *, on: date, about: Facts, ids: Iterable[int] | None = None, territory: str | None = None
) -> Iterator[Row]:
    """All of them, or those of the organisations `ids`; only the places within `territory` (its code) if given.

    `on` decides which labels are in force. Costs six queries a batch of 2,000 organisations.
    """
    for organisations in batches(ids):
        for row in batch_rows(organisations, on, about):
            if territory is None or territory in territories_of(row["commune"] or "", row["qpv"] or ""):
                yield row


def batches(ids: Iterable[int] | None) -> Iterator[list[Row]]:
    shown = Organisation.objects.published().living().order_by("id").values(*ORGANISATION_FIELDS)
    if ids is not None:
        wanted = iter(sorted(set(ids)))
        while some := list(islice(wanted, BATCH)):
            yield list(shown.filter(id__in=some))
        return
    last = 0
    while batch := list(shown.filter(id__gt=last)[:BATCH]):
        yield batch
        last = batch[-1]["id"]


def batch_rows(organisations: Sequence[Row], on: date, about: Facts) -> Iterator[Row]:
    ids = [each["id"] for each in organisations]
    sites = grouped(
        Site.objects.filter(organisation__in=ids, closed_on__isnull=True).order_by("id"), SITE_FIELDS
    )
    in_force = (Q(valid_from__isnull=True) | Q(valid_from__lte=on)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    )
    labels = grouped(
        Label.objects.filter(in_force, organisation__in=ids), ("organisation_id", "site_id", "kind")
    )
    evidence = grouped(
        Evidence.objects.filter(organisation__in=ids).exclude(says=""), ("organisation_id", "source")
    )
    profiles = {
        each["organisation_id"]: each
        for each in Profile.objects.filter(organisation__in=ids).values(
            "organisation_id", "usual_name", "summary", "website"
        )
    }
    for organisation in organisations:
        number = organisation["id"]
        same = organisation_row(organisation, profiles.get(number, {}), about)
        same["evidence"] = ";".join(sorted(each["source"] for each in evidence[number])) or None
        for site in sites[number] or [{}]:
            held = {each["kind"] for each in labels[number] if each["site_id"] in (None, site.get("id"))}
            yield clean(same | site_row(site) | {"labels": ";".join(sorted(held)) or None})


def grouped(found: Any, fields: Sequence[str]) -> defaultdict[int, list[Row]]:
    by_organisation: defaultdict[int, list[Row]] = defaultdict(list)
    for each in found.values(*fields):
        by_organisation[each["organisation_id"]].append(each)
    return by_organisation


def organisation_row(organisation: Row, profile: Row, about: Facts) -> Row:
    copied = ("siren", "rna_id", "name", "sigle", "status", "family", "legal_category", "naf", "sector", "size_band",
              "created_on", "first_seen_on", "last_seen_on")  # fmt: skip
    return {
        **{name: organisation[name] for name in copied},
        "uri": organisation_uri(organisation["id"]),
        "organisation_id": organisation["id"],
        "status_reason": organisation["reason_code"],
        "usual_name": profile.get("usual_name"),
        "summary": without_people(profile.get("summary") or ""),
        "website": profile.get("website"),
        "vintage": about.vintage,
        "fictitious": about.fictitious,
    }


def site_row(site: Row) -> Row:
    copied = ("siret", "employer", "is_head_office", "address", "postcode", "commune", "qpv", "lon", "lat",
              "position_source")  # fmt: skip
    return {
        **{name: site.get(name) for name in copied},
        "site_id": site.get("id"),
        "site_name": site.get("name"),
        "site_naf": site.get("naf"),
        "site_opened_on": site.get("opened_on"),
        **commune_row(site.get("commune") or ""),
    }


@cache
def commune_row(commune: str) -> Row:
    """Name and parents of a commune; nothing for a code the reference does not know."""
    try:
        found = places.territory(f"commune:{commune}") if commune else None
    except places.UnknownTerritory:
        found = None
    names = ("epci", "departement", "region")
    return {
        "commune_name": found.name if found else None,
        **{name: getattr(found, name, None) for name in names},
    }


@cache
def territories_of(commune: str, qpv: str) -> frozenset[str]:
    return frozenset(territories_of_commune(commune)) | ({f"qpv:{qpv}"} if qpv else set())


def organisation_uri(number: int) -> str:
    """The address of an organisation, the same for ever."""
    return settings.PUBLIC_URL + organisation_path(number)


def organisation_path(number: int) -> str:
    """Written here, not looked up: it is promised to stay, whatever becomes of our URL names."""
    return f"/organisations/{number}/"


def without_people(text: str) -> str:
    """Free text, without the mail addresses and telephone numbers someone may have left in it."""
    return TELEPHONE.sub(REMOVED, MAIL.sub(REMOVED, text))


def clean(row: Row) -> Row:
    """The columns in their order; nothing is nothing, never an empty text."""
    return {name: (plain(value) or None) if isinstance(value := row[name], str) else value for name in NAMES}
