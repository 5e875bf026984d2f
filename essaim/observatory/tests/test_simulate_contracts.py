"""Invented contracts read like published ones, are the same for the same day, and never pass for real."""

import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from stdnum.fr import siren, siret

from essaim.observatory.contracts.importing import import_files
from essaim.observatory.contracts.store import ContractStore
from essaim.observatory.contracts.tests.published import contracts, entry, json_file
from essaim.observatory.simulate.contracts import (
    CONTRACTS,
    TRADES,
    YEARS,
    Party,
    firm_of,
    invented_siren,
    siret_of,
    write_contracts,
)

ON = date(2026, 11, 22)
BUYERS = [
    Party(siret_of(invented_siren(99_990_000 + number)), f"Acheteur {number} (fictif)") for number in range(3)
]


def written(folder: Path, on: date = ON) -> Path:
    return write_contracts(folder, buyers=BUYERS, suppliers={}, on=on)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ContractStore:
    folder = tmp_path_factory.mktemp("simulated")
    kept = ContractStore(folder / "contracts")
    import_files([written(folder / "file")], kept, on=ON)
    return kept


def test_identifiers_have_right_check_digits() -> None:
    for trade in TRADES:
        assert siret.is_valid(firm_of(trade).siret)
    assert all(siren.is_valid(each.siret[:9]) and siret.is_valid(each.siret) for each in BUYERS)


def test_the_same_day_gives_the_same_file_and_another_day_other_dates(tmp_path: Path) -> None:
    first, again = written(tmp_path / "a").read_bytes(), written(tmp_path / "b").read_bytes()
    assert first == again
    later = json.loads(written(tmp_path / "c", ON + timedelta(days=10)).read_bytes())["marches"]["marche"]
    before = json.loads(first)["marches"]["marche"]
    assert [each["objet"] for each in later] == [each["objet"] for each in before]
    assert later[0]["dateNotification"] != before[0]["dateNotification"]


def test_the_import_reads_contracts_concessions_amendments_and_refuses_the_faulty_ones(
    store: ContractStore,
) -> None:
    (file,) = store.contents().files
    assert file.format == "v2-json"
    assert file.rejected == 6
    assert set(file.reasons) == {"bad_amount", "bad_date", "no_buyer", "bad_buyer", "no_id", "bad_amendment"}
    assert file.contracts - file.concessions == CONTRACTS + 2
    assert (file.concessions, file.noted) == (9, {})
    assert file.amendments > 20


def test_considerations_are_there_absent_and_unknown(store: ContractStore) -> None:
    rows = [each for each in contracts(store) if each["kind"] == "contract"]
    for name in ("social", "environmental"):
        said = Counter("unknown" if row[name] is None else row[name][0] for row in rows)
        assert {"unknown", "none", "clause"} <= set(said)
        assert all(count > 10 for count in said.values())
    assert Counter(row["amount_flag"] for row in rows)[None] == len(rows) - 2
    assert {row["notified_on"].year for row in rows} <= set(range(ON.year - YEARS, ON.year + 1))
    assert max(row["notified_on"] for row in rows) <= ON


def test_everything_says_that_it_is_fictitious(store: ContractStore) -> None:
    assert store.contents().fictitious
    for row in contracts(store):
        names = [row["object"], row["buyer_name"], *(each["name"] for each in row["suppliers"])]
        assert all(name.endswith("(fictif)") for name in names)


def test_a_real_file_leaves_no_mark(tmp_path: Path) -> None:
    kept = ContractStore(tmp_path / "contracts")
    import_files([json_file(tmp_path, entry())], kept, on=ON)
    assert not kept.contents().fictitious


def test_suppliers_of_the_directory_hold_some_contracts(tmp_path: Path) -> None:
    known = Party("22222222222226", "Propreté solidaire (fictif)")
    path = write_contracts(tmp_path, buyers=BUYERS, suppliers={"cleaning": [known]}, on=ON)
    entries = json.loads(path.read_bytes())["marches"]["marche"]
    held = [each for each in entries if each["titulaires"][0]["titulaire"]["id"] == known.siret]
    assert 5 < len(held) < 60
