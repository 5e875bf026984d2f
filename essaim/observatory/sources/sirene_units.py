"""SIRENE, stock of legal units: one row per legal unit ever registered (35 columns in 2026)."""

from essaim.law.text import Text
from essaim.observatory.sources.source import LICENCE_OUVERTE, Source, columns, data_gouv

STEM = "StockUniteLegale_utf8"

LAYOUT = """
siren
statutDiffusionUniteLegale
unitePurgeeUniteLegale bool
dateCreationUniteLegale date
sigleUniteLegale
sexeUniteLegale
prenom1UniteLegale
prenom2UniteLegale
prenom3UniteLegale
prenom4UniteLegale
prenomUsuelUniteLegale
pseudonymeUniteLegale
identifiantAssociationUniteLegale
trancheEffectifsUniteLegale
anneeEffectifsUniteLegale int64
dateDernierTraitementUniteLegale timestamp[us]
nombrePeriodesUniteLegale int64
categorieEntreprise
anneeCategorieEntreprise int64
dateDebut date
etatAdministratifUniteLegale
nomUniteLegale
nomUsageUniteLegale
denominationUniteLegale
denominationUsuelle1UniteLegale
denominationUsuelle2UniteLegale
denominationUsuelle3UniteLegale
categorieJuridiqueUniteLegale int64
activitePrincipaleUniteLegale
nomenclatureActivitePrincipaleUniteLegale
nicSiegeUniteLegale
economieSocialeSolidaireUniteLegale
societeMissionUniteLegale
caractereEmployeurUniteLegale
activitePrincipaleNAF25UniteLegale
"""

REQUIRED = {
    "siren",
    "statutDiffusionUniteLegale",
    "dateCreationUniteLegale",
    "sigleUniteLegale",
    "identifiantAssociationUniteLegale",
    "trancheEffectifsUniteLegale",
    "etatAdministratifUniteLegale",
    "denominationUniteLegale",
    "denominationUsuelle1UniteLegale",
    "categorieJuridiqueUniteLegale",
    "activitePrincipaleUniteLegale",
    "economieSocialeSolidaireUniteLegale",
    "caractereEmployeurUniteLegale",
}

SOURCE = Source(
    id="sirene_units",
    role="units",
    title=Text("SIRENE, stock des unités légales", "SIRENE, stock of legal units"),
    publisher="Insee",
    licence=LICENCE_OUVERTE,
    rhythm=Text("mensuel", "monthly"),
    page="https://www.data.gouv.fr/datasets/5b7ffc618b4c4169d30727e0",
    resources=data_gouv(
        STEM,
        parquet="350182c9-148a-46e0-8389-76c2ec1374a3",
        zip="825f4199-cadd-486c-ac46-a65a8ea1a047",
    ),
    stem=STEM,
    columns=columns(LAYOUT, REQUIRED),
    notes=Text(
        "Le drapeau ESS vide veut dire « inconnu », pas « non ». La catégorie juridique est un entier en "
        "Parquet, un texte en CSV. « [ND] » : valeur non diffusée.",
        "An empty SSE flag means “unknown”, not “no”. The legal category is an integer in Parquet, text in "
        "CSV. “[ND]”: value not released.",
    ),
    needed=True,
)
