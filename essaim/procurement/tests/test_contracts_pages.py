"""Contracts brought in through the pages and the command line."""

import json

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from essaim.accounts.models import Entry
from essaim.accounts.tests.factories import TODAY, authority, person, with_role
from essaim.observatory.contracts.tests.published import BUYER, entry, tabular_file
from essaim.procurement.cli.contracts import import_command, spaser_command
from essaim.procurement.models import ContractImport
from essaim.procurement.operations.contracts import (
    StillRejected,
    correct_contract_entry,
    import_contracts,
    look_at_contracts,
)
from essaim.procurement.queries.contracts import contract_store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path / "home"


@pytest.fixture
def lille():
    return authority()


@pytest.fixture
def buyer(lille):
    client = Client()
    client.force_login(with_role(person("bob"), lille, "buyer"))
    return client


def content(*entries):
    return json.dumps({"marches": {"marche": list(entries)}}).encode()


def send(client, lille, *entries):
    file = SimpleUploadedFile("marches.json", content(*entries))
    return client.post(reverse("procurement:contract_import_new"), {"file": file, "authority": lille.pk})


def test_a_file_is_looked_at_then_imported_then_corrected(buyer, lille):
    answer = send(buyer, lille, entry(), entry("bad", montant="beaucoup"))
    row = ContractImport.objects.get()
    assert answer.url == reverse("procurement:contract_import", args=[row.pk])
    assert (row.entries, row.contracts, row.rejected, row.imported_on) == (2, 1, 1, None)
    assert contract_store().contents().contracts == 0

    buyer.post(reverse("procurement:contract_import_apply", args=[row.pk]))
    assert contract_store().contents().contracts == 1
    page = buyer.get(reverse("procurement:contract_import", args=[row.pk])).content.decode()
    assert "Le montant est illisible." in page

    (one,) = contract_store().rejected(row.sha256)
    address = reverse("procurement:contract_correct", args=[row.pk, one["rejected"]])
    assert buyer.get(address).status_code == 200
    assert buyer.post(address, {"entry": "{"}).status_code == 422
    assert buyer.post(address, {"entry": json.dumps(one["entry"])}).status_code == 422
    corrected = buyer.post(address, {"entry": json.dumps(one["entry"] | {"montant": 1200})})
    assert corrected.status_code == 302
    assert (contract_store().contents().contracts, list(contract_store().rejected(row.sha256))) == (2, [])
    assert [each.act for each in Entry.objects.order_by("id")] == [
        "contracts looked at",
        "contracts imported",
        "contract entry corrected",
    ]


def test_rejected_entries_are_downloaded(buyer, lille):
    send(buyer, lille, entry("bad", montant="beaucoup"))
    row = ContractImport.objects.get()
    address = reverse("procurement:contract_import_rejected", args=[row.pk])
    assert buyer.get(address).status_code == 404
    buyer.post(reverse("procurement:contract_import_apply", args=[row.pk]))
    answer = buyer.get(address)
    assert json.loads(answer.getvalue())["entry"]["montant"] == "beaucoup"


def test_the_imports_of_another_authority_are_not_there(buyer, lille):
    send(buyer, lille, entry())
    row = ContractImport.objects.get()
    other = Client()
    other.force_login(with_role(person("eve"), authority("pau", "epci:200067254", "Pau"), "buyer"))
    assert "marches.json" not in other.get(reverse("procurement:contract_imports")).content.decode()
    for name in ("contract_import", "contract_import_rejected"):
        assert other.get(reverse(f"procurement:{name}", args=[row.pk])).status_code == 404
    assert other.post(reverse("procurement:contract_import_apply", args=[row.pk])).status_code == 404
    assert send(other, lille, entry()).status_code == 422


def test_a_file_of_something_else_is_refused_in_words(buyer, lille):
    file = SimpleUploadedFile("photo.json", b"\x89PNG....")
    answer = buyer.post(reverse("procurement:contract_import_new"), {"file": file, "authority": lille.pk})
    assert answer.status_code == 422
    assert "Impossible de lire" in answer.content.decode()


@pytest.mark.parametrize("lines", [1, 30])
def test_the_list_asks_the_same_questions_at_one_line_and_at_thirty(
    buyer, lille, lines, django_assert_num_queries
):
    for number in range(lines):
        ContractImport.objects.create(
            authority=lille, file_name=f"f{number}", sha256=str(number), format="v2-json", entries=1, contracts=1,
            concessions=0, amendments=0, rejected=0, looked_at_on="2026-11-23",
        )  # fmt: skip
    with django_assert_num_queries(5):
        buyer.get(reverse("procurement:contract_imports"))


def test_the_command_line_imports_then_answers(tmp_path):
    file = tmp_path / "marches.json"
    file.write_bytes(content(entry(), entry("bad", montant="beaucoup")))
    report = tmp_path / "R.json"
    said = CliRunner().invoke(import_command, [str(file), "--report", str(report), "--lang", "en"])
    assert said.stdout.splitlines()[-1] == (
        "1 files, 2 new entries, 1 entries rejected, 0 files refused; 1 contracts (+1)."
    )
    kept = json.loads(report.read_text(encoding="utf-8"))
    assert [(one["contracts"], one["rows"], one["rejected"]) for one in kept["files"]] == [(1, 2, 1)]
    again = CliRunner().invoke(import_command, [str(file), "--lang", "en"])
    assert again.stdout.endswith("Nothing changed.\n")
    asked = ["--buyer", BUYER, "--year", "2024", "--format", "json"]
    found = json.loads(CliRunner().invoke(spaser_command, asked).stdout)
    assert (found["by_number"]["social_pct"], found["by_value"]["environmental_pct"], found["contracts"]) == (
        100,
        0,
        1,
    )


def test_the_command_line_reads_a_consolidated_file_as_it_is(tmp_path):
    file = tabular_file(tmp_path, {}, {"id": "2024-2", "considerationsSociales": "Clause sociale"})
    asked = ["--from", str(file), "--year", "2024", "--format", "json"]
    (found,) = json.loads(CliRunner().invoke(spaser_command, asked).stdout)
    assert (found["contracts"], found["by_number"]["social_pct"]) == (2, 100)
    assert json.loads(CliRunner().invoke(spaser_command, [*asked, "--buyer", "999999999"]).stdout) == []
    assert not contract_store().contents().files
    other = tmp_path / "autre.csv"
    other.write_text("id,montant\n1,2\n", encoding="utf-8")
    refused = CliRunner().invoke(spaser_command, ["--from", str(other)]).exception
    assert refused.text.en == (
        "Cannot read “autre.csv”: acheteur_id, dateNotification missing. "
        "Choose the consolidated file (CSV, Parquet), or import this one."
    )


def test_the_command_line_replays_corrections(tmp_path):
    file = tmp_path / "marches.json"
    file.write_bytes(content(entry("bad", montant="beaucoup")))
    CliRunner().invoke(import_command, [str(file)])
    sha256 = contract_store().contents().files[0].sha256
    rejected = contract_store().rejected_file(sha256).read_text(encoding="utf-8")
    corrected = tmp_path / "rejets.jsonl"
    corrected.write_text(rejected.replace('"montant": "beaucoup"', '"montant": 12'), encoding="utf-8")
    said = CliRunner().invoke(import_command, ["--replay", str(corrected), "--lang", "en"])
    assert (said.exit_code, contract_store().contents().contracts) == (0, 1)


def test_a_command_without_a_readable_file_fails(tmp_path):
    said = CliRunner().invoke(import_command, [str(tmp_path / "absent.json")])
    assert said.exit_code == 1


def test_a_correction_that_is_still_wrong_is_told_so(lille):
    bob = with_role(person("bob"), lille, "buyer")
    row = look_at_contracts(
        content=[content(entry("bad", montant="beaucoup"))],
        file_name="m.json",
        authority=lille,
        by=bob,
        on=TODAY,
    )
    import_contracts(looked_at=row, by=bob, on=TODAY)
    (one,) = contract_store().rejected(row.sha256)
    with pytest.raises(StillRejected) as told:
        correct_contract_entry(imported=row, rejected=one, entry=entry("bad", montant="?"), by=bob, on=TODAY)
    assert told.value.text.en == "The amount cannot be read. Write a number of euros, or remove the amount."
