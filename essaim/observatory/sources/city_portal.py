"""The register as city portals publish it (Opendatasoft): French titles and labels, unit with establishment.

Seen on the portals of the Lille metropolis, Rennes, Toulouse, Pays de la Loire. Titles vary a little from one
to the other, so they are compared without accents, case or punctuation (`key`), and the technical field names
(the official names in lower case) are accepted too.
"""

import re
import unicodedata

from essaim.law.text import Text
from essaim.observatory.sources.source import LICENCE_OUVERTE, Column, Source

UNIT_TITLES: dict[str, tuple[str, ...]] = {
    "siren": ("SIREN",),
    "statutDiffusionUniteLegale": ("Statut de diffusion de l'unité légale",),
    "dateCreationUniteLegale": ("Date de création de l'unité légale",),
    "sigleUniteLegale": ("Sigle de l'unité légale",),
    "identifiantAssociationUniteLegale": ("Identifiant association de l'unité légale",),
    "trancheEffectifsUniteLegale": ("Tranche de l'effectif de l'unité légale",),
    "etatAdministratifUniteLegale": ("Etat administratif de l'unité légale",),
    "denominationUniteLegale": ("Dénomination de l'unité légale",),
    "denominationUsuelle1UniteLegale": ("Dénomination usuelle de l'unité légale 1",),
    "categorieJuridiqueUniteLegale": ("Catégorie juridique de l'unité légale",),
    "activitePrincipaleUniteLegale": ("Activité principale de l'unité légale",),
    "economieSocialeSolidaireUniteLegale": ("Economie sociale et solidaire unité légale",),
    "caractereEmployeurUniteLegale": ("Caractère employeur de l'unité légale",),
}

ESTABLISHMENT_TITLES: dict[str, tuple[str, ...]] = {
    "siren": ("SIREN",),
    "siret": ("SIRET",),
    "statutDiffusionEtablissement": ("Statut de diffusion de l'établissement",),
    "dateCreationEtablissement": ("Date de création de l'établissement",),
    "trancheEffectifsEtablissement": ("Tranche de l'effectif de l'établissement",),
    "etablissementSiege": ("Etablissement siège",),
    "numeroVoieEtablissement": ("Numéro de voie de l'établissement",),
    "indiceRepetitionEtablissement": ("Indice de répétition de l'établissement",),
    "typeVoieEtablissement": ("Type de voie de l'établissement",),
    "libelleVoieEtablissement": ("Libellé de la voie de l'établissement",),
    "codePostalEtablissement": ("Code postal de l'établissement",),
    "codeCommuneEtablissement": ("Code commune de l'établissement",),
    "coordonneeLambertAbscisseEtablissement": ("Coordonnée Lambert abscisse de l'établissement",),
    "coordonneeLambertOrdonneeEtablissement": ("Coordonnée Lambert ordonnée de l'établissement",),
    "dateDebut": ("Date du début de la période de l'établissement", "Date de début de l'établissement"),
    "etatAdministratifEtablissement": ("Etat administratif de l'établissement",),
    "enseigne1Etablissement": ("Enseigne de l'établissement 1",),
    "denominationUsuelleEtablissement": ("Dénomination usuelle de l'établissement",),
    # The title without the 2 is the crafts register's activity when both are there: the order matters.
    "activitePrincipaleEtablissement": (
        "Activité principale de l'établissement2",
        "Activité principale de l'établissement",
    ),
    "caractereEmployeurEtablissement": ("Caractère employeur de l'établissement",),
}

PLACE_TITLES: dict[str, tuple[str, ...]] = {
    "x_longitude": ("Longitude",),
    "y_latitude": ("Latitude",),
    "point": ("Geolocetablissement", "Géolocalisation de l'établissement", "geo_point_2d", "Geo Point"),
    "band_of_unit": ("Tranche de l'effectif de l'unité légale triable",),
    "band_of_establishment": ("Tranche de l'effectif de l'établissement triable",),
    "unit_treated": ("Date du dernier traitement de l'unité légale", "dateDernierTraitementUniteLegale"),
    "establishment_treated": (
        "Date de la dernière mise à jour de l'établissement",
        "dateDernierTraitementEtablissement",
    ),
    "person_name": ("Nom de la personne physique", "nomUniteLegale"),
}
"""Columns that help: coordinates, sortable head-counts, last treatments, the mark of a natural person."""

OPTIONAL = frozenset(
    {
        "coordonneeLambertAbscisseEtablissement",
        "coordonneeLambertOrdonneeEtablissement",
        "denominationUsuelle1UniteLegale",
        "identifiantAssociationUniteLegale",
        "sigleUniteLegale",
        "enseigne1Etablissement",
        "denominationUsuelleEtablissement",
        "numeroVoieEtablissement",
        "indiceRepetitionEtablissement",
        "typeVoieEtablissement",
        "libelleVoieEtablissement",
        "codePostalEtablissement",
        "dateDebut",
        "statutDiffusionUniteLegale",
        "statutDiffusionEtablissement",
        *PLACE_TITLES,
    }
)

STATES = {"actif": "A", "active": "A", "ferme": "F", "fermee": "F", "cesse": "C", "cessee": "C"}
YES_NO = {"oui": "O", "non": "N"}

BANDS = {
    "nonemployeur": "NN",
    "etablissementnonemployeur": "NN",
    "unitenonemployeuse": "NN",
    "0salarie": "00",
    "1ou2salaries": "01",
    "3a5salaries": "02",
    "6a9salaries": "03",
    "10a19salaries": "11",
    "20a49salaries": "12",
    "50a99salaries": "21",
    "100a199salaries": "22",
    "200a249salaries": "31",
    "250a499salaries": "32",
    "500a999salaries": "41",
    "1000a1999salaries": "42",
    "2000a4999salaries": "51",
    "5000a9999salaries": "52",
    "10000salariesetplus": "53",
}
"""Head-count label, as `key` writes it -> official code."""


def key(title: str) -> str:
    """A title or a label reduced to its letters and digits, without accents, lower case."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def titles() -> dict[str, tuple[str, ...]]:
    """Official name (or name of `PLACE_TITLES`) -> the titles meaning it, best first, as `key` has it."""
    every = {**PLACE_TITLES, **UNIT_TITLES, **ESTABLISHMENT_TITLES}
    return {name: tuple(key(title) for title in (*known, name)) for name, known in every.items()}


SOURCE = Source(
    id="city_portal",
    role="portal",
    title=Text(
        "SIRENE publié par un portail de ville (Opendatasoft)", "SIRENE as a city portal publishes it"
    ),
    publisher="Insee ; portails de la Métropole européenne de Lille, de Rennes, de Toulouse…",
    licence=LICENCE_OUVERTE,
    rhythm=Text("selon le portail", "depends on the portal"),
    page="https://opendata.lillemetropole.fr",
    resources=(),
    stem="",
    columns=tuple(
        Column(known[0], "string", "text", name not in OPTIONAL)
        for name, known in {**UNIT_TITLES, **ESTABLISHMENT_TITLES, **PLACE_TITLES}.items()
    ),
    notes=Text(
        "Reconnu à son en-tête, quel que soit son nom. Les personnes physiques sont écartées. Un extrait "
        "n'est pas un recensement : ne pas en tirer de totaux.",
        "Known by its header, whatever its name. Natural persons are dropped. A sample is not a census: "
        "draw no totals from it.",
    ),
)
