"""A small database of territories, and QPV layers drawn for tests."""

from datetime import date

import numpy as np
import shapely

from essaim.observatory.locate import QpvLayer
from essaim.territories import catalogue
from essaim.territories.models import Territory

TODAY = date(2026, 11, 22)
# Two squares: the first in Lille, the second in Roubaix.
LILLE_QPV = shapely.box(3.05, 50.63, 3.06, 50.64)
ROUBAIX_QPV = shapely.box(3.17, 50.69, 3.18, 50.70)


def qpv_layer(**shapes: shapely.Polygon) -> QpvLayer:
    """A layer of QPV by code; by default one in Lille and one in Roubaix."""
    shapes = shapes or {"QN05901M": LILLE_QPV, "QN05902M": ROUBAIX_QPV}
    return QpvLayer(
        codes=np.array(list(shapes), dtype=object),
        names=np.array([f"Quartier {code}" for code in shapes], dtype=object),
        shapes=np.array(list(shapes.values()), dtype=object),
    )


def territories(*codes: str) -> list[Territory]:
    """Rows of these territories as the reference knows them, without loading the whole of France."""
    entries = {entry.code: entry for entry in catalogue.reference_entries()}
    fields = catalogue.Entry.__dataclass_fields__
    return Territory.objects.bulk_create(
        Territory(**{name: getattr(entries[code], name) for name in fields}, changed_on=TODAY)
        for code in codes
    )
