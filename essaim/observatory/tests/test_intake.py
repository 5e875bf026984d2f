"""From files of every kind to one shape, with the line of every row that is left out."""

import gzip
import zipfile
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from essaim.observatory.intake import line_of
from essaim.observatory.intake.taken import ESTABLISHMENT_COLUMNS, UNIT_COLUMNS
from essaim.observatory.sources import ess_france, sirene_geolocation, sirene_units
from essaim.observatory.sources.sirene_establishments import SINCE_2024
from essaim.observatory.tests.official_files import (
    ESTABLISHMENT,
    UNIT,
    establishments,
    official_folder,
    rows,
    take,
    units,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return official_folder(tmp_path)


# Formats


def test_official_csv_becomes_text_columns_in_the_one_shape(folder: Path) -> None:
    taken = take(folder)
    assert pq.read_schema(taken.units).names == [*UNIT_COLUMNS, "record"]
    assert pq.read_schema(taken.establishments).names == [*ESTABLISHMENT_COLUMNS, "record"]
    [unit] = rows(taken.units)
    assert unit == {name: UNIT.get(name) for name in UNIT_COLUMNS} | {"record": 1}
    [establishment] = rows(taken.establishments)
    assert establishment == {n: ESTABLISHMENT.get(n) for n in ESTABLISHMENT_COLUMNS} | {"record": 1}
    assert rows(taken.rejected) == []
    assert (taken.geolocation, taken.history, taken.ess_list, taken.qpv) == (None, None, None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_the_encoding_and_the_delimiter_are_read_from_the_bytes(
    folder: Path, encoding: str, delimiter: str
) -> None:
    (folder / "StockUniteLegale_utf8.csv").write_bytes(units(delimiter=delimiter).encode(encoding))
    [unit] = rows(take(folder).units)
    assert unit["denominationUniteLegale"] == "LES AMIS DU CAFÉ, ASSOCIÉS"
    assert unit["siren"] == "005520135"


def test_windows_signs_that_latin_1_lacks_are_kept(folder: Path) -> None:
    named = UNIT | {"denominationUniteLegale": "L’ŒUVRE À 5 €"}
    (folder / "StockUniteLegale_utf8.csv").write_bytes(units(named).encode("cp1252"))
    assert rows(take(folder).units)[0]["denominationUniteLegale"] == "L’ŒUVRE À 5 €"


def test_a_zip_holding_one_csv_is_read_like_the_csv(folder: Path) -> None:
    plain = folder / "StockUniteLegale_utf8.csv"
    with zipfile.ZipFile(folder / "StockUniteLegale_utf8.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, plain.name)
    expected = rows(take(folder).units)
    plain.unlink()
    taken = take(folder)
    assert rows(taken.units) == expected
    assert taken.file("units").name == "StockUniteLegale_utf8.zip"
    assert sorted(path.name for path in (folder.parent / "work").iterdir()) == [
        "establishments.parquet",
        "rejected.parquet",
        "units.parquet",
    ]


def test_gzip_is_read_too(folder: Path) -> None:
    plain = folder / "StockUniteLegale_utf8.csv"
    (folder / "StockUniteLegale_utf8.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    assert rows(take(folder).units)[0]["siren"] == "005520135"


def test_official_parquet_is_passed_through_untouched(folder: Path) -> None:
    (folder / "StockUniteLegale_utf8.csv").unlink()
    path = folder / "StockUniteLegale_utf8.parquet"
    columns = {c.name: pa.array([UNIT.get(c.name)]) for c in sirene_units.SOURCE.columns}
    columns["categorieJuridiqueUniteLegale"] = pa.array([9220], pa.int64())
    pq.write_table(pa.table(columns), path)
    taken = take(folder)
    assert taken.units == path
    assert taken.file("units").columns == tuple(columns)
    assert taken.file("units").format == "parquet"


def test_the_layout_of_48_columns_is_accepted(folder: Path) -> None:
    old = {k: v for k, v in ESTABLISHMENT.items() if k not in SINCE_2024}
    written = establishments(old, without=SINCE_2024)
    assert written.split("\n")[0].count(",") + 1 == 48
    (folder / "StockEtablissement_utf8.csv").write_text(written, encoding="utf-8")
    [row] = rows(take(folder).establishments)
    assert row["siret"] == "00552013500011"
    assert row["coordonneeLambertAbscisseEtablissement"] is None


@pytest.mark.parametrize("parquet", [True, False])
def test_the_geolocation_header_may_be_in_upper_case(folder: Path, parquet: bool) -> None:
    names = [column.name.upper() for column in sirene_geolocation.SOURCE.columns]
    line = {"SIRET": "00552013500011", "X": "704000.1", "EPSG": "2154", "PLG_QP24": "QN05901M"}
    path = folder / f"{sirene_geolocation.STEM}.{'parquet' if parquet else 'csv'}"
    if parquet:
        pq.write_table(pa.table({name: pa.array([line.get(name)]) for name in names}), path)
    else:
        path.write_text(";".join(names) + "\n" + ";".join(line.get(n, "") for n in names) + "\n")
    [row] = rows(take(folder).geolocation)
    assert (row["siret"], row["x"], row["plg_qp24"]) == ("00552013500011", "704000.1", "QN05901M")


def test_roles_are_known_by_the_header_when_names_are_not_official(folder: Path) -> None:
    (folder / "StockUniteLegale_utf8.csv").rename(folder / "unites du mois.csv")
    (folder / "StockEtablissement_utf8.csv").rename(folder / "export.csv")
    assert [rows(take(folder).units)[0]["siren"], take(folder).file("establishments").name] == [
        "005520135",
        "export.csv",
    ]


# Bad rows


def test_bad_rows_are_listed_and_the_others_kept(folder: Path) -> None:
    path = folder / "StockEtablissement_utf8.csv"
    sound = establishments(ESTABLISHMENT | {"enseigne1Etablissement": "DEUX\nLIGNES, É"}).encode()
    _, _, row = sound.partition(b"\n")
    path.write_bytes(sound + b"too,short\n" + b"\xff" + b"," * 53 + b"\n" + row)
    taken = take(folder)
    assert [row["record"] for row in rows(taken.establishments)] == [1, 4]
    assert rows(taken.rejected) == [
        {"file": path.name, "line": 4, "reason": "wrong_field_count", "detail": "2 ≠ 54"},
        {"file": path.name, "line": 5, "reason": "undecodable", "detail": "utf-8"},
    ]
    assert line_of(path, [1, 2, 3, 4]) == {1: 2, 2: 4, 3: 5, 4: 6}


# Provenance


def test_the_vintage_is_the_date_in_the_name_else_the_files_own(folder: Path) -> None:
    (folder / "StockUniteLegale_utf8.csv").rename(folder / "StockUniteLegale_utf8_2026-10.csv")
    taken = take(folder)
    assert (taken.file("units").vintage, taken.file("units").vintage_from) == (date(2026, 10, 1), "name")
    assert taken.file("establishments").vintage_from == "mtime"


def test_the_checksum_is_that_of_the_persons_file(folder: Path) -> None:
    import hashlib  # noqa: PLC0415 - the oracle of this test only

    path = folder / "StockUniteLegale_utf8.csv"
    taken = take(folder).file("units")
    assert taken.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (taken.size_bytes, taken.rows, taken.source) == (path.stat().st_size, 1, "sirene_units")


# Lists


def test_lost_zeros_of_the_ess_list_come_back_only_when_the_check_digit_agrees(folder: Path) -> None:
    lines = [
        ",".join(f'"{name}"' for name in ess_france.NAMES),
        '5520135,"LES AMIS",Associations,59000,LILLE,59,NORD,HDF',
        '552013,"FAUX",Coopératives,59000,LILLE,59,NORD,HDF',
        '732829320,"SCOP",Coopératives,59000,LILLE,59,NORD,HDF',
        'abc,"RIEN",Fondations,59000,LILLE,59,NORD,HDF',
    ]
    (folder / "liste-des-entreprises-de-less.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    taken = take(folder)
    assert rows(taken.ess_list) == [
        {"siren": "005520135", "family": "association", "list": "ess_france", "record": 1},
        {"siren": "732829320", "family": "cooperative", "list": "ess_france", "record": 3},
    ]
    assert [(r["line"], r["reason"], r["detail"]) for r in rows(taken.rejected)] == [
        (3, "bad_siren", "552013"),
        (5, "bad_siren", "abc"),
    ]


def test_a_regional_list_is_added_to_the_national_one(folder: Path) -> None:
    (folder / "cress.csv").write_text("siren;famille\n732829320;Société commerciale\n", encoding="utf-8")
    taken = take(folder)
    assert rows(taken.ess_list) == [
        {"siren": "732829320", "family": "commercial", "list": "regional", "record": 1}
    ]
