"""SIRENE, history of establishments: one row per period during which nothing changed (18 columns)."""

from essaim.law.text import Text
from essaim.observatory.sources.source import LICENCE_OUVERTE, Source, columns, data_gouv

STEM = "StockEtablissementHistorique_utf8"

LAYOUT = """
siren
nic
siret
dateFin date
dateDebut date
etatAdministratifEtablissement
changementEtatAdministratifEtablissement bool
enseigne1Etablissement
enseigne2Etablissement
enseigne3Etablissement
changementEnseigneEtablissement bool
denominationUsuelleEtablissement
changementDenominationUsuelleEtablissement bool
activitePrincipaleEtablissement
nomenclatureActivitePrincipaleEtablissement
changementActivitePrincipaleEtablissement bool
caractereEmployeurEtablissement
changementCaractereEmployeurEtablissement bool
"""

REQUIRED = {
    "siret",
    "dateDebut",
    "dateFin",
    "etatAdministratifEtablissement",
    "changementEtatAdministratifEtablissement",
}

SOURCE = Source(
    id="sirene_history",
    role="history",
    title=Text("SIRENE, historique des établissements", "SIRENE, history of establishments"),
    publisher="Insee",
    licence=LICENCE_OUVERTE,
    rhythm=Text("mensuel", "monthly"),
    page="https://www.data.gouv.fr/datasets/5b7ffc618b4c4169d30727e0",
    resources=data_gouv(
        STEM,
        parquet="2b3a0c79-f97b-46b8-ac02-8be6c1f01a8c",
        zip="88fbb6b4-0320-443e-b739-b4376a012c32",
    ),
    stem=STEM,
    columns=columns(LAYOUT, REQUIRED),
    notes=Text(
        "Une fermeture est une période d'état F dont l'indicateur de changement d'état est vrai ; "
        "l'indicateur distingue un vrai changement d'état d'un changement d'enseigne.",
        "A closure is a period of state F whose change-of-state indicator is true; the indicator tells a "
        "real change of state from a change of sign.",
    ),
)
