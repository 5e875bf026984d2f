"""Families, sectors, sizes and ages of each territory; creations and closures by year."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from essaim.observatory.build.grid import Territories, ratio
from essaim.observatory.store import BREAKDOWNS, YEARS
from essaim.observatory.tables.lookups import COUNTRY
from essaim.observatory.tables.members import TOTAL

KEYS = ["territory", "category"]


def breakdowns(counts: pa.Table, denominators: pa.Table, territories: Territories) -> pa.Table:
    """Rows of `store.BREAKDOWNS`, unsorted: categories with no establishment at all are left out.

    `counts`: see `counted.COUNTS`; `denominators`: territory, sector, establishments.
    """
    known = pa.array(territories.codes)
    counts = counts.filter(pc.is_in(counts.column("territory"), known))
    plain = counts.filter(
        pc.and_(
            pc.not_equal(counts.column("dimension"), TOTAL),
            pc.not_equal(counts.column("dimension"), "sector"),
        )
    )
    size = plain.num_rows
    plain = plain.append_column("all_establishments", pa.nulls(size, pa.int64()))
    plain = plain.append_column("location_quotient", pa.nulls(size, pa.float64()))
    both = pa.concat_tables([plain, _sectors(counts, denominators, territories).select(plain.column_names)])
    status = pa.repeat("ok", both.num_rows)
    return both.append_column("status", status).select(BREAKDOWNS.names).cast(BREAKDOWNS)


def _sectors(counts: pa.Table, denominators: pa.Table, territories: Territories) -> pa.Table:
    """The sectors, with all establishments of legal persons and the location quotient.

    LQ = (employers of the sector / employers) in the SSE of the territory, over the same in the whole file.
    Null for a priority neighbourhood, whose other establishments are not located.
    """
    sse = counts.filter(pc.equal(counts.column("dimension"), "sector"))
    everyone = denominators.select(["territory", "sector", "establishments"])
    everyone = everyone.rename_columns(["territory", "category", "all_establishments"])
    everyone = everyone.filter(pc.is_in(everyone.column("territory"), pa.array(territories.codes)))
    joined = sse.join(everyone, KEYS, join_type="full outer").combine_chunks()
    zero = pa.scalar(0, pa.int64())
    filled = {
        name: pc.fill_null(joined.column(name).cast(pa.int64()), zero)
        for name in ("enterprises", "establishments", "employer_establishments")
    }
    at = territories.places(joined)
    is_qpv = territories.is_kind("qpv")[at]
    here = filled["employer_establishments"].to_numpy()
    total = territories.spread(
        counts.filter(pc.equal(counts.column("dimension"), TOTAL)), "employer_establishments"
    )
    of_territory = total[at]
    coded = joined.column("category").combine_chunks().dictionary_encode()
    category, country = coded.indices.to_numpy(), territories.position[COUNTRY]
    national = np.zeros(len(coded.dictionary), np.int64)
    national[category[at == country]] = here[at == country]
    share_national = ratio(national[category], np.full(len(at), total[country]))
    quotient = ratio(ratio(here, of_territory), np.nan_to_num(share_national))
    hidden = np.isnan(quotient) | is_qpv
    all_establishments = pc.fill_null(joined.column("all_establishments").cast(pa.int64()), zero)
    return pa.table(
        {
            "territory": joined.column("territory"),
            "category": joined.column("category"),
            "dimension": pa.repeat("sector", len(at)),
            **filled,
            "all_establishments": pc.if_else(
                pa.array(is_qpv), pa.scalar(None, pa.int64()), all_establishments
            ),
            "location_quotient": pa.array(quotient, pa.float64(), mask=hidden),
        }
    )


def years(
    creations: pa.Table, closures: pa.Table | None, territories: Territories, first: int, last: int
) -> pa.Table:
    """Rows of `store.YEARS`, sorted: every territory, every year from `first` to `last`."""
    span = last - first + 1
    size = len(territories)
    return pa.table(
        {
            "territory": pa.array(np.repeat(np.array(territories.codes, object), span), pa.string()),
            "year": pa.array(np.tile(np.arange(first, last + 1, dtype=np.int32), size)),
            "creations": _grid(creations, territories, first, span),
            "closures": (
                pa.nulls(size * span, pa.int64())
                if closures is None
                else _grid(closures, territories, first, span)
            ),
            "status": pa.repeat("ok", size * span),
        },
        schema=YEARS,
    )


def _grid(rows: pa.Table, territories: Territories, first: int, span: int) -> pa.Array:
    found = np.zeros((len(territories), span), np.int64)
    at = territories.places(rows)
    year = rows.column("year").cast(pa.int64()).to_numpy() - first
    events = rows.column("events").cast(pa.int64()).to_numpy()
    kept = at >= 0
    np.add.at(found, (at[kept], year[kept]), events[kept])
    return pa.array(found.reshape(-1))
