"""A small invented directory around Lille, the same every time, marked fictitious: what journeys and pictures show."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

TODAY = date(2026, 11, 22)
SEED = 20261122


@dataclass(frozen=True)
class Town:
    commune: str
    postcode: str
    lon: float
    lat: float


TOWNS = (
    Town("59350", "59000", 3.0630, 50.6330),  # Lille
    Town("59512", "59100", 3.1746, 50.6928),  # Roubaix
    Town("59599", "59200", 3.1612, 50.7224),  # Tourcoing
    Town("59009", "59650", 3.1450, 50.6233),  # Villeneuve-d'Ascq
    Town("59378", "59700", 3.0890, 50.6700),  # Marcq-en-Barœul's neighbourhood
    Town("62041", "62000", 2.7773, 50.2910),  # Arras, outside the metropolis
)
# Name, sector, legal category, NAF, family, label kinds.
TRADES: Sequence[tuple[str, str, str, str, str, tuple[str, ...]]] = (
    ("Recyclerie", "trade", "9220", "47.79Z", "association", ("siae_aci",)),
    ("Ressourcerie", "trade", "5560", "38.32Z", "cooperative", ("scic",)),
    ("Épicerie solidaire", "trade", "9220", "47.11B", "association", ()),
    ("Traiteur", "accommodation_food_services", "5499", "56.21Z", "commercial", ("esus", "siae_ei")),
    ("Menuiserie coopérative", "construction", "5458", "43.32A", "cooperative", ("scop",)),
    ("Crèche parentale", "social_action", "9220", "88.91A", "association", ()),
    ("Mutuelle", "finance_insurance", "8210", "65.12Z", "mutual", ()),
    ("Fondation", "social_action", "9300", "88.99B", "foundation", ()),
    ("Atelier vélo", "trade", "9220", "95.29Z", "association", ()),
    ("Entreprise adaptée", "support_services", "5710", "81.21Z", "commercial", ("ea",)),
)
ENDINGS = (
    "des Trois Ponts", "du Canal", "de la Lys", "des Filatures", "du Beffroi", "de l'Union", "des Courées", "du Moulin",
)  # fmt: skip
STREETS = (
    "rue des Tisserands",
    "rue du Peignage",
    "avenue des Briques",
    "place du Marché-Neuf",
    "quai des Péniches",
)


def write_directory(count: int = 60) -> list[int]:
    """Organisations written as an import would, with their evidence; returns their ids in order.

    The last three are, in order: to be confirmed, out of the SSE though a SIAE, and hidden by objection.
    """
    from essaim.organisations.acts import act  # noqa: PLC0415  # Django must be ready
    from essaim.organisations.models import Evidence, Import, Label, Organisation, Profile, Site  # noqa: PLC0415
    from essaim.organisations.tests.factories import siren_number, siret_number  # noqa: PLC0415

    chance = random.Random(SEED)
    with act("directory invented", by=None, on=TODAY) as deed:
        made = []
        for number in range(count):
            trade, sector, legal, naf, family, _kinds = TRADES[number % len(TRADES)]
            made.append(
                Organisation(
                    siren=siren_number(900_000 + number), name=f"{trade} {ENDINGS[(number // 3) % len(ENDINGS)]}",
                    legal_category=legal, naf=naf, sector=sector, status="member", family=family,
                    reason_code="flag" if family == "commercial" else "category",
                    first_seen_on=TODAY, last_seen_on=TODAY,
                )
            )  # fmt: skip
        doubtful, ordinary, objecting = made[-3:]
        doubtful.status, doubtful.reason_code = "to_confirm", "sources_disagree"
        ordinary.status, ordinary.family, ordinary.reason_code = "not_member", "", "category_not"
        ordinary.name, objecting.name, objecting.hidden = (
            "Intérim Insertion Nord",
            "Recyclerie Invisible",
            "objection",
        )
        deed.create_many(made)
        sites = []
        for number, organisation in enumerate(made):
            town = TOWNS[number % len(TOWNS)]
            sites.append(
                Site(
                    organisation=organisation, siret=siret_number(organisation.siren),
                    address=f"{chance.randint(1, 150)} {STREETS[number % len(STREETS)]}", postcode=town.postcode,
                    commune=town.commune, lon=round(town.lon + chance.gauss(0, 0.008), 5),
                    lat=round(town.lat + chance.gauss(0, 0.005), 5), position_source="invented", is_head_office=True,
                    naf=organisation.naf, employer=number % 3 > 0,
                )
            )  # fmt: skip
        sites[7].lon = sites[7].lat = None
        deed.create_many(sites)
        deed.create_many(
            [
                Label(organisation=site.organisation, site=site, kind=kind, seen_on=TODAY)
                for number, site in enumerate(sites)
                for kind in (
                    ("siae_etti",) if site.organisation is ordinary else TRADES[number % len(TRADES)][5]
                )
            ]
        )
        deed.create_many(
            [
                Evidence(organisation=each, source="flag", says="member", value="O", on=TODAY)
                for each in made[:-2]
            ]
        )
        deed.create_many(
            [
                Profile(
                    organisation=each,
                    summary="Meubles, vélos et vaisselle remis en état par des gens du quartier.",
                )
                for each in made
                if each.name.startswith("Recyclerie")
            ]
        )
        Import.objects.create(
            act=deed.act, format="invented", file_name="directory_factory.py", sha256="0" * 64,
            dataset="Annuaire inventé", vintage=TODAY, is_fictitious=True, read_rows=count, created=count,
        )  # fmt: skip
    return [each.pk for each in made]
