"""Statements of every file into one line per contract, in SQL: never depends on the order of the files.

Between statements of one contract, the field of the one with the greatest priority wins; what it does not say is
taken from the next. Amendments are those of all the statements, each once, applied in the order of their dates: each
replaces what it sets and leaves the rest (so one applied twice changes nothing).
"""

from pathlib import Path

from essaim.observatory.contracts.columns import COLUMNS, STATEMENT_COLUMNS
from essaim.observatory.contracts.tabular import quoted

KEPT_AS_ARE = ("key", "priority", "amendments", "amount_cents", "duration_months", "suppliers")
EMPTY_MEANS_UNKNOWN = ("techniques", "modalities", "price_kinds", "suppliers")
OVER_15_BILLION_CENTS = 15 * 10**9 * 100
"""Above it, the ministry's pipeline takes an amount for an error."""


def amount_flag(column: str = "amount_cents") -> str:
    """Why an amount is suspect (AMOUNT_FLAGS), null when it is not: an SQL expression."""
    # A number made of one digit only: few enough to be listed.
    numbers = ", ".join(str(digit) * length for digit in range(1, 10) for length in range(6, 12))
    same = f"{column} // 100 IN ({numbers})"
    return (
        f"CASE WHEN {column} < 0 THEN 'negative' WHEN {column} <= 100 THEN 'one_euro_or_less' "
        f"WHEN {column} > {OVER_15_BILLION_CENTS} THEN 'over_15_billion' WHEN {same} THEN 'repeated_digits' END"
    )


def contracts(files: list[Path]) -> str:
    """SQL of the table of contracts (COLUMNS) from Parquet files of statements."""
    listed = ", ".join(quoted(str(path)) for path in files)
    fields = [name for name in STATEMENT_COLUMNS if name not in ("key", "priority", "amendments")]
    folded = ", ".join(
        f"arg_max({f'CASE WHEN len({name}) > 0 THEN {name} END' if name in EMPTY_MEANS_UNKNOWN else name}, priority) "
        f"AS {name}"
        for name in fields
    )
    chosen = ", ".join(_column(name) for name in COLUMNS)
    return f"""
        WITH statements AS (SELECT * FROM read_parquet([{listed}])),
        repeated AS MATERIALIZED (SELECT key FROM statements GROUP BY key HAVING count(*) > 1),
        base AS (
            SELECT key, {", ".join(fields)} FROM statements ANTI JOIN repeated USING (key)
            UNION ALL BY NAME
            SELECT key, {folded} FROM statements SEMI JOIN repeated USING (key) GROUP BY key),
        said AS (SELECT key, priority, unnest(amendments) AS one FROM statements WHERE len(amendments) > 0),
        once AS (SELECT key, one FROM said QUALIFY row_number() OVER (
            PARTITION BY key, one.id, coalesce(one.notified_on, one.published_on),
                CASE WHEN one.id IS NULL AND one.notified_on IS NULL AND one.published_on IS NULL
                    THEN one.amount_cents END
            ORDER BY priority DESC, one DESC) = 1),
        placed AS (SELECT key, one, row_number() OVER (PARTITION BY key ORDER BY
            coalesce(one.notified_on, one.published_on) NULLS LAST, TRY_CAST(one.id AS INTEGER) NULLS LAST,
            one.id NULLS FIRST, one) AS place FROM once),
        amended AS (SELECT key, list(one ORDER BY place) AS amendments,
            arg_max(one.amount_cents, place) AS amount_after,
            arg_max(one.duration_months, place) AS duration_after,
            arg_max(CASE WHEN len(one.suppliers) > 0 THEN one.suppliers END, place) AS suppliers_after
            FROM placed GROUP BY key),
        put AS (SELECT base.* REPLACE (
                coalesce(duration_after, duration_months) AS duration_months,
                coalesce(amount_after, amount_cents) AS amount_cents,
                coalesce(suppliers_after, suppliers, []) AS suppliers),
            amount_cents AS initial_amount_cents, coalesce(amended.amendments, []) AS amendments
            FROM base LEFT JOIN amended USING (key))
        SELECT {chosen} FROM put"""


def _column(name: str) -> str:
    if name == "buyer_siren":
        return "left(buyer_siret, 9) AS buyer_siren"
    if name == "amount_flag":
        return f"{amount_flag()} AS amount_flag"
    if name in EMPTY_MEANS_UNKNOWN:
        return f"coalesce({name}, []) AS {name}"
    return name
