"""`essaim atlas show`, run as people run it: another process, without Django's project."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from essaim.observatory.atlas import as_json, read_atlas
from essaim.observatory.store import Store
from essaim.observatory.tests.stores import ARRAS, MEL, StoreFactory


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store")
    StoreFactory().write(path)
    return path


def show(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("ESSAIM", "DJANGO"))}
    return subprocess.run(
        [sys.executable, "-m", "essaim.cli", "atlas", "show", *arguments],
        env=clean | {"ESSAIM_LANG": "fr"} | environment,
        capture_output=True,
        check=False,
    )


def test_json_is_exactly_what_the_observatory_says(folder: Path) -> None:
    done = show(MEL, "--store", str(folder), "--format", "json")
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)
    assert content == as_json(read_atlas(Store(folder), MEL), "fr")
    assert {"territory", "vintage", "sources", "figures", "by_family", "by_sector", "by_size"} <= set(content)
    jobs = next(row for row in content["figures"] if row["id"] == "sse_jobs")
    assert (jobs["low"], jobs["high"]) == (3157, 5127)


def test_csv_compares(folder: Path) -> None:
    done = show(MEL, "--compare", ARRAS, "--compare", "country:FR", "--store", str(folder), "--format", "csv")
    rows = csv.DictReader(io.StringIO(done.stdout.decode()))
    assert list(dict.fromkeys(row["territory"] for row in rows)) == [MEL, ARRAS, "country:FR"]


def test_text_is_in_the_language_asked(folder: Path) -> None:
    french = show(MEL, "--store", str(folder)).stdout.decode()
    english = show(MEL, "--store", str(folder), "--lang", "en").stdout.decode()
    assert "Établissements de l'ESS" in french
    assert "entre 3\u202f157 et 5\u202f127 postes salariés" in french
    assert "Données fictives" in french
    assert "between 3,157 and 5,127 salaried jobs" in english


def test_the_default_store_is_the_installation_s(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "store").symlink_to(folder)
    assert show(MEL, ESSAIM_HOME=str(tmp_path)).returncode == 0


def test_the_pdf_is_written_where_asked(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "atlas.pdf"
    done = show(
        MEL,
        "--compare",
        ARRAS,
        "--store",
        str(folder),
        "--format",
        "pdf",
        "--output",
        str(file),
        "--lang",
        "en",
    )
    assert done.returncode == 0, done.stderr
    reader = pypdf.PdfReader(file)
    assert reader.metadata is not None
    assert reader.metadata.title == "Métropole Européenne de Lille"
    assert "Comparison" in reader.pages[0].extract_text()
    assert list(tmp_path.iterdir()) == [file]


def test_an_unknown_territory_is_one_sentence_with_suggestions(folder: Path) -> None:
    done = show("epci:59350", "--store", str(folder))
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.decode().splitlines() == [
        "Le territoire « epci:59350 » n'est pas dans les chiffres construits. "
        "Vouliez-vous dire : Lille (commune:59350) ?"
    ]


def test_an_empty_store_says_the_command_to_run(tmp_path: Path) -> None:
    done = show(MEL, "--store", str(tmp_path))
    assert done.returncode == 1
    assert "essaim observatory build" in done.stderr.decode()
    assert len(done.stderr.decode().splitlines()) == 1


def test_a_wrong_format_is_bad_usage(folder: Path) -> None:
    assert show(MEL, "--store", str(folder), "--format", "docx").returncode == 2


def test_six_territories_are_too_many(folder: Path) -> None:
    others = [
        part
        for code in ("59350", "59512", "59599", "59009", "59013")
        for part in ("--compare", f"commune:{code}")
    ]
    done = show(MEL, *others, "--store", str(folder))
    assert done.returncode == 1
    assert "Impossible de comparer 6 territoires" in done.stderr.decode()
