"""A made-up directory, the same for the same size: plausible names, communes drawn by population."""

import random
from collections.abc import Iterator
from datetime import date
from typing import Any

DAY = date(2026, 11, 22)
BATCH = 5_000
# Frequent words first: a name takes them as a language does, the n-th word n times rarer.
THINGS = (  # noqa: SIM905  # a list of words reads better as a sentence
    "association club comité amis amicale école maison jardin théâtre sport musique culture solidarité insertion "
    "emploi services atelier chantier recyclerie ressourcerie régie entraide habitat logement enfance jeunesse crèche "
    "parents élèves danse chorale cinéma vélo mobilité énergie citoyenne coopérative épicerie cantine traiteur "
    "restaurant maraîchage ferme bio textile couture menuiserie bois bâtiment peinture nettoyage propreté espaces "
    "verts numérique informatique logiciel radio presse édition librairie formation santé soins aide domicile "
    "handicap autisme mémoire patrimoine histoire archéologie astronomie échecs judo football pétanque randonnée "
    "escalade voile aviron chasse pêche apiculture brasserie boulangerie fromagerie conserverie compost réemploi "
    "réparation cyclologistique conciergerie blanchisserie imprimerie photographie céramique vannerie lutherie"
).split()
ENDINGS = (
    "solidaire",
    "citoyen",
    "du pays",
    "des quartiers",
    "du canal",
    "en commun",
    "pour tous",
    "du nord",
    "du sud",
    "populaire",
)
FAMILIES = (
    ("association", 82),
    ("cooperative", 8),
    ("commercial", 5),
    ("foundation", 2),
    ("mutual", 2),
    ("", 1),
)
STATUSES = (("member", 78), ("to_confirm", 18), ("not_member", 4))
NAF = (
    ("94.99Z", 30), ("93.12Z", 16), ("90.01Z", 9), ("88.99B", 9), ("85.59A", 7), ("88.10A", 4), ("47.79Z", 2),
    ("56.21Z", 1), ("38.32Z", 1), ("81.30Z", 2), ("81.21Z", 1), ("62.01Z", 2), ("01.13Z", 1), ("86.90F", 2),
    ("91.03Z", 3), ("88.91A", 4), ("", 6),
)  # fmt: skip
LABEL_KINDS = (
    "siae_aci",
    "siae_ei",
    "siae_ai",
    "siae_etti",
    "esus",
    "scop",
    "scic",
    "ea",
    "esat",
    "tiers_lieu",
)


def fill(organisations: int) -> None:
    """Write that many organisations, one site each (one in ten has two), straight into empty tables."""
    from essaim.organisations.models import Label, Offer, Organisation, Profile, ServedZone, Site  # noqa: PLC0415

    rows: dict[Any, list[Any]] = {
        model: [] for model in (Organisation, Site, Label, Profile, Offer, ServedZone)
    }
    for number, made in enumerate(_drawn(organisations), 1):
        rows[Organisation].append(Organisation(id=number, **made["organisation"]))
        rows[Site] += [Site(organisation_id=number, **site) for site in made["sites"]]
        rows[Label] += [Label(organisation_id=number, kind=kind, seen_on=DAY) for kind in made["labels"]]
        rows[Profile] += [Profile(organisation_id=number, **said) for said in made["profile"]]
        rows[Offer] += [Offer(organisation_id=number, **offer) for offer in made["offers"]]
        rows[ServedZone] += [ServedZone(organisation_id=number, **zone) for zone in made["served"]]
        if number % BATCH == 0 or number == organisations:
            for model, some in rows.items():
                model.objects.bulk_create(some, batch_size=1_000)
                some.clear()


def _drawn(organisations: int) -> Iterator[dict[str, Any]]:
    from essaim.observatory.categories import sector_of_division  # noqa: PLC0415

    chance = random.Random(2026)
    communes = _communes()
    weights = [population for _, _, population, _, _ in communes]
    places = iter(chance.choices(communes, weights, k=organisations * 2))
    thing_weights = [1 / rank for rank in range(1, len(THINGS) + 1)]
    pick = {
        name: iter(
            chance.choices([value for value, _ in table], [weight for _, weight in table], k=organisations)
        )
        for name, table in {"family": FAMILIES, "status": STATUSES, "naf": NAF}.items()
    }
    for number in range(1, organisations + 1):
        commune, name, _, lon, lat = next(places)
        words = chance.choices(THINGS, thing_weights, k=2)
        title = f"{words[0]} {words[1]} {chance.choice(ENDINGS)}" + (
            f" de {name}" if chance.random() < 0.4 else ""
        )
        naf = next(pick["naf"])
        siren = f"{100_000_000 + number}"
        sites = []
        for rank in range(2 if number % 10 == 0 else 1):
            sites.append({
                "siret": f"{siren}{rank:05d}", "address": f"{chance.randrange(1, 200)} rue {chance.choice(THINGS)}",
                "postcode": commune[:2] + "000", "commune": commune, "is_head_office": rank == 0,
                "lon": lon + chance.gauss(0, 0.012), "lat": lat + chance.gauss(0, 0.009),
            })  # fmt: skip
        yield {
            "organisation": {
                "siren": siren, "name": title[0].upper() + title[1:], "naf": naf, "legal_category": "9220",
                "sector": sector_of_division().get(naf[:2], "unknown"), "family": next(pick["family"]),
                "status": next(pick["status"]), "reason_code": "category", "first_seen_on": DAY, "last_seen_on": DAY,
            },
            "sites": sites,
            "labels": chance.sample(LABEL_KINDS, chance.choice((1, 1, 2))) if number % 25 == 0 else [],
            "profile": [_said(chance)] if number % 20 == 0 else [],
            "offers": [{"title": f"{chance.choice(THINGS)} {chance.choice(THINGS)}"}] if number % 20 == 0 else [],
            "served": [_zone(chance)] if number % 30 == 0 else [],
        }  # fmt: skip


def _said(chance: random.Random) -> dict[str, Any]:
    words = chance.choices(THINGS, k=60)
    return {
        "summary": " ".join(words[:12]),
        "description": " ".join(words),
        "publics": chance.sample(["jeunes", "seniors"], 1),
    }


def _zone(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(("national", "radius", "territories"))
    return {
        "kind": kind,
        "radius_km": chance.choice((5, 20, 50)) if kind == "radius" else None,
        "territories": ["region:32"] if kind == "territories" else [],
    }


def _communes() -> list[tuple[str, str, int, float, float]]:
    """(code, name, inhabitants, longitude, latitude) of the communes of metropolitan France."""
    import numpy as np  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    from essaim.observatory.reference import outlines, places  # noqa: PLC0415

    shapes = {
        code: shape
        for code, shape in outlines.outlines_of_kind("commune").items()
        if not code.startswith("97")
    }
    points = shapely.get_coordinates(shapely.point_on_surface(np.array(list(shapes.values()))))
    known = places.all_territories()
    return [
        (
            code,
            known[f"commune:{code}"].name,
            known[f"commune:{code}"].population or 1,
            float(lon),
            float(lat),
        )
        for code, (lon, lat) in zip(shapes, points, strict=True)
        if f"commune:{code}" in known
    ]
