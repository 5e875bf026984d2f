"""`essaim law show` as a person types it."""

import json

import pytest
from click.testing import CliRunner

from essaim.law.cli import command


def test_show_prints_article_source_and_the_mark_of_doubt() -> None:
    result = CliRunner().invoke(command, ["show", "--on", "2026-11-22", "--lang", "fr"])
    assert result.exit_code == 0
    assert (
        "Plafond de la plus haute rémunération\n  esus.pay_cap_highest, 2025-01-01 → …\n  10 fois le SMIC"
        in result.output
    )
    assert "C. trav., art. L3332-17-1 I 3°" in result.output
    assert "Activités qu'un dénombrement statistique écarte [à vérifier]" in result.output
    assert "9220  Association déclarée" in result.output
    assert result.output.rstrip().endswith("à vérifier.")


def test_show_speaks_english_when_asked_through_the_environment() -> None:
    result = CliRunner().invoke(command, ["show", "--on", "2026-11-22"], env={"ESSAIM_LANG": "en"})
    assert "Cap on the highest pay" in result.output
    assert "[to be verified]" in result.output


def test_json_lists_what_was_in_force_that_day() -> None:
    def ids(on: str) -> dict[str, object]:
        result = CliRunner().invoke(command, ["show", "--on", on, "--format", "json"])
        shown = json.loads(result.output)
        assert shown["on"] == on
        return {each["id"]: each["value"] for each in shown["parameters"]}

    before, after = ids("2024-01-01"), ids("2026-11-22")
    assert "esus.pay_cap_highest" not in before
    assert after["esus.pay_cap_highest"] == 10
    assert (len(before["sse.social_utility_aims"]), len(after["sse.social_utility_aims"])) == (4, 5)  # type: ignore[arg-type]  # lists in JSON


def test_a_day_before_any_law_we_know_is_said_plainly() -> None:
    result = CliRunner().invoke(command, ["show", "--on", "1900-01-01"])
    assert (result.exit_code, result.output) == (
        0,
        "Aucun paramètre n'est en vigueur au 1900-01-01 : choisissez une date plus récente.\n",
    )


@pytest.mark.parametrize("wrong", [["--on", "hier"], ["--format", "pdf"], ["--never"]])
def test_bad_usage_exits_with_two(wrong: list[str]) -> None:
    assert CliRunner().invoke(command, ["show", *wrong]).exit_code == 2
