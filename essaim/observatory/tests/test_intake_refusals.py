"""Every file that cannot be used is answered by a sentence that names it, says why and what to do."""

import errno
import shutil
import zipfile
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
from essaim.observatory.intake import intake
from essaim.observatory.intake import table as table_module
from essaim.observatory.sources import sirene_units
from essaim.observatory.tests.official_files import (
    UNIT,
    establishments,
    official_folder,
    said,
    take,
    units,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return official_folder(tmp_path)


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
