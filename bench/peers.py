"""The tables of the build written with pandas and with Polars, the way an analyst would: see `register.py`."""

import datetime
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ON = datetime.date(2026, 11, 1)
UNITS, ESTABLISHMENTS = "StockUniteLegale_utf8.parquet", "StockEtablissement_utf8.parquet"
LEVELS = ("commune", "epci", "ept", "departement", "region", "country")
DIMENSIONS = ("total", "family", "sector", "size", "age")
COLUMNS = {
    UNITS: (
        "siren", "statutDiffusionUniteLegale", "sigleUniteLegale", "identifiantAssociationUniteLegale",
        "etatAdministratifUniteLegale", "denominationUniteLegale", "denominationUsuelle1UniteLegale",
        "categorieJuridiqueUniteLegale", "activitePrincipaleUniteLegale", "economieSocialeSolidaireUniteLegale",
    ),
    ESTABLISHMENTS: (
        "siret", "statutDiffusionEtablissement", "dateCreationEtablissement", "trancheEffectifsEtablissement",
        "numeroVoieEtablissement", "indiceRepetitionEtablissement", "typeVoieEtablissement", "libelleVoieEtablissement",
        "codePostalEtablissement", "codeCommuneEtablissement", "coordonneeLambertAbscisseEtablissement",
        "coordonneeLambertOrdonneeEtablissement", "etatAdministratifEtablissement", "enseigne1Etablissement",
        "denominationUsuelleEtablissement", "activitePrincipaleEtablissement", "caractereEmployeurEtablissement",
    ),
}  # fmt: skip
"""What the build reads, and nothing else (see `essaim.observatory.tables`)."""


def lookups() -> dict[str, Any]:
    """The same small tables the build joins, as pandas frames."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    from essaim.observatory.reference import places  # noqa: PLC0415
    from essaim.observatory.tables import lookups as made  # noqa: PLC0415

    reference = pq.read_table(places.TERRITORIES)
    return {
        "decisions": made.decisions(ON),
        "communes": made.commune_codes(pq.read_table(places.COMMUNES)),
        "places": made.commune_places(reference),
        "bands": made.head_count_bands(),
        "sectors": made.division_sectors(),
    }


def with_pandas(folder: Path) -> dict[str, Any]:
    """The tables of the build the way an analyst writes them: read what is needed, merge, check, group.

    All of them but the secrecy gate: rows checked, enterprises and establishments by territory and category,
    denominators by sector, median age, jobs by enterprise, creations by year, and the list with names.
    """
    import pandas as pd  # noqa: PLC0415

    known = {name: table.to_pandas() for name, table in lookups().items()}
    units, rows = pandas_units(folder, known["decisions"]), pandas_rows(folder)
    rows = rows.merge(units, on="siren").merge(known["communes"], on="insee_code")
    rows = rows[pandas_checks(rows.siret) & ~(rows.created > pd.Timestamp(ON))]
    rows = rows.drop_duplicates("siret").merge(known["places"], on="commune")
    rows["country"] = "FR"
    rows["division"] = rows.naf.str[:2]
    rows = rows.merge(known["sectors"], on="division", how="left")
    rows["sector"] = rows.sector.fillna("unknown")
    rows["private"] = rows.employer & ~rows.public_law
    for level in LEVELS:
        rows.groupby([level, "sector"]).agg(
            establishments=("siret", "size"), employers=("employer", "sum"), private=("private", "sum")
        )
    sse = rows[rows["rank"] == 3].merge(known["bands"], on="code", how="left")
    sse["size"] = sse["size"].fillna("none")
    sse["family"] = sse.family_by_form.fillna(sse.family_otherwise).fillna("unknown")
    sse["total"] = "total"
    born = sse.created.dt
    before = (born.month > ON.month) | ((born.month == ON.month) & (born.day > ON.day))
    sse["years"] = ON.year - born.year - before.astype(int)
    sse["age"] = pd.cut(sse.years, [-1, 2, 5, 10, 20, 2000], labels=False).fillna(9)
    sse["year"] = born.year
    tables = {
        (level, dimension): sse.groupby([level, dimension]).agg(
            enterprises=("siren", "nunique"), establishments=("siret", "size"), employers=("employer", "sum")
        )
        for level in LEVELS
        for dimension in DIMENSIONS
    }
    for level in LEVELS:
        sse.groupby(level).years.median()
        sse.groupby([level, "year"]).size()
        by_enterprise = sse.groupby([level, "siren"])[["low", "high"]].sum()
        by_enterprise.groupby(level).agg(["size", "sum", "max"])
    names = pd.read_parquet(folder / UNITS, columns=["siren", *(COLUMNS[UNITS][i] for i in (2, 3, 5, 6))])
    listed = rows[rows["rank"] >= 2].merge(names, on="siren").sort_values(["commune", "siret"])
    with tempfile.TemporaryDirectory(dir=folder.parent) as to:
        listed.to_parquet(Path(to) / "establishments.parquet", compression="zstd")
    total = tables["country", "total"].iloc[0]
    families = tables["country", "family"].loc["FR"].enterprises
    return {
        "sse_enterprises": int(total.enterprises),
        "sse_establishments": int(total.establishments),
        "sse_employer_establishments": int(total.employers),
        "employer_establishments": int(rows.employer.sum()),
        **{name: int(value) for name, value in families.items()},
    }


def pandas_units(folder: Path, decisions: Any) -> Any:
    """Active legal persons with what the law's table says of them."""
    import pandas as pd  # noqa: PLC0415

    from essaim.observatory.tables.lookups import excluded_naf  # noqa: PLC0415

    active = [("etatAdministratifUniteLegale", "==", "A"), ("categorieJuridiqueUniteLegale", ">=", 2000)]
    units = pd.read_parquet(folder / UNITS, columns=["siren", *COLUMNS[UNITS][7:10]], filters=active)
    units.columns = ["siren", "category", "naf", "flag"]
    left_out = units.naf.str.replace(".", "", regex=False).isin(excluded_naf(ON))
    flag = units.flag.map({"O": 2, "N": 1}).fillna(0).astype("int64")
    units["key"] = units.category * 16 + flag * 4 + left_out.astype("int64")
    return units[["siren", "key"]].merge(decisions, on="key")


def pandas_rows(folder: Path) -> Any:
    """Active establishments."""
    import pandas as pd  # noqa: PLC0415

    names = {
        "siret": "siret",
        "dateCreationEtablissement": "created",
        "trancheEffectifsEtablissement": "code",
        "codeCommuneEtablissement": "insee_code",
        "coordonneeLambertAbscisseEtablissement": "x",
        "coordonneeLambertOrdonneeEtablissement": "y",
        "enseigne1Etablissement": "enseigne",
        "denominationUsuelleEtablissement": "usual_name",
        "activitePrincipaleEtablissement": "naf",
        "caractereEmployeurEtablissement": "employer",
    }
    active = [("etatAdministratifEtablissement", "==", "A")]
    rows = pd.read_parquet(folder / ESTABLISHMENTS, columns=list(names), filters=active).rename(columns=names)
    rows["siren"] = rows.siret.str[:9]
    rows["employer"] = rows.employer == "O"
    rows["created"] = pd.to_datetime(rows.created, errors="coerce")
    return rows


def pandas_checks(siret: Any) -> Any:
    """Whether each SIRET passes Luhn's sum, La Poste's exception included."""
    number = siret.astype("int64").to_numpy()
    luhn, plain = number * 0, number * 0
    for place in range(14):
        digit = number // 10**place % 10
        luhn += digit if place % 2 == 0 else digit * 2 - 9 * (digit > 4)
        plain += digit
    post_office = (number // 100_000 == 356_000_000) & (number != 35_600_000_000_048)
    return (post_office & (plain % 5 == 0)) | (~post_office & (luhn % 10 == 0))


def with_polars(folder: Path) -> dict[str, Any]:
    """The same with Polars' lazy scans."""
    import polars as pl  # noqa: PLC0415

    known = {name: pl.from_arrow(table).lazy() for name, table in lookups().items()}  # type: ignore[union-attr]  # tables give frames
    rows = polars_rows(folder, known)
    employers = {level: rows.group_by(level).agg(pl.col("employer").sum()) for level in LEVELS}
    family = pl.coalesce("family_by_form", "family_otherwise", pl.lit("unknown"))
    sse = (
        rows.filter(pl.col("rank") == 3)
        .join(known["bands"].collect(), on="code", how="left")
        .join(known["sectors"].collect(), on="division", how="left")
        .with_columns(
            pl.col("size").fill_null("none"),
            pl.col("sector").fill_null("unknown"),
            family=family,
            total=pl.lit("total"),
        )
    )
    tables = {
        (level, dimension): sse.group_by(level, dimension).agg(
            enterprises=pl.col("siren").n_unique(),
            establishments=pl.len(),
            employers=pl.col("employer").sum(),
        )
        for level in LEVELS
        for dimension in DIMENSIONS[:4]
    }
    total = tables["country", "total"].to_dicts()[0]
    return {
        "sse_enterprises": total["enterprises"],
        "sse_establishments": total["establishments"],
        "sse_employer_establishments": total["employers"],
        "employer_establishments": employers["country"]["employer"][0],
        **{row["family"]: row["enterprises"] for row in tables["country", "family"].to_dicts()},
    }


def polars_rows(folder: Path, known: dict[str, Any]) -> Any:
    """Active establishments of active legal persons, with their territories."""
    import polars as pl  # noqa: PLC0415

    from essaim.observatory.tables.lookups import excluded_naf  # noqa: PLC0415

    category = pl.col("categorieJuridiqueUniteLegale")
    naf = pl.col("activitePrincipaleUniteLegale").str.replace(".", "", literal=True)
    flag = pl.col("economieSocialeSolidaireUniteLegale").replace_strict({"O": 2, "N": 1}, default=0)
    key = (
        category * 16 + flag.cast(pl.Int64) * 4 + naf.is_in(excluded_naf(ON)).fill_null(False).cast(pl.Int64)
    )
    units = (
        pl.scan_parquet(folder / UNITS)
        .filter((pl.col("etatAdministratifUniteLegale") == "A") & (category >= 2000))
        .select("siren", key=key.cast(pl.Int32))
        .join(known["decisions"], on="key")
    )
    return (
        pl.scan_parquet(folder / ESTABLISHMENTS)
        .filter(pl.col("etatAdministratifEtablissement") == "A")
        .select(
            "siret",
            siren=pl.col("siret").str.head(9),
            code="trancheEffectifsEtablissement",
            insee_code="codeCommuneEtablissement",
            division=pl.col("activitePrincipaleEtablissement").str.head(2),
            employer=pl.col("caractereEmployeurEtablissement") == "O",
        )
        .join(units, on="siren")
        .join(known["communes"], on="insee_code")
        .join(known["places"], on="commune")
        .with_columns(country=pl.lit("FR"))
        .select(
            "siren", "code", "division", "employer", "rank", "family_by_form", "family_otherwise", *LEVELS
        )
        .collect(engine="streaming")
    )
