"""The list of SSE enterprises compiled by ESS France from the regional chambers (8 columns)."""

from essaim.law.text import Text
from essaim.observatory.sources.source import LICENCE_OUVERTE, Column, Source, data_gouv

STEM = "liste-des-entreprises-de-less"

SIREN = "SIREN"
FAMILY = "Famille juridique de l'entreprise"
NAMES = (
    SIREN,
    "Nom ou raison sociale de l'entreprise",
    FAMILY,
    "Code postal",
    "Libellé de la commune de l'établissement",
    "Code du département de l'établissement",
    "Département de l'établissement",
    "Région de l'établissement",
)

FAMILY_PREFIXES = {"asso": "association", "coop": "cooperative", "mutu": "mutual", "fonda": "foundation"}
"""Beginning of the published family, without accents, lower case -> family of `essaim.law`."""

SOURCE = Source(
    id="ess_france",
    role="ess_list",
    title=Text("Liste des entreprises de l'ESS", "List of SSE enterprises"),
    publisher="ESS France",
    licence=LICENCE_OUVERTE,
    rhythm=Text("irrégulier (fichier de novembre 2023)", "irregular (file of November 2023)"),
    page="https://www.data.gouv.fr/datasets/646c8d45de96cc3428092c6b",
    resources=data_gouv(STEM, csv="57bc99ca-0432-4b46-8fcc-e76a35c9efaf"),
    stem=STEM,
    columns=tuple(Column(name, "string", "text", name in (SIREN, FAMILY)) for name in NAMES),
    notes=Text(
        "Les zéros de tête du SIREN sont perdus : ils sont remis quand la clé de contrôle le confirme. "
        "Quatre familles ; les sociétés commerciales de l'ESS n'y sont pas. Une liste de chambre régionale "
        "(CSV à deux colonnes, siren et famille) est lue de la même façon.",
        "Leading zeros of the SIREN are lost: they are put back when the check digit confirms it. Four "
        "families; commercial SSE companies are absent. A regional chamber's list (CSV of two columns, "
        "siren and famille) is read in the same way.",
    ),
)
