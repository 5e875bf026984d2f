"""Point, file or whole register -> commune, EPCI, priority neighbourhood (QPV) and its distance."""

from essaim.observatory.locate.commune_layer import NotCommunes, load_communes
from essaim.observatory.locate.points import (
    CommuneLayer,
    Located,
    communes_at,
    distances_to_qpv,
    locate,
    qpv_at,
)
from essaim.observatory.locate.qpv_layer import NotPriorityNeighbourhoods, QpvLayer, load_qpv

__all__ = [
    "CommuneLayer",
    "Located",
    "NotCommunes",
    "NotPriorityNeighbourhoods",
    "QpvLayer",
    "communes_at",
    "distances_to_qpv",
    "load_communes",
    "load_qpv",
    "locate",
    "qpv_at",
]
