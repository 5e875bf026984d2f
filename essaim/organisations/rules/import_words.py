"""Why a row is refused, what is remarked of a row kept, and how sources are called."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import yaml

from essaim.law.text import Text
from essaim.organisations.rules.vocabulary import FOLDER

REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "bad_siret": Text("SIRET dont la clé est fausse", "SIRET with a wrong check digit"),
        "bad_siren": Text("SIREN dont la clé est fausse", "SIREN with a wrong check digit"),
        "siret_of_another": Text("SIRET et SIREN ne vont pas ensemble", "SIRET and SIREN do not go together"),
        "bad_rna": Text("numéro RNA mal formé", "malformed RNA number"),
        "no_identifier": Text(
            "ni SIRET, ni SIREN, ni RNA, ni nom avec une commune",
            "no SIRET, SIREN or RNA number, nor a name with a municipality",
        ),
        "no_name": Text("nom absent", "no name"),
        "unknown_kind": Text("type de structure ou label inconnu", "unknown kind of structure or label"),
        "bad_date": Text("date illisible", "unreadable date"),
        "wrong_field_count": Text("nombre de colonnes inattendu", "unexpected number of columns"),
        "undecodable": Text("caractères illisibles", "unreadable characters"),
        "too_long": Text("ligne trop longue", "line too long"),
        "uncertain_match": Text(
            "SIREN rapproché par ressemblance de nom, sans preuve",
            "SIREN found by likeness of names, without proof",
        ),
        "natural_person": Text(
            "personne physique : ses données ne sont pas publiées ici",
            "natural person: their data is not published here",
        ),
        "person_named": Text(
            "forme sans personnalité morale, nommée d'après des personnes",
            "form without legal personality, named after persons",
        ),
    }
)
NOTES: Mapping[str, Text] = MappingProxyType(
    {
        "swapped": Text(
            "longitude et latitude échangées, remises", "longitude and latitude swapped, put right"
        ),
        "outside": Text("position hors de France, écartée", "position outside France, set aside"),
        "unreadable_position": Text("position illisible, écartée", "unreadable position, set aside"),
        "no_position": Text("sans position", "no position"),
        "elsewhere": Text(
            "la position tombe dans une autre commune que l'adresse",
            "the position falls in another municipality than the address",
        ),
        "unknown_commune": Text("commune inconnue", "unknown municipality"),
        "followed_commune": Text(
            "commune fusionnée, remplacée par la nouvelle", "merged municipality, followed"
        ),
        "same_key": Text(
            "même établissement sur plusieurs lignes, réunies", "same establishment on several rows"
        ),
        "padded": Text("zéros du début rétablis", "leading zeros put back"),
        "cycle": Text("successions en boucle, non suivies", "successions in a loop, not followed"),
    }
)

CHANGE_KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "created": Text("Créées", "Created"),
        "updated": Text("Modifiées", "Updated"),
        "closed": Text("Fermées", "Closed"),
    }
)
FIELDS: Mapping[str, Text] = MappingProxyType(
    {
        "name": Text("nom", "name"),
        "sigle": Text("sigle", "acronym"),
        "siren": Text("SIREN", "SIREN"),
        "siret": Text("SIRET", "SIRET"),
        "rna_id": Text("numéro RNA", "RNA number"),
        "legal_category": Text("catégorie juridique", "legal category"),
        "naf": Text("activité", "activity"),
        "activity": Text("activité", "activity"),
        "size_band": Text("effectifs", "head count"),
        "sector": Text("secteur", "sector"),
        "created_on": Text("créée le", "created on"),
        "opened_on": Text("ouvert le", "opened on"),
        "closed_on": Text("fermeture", "closing"),
        "open": Text("ouvert ou fermé", "open or closed"),
        "successor_id": Text("repreneur", "successor"),
        "status": Text("statut ESS", "SSE status"),
        "family": Text("famille", "family"),
        "reason_code": Text("raison du statut", "reason of the status"),
        "quality": Text("complétude", "completeness"),
        "address": Text("adresse", "address"),
        "postcode": Text("code postal", "postcode"),
        "commune": Text("commune", "municipality"),
        "qpv": Text("quartier prioritaire", "priority neighbourhood"),
        "lon": Text("longitude", "longitude"),
        "lat": Text("latitude", "latitude"),
        "position_source": Text("origine de la position", "where the position comes from"),
        "position_score": Text("fiabilité de la position", "how sure the position is"),
        "employer": Text("employeur", "employer"),
        "is_head_office": Text("siège", "head office"),
        "is_official": Text("établissement du registre", "register's establishment"),
        "site": Text("lieu", "place"),
        "label": Text("label", "label"),
        "listed": Text("liste de l'ESS", "SSE list"),
        "flag": Text("indicateur ESS de Sirene", "Sirene's SSE flag"),
        "says": Text("ce que dit la source", "what the source says"),
        "value": Text("valeur publiée", "published value"),
        "dataset": Text("jeu de données", "data set"),
        "proof": Text("preuve", "proof"),
        "valid_from": Text("depuis le", "since"),
        "valid_to": Text("jusqu'au", "until"),
    }
)


class Limits(NamedTuple):
    """Percentages, the number of rows below which they are not looked at, days a file brought by the pages stays."""

    vanished_pct: int
    rejected_pct: int
    kept_days: int
    least_rows: int


def limits() -> Limits:
    return Limits(**yaml.safe_load((FOLDER / "import_limits.yaml").read_text(encoding="utf-8")))


def source_label(source: str) -> Text:
    """How a source of statements is called on the pages."""
    if source == "register":
        return Text("Registre Sirene (observatoire)", "Sirene register (observatory)")
    if source == "siae":
        return Text("Liste des SIAE, GEIQ et EA", "List of SIAE, GEIQ and EA")
    if source == "demonstration":
        return Text("Démonstration (inventée)", "Demonstration (invented)")
    name = source.removeprefix("list:")
    return Text(f"Liste « {name} »", f"List “{name}”")
