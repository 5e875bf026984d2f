"""From the two big files to the rows that may be counted, each with the reason why it is not.

The big files are read here by the few columns that tell what counts. What else is needed of the SSE alone is read
afterwards, by `details` for its establishments and by `listing.unit_names` for its units.
"""

from collections.abc import Iterable
from datetime import date

import ibis
import ibis.expr.types as ir

from essaim.observatory.tables.columns import (
    as_category,
    as_code,
    as_date,
    as_day,
    as_whole_number,
    column,
    division_of,
)

# What a unit is, as a number that sorts: the join carries it for every unit that counts.
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

ADDRESS = ("numeroVoie", "indiceRepetition", "typeVoie", "libelleVoie", "codePostal")
"""What an address is made of, as the register names it."""

TEXT_DEFECT = REASONS.index("leading_zeros_lost")
"""Up to this one the SIRET is not the fourteen digits of its number: it is told as written."""


def unit_keys(
    units: ir.Table,
    excluded: Iterable[str],
    legal: Iterable[tuple[int, int]],
    ess_list: ir.Table | None,
    *,
    with_history: bool,
) -> ir.Table:
    """Every legal unit: unit (its record), siren (INT), active, diffusible, key (see `decision_key`).

    `key` is null for whoever is no legal person, and for closed units too unless a history makes their past
    matter. `excluded`: activities without their dot; `legal`: first and last category of legal persons, range by range.
    """
    read = units.select(
        unit=units.record.cast("int32"),
        siren=as_whole_number(units.siren, "int32"),
        active=(units.etatAdministratifUniteLegale == "A").fill_null(False),
        diffusible=(units.statutDiffusionUniteLegale == "O").fill_null(False),
        category=as_category(units.categorieJuridiqueUniteLegale),
        flag=as_code(units.economieSocialeSolidaireUniteLegale),
        naf=as_code(units.activitePrincipaleUniteLegale),
    )
    if ess_list is None:
        read = read.mutate(listed=ibis.literal(0, "int64"))
    else:
        listed = listed_units(ess_list)
        read = read.left_join(listed, read.siren == listed.siren).select(
            read, listed=listed.siren.notnull().cast("int64")
        )
    flag = ibis.cases((read.flag == "O", 2), (read.flag == "N", 1), else_=0).cast("int64")
    matters = _matters(read.category, read.active, legal, with_history=with_history)
    is_excluded = read.naf.upper().replace(".", "").isin(list(excluded)).fill_null(False).cast("int64")
    key = decision_key(read.category, flag, read.listed, is_excluded).cast("int32")
    return read.select("unit", "siren", "active", "diffusible", key=matters.ifelse(key, ibis.null("int32")))


def legal_persons(units: ir.Table, legal: Iterable[tuple[int, int]], *, with_history: bool) -> ir.Table:
    """The rows of the units file that have a key (see `unit_keys`)."""
    category = as_category(units.categorieJuridiqueUniteLegale)
    active = units.etatAdministratifUniteLegale == "A"
    return units.filter(_matters(category, active, legal, with_history=with_history))


def _matters(
    category: ir.Value, active: ir.Value, legal: Iterable[tuple[int, int]], *, with_history: bool
) -> ir.BooleanValue:
    is_legal = ibis.or_(*(category.between(first, last) for first, last in legal))
    return is_legal if with_history else is_legal & active


def listed_units(ess_list: ir.Table) -> ir.Table:
    """One row per siren of the ESS France and regional lists: siren (INT), family."""
    read = ess_list.select(siren=as_whole_number(ess_list.siren, "int32"), family=as_code(ess_list.family))
    return read.filter(read.siren.notnull()).group_by("siren").agg(family=read.family.min())


def decision_key(category: ir.Value, flag: ir.Value, listed: ir.Value, excluded: ir.Value) -> ir.Value:
    """One number for the four things the law's table looks at. Null when there is no legal category."""
    return category * 16 + flag * 4 + listed * 2 + excluded


def candidates(
    establishments: ir.Table,
    keys: ir.Table,
    decisions: ir.Table,
    communes: ir.Table,
    *,
    latest: date,
    with_history: bool,
) -> ir.Table:
    """Active establishments of active legal persons, and those whose unit is in no file.

    `establishments`: the active ones, or all of them with a history: the closed establishments of SSE units are then
    kept too (`counted` false): their closures and creations are events of the territory. `latest`: last believable
    creation day; `keys` from `unit_keys`; `decisions`: the law's table; `communes`: insee_code, place, followed.
    Columns: record, siret, unit, place, followed, counted, rank, public_law, employer, division, decision, diffusible,
    defect (a place in REASONS, null when sound; check digits are looked at afterwards) and, when they tell of a
    defect, siret_text and commune_code.
    """
    e = establishments
    siret_text = as_code(e.siret)
    read = e.select(
        record=e.record.cast("int64"),
        siret_text=siret_text,
        siret=as_whole_number(siret_text),
        active=is_active(e).fill_null(False),
        commune_code=as_code(e.codeCommuneEtablissement),
        created=e.dateCreationEtablissement,
        employer=(e.caractereEmployeurEtablissement == "O").fill_null(False),
        naf=as_code(e.activitePrincipaleEtablissement),
        diffusible=(e.statutDiffusionEtablissement == "O").fill_null(False),
    )
    read = read.mutate(siren=(read.siret // 100000).try_cast("int32"))
    joined = read.left_join(keys, read.siren == keys.siren).select(
        read, unit=keys.unit, unit_active=keys.active, unit_diffusible=keys.diffusible, key=keys.key
    )
    # Nobody else may count: units without a key are left out before anything else is asked of their rows.
    joined = joined.filter(joined.key.notnull() | (joined.unit.isnull() & joined.active))
    ruled = joined.left_join(decisions, joined.key == decisions.key).select(
        joined,
        rank=decisions["rank"],
        public_law=decisions.public_law,
        decision=decisions.decision,
        counted=(joined.active & joined.unit_active).fill_null(False),
    )
    if with_history:
        # Closed rows, or rows of closed units, are kept for their past when the unit is a member.
        ruled = ruled.filter(ruled.counted | ruled.unit.isnull() | (ruled["rank"] == MEMBER))
    return _with_defects(ruled, communes, latest)


def is_active(establishments: ir.Table) -> ir.BooleanValue:
    """Which establishments are open; null when the file does not say."""
    return establishments.etatAdministratifEtablissement == "A"


def _with_defects(found: ir.Table, communes: ir.Table, latest: date) -> ir.Table:
    located = found.left_join(communes, found.commune_code == communes.insee_code).select(
        found, place=communes.place, followed=communes.followed.fill_null(False)
    )
    length = located.siret_text.length()
    # Engines read "1e13" or "12.0" as numbers: only digits that come back the same are a SIRET.
    digits = located.siret.cast("string")
    is_number = (digits == located.siret_text).ifelse(True, digits.lpad(length, "0") == located.siret_text)
    wrong = {
        "siret_not_a_number": ~(is_number & (length <= 14)).fill_null(False),
        "leading_zeros_lost": length < 14,
        "unknown_siren": located.unit.isnull(),
        "no_commune": located.commune_code.isnull(),
        "unknown_commune": located.place.isnull(),
        "date_in_the_future": as_date(located.created) > ibis.date(latest.isoformat()),
    }
    checked = located.mutate(
        defect=ibis.cases(*((is_so, REASONS.index(name)) for name, is_so in wrong.items())).cast("int8")
    )
    return checked.select(
        "record",
        "siret",
        "unit",
        "place",
        "followed",
        "counted",
        "rank",
        "public_law",
        "employer",
        "decision",
        "defect",
        division=division_of(checked.naf),
        diffusible=checked.diffusible & checked.unit_diffusible.fill_null(False),
        siret_text=(checked.defect <= TEXT_DEFECT).ifelse(checked.siret_text, ibis.null("string")),
        commune_code=checked.defect.notnull().ifelse(checked.commune_code, ibis.null("string")),
    )


def with_check_digits(rows: ir.Table, wrong: ir.Table) -> ir.Table:
    """The candidates with the defect of those whose check digits fail. `wrong`: their siret."""
    fails = REASONS.index("check_digits")
    joined = rows.left_join(wrong, rows.siret == wrong.siret).select(rows, fails=wrong.siret.notnull())
    later = joined.fails & (joined.defect.isnull() | (joined.defect > fails))
    return joined.mutate(defect=later.ifelse(fails, joined.defect).cast("int8")).drop("fails")


def details(establishments: ir.Table, rows: ir.Table, places: ir.Table) -> ir.Table:
    """What SSE `rows` of `candidates` need later: siret, siren, unit, commune, counted, rank, employer, decision,
    division, diffusible, band, created (YYYYMMDD), naf, x_lambert, y_lambert and, as written, enseigne, usual_name and
    ADDRESS.

    `places`: place, commune.
    """
    e = establishments
    read = e.select(
        detailed=e.record,
        band=e.trancheEffectifsEtablissement,
        created=e.dateCreationEtablissement,
        naf=e.activitePrincipaleEtablissement,
        enseigne=column(e, "enseigne1Etablissement"),
        usual_name=column(e, "denominationUsuelleEtablissement"),
        **{name: column(e, f"{name}Etablissement") for name in ADDRESS},
        x_lambert=column(e, "coordonneeLambertAbscisseEtablissement"),
        y_lambert=column(e, "coordonneeLambertOrdonneeEtablissement"),
    )
    found = read.inner_join(rows, read.detailed == rows.record)
    placed = found.left_join(places, found.place == places.place).select(found, commune=places.commune)
    return placed.select(
        *("siret", "unit", "commune", "counted", "rank", "employer", "decision", "division", "diffusible"),
        *("enseigne", "usual_name", *ADDRESS),
        siren=(placed.siret // 100000).cast("int32"),
        band=as_code(placed.band),
        created=as_day(placed.created),
        naf=as_code(placed.naf),
        x_lambert=placed.x_lambert.try_cast("float64"),
        y_lambert=placed.y_lambert.try_cast("float64"),
    )


def met_twice(rows: ir.Table) -> ir.Table:
    """SIRET met more than once among rows without any other defect: siret, first and last record."""
    sound = rows.filter(rows.defect.isnull())
    grouped = sound.group_by("siret").agg(
        times=sound.count(), first=sound.record.min(), last=sound.record.max()
    )
    return grouped.filter(grouped.times > 1).select("siret", "first", "last")


def sound_rows(rows: ir.Table, repeated: ir.Table | None) -> ir.Table:
    """The rows without defect, the first of each SIRET."""
    sound = rows.filter(rows.defect.isnull())
    if repeated is None:
        return sound
    joined = sound.left_join(repeated, sound.siret == repeated.siret)
    return joined.filter(repeated.first.isnull() | (sound.record == repeated.first)).select(sound)


def repeated_units(keys: ir.Table, decisions: ir.Table, *, with_history: bool) -> ir.Table:
    """record of every row of the units file whose SIREN was met before, among the units that count."""
    ruled = keys.inner_join(decisions, keys.key == decisions.key).select(
        keys.unit, keys.siren, keys.active, rank=decisions["rank"]
    )
    counts = ruled.active
    if with_history:
        counts = counts | (ruled["rank"] == MEMBER)
    read = ruled.filter(counts & ruled.siren.notnull()).select("unit", "siren")
    firsts = read.group_by("siren").agg(first=read.unit.min())
    joined = read.join(firsts, "siren")
    return joined.filter(joined.unit != joined.first).select(record=joined.unit.cast("int64"))


def first_units(units: ir.Table, repeats: ir.Table) -> ir.Table:
    """The units file without the rows of `repeated_units`."""
    joined = units.left_join(repeats, units.record == repeats.record)
    return joined.filter(repeats.record.isnull()).select(units)


def rejected_rows(rows: ir.Table, repeated: ir.Table | None) -> ir.Table:
    """record, reason, siret (null when it may not be shown) and detail of every row left out."""
    wrong = rows.filter(rows.defect.notnull())
    # A row whose unit is unknown may be a natural person's: it is reported by its line alone.
    nameable = wrong.unit.notnull() & wrong.diffusible
    named = nameable.ifelse(ibis.coalesce(wrong.siret_text, _fourteen(wrong.siret)), ibis.null("string"))
    unknown = wrong.defect == REASONS.index("unknown_commune")
    unsound = wrong.select(
        "record",
        reason=ibis.cases(*((wrong.defect == at, name) for at, name in enumerate(REASONS))),
        siret=named,
        detail=unknown.ifelse(wrong.commune_code, ibis.null("string")),
    )
    if repeated is None:
        return unsound
    sound = rows.filter(rows.defect.isnull())
    later = sound.join(repeated, sound.siret == repeated.siret).filter(sound.record != repeated.first)
    again = later.select(
        record=sound.record,
        reason=ibis.literal("duplicate_siret"),
        siret=sound.diffusible.ifelse(_fourteen(sound.siret), ibis.null("string")),
        detail=ibis.null("string"),
    )
    return unsound.union(again)


def _fourteen(siret: ir.Value) -> ir.Value:
    return siret.cast("string").lpad(14, "0")
