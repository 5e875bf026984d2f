"""From the two big files to the rows that may be counted, each with the reason why it is not.

The only step that reads the big files whole. Every column it does not need for counting is emptied unless
the unit is (or may be) in the SSE, so that what is kept stays small.
"""

import ibis
import ibis.expr.types as ir

from essaim.observatory.tables.columns import (
    as_category,
    as_code,
    as_day,
    as_whole_number,
    column,
    division_of,
    has_valid_check_digits,
)

# What a unit is, as a number that sorts: the join carries it for every unit of the country.
OUTSIDE = 0  # natural person, or no legal category at all: never counted
NOT_MEMBER = 1
TO_CONFIRM = 2
MEMBER = 3
RANKS = {"not_member": NOT_MEMBER, "to_confirm": TO_CONFIRM, "member": MEMBER}

REASONS = (
    "siret_not_a_number",
    "leading_zeros_lost",
    "check_digits",
    "unknown_siren",
    "no_commune",
    "unknown_commune",
    "date_in_the_future",
    "duplicate_siret",
)
"""Why a row is not counted, in the order they are looked for: a row has one reason, the first."""


def classed_units(
    units: ir.Table, decisions: ir.Table, excluded: ir.Table, ess_list: ir.Table | None
) -> ir.Table:
    """Every legal unit: record, siren (BIGINT), active, diffusible, rank, public_law, decision.

    `decision` is a row of the law's table. `decisions`: key, decision, rank, public_law (see
    lookups.decisions); `excluded`: naf (without its dot).
    """
    category = as_category(units.categorieJuridiqueUniteLegale)
    flag = as_code(units.economieSocialeSolidaireUniteLegale)
    naf = as_code(units.activitePrincipaleUniteLegale).upper().replace(".", "")
    read = units.select(
        record=units.record.cast("int64"),
        siren=as_whole_number(units.siren),
        active=(units.etatAdministratifUniteLegale == "A").fill_null(False),
        diffusible=(units.statutDiffusionUniteLegale == "O").fill_null(False),
        category=category,
        flag=ibis.cases((flag == "O", 2), (flag == "N", 1), else_=0).cast("int64"),
        naf=naf,
    ).filter(lambda t: t.siren.notnull())
    read = read.left_join(excluded, read.naf == excluded.naf).select(
        "record",
        "siren",
        "active",
        "diffusible",
        "category",
        "flag",
        excluded=excluded.naf.notnull().cast("int64"),
    )
    if ess_list is None:
        read = read.mutate(listed=ibis.literal(0, "int64"))
    else:
        listed = listed_units(ess_list)
        read = read.left_join(listed, read.siren == listed.siren).select(
            read, listed=listed.siren.notnull().cast("int64")
        )
    keyed = read.mutate(key=decision_key(read.category, read.flag, read.listed, read.excluded))
    known = keyed.left_join(decisions, keyed.key == decisions.key)
    return known.select(
        keyed.record,
        keyed.siren,
        keyed.active,
        keyed.diffusible,
        rank=decisions.rank.fill_null(OUTSIDE).cast("int8"),
        public_law=decisions.public_law.fill_null(False),
        decision=decisions.decision,
    )


def listed_units(ess_list: ir.Table) -> ir.Table:
    """One row per siren of the ESS France and regional lists: siren (BIGINT), family."""
    read = ess_list.select(siren=as_whole_number(ess_list.siren), family=as_code(ess_list.family))
    return read.filter(read.siren.notnull()).group_by("siren").agg(family=read.family.min())


def decision_key(category: ir.Value, flag: ir.Value, listed: ir.Value, excluded: ir.Value) -> ir.Value:
    """One number for the four things the law's table looks at. Null when there is no legal category."""
    return category * 16 + flag * 4 + listed * 2 + excluded


def candidates(
    establishments: ir.Table,
    units: ir.Table,
    communes: ir.Table,
    *,
    latest: int,
    with_history: bool,
) -> ir.Table:
    """Active establishments of active legal persons, and those whose unit is in no file.

    With a history, also the closed establishments of SSE units (`counted` false): their closures and
    creations are events of the territory. `latest`: last believable creation day, YYYYMMDD;
    `units` comes from `classed_units`; `communes`: insee_code, commune, followed. Columns: record, siret,
    siren, commune_code, commune, followed, active, counted, rank, public_law, employer, division, band,
    created, decision, reason and, for SSE rows only and as written, naf, enseigne, usual_name, x_lambert, y_lambert.
    """
    e = establishments
    siret_text = as_code(e.siret)
    read = e.select(
        record=e.record.cast("int64"),
        siret_text=siret_text,
        siret=as_whole_number(siret_text),
        active=(e.etatAdministratifEtablissement == "A").fill_null(False),
        commune_code=as_code(e.codeCommuneEtablissement),
        created=e.dateCreationEtablissement,
        employer=(e.caractereEmployeurEtablissement == "O").fill_null(False),
        band=as_code(e.trancheEffectifsEtablissement),
        naf=as_code(e.activitePrincipaleEtablissement),
        diffusible=(e.statutDiffusionEtablissement == "O").fill_null(False),
        enseigne=column(e, "enseigne1Etablissement"),
        usual_name=column(e, "denominationUsuelleEtablissement"),
        x_lambert=column(e, "coordonneeLambertAbscisseEtablissement"),
        y_lambert=column(e, "coordonneeLambertOrdonneeEtablissement"),
    )
    if not with_history:
        read = read.filter(read.active)
    read = read.mutate(siren=read.siret // 100000)
    u = units
    joined = read.left_join(u, read.siren == u.siren).select(
        read,
        unit_known=u.siren.notnull(),
        unit_diffusible=u.diffusible.fill_null(False),
        rank=u["rank"].fill_null(OUTSIDE),
        public_law=u.public_law.fill_null(False),
        decision=u.decision,
        counted=read.active & u.active.fill_null(False) & (u["rank"].fill_null(OUTSIDE) > OUTSIDE),
    )
    kept = joined.counted | (~joined.unit_known & joined.active)
    if with_history:
        kept = kept | (joined["rank"] == MEMBER)
    return _with_reasons(joined.filter(kept), communes, latest)


def _with_reasons(joined: ir.Table, communes: ir.Table, latest: int) -> ir.Table:
    located = joined.left_join(communes, joined.commune_code == communes.insee_code).select(
        joined, commune=communes.commune, followed=communes.followed.fill_null(False)
    )
    length = located.siret_text.length()
    # Engines read "1e13" or "12.0" as numbers: only digits that come back the same are a SIRET.
    is_number = (located.siret.cast("string").lpad(length, "0") == located.siret_text).fill_null(False)
    is_number = is_number & (length <= 14)
    created = as_day(located.created)
    reason = ibis.cases(
        (~is_number, "siret_not_a_number"),
        (length < 14, "leading_zeros_lost"),
        (~has_valid_check_digits(located.siret), "check_digits"),
        (~located.unit_known, "unknown_siren"),
        (located.commune_code.isnull(), "no_commune"),
        (located.commune.isnull(), "unknown_commune"),
        (created > latest, "date_in_the_future"),
    )
    in_sse = located["rank"] >= TO_CONFIRM
    diffusible = located.diffusible & located.unit_diffusible
    # A row whose unit is unknown may be a natural person's: it is reported by its line alone.
    nameable = reason.notnull() & located.unit_known & diffusible

    def only_sse(value: ir.Value) -> ir.Value:
        return in_sse.ifelse(value, ibis.null(value.type()))

    return located.select(
        "record",
        "siret",
        "siren",
        "commune",
        "followed",
        "active",
        "counted",
        "rank",
        "public_law",
        "employer",
        "decision",
        siret_text=nameable.ifelse(located.siret_text, ibis.null("string")),
        commune_code=(reason == "unknown_commune").ifelse(located.commune_code, ibis.null("string")),
        division=division_of(located.naf),
        band=only_sse(located.band),
        created=only_sse(created),
        diffusible=diffusible,
        naf=only_sse(located.naf),
        enseigne=only_sse(located.enseigne),
        usual_name=only_sse(located.usual_name),
        x_lambert=only_sse(located.x_lambert),
        y_lambert=only_sse(located.y_lambert),
        reason=reason,
    )


def met_twice(rows: ir.Table) -> ir.Table:
    """SIRET met more than once among rows without any other defect: siret, first and last record."""
    sound = rows.filter(rows.reason.isnull())
    grouped = sound.group_by("siret").agg(
        times=sound.count(), first=sound.record.min(), last=sound.record.max()
    )
    return grouped.filter(grouped.times > 1).select("siret", "first", "last")


def sound_rows(rows: ir.Table, repeated: ir.Table | None) -> ir.Table:
    """The rows without defect, the first of each SIRET."""
    sound = rows.filter(rows.reason.isnull())
    if repeated is None:
        return sound
    joined = sound.left_join(repeated, sound.siret == repeated.siret)
    return joined.filter(repeated.first.isnull() | (sound.record == repeated.first)).select(sound)


def repeated_units(classed: ir.Table, *, with_history: bool) -> ir.Table:
    """record of every row of the units file whose SIREN was met before, among the units that count."""
    counts = classed.active & (classed["rank"] > OUTSIDE)
    if with_history:
        counts = counts | (classed["rank"] == MEMBER)
    read = classed.filter(counts).select("record", "siren")
    firsts = read.group_by("siren").agg(first=read.record.min())
    joined = read.join(firsts, "siren")
    return joined.filter(joined.record != joined.first).select("record")


def first_units(units: ir.Table, repeats: ir.Table) -> ir.Table:
    """The units file without the rows of `repeated_units`."""
    joined = units.left_join(repeats, units.record == repeats.record)
    return joined.filter(repeats.record.isnull()).select(units)


def rejected_rows(rows: ir.Table, repeated: ir.Table | None) -> ir.Table:
    """record, reason, siret (null when it may not be shown) and detail of every row left out."""
    unsound = rows.filter(rows.reason.notnull()).select(
        "record", "reason", siret=rows.siret_text, detail=rows.commune_code
    )
    if repeated is None:
        return unsound
    sound = rows.filter(rows.reason.isnull())
    later = sound.join(repeated, sound.siret == repeated.siret).filter(sound.record != repeated.first)
    again = later.select(
        record=sound.record,
        reason=ibis.literal("duplicate_siret"),
        siret=sound.diffusible.ifelse(sound.siret.cast("string").lpad(14, "0"), ibis.null("string")),
        detail=ibis.null("string"),
    )
    return unsound.union(again)
