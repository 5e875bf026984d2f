"""The documents of the directory's index, from the database in batches. Public facts only: no contact, no person."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Q

from essaim.matching.suppliers import plain_cpv
from essaim.observatory import categories
from essaim.organisations.models import Label, Offer, Organisation, Profile, ServedZone, Site
from essaim.organisations.rules import LABELS
from essaim.organisations.rules.nomenclature import naf_code
from essaim.organisations.search.activities import activity_of, sector_of
from essaim.organisations.search.fields import CELLS, DAYS, NAME_KEYS, key_of, rotations
from essaim.organisations.search.place import NoSuchPlace, place_of
from essaim.ui.search import cells
from essaim.ui.search.analysis import plain, sorting_numbers
from essaim.ui.search.follow import Numbered

BATCH_ORGANISATIONS = 4_000
_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
EVERYWHERE = "country:FR"
UNKNOWN_SIZE = "NN"
_ORGANISATION = (
    "id", "siren", "rna_id", "name", "sigle", "naf", "sector", "status", "family", "reason_code", "size_band",
)  # fmt: skip
_SITE = (
    "organisation_id", "id", "siret", "name", "address", "postcode", "commune", "qpv", "lon", "lat", "naf",
)  # fmt: skip


class Directory:
    """The source of the index (see `ui.search.follow`)."""

    def every(self, day: date) -> Iterator[Numbered]:
        last = 0
        while True:
            rows = list(_shown().filter(id__gt=last).values(*_ORGANISATION)[:BATCH_ORGANISATIONS])
            if not rows:
                return
            # A range of ids: one comparison where a list of four thousand would be parsed.
            yield from _documents(
                rows, Q(organisation_id__gte=rows[0]["id"], organisation_id__lte=rows[-1]["id"]), day
            )
            last = rows[-1]["id"]

    def of(self, ids: Sequence[int], day: date) -> Iterator[Numbered]:
        for start in range(0, len(ids), BATCH_ORGANISATIONS):
            rows = list(
                _shown().filter(id__in=ids[start : start + BATCH_ORGANISATIONS]).values(*_ORGANISATION)
            )
            yield from _documents(rows, Q(organisation_id__in=[row["id"] for row in rows]), day)

    def is_outdated(self, built_on: date, today: date) -> bool:
        """Rotations are written for eight days; labels end on a day."""
        return not built_on <= today < built_on + timedelta(days=DAYS - 1)


def _shown() -> Any:
    return Organisation.objects.published().living().order_by("id")


@dataclass
class _Around:
    """What hangs on a batch of organisations."""

    sites: dict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    labels: dict[int, list[tuple[int | None, str]]] = field(default_factory=lambda: defaultdict(list))
    offers: dict[int, list[tuple[str, str, str, list[str]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    profiles: dict[int, dict[str, Any]] = field(default_factory=dict)
    served: dict[int, tuple[str, list[str], int | None]] = field(default_factory=dict)


def _read(wanted: Q, day: date) -> _Around:
    around = _Around()
    for site in Site.objects.filter(wanted, closed_on__isnull=True).order_by("id").values(*_SITE):
        around.sites[site["organisation_id"]].append(site)
    valid = Label.objects.filter(wanted).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    for organisation, site, kind in valid.values_list("organisation_id", "site_id", "kind"):
        around.labels[organisation].append((site, kind))
    offers = Offer.objects.filter(wanted).order_by("position", "id")
    for organisation, *offer in offers.values_list(
        "organisation_id", "title", "description", "sector", "cpv"
    ):
        around.offers[organisation].append(tuple(offer))
    said = ("organisation_id", "usual_name", "summary", "description", "sectors", "publics")
    for profile in Profile.objects.filter(wanted).values(*said):
        around.profiles[profile["organisation_id"]] = profile
    zones = ServedZone.objects.filter(wanted)
    for organisation, *zone in zones.values_list("organisation_id", "kind", "territories", "radius_km"):
        around.served[organisation] = tuple(zone)
    return around


def _documents(rows: Sequence[dict[str, Any]], wanted: Q, day: date) -> Iterator[Numbered]:
    around = _read(wanted, day)
    for row in rows:
        for site in around.sites.get(row["id"]) or [None]:
            key = key_of(row["id"], site and site["id"])
            yield key, row["id"], _fields(key, row, site, around, day)


NO_SITE = dict.fromkeys(_SITE, None) | {
    "name": "",
    "address": "",
    "postcode": "",
    "commune": "",
    "qpv": "",
    "naf": "",
}
NO_PROFILE = {"usual_name": "", "summary": "", "description": "", "sectors": [], "publics": []}


def _fields(
    key: int, row: dict[str, Any], site: dict[str, Any] | None, around: _Around, day: date
) -> dict[str, Any]:
    place = site or NO_SITE
    said = around.profiles.get(row["id"]) or NO_PROFILE
    offers = around.offers.get(row["id"], ())
    labels = sorted({kind for at, kind in around.labels.get(row["id"], ()) if at in (None, place["id"])})
    held_by, commune_name = territory_codes(place["commune"])
    name = said["usual_name"] or row["name"]
    names = [text for text in dict.fromkeys((name, row["name"], row["sigle"], place["name"])) if text]
    activity, sector = activity_of(place["naf"] or row["naf"]), sector_of(row["sector"])
    offered = [text for title, description, *_ in offers for text in (title, description) if text]
    offered += [text for kind in labels for text in (LABELS[kind].sign, LABELS[kind].label.fr) if text]
    offered += [text for text in (activity and activity.fr, said["summary"]) if text]
    searched_names, searched_offers = [plain(text) for text in names], [plain(text) for text in offered]
    others = (said["description"], sector and sector.fr, commune_name, place["postcode"])
    others = [plain(text) for text in others if text]
    everything = [*searched_names, *searched_offers, *others]
    sectors = {row["sector"], _sector(place["naf"]), *said["sectors"], *(each[2] for each in offers)} - {""}
    if len(sectors) > 1:
        sectors.discard(categories.UNKNOWN)
    shown = {
        "organisation_id": row["id"], "site_id": place["id"], "siret": place["siret"] or "",
        "siren": row["siren"] or "", "name": name, "address": place["address"], "postcode": place["postcode"],
        "commune": place["commune"], "commune_name": commune_name, "lon": place["lon"], "lat": place["lat"],
        "sector": row["sector"], "family": row["family"], "sse_status": row["status"],
        "reason_code": row["reason_code"], "labels": labels, "summary": said["summary"], "rna_id": row["rna_id"],
        "naf": place["naf"] or row["naf"], "site_name": place["name"],
    }  # fmt: skip
    payload = {"shown": shown, "names": names, "offers": [each[0] for each in offers]}
    values = {
        "words": " ".join(everything), "exact": everything,
        "name": " ".join(searched_names), "offer": " ".join(searched_offers),
        "number": [text for text in (row["siren"], place["siret"], row["rna_id"]) if text],
        "territory": [*held_by, *([f"qpv:{place['qpv']}"] if place["qpv"] else [])],
        "status": [row["status"]], "family": [row["family"] or categories.UNKNOWN], "sector": sorted(sectors),
        "label": labels, "group": sorted({LABELS[kind].group for kind in labels}),
        "public": [str(text) for text in said["publics"]],
        "cpv": cpv_beginnings(code for each in offers for code in each[3]),
        "naf": naf_beginnings(place["naf"] or row["naf"]), "size": [size_of(row["size_band"])],
        "place": _AS_JSON(payload).encode(),
        **_served(around.served.get(row["id"]), held_by, place),
    }  # fmt: skip
    values.update(zip(NAME_KEYS, sorting_numbers(name, len(NAME_KEYS)), strict=True))
    values.update(rotations(key, day))
    if place["lon"] is not None:
        values |= {"lon": float(place["lon"]), "lat": float(place["lat"])}
        values.update(zip(CELLS, cells.cells_of(place["lon"], place["lat"]), strict=True))
    return values


def _served(zone: Any, held_by: Sequence[str], place: dict[str, Any]) -> dict[str, Any]:
    """Which territories the place serves: those said, the whole country, a radius, else its own EPCI."""
    kind, territories, radius_km = zone or ("", [], None)
    if kind == "national":
        return {"serves": [EVERYWHERE]}
    if kind == "territories":
        return {"serves": [str(code) for code in territories]}
    if kind == "radius" and place["lon"] is not None:
        return {"reach_km": radius_km}
    own = [code for code in held_by if code.startswith("epci:")] or list(held_by[:1])
    return {"serves": own}


def cpv_beginnings(codes: Iterable[object]) -> list[str]:
    """Two, three and four digits of each purchase family, so that a family is found from any code under it."""
    plain_codes = [plain_cpv(str(code)) for code in codes]
    return sorted({code[:size] for code in plain_codes for size in (2, 3, 4) if len(code) >= size})


def size_of(band: str) -> str:
    return band if band in categories.bands() else UNKNOWN_SIZE


def naf_beginnings(naf: str) -> list[str]:
    """ "81.21Z" is found as 81, 81.2, 81.21 and 81.21Z; nothing for what is not a code."""
    code = naf_code(naf)
    return [code[:size] for size in (2, 4, 5, 6)] if code else []


def _sector(naf: str) -> str:
    return categories.sector_of_division().get(naf[:2], "") if naf else ""


@lru_cache(maxsize=40_000)
def territory_codes(commune: str) -> tuple[tuple[str, ...], str]:
    """Codes of the territories that hold a commune, itself first, and its name; an unknown code is kept as it is."""
    if not commune:
        return (), ""
    try:
        place = place_of(f"commune:{commune}")
    except NoSuchPlace:
        return (f"commune:{commune}", EVERYWHERE), ""
    return place.held_by, place.label.fr
