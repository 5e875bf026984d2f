"""`essaim procurement import-needs` and `suppliers`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from essaim.accounts.tests import factories as people
from essaim.law.text import ExplainedError
from essaim.organisations import search
from essaim.procurement.cli import command
from essaim.procurement.models import CalendarImport, Need
from essaim.procurement.tests.needs_factory import make_need, make_supplier

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    said = CliRunner().invoke(command, list(arguments), env={"ESSAIM_LANG": "en"})
    assert said.exception is None, said.exception
    return said.stdout


def test_a_calendar_is_written_only_when_asked(tmp_path: Path) -> None:
    people.authority()
    path = tmp_path / "achats.csv"
    path.write_text("objet;montant\nPain;100\nBois;x\n")
    arguments = ("import-needs", str(path), "--authority", "mel")
    refused = "Line 3: unreadable amount: “x”\n"
    assert run(*arguments) == refused + "1 needs would be written, 1 rows refused. Add --apply.\n"
    assert (Need.objects.count(), CalendarImport.objects.count()) == (0, 0)
    assert run(*arguments, "--apply") == refused + "1 needs written as drafts, 1 rows refused.\n"
    assert [need.title for need in Need.objects.all()] == ["Pain"]


def test_suppliers_are_told_with_their_reasons() -> None:
    need, supplier = make_need(), make_supplier()
    search.rebuild()
    found = json.loads(run("suppliers", str(need.pk), "--format", "json"))
    (one,) = found["suppliers"]
    assert (one["organisation_id"], one["siren"]) == (supplier.pk, supplier.siren)
    assert sum(part["points"] for part in one["parts"]) == one["points"]
    assert found["advice"]["code"] == "open"
    assert run("suppliers", str(need.pk)).endswith("1 suppliers proposed.\n")


@pytest.mark.parametrize(
    "arguments", [("suppliers", "0"), ("import-needs", __file__, "--authority", "nobody")]
)
def test_what_does_not_exist_is_said(arguments: tuple[str, ...]) -> None:
    assert isinstance(CliRunner().invoke(command, arguments).exception, ExplainedError)
