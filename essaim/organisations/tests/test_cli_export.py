"""`essaim organisations export`."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_django.fixtures import Settings

from essaim.law.text import ExplainedError
from essaim.organisations.cli import command
from essaim.organisations.tests.factories import make_organisation, make_site

pytestmark = pytest.mark.django_db


def test_the_directory_goes_to_standard_output_or_to_a_file(tmp_path: Path) -> None:
    make_site(make_organisation(name="Ruche lilloise"))
    make_site(make_organisation(name="Ruche arrageoise"), commune="62041")
    said = CliRunner().invoke(command, ["export", "--format", "csv", "--territory", "departement:62"])
    assert said.exception is None, said.exception
    assert [row["name"] for row in csv.DictReader(io.StringIO(said.stdout))] == ["Ruche arrageoise"]

    path = tmp_path / "x.geojson"
    said = CliRunner().invoke(command, ["export", "--format", "geojson", "--to", str(path)])
    assert said.stdout == f"2 lignes écrites dans {path}.\n"
    assert len(json.loads(path.read_text())["features"]) == 2


def test_the_files_of_the_site_are_written_again(tmp_path: Path, settings: Settings) -> None:
    settings.HOME = tmp_path
    make_site()
    said = CliRunner().invoke(command, ["export", "--nightly"])
    assert said.stdout.splitlines()[-1] == "1 ligne écrite en 4 formats."


@pytest.mark.parametrize("arguments", [[], ["--format", "dbf"], ["--nightly", "--format", "csv"]])
def test_one_says_what_one_wants(arguments: list[str]) -> None:
    assert CliRunner().invoke(command, ["export", *arguments]).exit_code == 2


def test_an_unknown_territory_is_refused() -> None:
    said = CliRunner().invoke(command, ["export", "--format", "csv", "--territory", "epci:59350"])
    assert isinstance(said.exception, ExplainedError)
