"""The stocks as DuckDB tables of facts, then as SQL in the official columns and their order.

`lay_facts` draws every fact once, a slice of units at a time, into tables `one_unit` and `one_establishment`
sorted by (i, k): joins do not keep an order, so each slice is sorted, and what is written afterwards reads
these tables straight through. `unit_columns` and `establishment_columns` write them as the register does.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from essaim.law.text import Text
from essaim.observatory.progress import Tell
from essaim.observatory.simulate.chance import (
    FIRST_ROOT,
    LA_POSTE_ROOT,
    MULTIPLIER,
    SIREN_ROOTS,
    below,
    bits,
    la_poste_check,
    pick,
    random_bits,
    siren_check,
    siret_check,
    siret_sum,
    unit,
)
from essaim.observatory.simulate.position import located
from essaim.observatory.simulate.shares import (
    ALSACE_MOSELLE,
    BAND_CODES,
    EXTRA,
    FOLLOWING,
    FORENAMES,
    LARGE_FIRST,
    QUALIFYING,
    STREET_TYPES,
    STREETS,
)
from essaim.observatory.simulate.tables import CATEGORY_SLOTS, NAMES_EACH, PICKS, legal_first, place_bits

GROUP, GROUP_EXTRA = len(EXTRA), sum(EXTRA)
SLICE_UNITS = 500_000


@dataclass(frozen=True, slots=True)
class Draw:
    """What the rows depend on, and nothing else does."""

    seed: int
    establishments: int
    on: date

    @property
    def units(self) -> int:
        return self.establishments - self.groups * GROUP_EXTRA

    @property
    def groups(self) -> int:
        """Groups of 100 units hold 145 establishments; units left over have one each."""
        return self.establishments // (GROUP + GROUP_EXTRA)

    def hash(self, salt: int, keys: str = "i") -> str:
        return random_bits(keys, self.seed, salt)


def lay_facts(database: duckdb.DuckDBPyConnection, draw: Draw, tell: Tell) -> None:
    """Fill `one_unit` and `one_establishment`; the tables of `tables.lay_tables` must be there."""
    step = Text("Tirage du registre fictif", "Drawing the fictitious register")
    spot = place_bits(database)
    for low in range(0, draw.units, SLICE_UNITS):
        high = min(low + SLICE_UNITS, draw.units)
        tell(step, low, draw.units)
        verb = "INSERT INTO" if low else "CREATE OR REPLACE TABLE"
        as_ = "" if low else "AS"
        units = _units(draw, low, high, spot)
        database.execute(f"{verb} one_unit {as_} SELECT * FROM ({units}) ORDER BY i")
        rows = located(_establishments(draw, low, high, spot), draw.seed)
        database.execute(f"{verb} one_establishment {as_} SELECT * FROM ({rows}) ORDER BY i, k")
    tell(step, draw.units, draw.units)


def _units(draw: Draw, low: int, high: int, spot: int) -> str:
    """SQL of the units [low, high): i, extra, siren, siren_part, category facts, place, state, dates..."""
    grouped = draw.groups * GROUP
    offset = (draw.seed * 7_919_317) % SIREN_ROOTS
    shifted = f"{FIRST_ROOT} + (i * {MULTIPLIER} + {offset}) % {SIREN_ROOTS}"
    legal = legal_first()
    rank = f"i * 37 % {GROUP}"
    extra = f"CASE WHEN i < {grouped} THEN ([{', '.join(map(str, EXTRA))}])[1 + {rank}] ELSE 0 END"
    slot = (
        f"CASE WHEN i = 0 OR (i < {grouped} AND {rank} < {LARGE_FIRST}) "
        f"THEN {legal} + {bits('a', 0, 16)} % {CATEGORY_SLOTS - legal} ELSE {bits('a', 0, 16)} END"
    )
    return f"""
    SELECT i, extra, siren, {siret_sum("siren")} AS siren_part, category, code, kind, place, active, created,
        CASE WHEN NOT active
            THEN created + 1 + floor({unit("b", 20)} * (DATE '{draw.on}' - created - 1))::INT END AS ceased,
        active AND {below("b", 32, "p_employer")} AS employer,
        band.rank AS band_rank, activity.naf AS activity, head.word AS head,
        CASE WHEN i = 0 THEN 'N' WHEN {below("a", 26, "flag_yes")} THEN 'O'
            WHEN {below("a", 26, "flag_yes + flag_no")} THEN 'N' END AS flag,
        flag_yes > 500 AS is_sse, commune_name, postcode, departement
    FROM (
        SELECT drawn.*, root * 10 + {siren_check("root")} AS siren, category.*, place_slot.place AS place,
            i = 0 OR {below("a", 16, "p_active")} AS active,
            DATE '{draw.on}' - 2 - floor(span_days * pow({unit("b", 0, 20)}, 1.6))::INT AS created,
            category.category * {PICKS} + {bits("b", 44, 6)} AS band_key,
            category.category * {PICKS} + {bits("a", 36, 6)} AS activity_key,
            category.category * {NAMES_EACH} + {bits("c", 30, 3)} AS head_key
        FROM (
            SELECT i, a, b, c, {extra} AS extra, {slot} AS slot, {bits("c", 0, spot)} AS here,
                CASE WHEN i = 0 THEN {LA_POSTE_ROOT} WHEN shifted >= {LA_POSTE_ROOT} THEN shifted + 1
                    ELSE shifted END AS root
            FROM (SELECT range AS i, {draw.hash(1, "range")} AS a, {draw.hash(2, "range")} AS b,
                {draw.hash(3, "range")} AS c, {shifted.replace("i *", "range *")} AS shifted
                FROM range({low}, {high}))
        ) AS drawn
        JOIN category_slot ON category_slot.slot = drawn.slot
        JOIN category ON category.category = category_slot.category
        JOIN place_slot ON place_slot.slot = drawn.here
    )
    JOIN place USING (place)
    JOIN band ON band.key = band_key
    JOIN activity ON activity.key = activity_key
    JOIN head ON head.key = head_key"""


def _establishments(draw: Draw, low: int, high: int, spot: int) -> str:
    """SQL of the establishments of those units: k (0 = seat), nic, open, dates, place, employs..."""
    sequence = f"(1 + {bits('c', 24, 3)} + k)"
    luhn = siret_check("siren_part", sequence)
    check = f"CASE WHEN i = 0 THEN {la_poste_check(luhn, sequence)} ELSE {luhn} END"
    until = f"coalesce(ceased, DATE '{draw.on}' - 1)"
    return f"""
    SELECT i, k, siren, code, kind, is_sse, sequence, nic, open, opened,
        coalesce(elsewhere.place, unit_place) AS place,
        CASE WHEN open THEN NULL WHEN k = 0 THEN ceased
            ELSE opened + 1 + floor({unit("e", 0)} * greatest({until} - opened - 1, 0))::INT END AS closed,
        employer AND open AND (k = 0 OR {below("e", 12, 600)}) AS employs,
        CASE WHEN k = 0 THEN band_rank ELSE least(band_rank, band.rank) END AS band_rank,
        CASE WHEN k = 0 OR {below("e", 28, 900)} THEN one.activity ELSE activity.naf END AS activity
    FROM (
        SELECT * EXCLUDE (place), place AS unit_place,
            {sequence} AS sequence, {sequence} * 10 + {check} AS nic,
            active AND (k = 0 OR {below("d", 0, 350)}) AS open,
            CASE WHEN k = 0 THEN created
                ELSE created + floor({unit("d", 10)} * greatest({until} - created - 1, 0))::INT END AS opened,
            CASE WHEN k = 0 OR {below("d", 22, 600)} THEN -1 ELSE {bits("d", 32, spot)} END AS other_slot,
            category * {PICKS} + {bits("e", 22, 6)} AS band_key,
            category * {PICKS} + {bits("e", 38, 6)} AS activity_key
        FROM (
            SELECT *, {draw.hash(4, "i, k")} AS d, {draw.hash(5, "i, k")} AS e
            FROM (
                SELECT *, {draw.hash(3)} AS c, unnest(range(extra + 1))::INT AS k
                FROM one_unit WHERE i >= {low} AND i < {high}
            )
        )
    ) AS one
    JOIN band ON band.key = band_key
    JOIN activity ON activity.key = activity_key
    LEFT JOIN place_slot AS elsewhere ON elsewhere.slot = one.other_slot"""


def unit_rows(draw: Draw) -> str:
    """FROM clause of the units, with the hashes their columns draw from."""
    return f"(SELECT *, {draw.hash(1)} AS a, {draw.hash(2)} AS b, {draw.hash(3)} AS c FROM one_unit)"


def establishment_rows(draw: Draw) -> str:
    """FROM clause of the establishments, with the hashes their columns draw from."""
    hashes = f"{draw.hash(3)} AS c, {draw.hash(4, 'i, k')} AS d, {draw.hash(5, 'i, k')} AS e"
    return f"(SELECT *, {hashes}, {draw.hash(6, 'i, k')} AS g FROM one_establishment)"


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
    f"head || ' ' || {pick(FOLLOWING, 'a', 46)} || "
    f"CASE WHEN {below('a', 54, 500)} THEN ' ET ' || {pick(FOLLOWING, 'c', 20)} ELSE '' END || "
    "CASE WHEN contains('AEIOUYH', commune_name[1]) THEN ' D''' ELSE ' DE ' END || "
    "commune_name || ' (fictif)'"
)


def unit_columns(on: date) -> dict[str, str]:
    """Official column -> SQL over `unit_rows`."""
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
        "activitePrincipaleUniteLegale": "CASE WHEN i = 0 THEN '53.10Z' ELSE activity END",
        "nomenclatureActivitePrincipaleUniteLegale": "'NAFRev2'",
        "nicSiegeUniteLegale": f"lpad(((1 + {bits('c', 24, 3)}) * 10 + "
        f"CASE WHEN i = 0 THEN {la_poste_check(*_seat())} ELSE {_seat()[0]} END)::VARCHAR, 5, '0')",
        "economieSocialeSolidaireUniteLegale": "flag",
        "societeMissionUniteLegale": "CASE WHEN kind = 'simplified' THEN "
        f"CASE WHEN {below('c', 52, 3)} THEN 'O' ELSE 'N' END END",
        "caractereEmployeurUniteLegale": f"CASE WHEN employer OR NOT active AND {below('b', 32, 150)} "
        "THEN 'O' ELSE 'N' END",
    }


def _seat() -> tuple[str, str]:
    sequence = f"(1 + {bits('c', 24, 3)})"
    return siret_check("siren_part", sequence), sequence


def establishment_columns(on: date) -> dict[str, str]:
    """Official column -> SQL over `establishment_rows`."""
    band, year = _band("band_rank", "employs", on, "open", "e")
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
