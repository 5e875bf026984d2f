"""Fictitious contracts in the official layout (essential data of 2024, JSON): for the demonstration and the tests.

Their days count back from the day asked for; everything else is the same whatever the day.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml
from stdnum import luhn

from essaim.observatory.intake.provenance import mark_fictitious

SEED = 20261122
CONTRACTS = 360
YEARS = 4
MARK = " (fictif)"
FIRMS_ROOT = 99_991_000
CATALOGUE = Path(__file__).with_name("purchases.yaml")
PROCEDURES = (
    "Procédure adaptée",
    "Procédure adaptée",
    "Appel d'offres ouvert",
    "Marché passé sans publicité",
)
TRADES = {
    "cleaning": "Propreté des Weppes",
    "gardens": "Paysages de la Deûle",
    "reuse": "Récupération du Ferrain",
    "food": "Table du Mélantois",
    "works": "Bâtisseurs de la Marque",
    "printing": "Imprimerie de la Lys",
    "advice": "Études du Carembault",
    "computing": "Informatique de la Pévèle",
    "transport": "Navettes du Nord",
    "culture": "Scènes de la Flandre",
}
"""Trade -> an invented company that answers when no organisation of the directory does."""
PLACES = ("59350", "59512", "59599", "59009", "59378", "59346")


@dataclass(frozen=True, slots=True)
class Party:
    """A buyer or a supplier: its SIRET and its name."""

    siret: str
    name: str


def invented_siren(root: int) -> str:
    """Nine digits with a right check digit. `root`: eight digits no register gives out (from 99 990 000 on)."""
    return f"{root}{luhn.calc_check_digit(str(root))}"


def siret_of(siren: str) -> str:
    """The first establishment of a SIREN."""
    start = f"{siren}0001"
    return start + luhn.calc_check_digit(start)


def firm_of(trade: str) -> Party:
    """The invented company of a trade."""
    number = FIRMS_ROOT + list(TRADES).index(trade)
    return Party(siret_of(invented_siren(number)), TRADES[trade] + MARK)


def write_contracts(
    folder: Path, *, buyers: Sequence[Party], suppliers: Mapping[str, Sequence[Party]], on: date
) -> Path:
    """Write CONTRACTS contracts of the `YEARS` years up to `on`, with concessions, amendments and faulty entries,
    in `folder`, which is marked fictitious. `suppliers`: of the directory, by trade of `TRADES`; may be empty."""
    chance = Random(SEED)  # noqa: S311  # a drawing to be repeated, not a secret
    catalogue = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    drawn = [
        _contract(number, chance, chance.choice(catalogue), buyers, suppliers, on)
        for number in range(CONTRACTS)
    ]
    contracts = drawn + _faulty(drawn)
    concessions = [_concession(number, each) for number, each in enumerate(drawn[::40])]
    content = {"marches": {"marche": contracts, "contrat-concession": concessions}}
    folder.mkdir(parents=True, exist_ok=True)
    mark_fictitious(folder, seed=SEED, made_on=on.isoformat())
    path = folder / f"contrats_fictifs_{on.isoformat()}.json"
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def _contract(
    number: int,
    chance: Random,
    purchase: Mapping[str, Any],
    buyers: Sequence[Party],
    suppliers: Mapping[str, Sequence[Party]],
    on: date,
) -> dict[str, Any]:
    # The first buyer buys half of it all, as a metropolis does beside its cities.
    buyer = buyers[0] if chance.random() < 0.5 else chance.choice(buyers)
    notified = on - timedelta(days=30 + int(chance.random() * (365 * YEARS - 90)))
    euros = _rounded(chance, *purchase["euros"])
    months = chance.randint(*purchase["months"])
    entry: dict[str, Any] = {
        "id": f"{notified.year}F{number:04d}",
        "acheteur": {"id": buyer.siret, "nom": buyer.name},
        "nature": "Accord-cadre" if months > 36 else "Marché",
        "objet": f"{purchase['object']}, opération {number + 1}{MARK}",
        "codeCPV": purchase["cpv"],
        "techniques": {"technique": ["Accord-cadre" if months > 36 else "Sans objet"]},
        "modalitesExecution": {"modaliteExecution": ["Bons de commande" if months > 36 else "Tranches"]},
        "ccag": "Travaux" if purchase["trade"] == "works" else "Fournitures courantes et services",
        "procedure": chance.choice(PROCEDURES),
        "lieuExecution": {"code": chance.choice(PLACES), "typeCode": "Code commune"},
        "dureeMois": months,
        "dateNotification": notified.isoformat(),
        "datePublicationDonnees": (notified + timedelta(days=chance.randint(7, 28))).isoformat(),
        "montant": euros,
        "formePrix": "Unitaire",
        "typesPrix": {"typePrix": ["Définitif révisable"]},
        "offresRecues": chance.randint(1, 7),
        "marcheInnovant": chance.random() < 0.04,
        "attributionAvance": chance.random() < 0.3,
        "sousTraitanceDeclaree": False,
        "typeGroupementOperateurs": "Pas de groupement",
        "titulaires": [_holder(chance, purchase["trade"], suppliers)],
        **_considerations(chance, purchase, YEARS - (on - notified).days // 365),
    }
    if chance.random() < 0.12:
        entry["modifications"] = [_amendment(chance, euros, months, notified, on)]
    return entry


def _rounded(chance: Random, low: int, high: int) -> int:
    """Between both, small amounts being the more frequent, to the hundred euros."""
    euros: float = low * (high / low) ** chance.random()
    return round(euros / 100) * 100


def _holder(chance: Random, trade: str, suppliers: Mapping[str, Sequence[Party]]) -> dict[str, Any]:
    known = suppliers.get(trade, ())
    party = chance.choice(known) if known and chance.random() < 0.35 else firm_of(trade)
    return {"titulaire": {"typeIdentifiant": "SIRET", "id": party.siret, "denominationSociale": party.name}}


def _considerations(chance: Random, purchase: Mapping[str, Any], year: int) -> dict[str, Any]:
    """Said or not (unknown), and what: more often from one year to the next. `year`: 1 to `YEARS`."""
    said: dict[str, Any] = {}
    if chance.random() > 0.24 - 0.05 * year:
        is_social = chance.random() * 100 < purchase["social"] * (0.35 + 0.12 * year)
        words = chance.choice(["Clause sociale", "Clause sociale", "Critère social", "Marché réservé"])
        said["considerationsSociales"] = {
            "considerationSociale": [words if is_social else "Pas de considération sociale"]
        }
    if chance.random() > 0.24 - 0.05 * year:
        is_ecological = chance.random() * 100 < purchase["environmental"] * (0.5 + 0.12 * year)
        words = chance.choice(["Clause environnementale", "Critère environnemental"])
        said["considerationsEnvironnementales"] = {
            "considerationEnvironnementale": [
                words if is_ecological else "Pas de considération environnementale"
            ]
        }
    return said


def _amendment(chance: Random, euros: int, months: int, notified: date, on: date) -> dict[str, Any]:
    changed = min(notified + timedelta(days=chance.randint(60, 400)), on)
    return {
        "modification": {
            "id": 1,
            "dateNotificationModification": changed.isoformat(),
            "datePublicationDonneesModification": changed.isoformat(),
            "montant": round(euros * (1 + chance.randint(2, 14) / 100)),
            "dureeMois": months + chance.choice([0, 0, 6]),
        }
    }


def _concession(number: int, like: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": f"{like['id'][:4]}C{number:03d}",
        "autoriteConcedante": like["acheteur"],
        "nature": "Délégation de service public",
        "objet": f"Exploitation d'un équipement culturel {number + 1}{MARK}",
        "procedure": "Procédure négociée ouverte",
        "lieuExecution": like["lieuExecution"],
        "dureeMois": 60,
        "dateDebutExecution": like["dateNotification"],
        "datePublicationDonnees": like["datePublicationDonnees"],
        "valeurGlobale": like["montant"] * 3,
        "concessionnaires": [
            {
                "concessionnaire": {
                    "typeIdentifiant": "SIRET",
                    "id": each.siret,
                    "denominationSociale": each.name,
                }
            }
            for each in (firm_of("culture"),)
        ],
    }


def _faulty(drawn: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What real files hold too: entries the import refuses, each with its reason, and two amounts nobody believes."""
    changes: list[dict[str, Any]] = [
        {"montant": "environ 40 000 euros"},
        {"dateNotification": "31/02/2025"},
        {"acheteur": {"nom": drawn[0]["acheteur"]["nom"]}},
        {"acheteur": {"id": "9999", "nom": drawn[0]["acheteur"]["nom"]}},
        {"id": None},
        {"modifications": [{"modification": {"id": 1, "montant": "à définir"}}]},
        {"montant": 1},
        {"montant": 99999999},
    ]
    return [
        dict(each) | {"id": f"{each['id']}-{number}"} | change
        for number, (each, change) in enumerate(zip(drawn, changes, strict=False), 1)
    ]
