"""The table of contracts: one line per contract, whatever the files, their shapes and their order.

`contracts.parquet` of a `ContractStore` has exactly these columns in this order. Null always means *unknown*
(not given, or given as MQ, INX, CDL, NC): it is never “none”. Money is in cents, excluding VAT.
"""

SUPPLIER = "STRUCT(kind VARCHAR, id VARCHAR, name VARCHAR)"
"""`kind`: SIRET, TVA, TAHITI, RIDET, FRWF, IREP, HORS-UE (upper case). `id` and `name` may be null."""

AMENDMENT = (
    "STRUCT(id VARCHAR, notified_on DATE, published_on DATE, duration_months INTEGER, amount_cents BIGINT, "
    f"suppliers {SUPPLIER}[])"
)
"""What one amendment sets; a null (or empty suppliers) leaves what was there before."""

COLUMNS: dict[str, str] = {
    "key": "VARCHAR",  # buyer_siret + "/" + id: the identity of a contract
    "id": "VARCHAR",  # without spaces around
    "buyer_siret": "VARCHAR",  # 14 digits
    "buyer_siren": "VARCHAR",  # its first 9
    "buyer_name": "VARCHAR",
    "kind": "VARCHAR",  # contract | concession
    "nature": "VARCHAR",  # as published
    "object": "VARCHAR",
    "cpv": "VARCHAR",  # 8 digits, without the check digit
    "procedure": "VARCHAR",
    "techniques": "VARCHAR[]",
    "modalities": "VARCHAR[]",
    "ccag": "VARCHAR",
    "offers_received": "INTEGER",
    "innovative": "BOOLEAN",
    "notified_on": "DATE",  # of the contract itself, not of its amendments; a concession: its signature
    "published_on": "DATE",
    "duration_months": "INTEGER",  # after amendments
    "amount_cents": "BIGINT",  # after amendments
    "initial_amount_cents": "BIGINT",
    "price_kinds": "VARCHAR[]",
    "price_form": "VARCHAR",
    "advance": "BOOLEAN",
    "grouping": "VARCHAR",
    "subcontracting": "BOOLEAN",
    "place_code": "VARCHAR",
    "place_kind": "VARCHAR",
    "framework_id": "VARCHAR",
    "suppliers": f"{SUPPLIER}[]",  # after amendments; empty when not given
    "amendments": f"{AMENDMENT}[]",  # in the order they apply; empty when there are none
    "social": "VARCHAR[]",  # SOCIAL_CODES below, sorted; null: unknown
    "environmental": "VARCHAR[]",  # ENVIRONMENTAL_CODES below, sorted; null: unknown
    "amount_flag": "VARCHAR",  # AMOUNT_FLAGS below; null: nothing suspect (or no amount)
    "format": "VARCHAR",  # FORMATS below: where the latest publication came from
    "source": "VARCHAR",  # the platform named by the entry, or the name of the file
}

DERIVED = frozenset({"buyer_siren", "initial_amount_cents", "amount_flag"})
"""Columns that no statement (what one entry of one file says of a contract) holds: they are computed when statements
are put together."""

STATEMENT_COLUMNS: dict[str, str] = {
    **{name: kind for name, kind in COLUMNS.items() if name not in DERIVED},
    "priority": "VARCHAR",
}
"""`amount_cents`, `duration_months`, `suppliers` are those before amendments. `priority`: the greatest wins.

It begins with the last date of publication, then the precision of the format, then a digest of all that is said:
never the order in which files come.
"""

NONE = "none"
"""The buyer says there is no consideration: known, and negative. Always alone in its list."""

SOCIAL_CODES = ("clause", "criterion", "reserved", NONE)
ENVIRONMENTAL_CODES = ("clause", "criterion", NONE)

AMOUNT_FLAGS = ("negative", "one_euro_or_less", "over_15_billion", "repeated_digits")
"""Why an amount is suspect: left out of every sum, and counted. `repeated_digits`: six times one digit or more."""

FORMATS = ("v1-csv", "v1-json", "tabular", "v2-csv", "v2-xml", "v2-json")
"""Shapes of published files, the least precise first: at equal dates, the last wins."""
