"""Commune outlines finer than the committed ones, from an official file (IGN Admin Express...)."""

import re
from pathlib import Path

import numpy as np
import shapely

from essaim.law.text import ExplainedError, Text
from essaim.observatory.locate.points import CommuneLayer
from essaim.observatory.locate.polygon_file import read_polygons
from essaim.observatory.reference import places

CODE_COLUMNS = ("inseecom", "codeinsee", "codeinseecom", "codecommune", "insee", "codgeo", "code")


class NotCommunes(ExplainedError):
    """The layer has no column of commune codes."""


def load_communes(path: Path) -> CommuneLayer:
    """Today's communes as drawn in a file; old codes and arrondissements are joined to their commune.

    Raises UnreadablePolygons and NotCommunes.
    """
    polygons = read_polygons(path)
    plain = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in polygons.columns}
    known = [plain[name] for name in CODE_COLUMNS if name in plain]
    for column in known:
        current = [places.current_commune(code) for code in polygons.columns[column]]
        if sum(found is not None for found in current) >= 0.9 * len(current):
            break
    else:
        raise NotCommunes(
            Text(
                fr=f"Aucune colonne de {polygons.path.name} ne contient de codes de communes ; colonnes lues : "
                f"{', '.join(polygons.columns) or 'aucune'}. Donnez une couche de communes (INSEE_COM).",
                en=f"No column of {polygons.path.name} holds commune codes; columns read: "
                f"{', '.join(polygons.columns) or 'none'}. Give a layer of communes (INSEE_COM).",
            )
        )
    members: dict[str, list[int]] = {}
    for index, found in enumerate(current):
        if found is not None:
            members.setdefault(found[0], []).append(index)
    ids = sorted(members)
    shapes = [shapely.union_all(polygons.shapes[members[commune]]) for commune in ids]
    return CommuneLayer(np.array(ids, dtype=object), np.array(shapes, dtype=object))
