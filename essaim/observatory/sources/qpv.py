"""Priority neighbourhoods of the city policy (QPV), 2024 outlines."""

from essaim.law.text import Text
from essaim.observatory.sources.source import DATA_GOUV, LICENCE_OUVERTE, Resource, Source

ENTRY = "GEOJSON/QP2024_France_Hexagonale_Outre_Mer_WGS84.geojson"
"""The outlines to read inside the published zip."""

SOURCE = Source(
    id="qpv",
    role="qpv",
    title=Text(
        "Quartiers prioritaires de la politique de la ville, 2024",
        "Priority neighbourhoods of the city policy, 2024",
    ),
    publisher="Agence nationale de la cohésion des territoires",
    licence=LICENCE_OUVERTE,
    rhythm=Text("à chaque décret (2015, 2024, 2025 outre-mer)", "at each decree (2015, 2024, 2025 overseas)"),
    page="https://www.data.gouv.fr/datasets/quartiers-prioritaires-de-la-politique-de-la-ville-qpv",
    resources=(
        Resource("qpv_2024.zip", "zip", DATA_GOUV.format(resource="942d4ee8-8142-4556-8ea1-335537ce1119")),
    ),
    stem="",
    columns=(),
    notes=Text(
        "Le zip publié contient plusieurs formats ; le GeoJSON en WGS 84 est celui qui est lu. Tout fichier "
        "dont le nom commence par « qpv » ou « QP20 » est pris dans le dossier donné.",
        "The published zip holds several formats; the WGS 84 GeoJSON is the one read. Any file whose name "
        "starts with “qpv” or “QP20” in the given folder is taken.",
    ),
)
