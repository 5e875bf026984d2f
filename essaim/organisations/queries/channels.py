"""Who stands at each step of a value chain, in a territory: what people declare, and what their activity suggests."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

import shapely
from django.core.cache import cache
from shapely.ops import nearest_points

from essaim.law.text import Text
from essaim.observatory.reference import outlines, places
from essaim.organisations.models import Act, Offer, Organisation, Site, StepPresence
from essaim.organisations.queries.page import place_name
from essaim.organisations.queries.supports import plain_cell
from essaim.organisations.rules.channels import CHANNELS, Channel, Step, suggested_steps
from essaim.organisations.rules.reach import COUNTRY
from essaim.ui.tables import Column, Table

EARTH_KM = 6371.0
KEPT_SECONDS = 60
SAID = Text("déclaré", "declared")


@dataclass(frozen=True)
class Actor:
    """An organisation at a step. `reasons` is empty when it says so itself (`is_said`)."""

    organisation_id: int
    name: str
    siren: str
    communes: tuple[str, ...]
    is_said: bool
    reasons: tuple[Text, ...] = ()
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Nearest:
    """The closest actor outside the territory; `km` from the edge of the territory."""

    actor: Actor
    km: float


@dataclass(frozen=True)
class Held:
    """One step with who holds it, declared ones first. `nearest` only for a step nobody holds."""

    step: Step
    actors: list[Actor]
    nearest: Nearest | None = None


@dataclass
class _Known:
    """What is read of one organisation to find its steps."""

    name: str
    siren: str
    words: list[str]
    nafs: set[str]
    communes: dict[str, None] = field(default_factory=dict)
    points: list[tuple[float, float]] = field(default_factory=list)
    said: set[tuple[str, str]] = field(default_factory=set)


def channel_in(channel: Channel, territory: str) -> list[Held]:
    """Each step of the channel in its order, with who holds it in the territory ("" or the country: everywhere).

    A constant number of queries (five, and five more when a step is empty). Time grows with the organisations of the
    territory, all of which are read: hence what is kept, see `actors_by_step`."""
    here = actors_by_step(channel, territory)
    empty = [code for code in channel.steps if not here.get(code)]
    around = _around(channel, territory, empty) if empty and territory not in ("", COUNTRY) else {}
    return [Held(step, here.get(code, []), around.get(code)) for code, step in channel.steps.items()]


def actors_by_step(channel: Channel, territory: str) -> dict[str, list[Actor]]:
    """Step -> its actors in the territory, declared first, then by name. Found once for each state of the directory:
    nothing in it changes without an act. Acts may end in another order than they began, hence the minute."""
    last = Act.objects.order_by("-pk").values_list("pk", flat=True).first()
    key = f"organisations-channel-{channel.code}-{territory or COUNTRY}-{last}"
    found: dict[str, list[Actor]] | None = cache.get(key)
    if found is None:
        found = _actors_by_step(channel, territory)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _actors_by_step(channel: Channel, territory: str) -> dict[str, list[Actor]]:
    found: dict[str, list[Actor]] = {}
    for id, known in _read(territory).items():
        reasons: dict[str, tuple[Text, ...]] = {
            each.step: tuple(reason.text for reason in each.reasons)
            for each in suggested_steps(known.nafs, known.words, (channel.code,))
        }
        said = {step for of, step in known.said if of == channel.code}
        for step in channel.steps:
            if step in said or step in reasons:
                actor = Actor(
                    id, known.name, known.siren, tuple(known.communes), step in said,
                    () if step in said else reasons[step], tuple(known.points),
                )  # fmt: skip
                found.setdefault(step, []).append(actor)
    return {
        step: sorted(actors, key=lambda each: (not each.is_said, each.name.casefold(), each.organisation_id))
        for step, actors in found.items()
    }


def channel_table(channel: Channel, held: Iterable[Held], uri: str) -> Table:
    """What the CSV holds: a line for each actor of each step, and one without actor for an empty step."""
    columns = (
        Column(Text("Filière", "Channel")),
        Column(Text("Maillon", "Step")),
        Column(Text("Libellé du maillon", "Name of the step")),
        Column(Text("Organisation", "Organisation")),
        Column(Text("Fiche", "Page")),
        Column("SIREN"),
        Column(Text("Communes", "Communes")),
        Column(Text("Origine", "Origin")),
        Column(Text("Pourquoi", "Why")),
    )
    deduced = Text("déduit", "deduced")
    rows: list[tuple[object, ...]] = []
    for each in held:
        for actor in each.actors:
            why = Text("; ".join(t.fr for t in actor.reasons), "; ".join(t.en for t in actor.reasons))
            rows.append(
                (channel.code, each.step.code, each.step.label, plain_cell(actor.name),
                 uri.format(id=actor.organisation_id), actor.siren, " ".join(actor.communes),
                 SAID if actor.is_said else deduced, why)
            )  # fmt: skip
        if not each.actors:
            rows.append((channel.code, each.step.code, each.step.label, "", "", "", "", "", ""))
    return Table(columns, rows, channel.label)


def town_names(actor: Actor) -> str:
    return ", ".join(place_name(f"commune:{commune}") for commune in actor.communes)


def _read(territory: str) -> Mapping[int, _Known]:
    """Living, published organisations with an open site in the territory (everywhere: with or without site)."""
    everywhere = territory in ("", COUNTRY)
    rows = Organisation.objects.published().living()
    sites = Site.objects.filter(closed_on__isnull=True)
    if not everywhere:
        sites = sites.filter(commune__in=places.communes_of(territory))
        rows = rows.filter(pk__in=sites.values("organisation_id"))
    columns = ("pk", "name", "sigle", "siren", "naf", "profile__usual_name", "profile__summary")
    found = {}
    for id, name, sigle, siren, naf, usual, summary in rows.values_list(*columns):
        words = [word for word in (name, sigle, usual, summary) if word]
        found[id] = _Known(usual or name, siren or "", words, {naf})
    for id, naf, commune, lon, lat in sites.values_list("organisation_id", "naf", "commune", "lon", "lat"):
        known = found.get(id)
        if known is not None:
            known.nafs.add(naf)
            if commune:
                known.communes[commune] = None
            if lon is not None and lat is not None:
                known.points.append((lon, lat))
    for id, title in Offer.objects.filter(organisation__in=rows.values("pk")).values_list(
        "organisation", "title"
    ):
        if id in found:
            found[id].words.append(title)
    said = StepPresence.objects.filter(origin="said", organisation__in=rows.values("pk"))
    for id, channel, step in said.values_list("organisation", "channel", "step"):
        if id in found and channel in CHANNELS:
            found[id].said.add((channel, step))
    return found


def _around(channel: Channel, territory: str, steps: list[str]) -> dict[str, Nearest]:
    """For each of `steps`, the actor of the same region that is nearest to the edge of the territory."""
    place = places.territory(territory)
    shape = outlines.outline(territory)
    if shape is None or place.kind == "region" or not place.region:
        return {}
    wider = actors_by_step(channel, f"region:{place.region}")
    found = {}
    for step in steps:
        measured = [
            (min(_km_from(shape, point) for point in actor.points), actor)
            for actor in wider.get(step, [])
            if actor.points
        ]
        if measured:
            km, actor = min(measured, key=lambda each: (each[0], each[1].organisation_id))
            found[step] = Nearest(actor, km)
    return found


def _km_from(shape: shapely.Geometry, point: tuple[float, float]) -> float:
    """Great-circle distance from a point to the nearest point of a shape, in degrees both; zero inside."""
    here = shapely.Point(point)
    near = nearest_points(shape, here)[0]
    lat, other = radians(near.y), radians(here.y)
    half = sin((other - lat) / 2) ** 2 + cos(lat) * cos(other) * sin(radians(here.x - near.x) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))
