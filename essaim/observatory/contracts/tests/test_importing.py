import copy
import json
from datetime import date
from itertools import permutations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from essaim.observatory.contracts.columns import COLUMNS
from essaim.observatory.contracts.importing import import_files, preview
from essaim.observatory.contracts.store import ContractStore, NoContracts
from essaim.observatory.contracts.tests.published import (
    BUYER,
    amendment,
    contracts,
    entry,
    json_file,
    tabular_file,
)

ON = date(2026, 11, 23)
FEW = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # each example imports: shrinking would take minutes
)


@pytest.fixture
def store(tmp_path):
    return ContractStore(tmp_path / "store")


def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    return folder, ContractStore(folder / "store")


def test_a_contract_has_one_line_with_every_column(tmp_path, store):
    path = json_file(tmp_path, entry(id=" 2024-1 ", montant="50 000,00"))
    report = import_files([path], store, on=ON)
    (one,) = contracts(store)
    assert list(one) == list(COLUMNS)
    assert (one["key"], one["buyer_siren"], one["amount_cents"]) == (f"{BUYER}/2024-1", BUYER[:9], 5_000_000)
    assert (one["social"], one["environmental"], one["cpv"]) == (["clause"], ["none"], "77310000")
    assert (report.contracts, report.rejected, report.changed) == (1, 0, True)


def test_amendments_apply_in_the_order_of_their_dates_and_fill_forward(tmp_path, store):
    changed = [
        amendment(2, "2024-09-01", dureeMois=18),
        amendment(1, "2024-06-01", montant=60000),
        amendment(3, "2024-12-01", titulaires=[{"titulaire": {"typeIdentifiant": "SIRET", "id": "9"}}]),
    ]
    import_files([json_file(tmp_path, entry(modifications=changed))], store, on=ON)
    (one,) = contracts(store)
    assert [each["id"] for each in one["amendments"]] == ["1", "2", "3"]
    assert (one["amount_cents"], one["initial_amount_cents"], one["duration_months"]) == (
        6_000_000,
        5_000_000,
        18,
    )
    assert [each["id"] for each in one["suppliers"]] == ["9"]
    assert one["notified_on"] == date(2024, 3, 1)


amendments = st.lists(
    st.builds(
        lambda number, day, amount, months: amendment(
            number, f"2024-06-{day:02}", **({"montant": amount} if amount else {}), dureeMois=months
        ),
        st.integers(1, 4),
        st.integers(1, 4),
        st.sampled_from([None, 10, 20_000.5]),
        st.integers(1, 48),
    ),
    max_size=5,
)


@FEW
@given(changed=amendments, twice=st.data())
def test_an_amendment_applied_twice_changes_nothing(tmp_path_factory, changed, twice):
    folder, once = fresh(tmp_path_factory)
    again = [*changed, *twice.draw(st.lists(st.sampled_from(changed), max_size=4))] if changed else changed
    import_files([json_file(folder, entry(modifications=changed))], once, on=ON)
    expected = contracts(once)
    other = ContractStore(folder / "other")
    import_files([json_file(folder, entry(modifications=again), name="again.json")], other, on=ON)
    ignored = {"source": None}
    assert [one | ignored for one in contracts(other)] == [one | ignored for one in expected]


def current_amount(entries):
    """The amount in force, found the slow way: the last published initial one, then each amendment by its date."""
    latest = max(entries, key=lambda one: one["datePublicationDonnees"])
    amount = latest["montant"]
    said = {}
    for one in sorted(entries, key=lambda one: one["datePublicationDonnees"]):
        for wrapped in one.get("modifications", []):
            inside = wrapped["modification"]
            said[inside["id"], inside["dateNotificationModification"]] = inside
    for _, inside in sorted(said.items(), key=lambda item: (item[0][1], item[0][0])):
        amount = inside.get("montant", amount)
    return round(amount * 100)


@FEW
@given(
    amounts=st.lists(st.integers(2, 10**6), min_size=1, max_size=4),
    changed=st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 28), st.integers(2, 9999)),
        max_size=4,
        unique_by=lambda one: one[0],
    ),
)  # fmt: skip
def test_republications_give_the_amount_a_person_would_find(tmp_path_factory, amounts, changed):
    folder, store = fresh(tmp_path_factory)
    entries = [
        entry(
            montant=amount,
            datePublicationDonnees=f"2025-01-{day:02}",
            modifications=[
                amendment(number, f"2024-07-{on:02}", montant=to) for number, on, to in changed[:day]
            ],
        )
        for day, amount in enumerate(amounts, 1)
    ]
    import_files([json_file(folder, *entries)], store, on=ON)
    (one,) = contracts(store)
    assert one["amount_cents"] == current_amount(entries)


def test_the_order_of_the_files_does_not_matter(tmp_path):
    files = [
        json_file(tmp_path, entry(montant=1000, datePublicationDonnees="2024-05-01"), name="a.json"),
        json_file(
            tmp_path, entry(montant=2000, procedure=None, datePublicationDonnees="2024-06-01"), name="b.json"
        ),
        json_file(
            tmp_path, entry(montant=3000, datePublicationDonnees="2024-06-01"), entry("other"), name="c.json"
        ),
        tabular_file(
            tmp_path, {"montant": "4000"}, {"modification_id": "1", "dateNotification": "2024-08-01"}
        ),
    ]
    found = []
    for number, order in enumerate(permutations(files)):
        if number not in (0, 13, 23):
            continue
        store = ContractStore(tmp_path / f"store{number}")
        import_files(order[:2], store, on=ON)
        import_files(order[2:], store, on=ON)
        found.append(contracts(store))
    assert found == [found[0]] * len(found)
    assert found[0][0]["procedure"] == "Procédure adaptée"


def test_importing_again_changes_nothing_and_says_so(tmp_path, store):
    path = json_file(tmp_path, entry(), entry("2", acheteur=None))
    first = import_files([path], store, on=ON)
    build = store.current().id
    again = import_files([path], store, on=date(2026, 12, 1))
    assert (again.changed, again.contracts, again.rejected, store.current().id) == (False, 1, 1, build)
    assert again.files[0].already
    assert again.sentence.en.endswith("Nothing changed.")
    assert first.files[0].file == again.files[0].file


def test_the_same_contracts_in_another_file_change_no_contract(tmp_path, store):
    import_files([json_file(tmp_path, entry(source="x"))], store, on=ON)
    other = json_file(tmp_path, entry(source="x"), entry(source="x"), name="other.json")
    report = import_files([other], store, on=ON)
    assert (report.changed, report.contracts) == (False, 1)


def test_a_rejected_entry_is_kept_whole_with_what_to_do(tmp_path, store):
    wrong = entry("bad", montant="beaucoup", dateNotification="0024-01-01")
    report = import_files([json_file(tmp_path, entry(), wrong)], store, on=ON)
    kept = report.files[0].file
    (one,) = store.rejected(kept.sha256)
    assert (one["position"], one["line"], one["entry"]) == (2, 1, wrong)
    assert [(each["field"], each["reason"], each["value"]) for each in one["problems"]] == [
        ("dateNotification", "bad_date", "0024-01-01"),
        ("montant", "bad_amount", "beaucoup"),
    ]
    assert one["problems"][0]["next"]["en"] == "Write the date as YYYY-MM-DD."
    assert (kept.reasons, kept.rejected, kept.contracts) == ({"bad_amount": 1, "bad_date": 1}, 1, 1)


def test_a_corrected_entry_is_replayed_once(tmp_path, store):
    wrong = entry("bad", montant="beaucoup")
    report = import_files([json_file(tmp_path, wrong, {**entry(), "id": None})], store, on=ON)
    sha256 = report.files[0].file.sha256
    lines = [
        json.loads(line) for line in store.rejected_file(sha256).read_text(encoding="utf-8").splitlines()
    ]
    lines[0]["entry"]["montant"] = 1234.5
    corrected = tmp_path / "corrected.jsonl"
    corrected.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    replayed = import_files([corrected], store, on=ON)
    assert (replayed.resolved, replayed.contracts, replayed.rejected) == (1, 1, 1)
    assert [(one["id"], one["amount_cents"]) for one in contracts(store)] == [("bad", 123450)]
    assert [one["position"] for one in store.rejected(sha256)] == [2]
    again = import_files([corrected], store, on=ON)
    assert (again.changed, again.resolved) == (False, 0)


def test_what_is_not_understood_stays_unknown_and_is_noted(tmp_path, store):
    strange = entry(offresRecues="test", marcheInnovant="peut-être", considerationsSociales=["On verra"])
    report = import_files([json_file(tmp_path, strange)], store, on=ON)
    (one,) = contracts(store)
    assert (one["offers_received"], one["innovative"], one["social"]) == (None, None, None)
    assert report.files[0].file.noted == {"considerationsSociales": 1, "marcheInnovant": 1, "offresRecues": 1}


@pytest.mark.parametrize(
    ("amount", "flag"),
    [
        (1, "one_euro_or_less"),
        (0, "one_euro_or_less"),
        (1.5, None),
        (-10, "negative"),
        (999_999_999, "repeated_digits"),
        (111_111.49, "repeated_digits"),
        (99_999, None),
        (15_000_000_001, "over_15_billion"),
    ],
)
def test_a_suspect_amount_is_flagged(tmp_path, store, amount, flag):
    import_files([json_file(tmp_path, entry(montant=amount))], store, on=ON)
    assert [one["amount_flag"] for one in contracts(store)] == [flag]


def test_a_contract_on_many_rows_is_one_line(tmp_path, store):
    rows = [
        {"montant": str(1000 * (version + 1)), "modification_id": str(version),
         "titulaire_id": f"2222222222222{supplier}",
         "dateNotification": f"2024-0{version + 1}-01"}
        for version in (2, 0, 1) for supplier in range(4)
    ]  # fmt: skip
    report = import_files([tabular_file(tmp_path, *rows)], store, on=ON)
    (one,) = contracts(store)
    assert report.files[0].file.entries == 12
    assert (one["initial_amount_cents"], one["amount_cents"]) == (100_000, 300_000)
    assert (one["notified_on"], len(one["amendments"]), len(one["suppliers"])) == (date(2024, 1, 1), 2, 4)


def test_versions_are_told_by_their_dates_when_they_are_not_numbered(tmp_path, store):
    rows = [{"montant": "3000", "dateNotification": "2024-05-01", "modification_id": ""},
            {"montant": "2000", "dateNotification": "2024-04-01", "modification_id": ""}]  # fmt: skip
    import_files([tabular_file(tmp_path, *rows)], store, on=ON)
    (one,) = contracts(store)
    assert (one["notified_on"], one["initial_amount_cents"], one["amount_cents"]) == (
        date(2024, 4, 1),
        200_000,
        300_000,
    )


def test_a_rejected_row_of_a_table_can_be_replayed(tmp_path, store):
    path = tabular_file(
        tmp_path, {"id": "1"}, {"id": "2", "acheteur_id": "123"}, {"id": "3", "montant": "MQ"}
    )
    sha256 = import_files([path], store, on=ON).files[0].file.sha256
    (one,) = store.rejected(sha256)
    assert (one["position"], one["problems"][0]["reason"]) == (2, "bad_buyer")
    fixed = copy.deepcopy(one)
    fixed["entry"]["acheteur_id"] = BUYER
    corrected = tmp_path / "corrected.jsonl"
    corrected.write_text(json.dumps(fixed), encoding="utf-8")
    import_files([corrected], store, on=ON)
    amounts = {each["id"]: each["amount_cents"] for each in contracts(store)}
    assert amounts == {"1": 5_000_000, "2": 5_000_000, "3": None}
    assert list(store.rejected(sha256)) == []


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path, store):
    nothing = tmp_path / "empty.json"
    nothing.write_text("", encoding="utf-8")
    absent = tmp_path / "absent.json"
    report = import_files([nothing, absent, json_file(tmp_path, entry())], store, on=ON)
    assert [one.refused is None for one in report.files] == [False, False, True]
    assert (report.contracts, json.loads(json.dumps(report.as_dict()))["contracts"]) == (1, 1)


def test_an_empty_store_says_what_to_do(store):
    with pytest.raises(NoContracts):
        store.table()
    assert store.contents().files == ()


def test_looking_at_a_file_writes_nothing_in_the_store(tmp_path, store):
    folder = tmp_path / "beside"
    folder.mkdir()
    found = preview(json_file(tmp_path, entry()), folder, on=ON)
    assert (found.file.contracts, store.path.exists()) == (1, False)
