"""From files of every kind to one shape; every bad file answered by a sentence that names it."""

import csv
import errno
import gzip
import io
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from essaim.observatory.errors import (
    DiskFull,
    Interrupted,
    MissingFile,
    SourceError,
    UnreadableFile,
    WrongHeader,
    explained,
)
from essaim.observatory.intake import Intake, intake, line_of
from essaim.observatory.intake import table as table_module
from essaim.observatory.intake.taken import ESTABLISHMENT_COLUMNS, UNIT_COLUMNS
from essaim.observatory.sources import ess_france, sirene_establishments, sirene_geolocation, sirene_units
from essaim.observatory.sources.sirene_establishments import SINCE_2024
from essaim.observatory.sources.source import Source

UNIT = {
    "siren": "005520135",
    "statutDiffusionUniteLegale": "O",
    "dateCreationUniteLegale": "1999-01-02",
    "denominationUniteLegale": "LES AMIS DU CAFÉ, ASSOCIÉS",
    "categorieJuridiqueUniteLegale": "9220",
    "etatAdministratifUniteLegale": "A",
    "economieSocialeSolidaireUniteLegale": "O",
}
ESTABLISHMENT = {
    "siren": "005520135",
    "siret": "00552013500011",
    "etablissementSiege": "true",
    "codeCommuneEtablissement": "59350",
    "etatAdministratifEtablissement": "A",
    "coordonneeLambertAbscisseEtablissement": "[ND]",
}


def content(
    source: Source, *rows: dict[str, str], without: tuple[str, ...] = (), delimiter: str = ","
) -> str:
    names = [column.name for column in source.columns if column.name not in without]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def units(*rows: dict[str, str], **how: Any) -> str:
    return content(sirene_units.SOURCE, *(rows or (UNIT,)), **how)


def establishments(*rows: dict[str, str], **how: Any) -> str:
    return content(sirene_establishments.SOURCE, *(rows or (ESTABLISHMENT,)), **how)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "official"
    made.mkdir()
    (made / "StockUniteLegale_utf8.csv").write_text(units(), encoding="utf-8")
    (made / "StockEtablissement_utf8.csv").write_text(establishments(), encoding="utf-8")
    return made


def take(folder: Path) -> Intake:
    return intake(folder, folder.parent / "work")


def rows(path: Path | None) -> list[dict[str, Any]]:
    assert path is not None
    return pq.read_table(path).to_pylist()


def said(error: pytest.ExceptionInfo[Any]) -> tuple[str, str]:
    return error.value.text.fr, error.value.text.en


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


# Bad files


def test_a_renamed_column_is_named_with_the_one_that_looks_like_it(folder: Path) -> None:
    path = folder / "StockEtablissement_utf8.csv"
    path.write_text(establishments().replace("codeCommuneEtablissement", "codeCommuneEtab", 1))
    with pytest.raises(WrongHeader) as error:
        take(folder)
    fr, en = said(error)
    assert "« StockEtablissement_utf8.csv »" in fr
    assert "la colonne « codeCommuneEtablissement » manque ; renommée en « codeCommuneEtab » ?" in fr
    assert "the column “codeCommuneEtablissement” is missing; renamed to “codeCommuneEtab”?" in en


def test_missing_columns_are_counted(folder: Path) -> None:
    gone = ("economieSocialeSolidaireUniteLegale", "caractereEmployeurUniteLegale")
    row = {k: v for k, v in UNIT.items() if k not in gone}
    (folder / "StockUniteLegale_utf8.csv").write_text(units(row, without=gone), encoding="utf-8")
    with pytest.raises(WrongHeader) as error:
        take(folder)
    assert "la colonne « economieSocialeSolidaireUniteLegale » manque (et 1 autre)" in said(error)[0]


def test_a_parquet_without_a_column_is_refused_from_its_metadata(folder: Path) -> None:
    (folder / "StockUniteLegale_utf8.csv").unlink()
    pq.write_table(pa.table({"siren": ["005520135"]}), folder / "StockUniteLegale_utf8.parquet")
    with pytest.raises(WrongHeader, match=r"StockUniteLegale_utf8\.parquet.*statutDiffusionUniteLegale"):
        take(folder)


def test_a_missing_file_says_what_is_needed_and_what_was_seen(folder: Path) -> None:
    (folder / "StockEtablissement_utf8.csv").unlink()
    with pytest.raises(MissingFile) as error:
        take(folder)
    fr, en = said(error)
    assert "Il manque StockEtablissement_utf8.parquet|csv|zip" in fr
    assert "(vu : StockUniteLegale_utf8.csv)" in fr
    assert "essaim observatory fetch" in en


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="does not exist"):
        intake(tmp_path / "nowhere", tmp_path / "work")


def truncated_parquet(path: Path) -> Path:
    whole = path.with_suffix(".parquet")
    pq.write_table(pa.table({c.name: ["x"] for c in sirene_units.SOURCE.columns}), whole)
    whole.write_bytes(whole.read_bytes()[:-200])
    return whole


def truncated_zip(path: Path) -> Path:
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("StockUniteLegale_utf8.csv", path.read_bytes())
    packed.write_bytes(packed.read_bytes()[:-40])
    return packed


def damaged_zip(path: Path) -> Path:
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("StockUniteLegale_utf8.csv", path.read_bytes())
    packed.write_bytes(packed.read_bytes().replace(b"LES AMIS", b"LES AM1S"))
    return packed


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


def web_page(path: Path) -> Path:
    path.write_text("\n<!DOCTYPE html>\n<html><body>Erreur 503, revenez</body></html>\n")
    return path


def cut_in_the_middle(path: Path) -> Path:
    path.write_bytes(path.read_bytes() * 1 + b"005520135,O,,1999")
    return path


def header_only(path: Path) -> Path:
    path.write_text(units().split("\n")[0] + "\n")
    return path


def not_a_table(path: Path) -> Path:
    path.write_bytes(b"\x00\x01\x02" * 400)
    return path


def two_in_one(path: Path) -> Path:
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "a")
        archive.writestr("b.csv", "b")
    return packed


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (empty, "le fichier est vide"),
        (web_page, "c'est une page web"),
        (cut_in_the_middle, "le fichier est coupé ou abîmé"),
        (truncated_parquet, "le fichier est coupé ou abîmé"),
        (truncated_zip, "le fichier est coupé ou abîmé"),
        (damaged_zip, "le fichier est coupé ou abîmé"),
        (two_in_one, "l'archive contient 2 fichiers CSV"),
        (header_only, "il ne contient que son en-tête"),
        (not_a_table, "ce n'est ni un CSV, ni un zip, ni un Parquet"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(folder: Path, spoil: Any, words: str) -> None:
    plain = folder / "StockUniteLegale_utf8.csv"
    spoilt = spoil(plain)
    if spoilt != plain:
        plain.unlink()
    with pytest.raises(UnreadableFile) as error:
        take(folder)
    fr, en = said(error)
    assert fr.startswith(f"Impossible de lire « {spoilt.name} » : {words}")
    assert spoilt.name in en


def test_an_unfinished_download_is_known_by_its_part(folder: Path) -> None:
    (folder / "StockEtablissement_utf8.csv").rename(folder / "StockEtablissement_utf8.parquet.part")
    with pytest.raises(UnreadableFile, match=r"StockEtablissement_utf8\.parquet\.part.*not finished"):
        take(folder)


def test_a_file_shorter_than_noted_at_its_download_is_refused(folder: Path) -> None:
    note = folder / "StockUniteLegale_utf8.csv.source.json"
    note.write_text('{"size_bytes": 999999, "sha256": "0"}')
    with pytest.raises(UnreadableFile, match=r"StockUniteLegale_utf8\.csv.*instead of 999999"):
        take(folder)


def test_one_official_file_alone_is_not_enough(folder: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"StockUniteLegale_utf8\.csv.*alone"):
        intake(folder / "StockUniteLegale_utf8.csv", folder.parent / "work")


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


# Failures of the machine


def test_disk_full_and_ctrl_c_are_explained() -> None:
    with pytest.raises(DiskFull, match="/somewhere"), explained("/somewhere"):
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(DiskFull), explained("/somewhere"):
        raise duckdb.IOException('Could not write file "x": No space left on device')
    with pytest.raises(Interrupted), explained("/somewhere"):
        raise KeyboardInterrupt
    with pytest.raises(OSError, match="other"), explained("/somewhere"):
        raise OSError(errno.EIO, "other")


def test_no_room_for_an_archive_is_said_before_unpacking(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truncated = folder / "StockUniteLegale_utf8.csv"
    with zipfile.ZipFile(folder / "StockUniteLegale_utf8.zip", "w") as archive:
        archive.write(truncated, truncated.name)
    truncated.unlink()
    monkeypatch.setattr(table_module.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(DiskFull):
        take(folder)


def test_a_source_error_is_what_the_command_line_expects() -> None:
    assert issubclass(UnreadableFile, SourceError)
    assert issubclass(WrongHeader, SourceError)
