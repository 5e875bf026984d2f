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
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Q
from tantivy import Occur, Query

from essaim.matching import suppliers as matching
from essaim.matching.suppliers import Asked, Held, Scored, Supplier, Won
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

READ_MORE = 20
"""Beyond those wanted: some bounds are higher than the score."""
FIRST_HITS = 3_000
"""Asked of the index first: nearly every need has fewer; the others are asked again, whole."""
MOST_IDS = 500
WHOLE_BY_RADIUS, PART_BY_RADIUS = ("commune", "qpv", "point"), ("epci", "ept")


@dataclass(frozen=True)
class Known:
    """What the caller knows of some organisations: yearly turnovers in cents, contracts in the same family, noted and
    published (`won`). `won_else`: what the published ones say of the others that have a SIREN; None: nothing."""

    turnovers: Mapping[int, int] = field(default_factory=dict)
    contracts: Mapping[int, int] = field(default_factory=dict)
    won: Mapping[int, Won] = field(default_factory=dict)
    won_else: Won | None = None

    @property
    def holders(self) -> set[int]:
        """Those that have a contract in the family."""
        return {id for id, count in self.contracts.items() if count} | {
            id for id, won in self.won.items() if won.count
        }


NOTHING = Known()


def best_suppliers(asked: Asked, *, on: date, seed: int, most: int, known: Known = NOTHING) -> list[Scored]:
    """The best organisations for a need, with the parts of their scores. Raises IndexMissing.

    Same answer as `matching.rank` on `supplier_places` of every published organisation."""
    owners, bounds = _bounds(asked, ready(), known)
    order = np.lexsort((owners, matching.draw_all(seed, owners), -bounds))
    owners, bounds = owners[order], bounds[order]
    found: list[Scored] = []
    size = most + READ_MORE
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
        reach.measure(around.with_radius)
        for row in rows.values("id", "siren", "name", "sigle", "naf", "status", "size_band"):
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

    @property
    def with_radius(self) -> list[dict[str, Any]]:
        """The sites that serve a radius round them."""
        owners = [owner for owner, zone in self.zones.items() if zone[0] == "radius"]
        return [site for owner in owners for site in self.sites[owner] if site["lon"] is not None]

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
            stems=frozenset().union(*(_roots(text) for text in texts if text)),
            zone=reach.of(self.zones.get(id), site),
            labels=labels,
            status=row["status"],
            jobs=None if band.code == UNKNOWN_SIZE else (band.low, band.high),
            turnover_cents=known.turnovers.get(id),
            contracts=known.contracts.get(id, 0),
            won=known.won.get(id, known.won_else) if row["siren"] else None,
        )


@lru_cache(maxsize=20_000)
def _roots(text: str) -> frozenset[str]:
    """Names and labels come back again and again."""
    return frozenset(stems(text))


class _Reach:
    """Whether a place serves those asked, whole or in part: the same rules as the index's.

    A radius serves a commune or a neighbourhood that it reaches whole, an intercommunality in part; for larger places
    it says nothing, and being there is a part."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.places = [place_of(code) for code in codes]
        self._distances: dict[tuple[str, int], float] = {}

    def measure(self, sites: Sequence[dict[str, Any]]) -> None:
        """Distances from each place that a radius may serve to the sites that have one, all at once."""
        for place in self.places:
            near = (
                filters.near(place.code) if _kind(place.code) in (*WHOLE_BY_RADIUS, *PART_BY_RADIUS) else None
            )
            if near is not None and sites:
                lon, lat = (np.array([site[name] for site in sites]) for name in ("lon", "lat"))
                for site, distance in zip(sites, near.distances_km(lon, lat), strict=True):
                    self._distances[place.code, site["id"]] = float(distance)

    def of(self, zone: Sequence[Any] | None, site: dict[str, Any]) -> str:
        if not self.places:
            return matching.WHOLE
        served = [self._one(place, zone, site) for place in self.places]
        if all(one == matching.WHOLE for one in served):
            return matching.WHOLE
        return matching.PART if any(served) else matching.NOWHERE

    def _one(self, place: Any, zone: Sequence[Any] | None, site: dict[str, Any]) -> str:
        kind, territories, radius_km = zone or ("", [], None)
        held_by = place.held_by or (place.code,)
        own = territory_codes(site["commune"])[0]
        is_here = place.code in (*own, f"qpv:{site['qpv']}")
        if kind == "radius" and site["lon"] is not None:
            distance = self._distances.get((place.code, site["id"]))
            if distance is not None and distance <= (radius_km or 0):
                return matching.WHOLE if _kind(place.code) in WHOLE_BY_RADIUS else matching.PART
            return matching.PART if is_here else matching.NOWHERE
        if kind == "national":
            served = {EVERYWHERE}
        elif kind == "territories":
            served = set(map(str, territories))
        else:
            served = {code for code in own if code.startswith("epci:")} or set(own[:1])
        if not served.isdisjoint(held_by):
            return matching.WHOLE
        return matching.PART if is_here else matching.NOWHERE


def _kind(code: str) -> str:
    """commune, epci...; "point" for a position."""
    return code.partition(":")[0] if ":" in code else "point"


def known_places(codes: Iterable[str]) -> list[str]:
    """Those that name a place we know, as the directory writes them."""
    found = []
    for code in codes:
        try:
            found.append(place_of(code).code)
        except NoSuchPlace:
            continue
    return found


def holders_of(code: str) -> tuple[str, ...]:
    """A territory, as the directory writes its code, then every territory that holds it. Raises NoSuchPlace."""
    found = place_of(code)
    if found.point:
        raise NoSuchPlace(code)
    return (found.code, *(each for each in found.held_by if each != found.code))


def _bounds(asked: Asked, snapshot: Snapshot, known: Known) -> tuple[Any, Any]:
    """(organisation ids, an upper bound of their score), each organisation once."""
    activity = _activity(asked, snapshot)
    if activity is None:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64)
    parts = [(Occur.Must, activity), (Occur.Must, _zone(asked, snapshot))]
    parts += [(Occur.Should, each) for each in _extras(asked, snapshot, known)]
    searcher = snapshot.searcher
    query = Query.boolean_query(parts)
    hits = searcher.search(query, limit=FIRST_HITS, count=False).hits
    if len(hits) == FIRST_HITS:
        # Equal bounds at the cut would be drawn from those that happen to come first.
        hits = searcher.search(query, limit=searcher.num_docs, count=False).hits
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
    whole, part = [], []
    for code in asked.places:
        said = filters.any_of(snapshot.schema, "serves", place_of(code).held_by or (code,))
        # With those whose radius reaches the place.
        reached = (
            filters.serving(code, snapshot) if _kind(code) in (*WHOLE_BY_RADIUS, *PART_BY_RADIUS) else said
        )
        whole.append(reached if _kind(code) in WHOLE_BY_RADIUS else said)
        part += [reached, Query.term_query(snapshot.schema, "territory", code)]
    served_whole = Query.boolean_query([(Occur.Must, each) for each in whole])
    served_part = Query.boolean_query([(Occur.Should, each) for each in part])
    return Query.disjunction_max_query(
        [
            _worth(served_whole, matching.WHOLE_ZONE_POINTS),
            _worth(served_part, matching.PART_ZONE_POINTS),
        ]
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
    if known.holders:
        extras.append(_worth(_owned(schema, known.holders), matching.PAST_POINTS))
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
