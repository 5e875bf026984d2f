"""SIRENE, stock of establishments: one row per establishment, open or closed (54 columns, 48 before 2024)."""

from essaim.law.text import Text
from essaim.observatory.sources.source import LICENCE_OUVERTE, Source, columns, data_gouv

STEM = "StockEtablissement_utf8"

LAYOUT = """
siren
nic
siret
statutDiffusionEtablissement
dateCreationEtablissement date
trancheEffectifsEtablissement
anneeEffectifsEtablissement int64
activitePrincipaleRegistreMetiersEtablissement
dateDernierTraitementEtablissement timestamp[us]
etablissementSiege bool
nombrePeriodesEtablissement int64
complementAdresseEtablissement
numeroVoieEtablissement
indiceRepetitionEtablissement
dernierNumeroVoieEtablissement
indiceRepetitionDernierNumeroVoieEtablissement
typeVoieEtablissement
libelleVoieEtablissement
codePostalEtablissement
libelleCommuneEtablissement
libelleCommuneEtrangerEtablissement
distributionSpecialeEtablissement
codeCommuneEtablissement
codeCedexEtablissement
libelleCedexEtablissement
codePaysEtrangerEtablissement
libellePaysEtrangerEtablissement
identifiantAdresseEtablissement
coordonneeLambertAbscisseEtablissement
coordonneeLambertOrdonneeEtablissement
complementAdresse2Etablissement
numeroVoie2Etablissement
indiceRepetition2Etablissement
typeVoie2Etablissement
libelleVoie2Etablissement
codePostal2Etablissement
libelleCommune2Etablissement
libelleCommuneEtranger2Etablissement
distributionSpeciale2Etablissement
codeCommune2Etablissement
codeCedex2Etablissement
libelleCedex2Etablissement
codePaysEtranger2Etablissement
libellePaysEtranger2Etablissement
dateDebut date
etatAdministratifEtablissement
enseigne1Etablissement
enseigne2Etablissement
enseigne3Etablissement
denominationUsuelleEtablissement
activitePrincipaleEtablissement
nomenclatureActivitePrincipaleEtablissement
caractereEmployeurEtablissement
activitePrincipaleNAF25Etablissement
"""

SINCE_2024 = (
    "dernierNumeroVoieEtablissement",
    "indiceRepetitionDernierNumeroVoieEtablissement",
    "identifiantAdresseEtablissement",
    "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
    "activitePrincipaleNAF25Etablissement",
)
"""Columns the 48-column layout does not have."""

REQUIRED = {
    "siren",
    "siret",
    "statutDiffusionEtablissement",
    "dateCreationEtablissement",
    "trancheEffectifsEtablissement",
    "etablissementSiege",
    "codeCommuneEtablissement",
    "etatAdministratifEtablissement",
    "dateDebut",
    "enseigne1Etablissement",
    "denominationUsuelleEtablissement",
    "activitePrincipaleEtablissement",
    "caractereEmployeurEtablissement",
}

SOURCE = Source(
    id="sirene_establishments",
    role="establishments",
    title=Text("SIRENE, stock des établissements", "SIRENE, stock of establishments"),
    publisher="Insee",
    licence=LICENCE_OUVERTE,
    rhythm=Text("mensuel", "monthly"),
    page="https://www.data.gouv.fr/datasets/5b7ffc618b4c4169d30727e0",
    resources=data_gouv(
        STEM,
        parquet="a29c1297-1f92-4e2a-8f6b-8c902ce96c5f",
        zip="0651fb76-bcf3-4f6a-a38d-bc04fa708576",
    ),
    stem=STEM,
    columns=columns(LAYOUT, REQUIRED),
    notes=Text(
        "Paris, Lyon et Marseille sont codés par arrondissement. Les coordonnées Lambert sont du texte et "
        "peuvent valoir « [ND] ». « dateDebut » est le début de la période courante : la date de fermeture "
        "d'un établissement fermé.",
        "Paris, Lyon and Marseille are coded by municipal district. Lambert coordinates are text and may be "
        "“[ND]”. “dateDebut” is when the current period began: the closing date of a closed establishment.",
    ),
    needed=True,
)
