"""SSE establishments, and what is counted of them in each territory. Small tables from here on.

Counts are sums of integers, so that DuckDB and Spark agree to the last unit. An enterprise with several
establishments counts once in each territory where it has one: those with a single establishment are simply
added up, the others are looked at territory by territory.
"""

from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from essaim.observatory.categories import UNKNOWN
from essaim.observatory.tables.candidates import TO_CONFIRM
from essaim.observatory.tables.columns import UNKNOWN_CREATION_DAY, as_code, as_day, as_flag, as_whole_number

TOTAL = "total"
"""The dimension of the figures that are not broken down; its only category is TOTAL too."""


def sse_rows(
    rows: ir.Table,
    decisions: ir.Table,
    bands: ir.Table,
    sectors: ir.Table,
    ages: ir.Table,
    ess_list: ir.Table | None,
    *,
    vintage: int,
) -> ir.Table:
    """Rows of SSE units, members or to confirm (see `candidates.details`), with family, sector, size and age.

    `bands`: code, low, high, open, size; `sectors`: division, sector; `ages`: years, age. `vintage` is
    YYYYMMDD. Ages are completed years; the conventional date of 1900 is an unknown age.
    """
    dated = rows.created.notnull() & (rows.created != UNKNOWN_CREATION_DAY)
    # A creation believed though later than the extract (its date may be a guess) is of age zero.
    age = ((vintage - rows.created) // 10000).cast("int64")
    rows = rows.mutate(age_years=dated.ifelse(ibis.greatest(age, 0), ibis.null("int64")))
    joined = rows.left_join(bands, rows.band == bands.code).select(
        rows,
        low=bands.low.fill_null(0),
        high=bands.high.fill_null(0),
        open=bands.open.fill_null(0),
        size=bands.size.fill_null("none"),
    )
    joined = joined.left_join(sectors, joined.division == sectors.division).select(
        joined, sector=sectors.sector.fill_null(UNKNOWN)
    )
    joined = joined.left_join(ages, joined.age_years == ages.years).select(
        joined, age=ages.age.fill_null(UNKNOWN)
    )
    joined = joined.left_join(decisions, joined.decision == decisions.decision).select(
        joined,
        family_by_form=decisions.family_by_form,
        family_otherwise=decisions.family_otherwise,
        reason_code=decisions.reason_code,
        listable=decisions.listable,
        legal_category=decisions.legal_category,
        flag=decisions.flag,
        listed=decisions.listed,
    )
    if ess_list is None:
        family = ibis.coalesce(joined.family_by_form, joined.family_otherwise)
    else:
        joined = joined.left_join(ess_list, joined.siren == ess_list.siren).select(
            joined, list_family=ess_list.family
        )
        family = ibis.coalesce(joined.family_by_form, joined.list_family, joined.family_otherwise)
    return joined.mutate(family=family.fill_null(UNKNOWN))


def with_positions(rows: ir.Table, positions: ir.Table) -> ir.Table:
    """Adds lon, lat, qpv, qpv_known, near_known and qpv_distance_m. `positions`: those by siret (BIGINT)."""
    joined = rows.left_join(positions, rows.siret == positions.siret)
    return joined.select(
        rows,
        lon=positions.lon,
        lat=positions.lat,
        qpv=positions.qpv,
        qpv_known=positions.qpv_known.fill_null(False),
        near_known=positions.near_known.fill_null(False),
        qpv_distance_m=positions.qpv_distance_m,
    )


def communes_of_neighbourhoods(rows: ir.Table) -> ir.Table:
    """qpv, commune, establishments: where the establishments of each neighbourhood are registered."""
    inside = rows.filter(rows.qpv.notnull() & rows.counted)
    return inside.group_by("qpv", "commune").agg(establishments=inside.count())


COUNTED_COLUMNS = (
    "siren",
    "commune",
    "employer",
    "family",
    "sector",
    "size",
    "age",
    "age_years",
    "created",
    "low",
    "high",
    "open",
    "qpv",
    "qpv_known",
    "near_known",
    "qpv_distance_m",
)


def with_alone(rows: ir.Table) -> ir.Table:
    """What counts need of the members (COUNTED_COLUMNS), and `alone`: 1 when the enterprise has no other
    counted establishment anywhere."""
    rows = rows.select(*COUNTED_COLUMNS)
    per_siren = rows.group_by("siren").agg(establishments_of_siren=rows.count())
    joined = rows.join(per_siren, "siren")
    return joined.mutate(alone=(joined.establishments_of_siren == 1).cast("int64")).drop(
        "establishments_of_siren"
    )


def denominators(sound: ir.Table, sectors: ir.Table, places: ir.Table) -> ir.Table:
    """All counted establishments of legal persons: commune, sector, establishments, employers, private.

    `places`: place, commune.
    """
    rows = sound.filter(sound.counted)
    counted = rows.group_by("place", "division").agg(
        establishments=rows.count(),
        employers=rows.employer.cast("int64").sum(),
        private_employers=(rows.employer & ~rows.public_law).cast("int64").sum(),
    )
    joined = counted.left_join(sectors, counted.division == sectors.division).select(
        counted, sector=sectors.sector.fill_null(UNKNOWN)
    )
    joined = joined.left_join(places, joined.place == places.place).select(joined, commune=places.commune)
    return joined.group_by("commune", "sector").agg(
        establishments=joined.establishments.sum(),
        employers=joined.employers.sum(),
        private_employers=joined.private_employers.sum(),
    )


class Membership(NamedTuple):
    """Which territories each commune is in. They are numbered: engines group numbers several times faster than codes.

    `of_commune`: commune, number (one row a commune and territory); `codes`: number, territory.
    """

    of_commune: ir.Table
    codes: ir.Table

    def named(self, rows: ir.Table) -> ir.Table:
        """The rows with the code of their territory, as `territory`, in place of its `number`."""
        joined = rows.join(self.codes, "number")
        return joined.select("territory", *(name for name in rows.columns if name != "number"))


def over_territories(per_commune: ir.Table, membership: Membership, keys: tuple[str, ...]) -> ir.Table:
    """Add up every other column of a per-commune table over the territories of `membership`."""
    return membership.named(_over_numbers(per_commune, membership, keys))


def _over_numbers(per_commune: ir.Table, membership: Membership, keys: tuple[str, ...]) -> ir.Table:
    """`over_territories` with the number of each territory still."""
    summed = [name for name in per_commune.columns if name not in (*keys, "commune")]
    joined = per_commune.join(membership.of_commune, "commune")
    return joined.group_by("number", *keys).agg(**{name: joined[name].sum() for name in summed})


def enterprises_and_establishments(members: ir.Table, membership: Membership, dimension: str) -> ir.Table:
    """territory, dimension, category, enterprises, establishments, employer_establishments.

    `members` from `with_alone`; `dimension` a column of it, or TOTAL.
    """
    rows = members.mutate(category=ibis.literal(TOTAL) if dimension == TOTAL else members[dimension])
    local = rows.group_by("commune", "category").agg(
        alone=rows.alone.sum(),
        establishments=rows.count(),
        employer_establishments=rows.employer.cast("int64").sum(),
    )
    added = _over_numbers(local, membership, ("category",))
    several = rows.filter(rows.alone == 0).select("siren", "commune", "category").distinct()
    spread = several.join(membership.of_commune, "commune").select("number", "category", "siren").distinct()
    distinct = spread.group_by("number", "category").agg(several=spread.count())
    joined = added.left_join(
        distinct, (added.number == distinct.number) & (added.category == distinct.category)
    ).select(added, several=distinct.several.fill_null(0))
    counted = membership.named(joined)
    return counted.select(
        "territory",
        "category",
        dimension=ibis.literal(dimension),
        enterprises=(counted.alone + counted.several).cast("int64"),
        establishments=counted.establishments.cast("int64"),
        employer_establishments=counted.employer_establishments.cast("int64"),
    )


def in_neighbourhoods(members: ir.Table, dimension: str) -> ir.Table:
    """The same columns for priority neighbourhoods, from the `qpv` column of the rows."""
    rows = members.filter(members.qpv.notnull())
    rows = rows.mutate(
        territory=ibis.literal("qpv:") + rows.qpv,
        category=ibis.literal(TOTAL) if dimension == TOTAL else rows[dimension],
    )
    counted = rows.group_by("territory", "category").agg(
        enterprises=rows.siren.nunique(),
        establishments=rows.count(),
        employer_establishments=rows.employer.cast("int64").sum(),
    )
    return counted.select(
        "territory",
        "category",
        dimension=ibis.literal(dimension),
        enterprises=counted.enterprises.cast("int64"),
        establishments=counted.establishments.cast("int64"),
        employer_establishments=counted.employer_establishments.cast("int64"),
    )


def enterprises_to_confirm(rows: ir.Table, membership: Membership) -> ir.Table:
    """territory, enterprises: distinct SIREN in doubt, over territories and neighbourhoods."""
    doubtful = rows.filter(rows["rank"] == TO_CONFIRM)
    inside = doubtful.filter(doubtful.qpv.notnull())
    inside = inside.select(territory=ibis.literal("qpv:") + inside.qpv, siren=inside.siren).distinct()
    spread = doubtful.select("siren", "commune").distinct().join(membership.of_commune, "commune")
    spread = spread.select("number", "siren").distinct()
    return _union(
        membership.named(spread.group_by("number").agg(enterprises=spread.count())),
        inside.group_by("territory").agg(enterprises=inside.count()),
    )


def jobs_by_enterprise(members: ir.Table) -> ir.Table:
    """What each enterprise contributes to the jobs of each commune: commune, siren, low, high, open.

    `open` counts its establishments whose band has no upper bound. Enterprises without staff contribute
    nothing and are left out.
    """
    rows = members.filter(members.high > 0)
    return rows.group_by("commune", "siren").agg(
        low=rows.low.sum(), high=rows.high.sum(), open=rows.open.sum()
    )


def ages_by_territory(members: ir.Table, membership: Membership) -> ir.Table:
    """territory, age_years, establishments: the histogram the median is read from; neighbourhoods too."""
    rows = members.filter(members.age_years.notnull())
    local = rows.group_by("commune", "age_years").agg(establishments=rows.count())
    spread = over_territories(local, membership, ("age_years",)).select(
        "territory", "age_years", "establishments"
    )
    inside = rows.filter(rows.qpv.notnull())
    inside = inside.mutate(territory=ibis.literal("qpv:") + inside.qpv)
    return _union(spread, inside.group_by("territory", "age_years").agg(establishments=inside.count()))


def positions_by_territory(members: ir.Table, membership: Membership, *, near_m: int) -> ir.Table:
    """territory, located, measured, in_qpv, near_qpv: members whose being in a QPV is known, whose distance
    is known, that are in one, that are at most `near_m` metres from one. Neighbourhoods are left out."""
    near = (members.qpv_distance_m <= near_m).fill_null(False)
    local = members.group_by("commune").agg(
        located=members.qpv_known.cast("int64").sum(),
        measured=members.near_known.cast("int64").sum(),
        in_qpv=members.qpv.notnull().cast("int64").sum(),
        near_qpv=near.cast("int64").sum(),
    )
    return over_territories(local, membership, ())


def creations_by_year(rows: ir.Table, membership: Membership, *, first: int, last: int) -> ir.Table:
    """territory, year, events: establishments of members created each year, `first` and `last` included."""
    known = rows.filter(rows.created.notnull() & (rows.created != UNKNOWN_CREATION_DAY))
    return _by_year(known.mutate(year=known.created // 10000), membership, first, last)


def closures_by_year(
    rows: ir.Table, closures: ir.Table, membership: Membership, *, first: int, last: int
) -> ir.Table:
    """territory, year, events: changes of members' establishments from active to closed.

    `closures`: siret (BIGINT), year, from the establishments' history.
    """
    events = closures.join(rows, closures.siret == rows.siret).select("commune", "qpv", "year")
    return _by_year(events, membership, first, last)


def closures(history: ir.Table) -> ir.Table:
    """Changes from active to closed in the establishments' history: siret (BIGINT), year."""
    changed = as_flag(history.changementEtatAdministratifEtablissement).fill_null(False)
    closing = history.filter((history.etatAdministratifEtablissement == "F") & changed)
    read = closing.select(
        siret=as_whole_number(as_code(closing.siret)), year=as_day(closing.dateDebut) // 10000
    )
    return read.filter(read.siret.notnull() & read.year.notnull())


def _by_year(rows: ir.Table, membership: Membership, first: int, last: int) -> ir.Table:
    rows = rows.filter((rows.year >= first) & (rows.year <= last))
    local = rows.group_by("commune", "year").agg(events=rows.count())
    spread = over_territories(local, membership, ("year",)).select("territory", "year", "events")
    inside = rows.filter(rows.qpv.notnull())
    inside = inside.mutate(territory=ibis.literal("qpv:") + inside.qpv)
    return _union(spread, inside.group_by("territory", "year").agg(events=inside.count()))


def _union(first: ir.Table, second: ir.Table) -> ir.Table:
    """Both tables one after the other, columns brought to the first one's types."""
    names = first.columns
    left = first.select(**{name: _plain(first[name]) for name in names})
    right = second.select(**{name: _plain(second[name]) for name in names})
    return left.union(right)


def _plain(value: ir.Value) -> ir.Value:
    return value.cast("int64") if value.type().is_integer() else value
