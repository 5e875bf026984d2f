"""Who could supply something, and where: candidates from the index, facts from the database, scores from `matching`.

The index gives every place that may answer an upper bound of its score, in one query of constant parts; the best
bounds are read from the database and scored exactly, until no place left can enter the list. The ranking is the one
that scoring the whole directory would give. What is hidden or closed is left out by the database, whatever the index
still holds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Q
from tantivy import Occur, Query

from essaim.matching import suppliers as matching
from essaim.matching.suppliers import Asked, Held, Scored, Supplier
from essaim.observatory import categories
from essaim.organisations.models import Label, Offer, Organisation, Profile, ServedZone, Site
from essaim.organisations.rules import LABELS
from essaim.organisations.rules.nomenclature import naf_code
from essaim.organisations.search import filters
from essaim.organisations.search.activities import activity_of
from essaim.organisations.search.documents import EVERYWHERE, NO_SITE, UNKNOWN_SIZE, size_of, territory_codes
from essaim.organisations.search.engine import ready
from essaim.organisations.search.place import NoSuchPlace, place_of
from essaim.ui.search.analysis import stems
from essaim.ui.search.reader import Snapshot

READ_AT_ONCE = 150
MOST_IDS = 500


@dataclass(frozen=True)
class Known:
    """What the caller knows of some organisations: yearly turnovers in cents, contracts in the same family."""

    turnovers: Mapping[int, int] = field(default_factory=dict)
    contracts: Mapping[int, int] = field(default_factory=dict)


NOTHING = Known()


def best_suppliers(asked: Asked, *, on: date, seed: int, most: int, known: Known = NOTHING) -> list[Scored]:
    """The best organisations for a need, with the parts of their scores. Raises IndexMissing.

    Same answer as `matching.rank` on `supplier_places` of every published organisation."""
    owners, bounds = _bounds(asked, ready(), known)
    order = np.lexsort((owners, matching.draw_all(seed, owners), -bounds))
    owners, bounds = owners[order], bounds[order]
    found: list[Scored] = []
    size = max(READ_AT_ONCE, most)
    for start in range(0, len(owners), size):
        ids = [int(each) for each in owners[start : start + size]]
        found += matching.rank(asked, supplier_places(ids, asked, on=on, known=known), on=on, seed=seed)
        found = sorted(found, key=lambda one: matching.order_key(one, seed))[:most]
        after = start + size
        if len(found) == most and after < len(owners):
            next_id = int(owners[after])
            next_best = (-int(bounds[after]), matching.drawn(seed, next_id), next_id)
            if matching.order_key(found[-1], seed) < next_best:
                break
    return found


def supplier_places(
    ids: Collection[int], asked: Asked, *, on: date, known: Known = NOTHING
) -> list[Supplier]:
    """The places of these organisations as `matching` reads them; nothing for those hidden, merged or closed.
    A constant number of queries for each 500 ids."""
    wanted = sorted(ids)
    reach = _Reach(asked.places)
    places: list[Supplier] = []
    for start in range(0, len(wanted), MOST_IDS):
        some = Q(organisation_id__in=wanted[start : start + MOST_IDS])
        rows = Organisation.objects.published().living().filter(id__in=wanted[start : start + MOST_IDS])
        around = _Around(some, on)
        for row in rows.values("id", "name", "sigle", "naf", "status", "size_band"):
            places += [
                around.supplier(row, site, reach, known) for site in around.sites[row["id"]] or [NO_SITE]
            ]
    return places


class _Around:
    """What hangs on a batch of organisations."""

    def __init__(self, some: Q, on: date) -> None:
        self.sites: dict[int, list[dict[str, Any]]] = defaultdict(list)
        self.labels: dict[int, list[tuple[int | None, Held]]] = defaultdict(list)
        self.offers: dict[int, list[tuple[str, str, list[str]]]] = defaultdict(list)
        columns = ("organisation_id", "id", "name", "commune", "qpv", "lon", "lat", "naf")
        for site in Site.objects.filter(some, closed_on__isnull=True).order_by("id").values(*columns):
            self.sites[site["organisation_id"]].append(site)
        for organisation, site_id, kind, *dates in Label.objects.filter(some).values_list(
            "organisation_id", "site_id", "kind", "valid_from", "valid_to", "seen_on"
        ):
            label = LABELS[kind]
            held = Held(kind, label.group, label.sign, *dates)
            if held.valid_to is None or held.valid_to >= on:
                self.labels[organisation].append((site_id, held))
        offers = Offer.objects.filter(some).order_by("position", "id")
        for organisation, *offer in offers.values_list("organisation_id", "title", "description", "cpv"):
            self.offers[organisation].append(tuple(offer))
        self.said = {
            organisation: said
            for organisation, *said in Profile.objects.filter(some).values_list(
                "organisation_id", "usual_name", "summary"
            )
        }
        self.zones = {
            organisation: zone
            for organisation, *zone in ServedZone.objects.filter(some).values_list(
                "organisation_id", "kind", "territories", "radius_km"
            )
        }

    def supplier(self, row: dict[str, Any], site: dict[str, Any], reach: "_Reach", known: Known) -> Supplier:
        id = row["id"]
        offers = self.offers.get(id, ())
        labels = tuple(held for at, held in self.labels.get(id, ()) if at in (None, site["id"]))
        usual_name, summary = self.said.get(id, ("", ""))
        naf = site["naf"] or row["naf"]
        activity = activity_of(naf)
        texts = [
            usual_name,
            row["name"],
            row["sigle"],
            site["name"],
            summary,
            activity.fr if activity else "",
        ]
        texts += [text for title, description, _ in offers for text in (title, description)]
        texts += [text for held in labels for text in (held.sign, LABELS[held.kind].label.fr)]
        code = naf_code(naf)
        band = categories.bands()[size_of(row["size_band"])]
        return Supplier(
            organisation_id=id,
            site_id=site["id"],
            cpv=tuple(matching.plain_cpv(str(each)) for _, _, cpv in offers for each in cpv),
            naf=(code,) if code else (),
            stems=frozenset(stem for text in texts if text for stem in stems(text)),
            zone=reach.of(self.zones.get(id), site),
            labels=labels,
            status=row["status"],
            jobs=None if band.code == UNKNOWN_SIZE else (band.low, band.high),
            turnover_cents=known.turnovers.get(id),
            contracts=known.contracts.get(id, 0),
        )


class _Reach:
    """Whether a place serves those asked: the same rules as the index's, one place at a time."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.places = [place_of(code) for code in codes]

    def of(self, zone: Sequence[Any] | None, site: dict[str, Any]) -> str:
        if not self.places:
            return matching.WHOLE
        served = [self._serves(place, zone, site) for place in self.places]
        if all(served):
            return matching.WHOLE
        held_by = territory_codes(site["commune"])[0]
        here = {*held_by, f"qpv:{site['qpv']}"}
        return matching.PART if any(served) or any(p.code in here for p in self.places) else matching.NOWHERE

    @staticmethod
    def _serves(place: Any, zone: Sequence[Any] | None, site: dict[str, Any]) -> bool:
        kind, territories, radius_km = zone or ("", [], None)
        held_by = place.held_by or (place.code,)
        if kind == "national":
            return EVERYWHERE in held_by
        if kind == "territories":
            return not set(map(str, territories)).isdisjoint(held_by)
        if kind == "radius" and site["lon"] is not None:
            near = filters.near(place.code)
            if near is None or radius_km is None:
                return False
            return bool(near.distances_km(np.array([site["lon"]]), np.array([site["lat"]]))[0] <= radius_km)
        own = territory_codes(site["commune"])[0]
        epci = [code for code in own if code.startswith("epci:")] or list(own[:1])
        return not set(epci).isdisjoint(held_by)


def known_places(codes: Iterable[str]) -> list[str]:
    """Those that name a place we know, as the directory writes them."""
    found = []
    for code in codes:
        try:
            found.append(place_of(code).code)
        except NoSuchPlace:
            continue
    return found


def _bounds(asked: Asked, snapshot: Snapshot, known: Known) -> tuple[Any, Any]:
    """(organisation ids, an upper bound of their score), each organisation once."""
    activity = _activity(asked, snapshot)
    if activity is None:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    parts = [(Occur.Must, activity), (Occur.Must, _zone(asked, snapshot))]
    parts += [(Occur.Should, each) for each in _extras(asked, snapshot, known)]
    searcher = snapshot.searcher
    hits = searcher.search(Query.boolean_query(parts), limit=max(searcher.num_docs, 1), count=False).hits
    if not hits:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    bounds = np.array([score for score, _ in hits]).round().astype(np.int64)
    if asked.jobs is None:
        bounds += matching.UNKNOWN_CAPACITY_POINTS
    owners = np.array(searcher.fast_field_values("owner", [at for _, at in hits]), dtype=np.uint64)
    # Hits come best first: the first of an organisation is its best place.
    owners, first = np.unique(owners, return_index=True)
    return owners, bounds[first]


def _activity(asked: Asked, snapshot: Snapshot) -> Any | None:
    schema = snapshot.schema
    ways = []
    for digits, points in matching.CPV_POINTS.items():
        codes = sorted({code[:digits] for code in asked.cpv if len(code) >= digits})
        if codes:
            ways.append(_worth(filters.any_of(schema, "cpv", codes), points))
    if asked.naf:
        ways.append(_worth(filters.any_of(schema, "naf", asked.naf), matching.NAF_POINTS))
    if asked.stems:
        every = Query.boolean_query([(Occur.Must, _said(schema, stem)) for stem in asked.stems])
        ways.append(_worth(every, matching.ALL_WORDS_POINTS))
    return Query.disjunction_max_query(ways) if ways else None


def _said(schema: Any, stem: str) -> Any:
    """A root of word in the offer or in a name."""
    terms = [(Occur.Should, Query.term_query(schema, name, stem)) for name in ("offer", "name")]
    return Query.boolean_query(terms)


def _zone(asked: Asked, snapshot: Snapshot) -> Any:
    if not asked.places:
        return _worth(Query.all_query(), matching.WHOLE_ZONE_POINTS)
    serving = [filters.serving(code, snapshot) for code in asked.places]
    whole = Query.boolean_query([(Occur.Must, each) for each in serving])
    here = [Query.term_query(snapshot.schema, "territory", code) for code in asked.places]
    part = Query.boolean_query([(Occur.Should, each) for each in (*serving, *here)])
    return Query.disjunction_max_query(
        [_worth(whole, matching.WHOLE_ZONE_POINTS), _worth(part, matching.PART_ZONE_POINTS)]
    )


def _extras(asked: Asked, snapshot: Snapshot, known: Known) -> list[Any]:
    schema = snapshot.schema
    status = [
        _worth(filters.any_of(schema, "group", sorted(matching.CERTIFIED_GROUPS)), matching.CERTIFIED_POINTS),
        _worth(filters.any_of(schema, "label", ("esus",)), matching.ESUS_POINTS),
        _worth(filters.any_of(schema, "status", ("member",)), matching.MEMBER_POINTS),
        _worth(filters.any_of(schema, "status", ("to_confirm",)), matching.TO_CONFIRM_POINTS),
    ]
    extras = [Query.disjunction_max_query(status)]
    points = matching.word_points(asked)
    extras += [_worth(_said(schema, stem), points) for stem in asked.stems if points]
    if asked.jobs is not None:
        extras.append(_capacity(asked.jobs, schema, known))
    if known.contracts:
        extras.append(_worth(_owned(schema, known.contracts), matching.PAST_POINTS))
    return extras


def _capacity(jobs: int, schema: Any, known: Known) -> Any:
    bands = categories.bands().values()
    enough = [band.code for band in bands if band.high is None or band.high >= jobs]
    ways = [
        _worth(filters.any_of(schema, "size", enough), matching.ENOUGH_POINTS),
        _worth(filters.any_of(schema, "size", (UNKNOWN_SIZE,)), matching.UNKNOWN_CAPACITY_POINTS),
    ]
    if known.turnovers:
        ways.append(_worth(_owned(schema, known.turnovers), matching.ENOUGH_POINTS))
    return Query.disjunction_max_query(ways)


def _owned(schema: Any, ids: Iterable[int]) -> Any:
    return Query.term_set_query(schema, "owner", sorted(ids))


def _worth(query: Any, points: int) -> Any:
    return Query.const_score_query(query, float(points))
