"""The two stocks as SQL, in the official columns and their order.

`core_units` and `core_establishments` draw every fact once; `unit_columns` and `establishment_columns` write
them the way the register does.
"""

from datetime import date

import duckdb
import pyarrow as pa

from essaim.observatory.simulate.chance import (
    FIRST_ROOT,
    LA_POSTE_ROOT,
    MULTIPLIER,
    SIREN_ROOTS,
    below,
    bits,
    la_poste_check,
    pick,
    siren_check,
    siret_check,
    siret_sum,
    unit,
)
from essaim.observatory.simulate.shares import (
    ALSACE_MOSELLE,
    BAND_CODES,
    BANDS,
    CATEGORIES,
    EXTRA,
    FOLLOWING,
    FORENAMES,
    KINDS,
    LARGE_FIRST,
    QUALIFYING,
    STREET_TYPES,
    STREETS,
    slots,
)

CATEGORY_SLOTS = 1 << 16
GROUP, GROUP_EXTRA = len(EXTRA), sum(EXTRA)


def sizes(establishments: int) -> tuple[int, int]:
    """(units, units in whole groups): groups of 100 units hold 145 establishments, the others one each."""
    groups = establishments // (GROUP + GROUP_EXTRA)
    return establishments - groups * GROUP_EXTRA, groups * GROUP


def lay_shares(database: duckdb.DuckDBPyConnection, establishments: int) -> int:
    """Fill tables `seq`, `category`, `category_slot`; how many units."""
    units, _ = sizes(establishments)
    database.execute(f"CREATE OR REPLACE TABLE seq AS SELECT range::BIGINT AS i FROM range({units})")
    rows = []
    for at, (code, _, kind_name) in enumerate(CATEGORIES):
        kind = KINDS[kind_name]
        rows.append(
            {
                "category": at,
                "code": int(code),
                "kind": kind_name,
                "naf": list(kind.naf),
                "heads": list(kind.words),
                "flag_yes": kind.flag_yes,
                "flag_no": kind.flag_no,
                "p_active": kind.active,
                "p_employer": kind.employer,
                "band_ranks": list(BANDS[kind.bands]),
                "span_days": kind.years * 365,
            }
        )
    database.register("category_rows", pa.Table.from_pylist(rows))
    database.execute("CREATE OR REPLACE TABLE category AS FROM category_rows")
    chosen = slots([share for _, share, _ in CATEGORIES], CATEGORY_SLOTS)
    database.register("category_slot_rows", pa.table({"slot": range(CATEGORY_SLOTS), "category": chosen}))
    database.execute(
        "CREATE OR REPLACE TABLE category_slot AS "
        "SELECT slot::INT AS slot, category::INT AS category FROM category_slot_rows"
    )
    return units


def _legal_first() -> int:
    """First category slot after natural persons: they come first in CATEGORIES."""
    chosen = slots([share for _, share, _ in CATEGORIES], CATEGORY_SLOTS)
    persons = {at for at, (_, _, kind) in enumerate(CATEGORIES) if kind == "person"}
    return next(slot for slot, category in enumerate(chosen) if category not in persons)


def core_units(seed: int, establishments: int, on: date, place_slots: int) -> str:
    """One row per unit: i, siren, siren_part, category facts, place, state, dates, employer, band_rank."""
    _, grouped = sizes(establishments)
    offset = (seed * 7_919_317) % SIREN_ROOTS
    shifted = f"{FIRST_ROOT} + (i * {MULTIPLIER} + {offset}) % {SIREN_ROOTS}"
    legal = _legal_first()
    place = f"i * 37 % {GROUP}"
    extra = f"CASE WHEN i < {grouped} THEN ([{', '.join(map(str, EXTRA))}])[1 + {place}] ELSE 0 END"
    slot = (
        f"CASE WHEN i = 0 OR (i < {grouped} AND {place} < {LARGE_FIRST}) "
        f"THEN {legal} + {bits('a', 0, 16)} % {CATEGORY_SLOTS - legal} ELSE {bits('a', 0, 16)} END"
    )
    return f"""
    SELECT *, {siret_sum("siren")} AS siren_part,
        CASE WHEN NOT active
            THEN created + 1 + floor({unit("b", 20)} * (DATE '{on}' - created - 1))::INT END AS ceased,
        active AND {below("b", 32, "p_employer")} AS employer,
        band_ranks[1 + {bits("b", 44, 6)}] AS band_rank
    FROM (
        SELECT drawn.i, extra, a, b, c, root * 10 + {siren_check("root")} AS siren,
            category.*, place_slot.place AS place,
            drawn.i = 0 OR {below("a", 16, "p_active")} AS active,
            DATE '{on}' - 2 - floor(span_days * pow({unit("b", 0, 20)}, 1.6))::INT AS created
        FROM (
            SELECT i, a, b, c, {extra} AS extra, {slot} AS slot,
                {bits("c", 0, place_slots.bit_length() - 1)} AS here,
                CASE WHEN i = 0 THEN {LA_POSTE_ROOT} WHEN shifted >= {LA_POSTE_ROOT} THEN shifted + 1
                    ELSE shifted END AS root
            FROM (SELECT i, hash(i, {seed}, 1) AS a, hash(i, {seed}, 2) AS b, hash(i, {seed}, 3) AS c,
                {shifted} AS shifted FROM seq)
        ) AS drawn
        JOIN category_slot ON category_slot.slot = drawn.slot
        JOIN category ON category.category = category_slot.category
        JOIN place_slot ON place_slot.slot = drawn.here
    )"""


def core_establishments(seed: int, establishments: int, on: date, place_slots: int) -> str:
    """One row per establishment: k (0 = seat), siret parts, open, dates, place, employs, band, activity."""
    units = core_units(seed, establishments, on, place_slots)
    sequence = f"(1 + {bits('c', 24, 3)} + k)"
    luhn = siret_check("siren_part", sequence)
    check = f"CASE WHEN i = 0 THEN {la_poste_check(luhn, sequence)} ELSE {luhn} END"
    until = f"coalesce(ceased, DATE '{on}' - 1)"
    return f"""
    SELECT * EXCLUDE (place), coalesce(elsewhere.place, unit_place) AS place,
        CASE WHEN open THEN NULL WHEN k = 0 THEN ceased
            ELSE opened + 1 + floor({unit("e", 0)} * greatest({until} - opened - 1, 0))::INT END AS closed,
        employer AND open AND (k = 0 OR {below("e", 12, 600)}) AS employs,
        CASE WHEN k = 0 THEN band_rank
            ELSE least(band_rank, band_ranks[1 + {bits("e", 22, 6)}]) END AS own_band_rank,
        CASE WHEN k = 0 OR {below("e", 28, 900)} THEN naf[1 + {bits("a", 36, 10)} % len(naf)]
            ELSE naf[1 + {bits("e", 38, 10)} % len(naf)] END AS activity
    FROM (
        SELECT * EXCLUDE (place), place AS unit_place,
            {sequence} AS sequence, {sequence} * 10 + {check} AS nic,
            active AND (k = 0 OR {below("d", 0, 350)}) AS open,
            CASE WHEN k = 0 THEN created
                ELSE created + floor({unit("d", 10)} * greatest({until} - created - 1, 0))::INT END AS opened,
            CASE WHEN k = 0 OR {below("d", 22, 600)} THEN NULL
                ELSE {bits("d", 32, place_slots.bit_length() - 1)} END AS other_slot
        FROM (
            SELECT *, hash(i, k, {seed}, 4) AS d, hash(i, k, {seed}, 5) AS e
            FROM (SELECT *, unnest(range(extra + 1))::INT AS k FROM ({units}))
        )
    ) AS one LEFT JOIN place_slot AS elsewhere ON elsewhere.slot = one.other_slot"""


def _band(rank: str, employs: str, on: date, open: str, hash: str) -> tuple[str, str]:
    """SQL of the head-count band and its year: a code for employers, NN or nothing for the others."""
    codes = ", ".join(f"'{code}'" for code in BAND_CODES)
    band = (
        f"CASE WHEN {employs} AND {below(hash, 52, 960)} THEN ([{codes}])[{rank}] "
        f"WHEN {open} AND {below(hash, 52, 600)} THEN 'NN' END"
    )
    year = f"CASE WHEN {employs} AND {below(hash, 52, 960)} THEN {on.year - 2}::BIGINT END"
    return band, year


HIDDEN = f"(i <> 0 AND (kind = 'person' AND {below('c', 40, 120)} OR {below('c', 40, 4)}))"
"""Units whose holder asked not to be shown: diffusion status P."""

NAME = (
    f"heads[1 + {bits('c', 30, 10)} % len(heads)] || ' ' || {pick(FOLLOWING, 'a', 46)} || "
    f"CASE WHEN {below('a', 54, 500)} THEN ' ET ' || {pick(FOLLOWING, 'c', 20)} ELSE '' END || "
    "' DE ' || commune_name || ' (fictif)'"
)


def unit_columns(on: date) -> dict[str, str]:
    """Official column -> SQL over `core_units` joined with its place."""
    person = "kind = 'person'"
    band, year = _band("least(band_rank + (extra > 0)::INT, 15)", "employer", on, "active", "b")
    hide = f"CASE WHEN {HIDDEN} THEN '[ND]'"
    treated = f"DATE '{on}' - 3 - {bits('b', 50, 9)} + INTERVAL ({bits('b', 8, 16)}) SECOND"
    forename = pick(FORENAMES, "a", 56)
    sized = f"active AND NOT ({person}) AND {below('b', 54, 800)}"
    local_law = ", ".join(f"'{code}'" for code in ALSACE_MOSELLE)
    # Associations of local law exist in three departments only.
    category = (
        f"CASE WHEN code = 9260 AND departement NOT IN ({local_law}) THEN 9220 "
        f"WHEN code = 9220 AND departement IN ({local_law}) THEN 9260 ELSE code END"
    )
    return {
        "siren": "lpad(siren::VARCHAR, 9, '0')",
        "statutDiffusionUniteLegale": f"CASE WHEN {HIDDEN} THEN 'P' ELSE 'O' END",
        "unitePurgeeUniteLegale": f"CASE WHEN NOT active AND {below('a', 26, 60)} THEN true END",
        "dateCreationUniteLegale": f"CASE WHEN {below('c', 50, 996)} THEN created END",
        "sigleUniteLegale": f"CASE WHEN NOT ({person}) AND {below('c', 54, 80)} THEN "
        f"'F' || chr(65 + {bits('a', 40, 4)}) || chr(65 + {bits('a', 44, 4)}) END",
        "sexeUniteLegale": f"{hide} WHEN code = 1000 THEN CASE WHEN i % 2 = 0 THEN 'F' ELSE 'M' END END",
        "prenom1UniteLegale": f"{hide} WHEN code = 1000 THEN {forename} END",
        "prenomUsuelUniteLegale": f"{hide} WHEN code = 1000 THEN {forename} END",
        "identifiantAssociationUniteLegale": f"CASE WHEN code IN (9210, 9220, 9221, 9222, 9223, 9230) "
        f"AND {below('c', 44, 700)} "
        "THEN 'W' || rpad(departement, 3, '9') || lpad((i % 1000000)::VARCHAR, 6, '0') END",
        "trancheEffectifsUniteLegale": band,
        "anneeEffectifsUniteLegale": year,
        "dateDernierTraitementUniteLegale": f"({treated})::TIMESTAMP",
        "nombrePeriodesUniteLegale": f"(1 + {bits('a', 28, 2)})::BIGINT",
        "categorieEntreprise": f"CASE WHEN {sized} THEN 'PME' END",
        "anneeCategorieEntreprise": f"CASE WHEN {sized} THEN {on.year - 3}::BIGINT END",
        "dateDebut": "coalesce(ceased, created)",
        "etatAdministratifUniteLegale": "CASE WHEN active THEN 'A' ELSE 'C' END",
        "nomUniteLegale": f"{hide} WHEN {person} THEN {pick(FOLLOWING, 'a', 46)} || ' (fictif)' END",
        "denominationUniteLegale": f"CASE WHEN {person} THEN NULL WHEN {HIDDEN} THEN '[ND]' "
        f"WHEN i = 0 THEN 'POSTE DE DEMONSTRATION (fictif)' ELSE {NAME} END",
        "categorieJuridiqueUniteLegale": f"CASE WHEN i = 0 THEN 5510 ELSE {category} END::BIGINT",
        "activitePrincipaleUniteLegale": f"CASE WHEN i = 0 THEN '53.10Z' "
        f"ELSE naf[1 + {bits('a', 36, 10)} % len(naf)] END",
        "nomenclatureActivitePrincipaleUniteLegale": "'NAFRev2'",
        "nicSiegeUniteLegale": f"lpad(((1 + {bits('c', 24, 3)}) * 10 + "
        f"CASE WHEN i = 0 THEN {la_poste_check(*_seat())} ELSE {_seat()[0]} END)::VARCHAR, 5, '0')",
        "economieSocialeSolidaireUniteLegale": f"CASE WHEN i = 0 THEN 'N' "
        f"WHEN {below('a', 26, 'flag_yes')} THEN 'O' "
        f"WHEN {below('a', 26, 'flag_yes + flag_no')} THEN 'N' END",
        "societeMissionUniteLegale": "CASE WHEN kind = 'simplified' THEN "
        f"CASE WHEN {below('c', 52, 3)} THEN 'O' ELSE 'N' END END",
        "caractereEmployeurUniteLegale": f"CASE WHEN employer OR NOT active AND {below('b', 32, 150)} "
        "THEN 'O' ELSE 'N' END",
    }


def _seat() -> tuple[str, str]:
    sequence = f"(1 + {bits('c', 24, 3)})"
    return siret_check("siren_part", sequence), sequence


def establishment_columns(on: date) -> dict[str, str]:
    """Official column -> SQL over `core_establishments` joined with its place and located (see `locate`)."""
    band, year = _band("own_band_rank", "employs", on, "open", "e")
    hide = f"CASE WHEN {HIDDEN} THEN '[ND]'"
    treated = f"DATE '{on}' - 3 - {bits('e', 44, 9)} + INTERVAL ({bits('e', 8, 16)}) SECOND"
    siren = "lpad(siren::VARCHAR, 9, '0')"
    return {
        "siren": siren,
        "nic": "lpad(nic::VARCHAR, 5, '0')",
        "siret": f"{siren} || lpad(nic::VARCHAR, 5, '0')",
        "statutDiffusionEtablissement": f"CASE WHEN {HIDDEN} THEN 'P' ELSE 'O' END",
        "dateCreationEtablissement": f"CASE WHEN {below('c', 50, 996)} THEN opened END",
        "trancheEffectifsEtablissement": band,
        "anneeEffectifsEtablissement": year,
        "dateDernierTraitementEtablissement": f"({treated})::TIMESTAMP",
        "etablissementSiege": "k = 0",
        "nombrePeriodesEtablissement": "CASE WHEN open THEN 1 ELSE 2 END::BIGINT",
        "numeroVoieEtablissement": f"{hide} ELSE (1 + {bits('e', 32, 7)})::VARCHAR END",
        "typeVoieEtablissement": f"{hide} ELSE {pick(STREET_TYPES, 'e', 39)} END",
        "libelleVoieEtablissement": f"{hide} ELSE {pick(STREETS, 'e', 42)} END",
        "codePostalEtablissement": "postcode",
        "libelleCommuneEtablissement": "commune_name",
        "codeCommuneEtablissement": "written",
        "identifiantAdresseEtablissement": f"{hide} WHEN lon IS NOT NULL THEN "
        f"written || lpad({bits('e', 0, 20)}::VARCHAR, 8, '0') || '_B' END",
        "coordonneeLambertAbscisseEtablissement": f"{hide} WHEN located THEN round(x, 2)::VARCHAR END",
        "coordonneeLambertOrdonneeEtablissement": f"{hide} WHEN located THEN round(y, 2)::VARCHAR END",
        "dateDebut": "coalesce(closed, opened)",
        "etatAdministratifEtablissement": "CASE WHEN open THEN 'A' ELSE 'F' END",
        "enseigne1Etablissement": f"{hide} WHEN kind <> 'person' AND {below('d', 52, 70)} THEN "
        f"'AUX ' || {pick(QUALIFYING, 'e', 46)} || ' (fictif)' END",
        "denominationUsuelleEtablissement": f"{hide} WHEN kind <> 'person' AND {below('d', 42, 60)} THEN "
        f"'MAISON ' || {pick(FOLLOWING, 'e', 50)} || ' (fictif)' END",
        "activitePrincipaleEtablissement": "CASE WHEN i = 0 THEN '53.10Z' ELSE activity END",
        "nomenclatureActivitePrincipaleEtablissement": "'NAFRev2'",
        "caractereEmployeurEtablissement": f"CASE WHEN employs OR NOT open AND {below('e', 12, 150)} "
        "THEN 'O' ELSE 'N' END",
    }
