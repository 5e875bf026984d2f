"""Geolocation of SIRENE establishments: coordinates, commune and QPV of each one (19 columns)."""

from essaim.law.text import Text
from essaim.observatory.sources.source import LICENCE_OUVERTE, Source, columns, data_gouv

STEM = "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8"

LAYOUT = """
siret
x double
y double
qualite_xy
epsg
plg_qp24
plg_iris
plg_zus
plg_qp15
plg_qva
plg_code_commune
distance_precision
qualite_qp24
qualite_iris
qualite_zus
qualite_qp15
qualite_qva
y_latitude double
x_longitude double
"""

SOURCE = Source(
    id="sirene_geolocation",
    role="geolocation",
    title=Text(
        "Géolocalisation des établissements SIRENE pour les études statistiques",
        "Geolocation of SIRENE establishments for statistical studies",
    ),
    publisher="Insee",
    licence=LICENCE_OUVERTE,
    rhythm=Text("mensuel", "monthly"),
    page="https://www.data.gouv.fr/datasets/"
    "geolocalisation-des-etablissements-du-repertoire-sirene-pour-les-etudes-statistiques",
    resources=data_gouv(
        STEM,
        parquet="672007af-0146-491f-835c-8314d63fa44e",
        zip="ba6a4e4c-aac6-4764-bbd2-f80ae345afc5",
    ),
    stem=STEM,
    columns=columns(LAYOUT, {"siret", "x", "y", "epsg", "plg_qp24", "plg_code_commune"}),
    notes=Text(
        "L'en-tête est en majuscules ou en minuscules selon les mois. « epsg » dit la projection de chaque "
        "ligne. Dans « plg_qp24 », seul un code QN ou QP suivi de chiffres est un quartier ; le reste "
        "(CSZ, HZ...) veut dire hors quartier.",
        "The header is in upper or lower case depending on the month. “epsg” gives the projection of each "
        "row. In “plg_qp24” only a code QN or QP followed by digits is a neighbourhood; the rest "
        "(CSZ, HZ...) means outside any.",
    ),
)
