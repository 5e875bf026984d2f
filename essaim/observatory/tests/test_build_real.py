"""The real portal extract, a whole country, Spark: exact numbers, counted apart by the oracle."""

import csv
import datetime
import io
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from essaim.observatory.atlas import as_json, points, read_atlas
from essaim.observatory.build import build
from essaim.observatory.intake import line_of
from essaim.observatory.reference.places import all_territories
from essaim.observatory.store import SCHEMAS, Store
from essaim.observatory.tables import engine as engines
from essaim.observatory.tests import oracle
from essaim.observatory.tests.agreement import assert_agrees
from essaim.observatory.tests.registers import VINTAGE, Register, establishment, siren, siret, unit
from essaim.observatory.tests.test_build_oracle import check

pytestmark = pytest.mark.long
EXTRACT = "mel_lille_sirene_ods_2023.csv"
ON = datetime.date(2026, 11, 1)

BANDS = {
    "1 ou 2 salariés": "01", "3 à 5 salariés": "02", "6 à 9 salariés": "03", "10 à 19 salariés": "11",
    "20 à 49 salariés": "12", "50 à 99 salariés": "21", "100 à 199 salariés": "22", "200 à 249 salariés": "31",
    "250 à 499 salariés": "32", "500 à 999 salariés": "41", "1 000 à 1 999 salariés": "42",
    "2 000 à 4 999 salariés": "51", "5 000 à 9 999 salariés": "52", "10 000 salariés et plus": "53",
    "Etablissement non employeur": "NN", "Unité non employeuse": "NN", "0 salarié": "00", "": "",
}  # fmt: skip


def of_portal(rows: list[dict[str, str]]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The units and establishments of a portal's rows under their official names, read afresh."""
    units: dict[str, dict[str, str]] = {}
    establishments = []
    for row in rows:
        units.setdefault(
            row["SIREN"],
            unit(
                row["SIREN"],
                etatAdministratifUniteLegale=row["Etat administratif de l'unité légale"][:1],
                categorieJuridiqueUniteLegale=row["Catégorie juridique de l'unité légale"],
                activitePrincipaleUniteLegale=row["Activité principale de l'unité légale"],
                economieSocialeSolidaireUniteLegale=row["Economie sociale et solidaire unité légale"],
                statutDiffusionUniteLegale=row["Statut de diffusion de l'unité légale"],
            ),
        )
        employer = {"Oui": "O", "Non": "N", "": ""}[row["Caractère employeur de l'établissement"]]
        establishments.append(
            establishment(
                row["SIRET"],
                dateCreationEtablissement=row["Date de création de l'établissement"],
                trancheEffectifsEtablissement=BANDS[row["Tranche de l'effectif de l'établissement"]],
                numeroVoieEtablissement=row["Numéro de voie de l'établissement"],
                indiceRepetitionEtablissement=row["Indice de répétition de l'établissement"],
                typeVoieEtablissement=row["Type de voie de l'établissement"],
                libelleVoieEtablissement=row["Libellé de la voie de l'établissement"],
                codePostalEtablissement=row["Code postal de l'établissement"],
                codeCommuneEtablissement=row["Code commune de l'établissement"],
                etatAdministratifEtablissement=row["Etat administratif de l'établissement"][:1],
                activitePrincipaleEtablissement=row["Activité principale de l'établissement2"],
                caractereEmployeurEtablissement=employer,
                statutDiffusionEtablissement=row["Statut de diffusion de l'établissement"],
            )
        )
    return list(units.values()), establishments


@pytest.mark.shared_data
def test_real_city_extract_gives_the_numbers_counted_by_hand(shared_data: Path, tmp_path: Path) -> None:
    file = shutil.copy2(shared_data / "sirene" / EXTRACT, tmp_path)
    report = build(Path(file), tmp_path / "store", on=ON)
    rows = list(csv.DictReader(io.StringIO(Path(file).read_text(encoding="utf-8")), delimiter=";"))
    units, establishments = of_portal(rows)
    starts = line_of(Path(file), range(1, len(rows) + 1))
    lines = {"units": list(range(len(units))), "establishments": [starts[n] for n in range(1, len(rows) + 1)]}
    expected = oracle.count(units, establishments, lines=lines, vintage=report.vintage, on=ON)
    assert_agrees(report.build, expected, file_roles={EXTRACT: "establishments"})


@pytest.mark.shared_data
def test_atlas_of_the_lille_metropolis_from_the_real_extract(shared_data: Path, tmp_path: Path) -> None:
    build(shared_data / "sirene" / EXTRACT, tmp_path, on=ON)
    store = Store(tmp_path)
    said = as_json(read_atlas(store, "epci:200093201"), "fr")
    figures: dict[str, dict[str, Any]] = {figure["id"]: figure for figure in said["figures"]}
    values = {key: figures[key]["value"] for key in figures if figures[key]["status"] == "ok"}
    assert {key: values[key] for key in values if isinstance(values[key], int)
            and key not in ("sse_median_age_years", "sse_creations", "sse_employer_location_quotient")} == {
        "sse_enterprises": 41,
        "sse_establishments": 41,
        "sse_employer_establishments": 14,
        "sse_to_confirm": 6,
        "employer_establishments": 88,
        "private_employer_establishments": 87,
    }  # fmt: skip
    jobs = figures["sse_jobs"]
    assert (jobs["value"], jobs["low"], jobs["high"], jobs["status"]) == (None, 49, 84, "ok")
    assert figures["sse_employer_share_pct"]["value"] == pytest.approx(100 * 14 / 88)
    assert figures["sse_establishments_in_qpv"]["status"] == "unavailable"
    assert {one["category"]: one["establishments"] for one in said["by_family"]} == {
        "association": 40,
        "cooperative": 1,
    }
    assert said["territory"]["name"] == "Métropole Européenne de Lille"
    assert figures["sse_enterprises"]["note"] == "partial_register"
    listed = points(store, "epci:200093201")
    assert listed.num_rows == 50
    assert sum(status == "member" for status in listed.column("status").to_pylist()) == 41


def test_register_of_the_whole_country_is_not_called_partial(tmp_path: Path) -> None:
    draw = random.Random(20261101)
    communes = [place.id for place in all_territories().values() if place.kind == "commune"]
    units, rows = [], []
    for index, commune in enumerate(communes):
        number = siren(10_000_000 + index)
        category = draw.choice(("7210", "7210", "9220", "5499", "5558"))
        flag = "O" if category in ("9220", "5558") else ""
        units.append(
            unit(number, categorieJuridiqueUniteLegale=category, economieSocialeSolidaireUniteLegale=flag)
        )
        places = [commune, draw.choice(communes)] if draw.random() < 0.1 else [commune]
        for nic, place in enumerate(places):
            rows.append(
                establishment(
                    siret(number, nic + 1),
                    codeCommuneEtablissement=place,
                    trancheEffectifsEtablissement=draw.choice(("", "01", "03", "12", "22", "41")),
                    dateCreationEtablissement=f"{draw.randint(1960, 2026)}-0{draw.randint(1, 9)}-15",
                    caractereEmployeurEtablissement=draw.choice("ON"),
                )
            )
    check(Register(units, rows), tmp_path)
    manifest = Store(tmp_path / "store").current().manifest
    assert manifest.coverage["partial"] is False
    assert manifest.secrecy["hidden_secondary"] > 0
    assert manifest.secrecy["narrowest_interval_share"] >= 0.1


INTERPRETED = (
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN "
    "--conf spark.sql.adaptive.enabled=false pyspark-shell"
)


@pytest.mark.spark
def test_spark_gives_the_same_tables_as_duckdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine: Spark cannot run")
    pytest.importorskip("pyspark", reason="Spark is not installed: pip install essaim[spark]")
    # Compiling plans and bytecode pays on a cluster; for a few hundred rows it is most of the time.
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", INTERPRETED)
    monkeypatch.setattr(engines, "PARTITIONS", 2)
    some = oddities()
    some.write(tmp_path / "files")
    built = {
        engine: build(tmp_path / "files", tmp_path / engine, engine=engine, on=VINTAGE).build
        for engine in ("duckdb", "spark")
    }
    for table in SCHEMAS:
        assert built["duckdb"].read(table).equals(built["spark"].read(table)), table
    assert built["duckdb"].read("establishments").num_rows > 50
    assert built["duckdb"].read("rejected").num_rows > 50


def oddities() -> Register:
    """A few hundred establishments with every defect, a history, a list and positions."""
    draw = random.Random(5)
    communes = ("59350", "59009", "59512", "75101", "13201", "69381", "97411", "2A004", "", "99999", "59355")
    units, rows, history = [], [], []
    for index in range(150):
        number = siren(1_000_000 + index * 37)
        units.append(
            unit(
                number,
                etatAdministratifUniteLegale=draw.choice("AAAC"),
                categorieJuridiqueUniteLegale=draw.choice(
                    ("9220", "9220", "5558", "8210", "5710", "7210", "1000")
                ),
                economieSocialeSolidaireUniteLegale=draw.choice(("O", "O", "N", "")),
                denominationUniteLegale=draw.choice(("ÉTÉ", 'A "B"\nC', "", f"UNITE {index}")),
            )
        )
        for nic in range(draw.randint(1, 4)):
            written = siret(number, nic + 1)
            if draw.random() < 0.1:
                written = written[:-1] + str((int(written[-1]) + 1) % 10)
            rows.append(
                establishment(
                    written.lstrip("0") if draw.random() < 0.05 else written,
                    etatAdministratifEtablissement=draw.choice("AAAF"),
                    codeCommuneEtablissement=draw.choice(communes),
                    trancheEffectifsEtablissement=draw.choice(("", "NN", "01", "12", "31", "53")),
                    dateCreationEtablissement=draw.choice(
                        ("", "1900-01-01", "2010-05-05", "2025-06-01", "2030-01-01")
                    ),
                    caractereEmployeurEtablissement=draw.choice(("O", "N", "")),
                )
            )
            history.append(
                {
                    "siret": written,
                    "dateDebut": draw.choice(("2024-01-01", "2025-03-03")),
                    "etatAdministratifEtablissement": draw.choice("AF"),
                    "changementEtatAdministratifEtablissement": draw.choice(("true", "false")),
                }
            )
    rows.append(rows[0])
    units.append(units[0])
    places = {row["siret"]: draw.choice(("", "HZ", "QN05901M")) for row in rows}
    return Register(units, rows, places, history, {units[1]["siren"]: "Coopérative"})
