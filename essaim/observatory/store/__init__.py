"""Where the figures live: see `folder` for the swap, `schemas` for the tables."""

from essaim.observatory.store.folder import (
    Build,
    BuildUnderWay,
    DiskFull,
    Draft,
    Manifest,
    NoBuild,
    SourceUsed,
    Store,
    StoreDamaged,
    in_stored_order,
)
from essaim.observatory.store.schemas import (
    BREAKDOWNS,
    ESTABLISHMENTS,
    FIGURE_STATUSES,
    FIGURES,
    REJECTED,
    SCHEMAS,
    SORTED_BY,
    TERRITORIES,
    YEARS,
)

__all__ = [
    "BREAKDOWNS",
    "ESTABLISHMENTS",
    "FIGURES",
    "FIGURE_STATUSES",
    "REJECTED",
    "SCHEMAS",
    "SORTED_BY",
    "TERRITORIES",
    "YEARS",
    "Build",
    "BuildUnderWay",
    "DiskFull",
    "Draft",
    "Manifest",
    "NoBuild",
    "SourceUsed",
    "Store",
    "StoreDamaged",
    "in_stored_order",
]
