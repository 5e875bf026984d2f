"""The establishments that may be shown one by one, with their names."""

import ibis
import ibis.expr.types as ir

from essaim.observatory.tables.candidates import ADDRESS, MEMBER
from essaim.observatory.tables.columns import UNKNOWN_CREATION_DAY, as_words, column


def unit_names(units: ir.Table, sse: ir.Table) -> ir.Table:
    """unit (its record), name, sigle, rna_id of the units that have SSE rows: the second look at the file."""
    wanted = sse.filter(shown(sse)).select("unit").distinct()
    raw = units.select(
        record=units.record,
        name=units.denominationUniteLegale,
        usual_name=column(units, "denominationUsuelle1UniteLegale"),
        sigle=column(units, "sigleUniteLegale"),
        rna_id=column(units, "identifiantAssociationUniteLegale"),
    )
    # Words are cleaned once the few units that matter are known.
    kept = raw.inner_join(wanted, raw.record == wanted.unit)
    return kept.select(
        "unit",
        name=ibis.coalesce(as_words(kept.name), as_words(kept.usual_name)),
        sigle=as_words(kept.sigle),
        rna_id=as_words(kept.rna_id),
    )


def shown(sse: ir.Table) -> ir.BooleanValue:
    """Which rows may be listed: counted, public in the register, not named after a person."""
    return sse.counted & sse.diffusible & sse.listable


def address(rows: ir.Table) -> ir.StringValue:
    """Number, street type and street in one line, as the register writes them; null when it says none of them."""
    parts = [as_words(rows[name]) for name in ADDRESS[:4]]
    line = parts[0].fill_null("")
    for part in parts[1:]:
        line = line + part.notnull().ifelse(ibis.literal(" ") + part, "")
    return line.strip().nullif("")


def establishments(sse: ir.Table, names: ir.Table, places: ir.Table) -> ir.Table:
    """Rows of `store.ESTABLISHMENTS`, sorted by commune then SIRET.

    `sse` from `members.with_positions`, `names` from `unit_names`, `places` from `lookups.commune_places`.
    """
    rows = sse.filter(shown(sse))
    named = rows.left_join(names, rows.unit == names.unit).select(
        rows, unit_name=names.name, sigle=names.sigle, rna_id=names.rna_id
    )
    placed = named.left_join(places, named.commune == places.commune).select(
        named, epci=places.epci, ept=places.ept, departement=places.departement, region=places.region
    )
    # The conventional day of 1900 means that nobody knows.
    day = placed.created.nullif(UNKNOWN_CREATION_DAY).cast("string")
    return placed.select(
        siret=placed.siret.cast("string").lpad(14, "0"),
        siren=placed.siren.cast("string").lpad(9, "0"),
        name=ibis.coalesce(placed.unit_name, as_words(placed.enseigne), as_words(placed.usual_name)),
        sigle=placed.sigle,
        rna_id=placed.rna_id,
        legal_category=placed.legal_category,
        naf=placed.naf,
        sector=placed.sector,
        family=placed.family,
        status=(placed["rank"] == MEMBER).ifelse("member", "to_confirm"),
        reason_code=placed.reason_code,
        employer=placed.employer,
        size_band=placed.band.fill_null(""),
        created_on=ibis.date(day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6, 2)),
        flag=placed.flag,
        listed=placed.listed,
        address=address(placed),
        postcode=as_words(placed.codePostal),
        commune=placed.commune,
        epci=placed.epci,
        ept=placed.ept,
        departement=placed.departement,
        region=placed.region,
        qpv=placed.qpv,
        qpv_distance_m=placed.qpv_distance_m,
        lon=placed.lon,
        lat=placed.lat,
    ).order_by("commune", "siret")
