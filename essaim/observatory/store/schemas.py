"""The tables of a build: their columns, their types, the order of their rows."""

import pyarrow as pa

FIGURE_STATUSES = ("ok", "secret", "unavailable")

FIGURES = pa.schema(
    [
        pa.field("territory", pa.string(), nullable=False),
        pa.field("figure", pa.string(), nullable=False),
        pa.field("value", pa.float64()),
        pa.field("low", pa.float64()),
        pa.field("high", pa.float64()),
        pa.field("numerator", pa.float64()),
        pa.field("denominator", pa.float64()),
        pa.field("status", pa.string(), nullable=False),
        pa.field("note", pa.string()),
    ]
)
BREAKDOWNS = pa.schema(
    [
        pa.field("territory", pa.string(), nullable=False),
        pa.field("dimension", pa.string(), nullable=False),
        pa.field("category", pa.string(), nullable=False),
        pa.field("enterprises", pa.int64()),
        pa.field("establishments", pa.int64()),
        pa.field("employer_establishments", pa.int64()),
        pa.field("all_establishments", pa.int64()),
        pa.field("location_quotient", pa.float64()),
        pa.field("status", pa.string(), nullable=False),
    ]
)
YEARS = pa.schema(
    [
        pa.field("territory", pa.string(), nullable=False),
        pa.field("year", pa.int32(), nullable=False),
        pa.field("creations", pa.int64()),
        pa.field("closures", pa.int64()),
        pa.field("status", pa.string(), nullable=False),
    ]
)
ESTABLISHMENTS = pa.schema(
    [
        pa.field("siret", pa.string(), nullable=False),
        pa.field("siren", pa.string(), nullable=False),
        pa.field("name", pa.string()),
        pa.field("sigle", pa.string()),
        pa.field("rna_id", pa.string()),
        pa.field("legal_category", pa.string()),
        pa.field("naf", pa.string()),
        pa.field("sector", pa.string(), nullable=False),
        pa.field("family", pa.string()),
        pa.field("status", pa.string(), nullable=False),
        pa.field("reason_code", pa.string()),
        pa.field("employer", pa.bool_(), nullable=False),
        pa.field("size_band", pa.string(), nullable=False),
        pa.field("created_on", pa.date32()),
        pa.field("flag", pa.string(), nullable=False),
        pa.field("listed", pa.bool_(), nullable=False),
        pa.field("address", pa.string()),
        pa.field("postcode", pa.string()),
        pa.field("commune", pa.string(), nullable=False),
        pa.field("epci", pa.string()),
        pa.field("ept", pa.string()),
        pa.field("departement", pa.string()),
        pa.field("region", pa.string()),
        pa.field("qpv", pa.string()),
        pa.field("qpv_distance_m", pa.float64()),
        pa.field("lon", pa.float64()),
        pa.field("lat", pa.float64()),
    ]
)
TERRITORIES = pa.schema(
    [
        pa.field("code", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("nature", pa.string()),
        pa.field("departement", pa.string()),
        pa.field("region", pa.string()),
        pa.field("epci", pa.string()),
        pa.field("ept", pa.string()),
        pa.field("population", pa.int64()),
    ]
)
REJECTED = pa.schema(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("line", pa.int64()),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("siret", pa.string()),
        pa.field("detail", pa.string()),
    ]
)

SCHEMAS: dict[str, pa.Schema] = {
    "figures": FIGURES,
    "breakdowns": BREAKDOWNS,
    "years": YEARS,
    "establishments": ESTABLISHMENTS,
    "territories": TERRITORIES,
    "rejected": REJECTED,
}
SORTED_BY: dict[str, tuple[str, ...]] = {
    "figures": ("territory", "figure"),
    "breakdowns": ("territory", "dimension", "category"),
    "years": ("territory", "year"),
    "establishments": ("commune", "siret"),
    "territories": ("code",),
    "rejected": ("file", "line", "reason", "siret"),
}
"""The order of the rows in each file: what makes a territory cheap to read."""

NEVER_REPEATED = frozenset(
    {"siret", "siren", "name", "sigle", "rna_id", "address", "qpv_distance_m", "lon", "lat"}
)
"""Columns written without a dictionary of their values: nearly all differ, and looking for repeats takes time."""
