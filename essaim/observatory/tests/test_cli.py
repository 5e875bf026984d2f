"""`essaim observatory ...`: answers on stdout, the rest on stderr, exit codes 0, 1 and 2."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from essaim.observatory import cli
from essaim.observatory.sources.fetch import Fetched
from essaim.observatory.sources.registry import all_sources


def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(cli.command, arguments, env=env, catch_exceptions=False)


def test_sources_as_text_and_json() -> None:
    text = run("sources")
    assert text.exit_code == 0
    assert all(f"{id} : " in text.stdout for id in all_sources())
    rows = json.loads(run("sources", "--format", "json").stdout)["sources"]
    assert [row["id"] for row in rows] == list(all_sources())
    units = next(row for row in rows if row["id"] == "sirene_units")
    assert (units["needed"], len(units["columns"])) == (True, 35)


def test_the_language_comes_from_the_option_or_the_environment() -> None:
    assert "Éditeur" in run("sources").stdout
    assert "Publisher" in run("sources", "--lang", "en").stdout
    assert "Publisher" in run("sources", env={"ESSAIM_LANG": "en"}).stdout


def test_simulate_ends_in_one_counted_sentence(tmp_path: Path) -> None:
    made = run(
        "simulate", "--to", str(tmp_path), "--establishments", "400", "--scope", "commune:59350", "--dirty"
    )
    assert made.exit_code == 0
    assert made.stdout.count("\n") == 1
    assert "400 établissements, 1 communes" in made.stdout
    assert "check_digits" in made.stderr
    assert (tmp_path / "StockEtablissement_utf8.parquet").exists()


def test_bad_usage_is_told_by_the_parser() -> None:
    assert run("simulate").exit_code == 2
    assert run("simulate", "--to", "x", "--format", "xlsx").exit_code == 2
    assert run("build", "--from", "x").exit_code == 2
    assert run("build", "--from", "x", "--store", "y", "--engine", "pandas").exit_code == 2


def test_a_refusal_is_one_sentence_on_stderr_and_code_1(tmp_path: Path) -> None:
    answer = subprocess.run(
        [
            sys.executable,
            "-m",
            "essaim.cli",
            "observatory",
            "simulate",
            "--to",
            str(tmp_path),
            "--scope",
            "epci:1",
        ],
        capture_output=True,
        text=True,
        env={"ESSAIM_LANG": "en", "PATH": ""},
        check=False,
        cwd=Path(__file__).resolve().parents[3],
    )
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("Unknown territory: “epci:1”")
    assert answer.stderr.count("\n") == 1


def test_fetch_takes_every_source_that_has_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def pretend(resource: object, to: Path, tell: object) -> Fetched:
        name = resource.file  # type: ignore[attr-defined]
        asked.append(name)
        return Fetched(to / name, "https://…", "0", 12, new=len(asked) > 1)

    monkeypatch.setattr(cli, "fetch", pretend)
    answer = run("fetch", "--to", str(tmp_path))
    assert answer.exit_code == 0
    assert asked == [each.resources[0].file for each in all_sources().values() if each.resources]
    assert answer.stdout == f"{len(asked) - 1} fichiers reçus, 1 déjà à jour.\n"
    asked.clear()
    run("fetch", "sirene_units", "--to", str(tmp_path), "--format", "zip")
    assert asked == ["StockUniteLegale_utf8.zip"]
    assert "rien à télécharger" in run("fetch", "territories", "--to", str(tmp_path)).stderr


def test_the_group_is_called_command() -> None:
    assert isinstance(cli.command, click.Group)
    assert sorted(cli.command.commands) == ["build", "fetch", "simulate", "sources"]
