"""What comes with the register: position and neighbourhood, history, the SSE list, and defects on purpose."""

from datetime import date, timedelta

from essaim.observatory.simulate.chance import (
    OUTSIDE_ROOT,
    below,
    random_bits,
    siren_check,
    siret_check,
    siret_sum,
)

DEFECTS = {
    # reason a build gives -> (one eligible row in so many, SQL of the other conditions)
    "check_digits": (400, "true"),
    "duplicate_siret": (400, "true"),
    "date_in_the_future": (400, "true"),
    "unknown_commune": (400, "true"),
    "unknown_siren": (400, "true"),
    "leading_zeros_lost": (40, "siren < 100000000"),
}
"""Written on open establishments of active legal persons only, one at most per row: each one counts."""

LISTED = {
    "association": "Associations",
    "inclusion": "Associations",
    "recognised": "Associations",
    "foundation": "Fondations",
    "mutual": "Mutuelles",
    "cooperative": "Coopératives",
    "farm_cooperative": "Coopératives",
    "bank": "Coopératives",
}
LISTED_SHARE = 780


def geolocation_columns() -> dict[str, str]:
    quality = f"CASE WHEN {below('g', 50, 800)} THEN '11' WHEN {below('g', 50, 930)} THEN '12' ELSE '21' END"
    return {
        "siret": "lpad(siren::VARCHAR, 9, '0') || lpad(nic::VARCHAR, 5, '0')",
        "x": "round(x, 2)",
        "y": "round(y, 2)",
        "qualite_xy": quality,
        "epsg": "epsg::VARCHAR",
        "plg_qp24": "qpv",
        "plg_code_commune": "written",
        "distance_precision": f"CASE {quality} WHEN '11' THEN '1' WHEN '12' THEN '20' ELSE '150' END",
        "qualite_qp24": "'1'",
        "y_latitude": "round(lat, 6)",
        "x_longitude": "round(lon, 6)",
    }


def periods(establishments: str, on: date) -> str:
    """One row per period: state, since, until, changed. One open one in eighty was closed a while."""
    again = f"open AND DATE '{on}' - opened > 900 AND e % 80 = 0"
    pause = "opened + 365"

    def period(state: str, since: str, until: str, changed: bool) -> str:
        return (
            f"{{'state': '{state}', 'since': {since}, 'until': {until}, 'changed': {str(changed).lower()}}}"
        )

    return f"""(
    SELECT * EXCLUDE (period), period.* FROM (
        SELECT *, unnest(CASE
            WHEN NOT open THEN [{period("A", "opened", "closed - 1", False)},
                {period("F", "closed", "NULL::DATE", True)}]
            WHEN {again} THEN [{period("A", "opened", f"{pause} - 1", False)},
                {period("F", pause, f"{pause} + 199", True)},
                {period("A", f"{pause} + 200", "NULL::DATE", True)}]
            ELSE [{period("A", "opened", "NULL::DATE", False)}] END) AS period
        FROM {establishments}))"""


def history_columns() -> dict[str, str]:
    siren = "lpad(siren::VARCHAR, 9, '0')"
    return {
        "siren": siren,
        "nic": "lpad(nic::VARCHAR, 5, '0')",
        "siret": f"{siren} || lpad(nic::VARCHAR, 5, '0')",
        "dateFin": "until",
        "dateDebut": "since",
        "etatAdministratifEtablissement": "state",
        "changementEtatAdministratifEtablissement": "changed",
        "changementEnseigneEtablissement": "false",
        "changementDenominationUsuelleEtablissement": "false",
        "activitePrincipaleEtablissement": "CASE WHEN i = 0 THEN '53.10Z' ELSE activity END",
        "nomenclatureActivitePrincipaleEtablissement": "'NAFRev2'",
        "changementActivitePrincipaleEtablissement": "false",
        "caractereEmployeurEtablissement": "CASE WHEN employs THEN 'O' ELSE 'N' END",
        "changementCaractereEmployeurEtablissement": "false",
    }


def ess_list_columns(name: str) -> dict[str, str]:
    """`name`: SQL of the unit's name. The SIREN is a number: its leading zeros are lost, as published."""
    families = " ".join(f"WHEN '{kind}' THEN '{family}'" for kind, family in LISTED.items())
    return {
        "SIREN": "siren",
        "Nom ou raison sociale de l'entreprise": name,
        "Famille juridique de l'entreprise": f"CASE kind {families} END",
        "Code postal": "postcode",
        "Libellé de la commune de l'établissement": "commune_name",
        "Code du département de l'établissement": "departement",
        "Département de l'établissement": "NULL::VARCHAR",
        "Région de l'établissement": "NULL::VARCHAR",
    }


def is_listed() -> str:
    # Not IN (...): DuckDB would make a join of it, and a join does not keep the order of the rows.
    kinds = " OR ".join(f"kind = '{kind}'" for kind in LISTED)
    return f"active AND i <> 0 AND ({kinds}) AND {below('c', 12, LISTED_SHARE)}"


def with_defects(establishments: str, seed: int) -> str:
    """Adds `defect` (null for nearly all), to rows that a build would count."""
    eligible = "open AND kind <> 'person' AND i <> 0"
    whens = " ".join(
        f"WHEN (z // {1_000_000 * at}) % {rate} = 0 AND {condition} THEN '{defect}'"
        for at, (defect, (rate, condition)) in enumerate(DEFECTS.items(), start=1)
    )
    return f"""(SELECT *, CASE WHEN NOT ({eligible}) THEN NULL {whens} END AS defect
        FROM (SELECT *, {random_bits("i, k", seed, 9)} AS z FROM {establishments}))"""


def spoiled(columns: dict[str, str], on: date) -> dict[str, str]:
    """The same columns with the defect of each row written in."""
    orphan_root = f"({OUTSIDE_ROOT} + i % 1000000)"
    orphan = f"({orphan_root} * 10 + {siren_check(orphan_root)})"
    orphan_nic = f"(sequence * 10 + {siret_check(siret_sum(orphan), 'sequence')})"
    nic = (
        f"lpad(CASE defect WHEN 'check_digits' THEN nic - nic % 10 + (nic + 1) % 10 "
        f"WHEN 'unknown_siren' THEN {orphan_nic} ELSE nic END::VARCHAR, 5, '0')"
    )
    siren = "lpad(siren::VARCHAR, 9, '0')"
    siren = (
        f"CASE defect WHEN 'unknown_siren' THEN {orphan}::VARCHAR "
        f"WHEN 'leading_zeros_lost' THEN siren::VARCHAR ELSE {siren} END"
    )
    future = (on + timedelta(days=400)).isoformat()
    return columns | {
        "siren": siren,
        "nic": nic,
        "siret": f"{siren} || {nic}",
        "dateCreationEtablissement": f"CASE WHEN defect = 'date_in_the_future' THEN DATE '{future}' "
        f"ELSE {columns['dateCreationEtablissement']} END",
        "codeCommuneEtablissement": "CASE WHEN defect = 'unknown_commune' THEN '00000' ELSE written END",
    }
