"""Exports against the official schemas, and what is left out rather than invented."""

import json
from datetime import date
from pathlib import Path

import duckdb
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.observatory.contracts.importing import import_files
from essaim.observatory.contracts.store import ContractStore
from essaim.procurement.rules.crosswalk import (
    crosswalk,
    decp_considerations,
    eforms_codes,
    ocds_category,
    purpose_codes,
    purpose_label,
)
from essaim.procurement.rules.schemes_decp import FIELDS, decp_file, marche
from essaim.procurement.rules.schemes_ocds import package, release
from essaim.procurement.tests.contracts_factory import contract

STANDARDS = Path(__file__).parent / "standards"
ON = date(2026, 11, 22)


def schema(name: str) -> dict:
    return json.loads((STANDARDS / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def decp() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(schema("decp_schema_2_0_3.json"))


@pytest.fixture(scope="module")
def ocds() -> jsonschema_rs.Validator:
    """The package schema, which refers to the release schema by its address."""
    releases = schema("ocds_release_schema_1_1_5.json")
    return jsonschema_rs.validator_for(
        schema("ocds_release_package_schema_1_1_5.json"),
        retriever=lambda address: {releases["id"]: releases, **CORE}[address],
    )


CORE: dict[str, dict] = {}


def faults(validator: jsonschema_rs.Validator, content: object) -> list[str]:
    return [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(content)]


AMENDED = contract(
    2,
    amount_cents=12_345_678,
    amendments=[
        {
            "id": "1",
            "notified_on": date(2025, 1, 5),
            "published_on": date(2025, 2, 1),
            "duration_months": None,
            "amount_cents": 12_345_678,
            "suppliers": [],
        }
    ],
)


def test_a_complete_contract_is_an_official_entry(decp: jsonschema_rs.Validator) -> None:
    content, left_out = decp_file([contract(), AMENDED])
    assert (len(content["marches"]["marche"]), left_out) == (2, [])
    assert faults(decp, content) == []


def test_an_official_entry_says_what_the_contract_says() -> None:
    entry, reasons = marche(AMENDED)
    assert reasons == []
    assert entry["montant"] == 100_000
    assert entry["modifications"] == [
        {
            "modification": {
                "id": 1,
                "dateNotificationModification": "2025-01-05",
                "datePublicationDonneesModification": "2025-02-01",
                "montant": 123456.78,
            }
        }
    ]
    assert entry["considerationsSociales"] == {"considerationSociale": ["Clause sociale"]}
    assert entry["considerationsEnvironnementales"] == {
        "considerationEnvironnementale": ["Pas de considération environnementale"]
    }


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_contract_without_a_compulsory_field_is_left_out_and_not_invented(field: object) -> None:
    row = contract()
    row[field.column] = None  # type: ignore[attr-defined]
    if field.column == "initial_amount_cents":  # type: ignore[attr-defined]
        row["amount_cents"] = None
    content, left_out = decp_file([row])
    assert content == {"marches": {"marche": []}}
    assert [reason.en for reason in left_out[0].reasons] == [f"{field.name} is missing"]  # type: ignore[attr-defined]


def test_every_reason_is_given_at_once() -> None:
    _entry, reasons = marche(contract(id="x" * 17, offers_received=0, social=None, place_code=None))
    assert [reason.en for reason in reasons] == [
        "id has no value that version 2.0.3 admits",
        "offresRecues has no value that version 2.0.3 admits",
        "considerationsSociales is missing",
        "lieuExecution is missing",
    ]


def test_what_an_amendment_replaced_is_not_passed_for_the_first_value() -> None:
    longer = {**AMENDED["amendments"][0], "duration_months": 48}
    _entry, reasons = marche(contract(amendments=[longer]))
    assert [reason.en for reason in reasons] == ["the first duration is not kept: an amendment changed it"]


def test_a_concession_is_left_out_with_its_reason() -> None:
    _content, left_out = decp_file([contract(kind="concession")])
    assert len(left_out) == 1


texts = st.none() | st.text(max_size=20)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "id": texts,
            "nature": texts,
            "object": texts,
            "cpv": st.sampled_from([None, "90910000", "909", "90910000-9"]),
            "techniques": st.none() | st.lists(st.sampled_from(["Sans objet", "Concours", "autre"])),
            "offers_received": st.none() | st.integers(-1, 3),
            "innovative": st.sampled_from([None, True, False]),
            "initial_amount_cents": st.none() | st.integers(-100, 10**11),
            "suppliers": st.none()
            | st.lists(
                st.fixed_dictionaries(
                    {"kind": st.sampled_from(["SIRET", "TVA", None]), "id": texts, "name": texts}
                ),
                max_size=3,
            ),
            "social": st.none()
            | st.lists(st.sampled_from(["clause", "criterion", "reserved", "none"]), unique=True),
            "place_kind": st.sampled_from([None, "commune", "Code commune", "x"]),
        },
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_contract_what_is_written_is_valid(changes: dict) -> None:
    validator = jsonschema_rs.validator_for(schema("decp_schema_2_0_3.json"))
    row = contract() | changes
    content, left_out = decp_file([row])
    assert faults(validator, content) == []
    assert len(content["marches"]["marche"]) + len(left_out) == 1


def test_a_release_package_is_valid(ocds: jsonschema_rs.Validator) -> None:
    rows = [
        contract(),
        AMENDED,
        contract(3, social=["reserved"], environmental=["criterion"], innovative=True),
        contract(4, **dict.fromkeys(("procedure", "cpv", "object", "notified_on", "published_on", "social"))),
        contract(5, suppliers=[], amount_cents=None, initial_amount_cents=None),
    ]
    assert (
        faults(ocds, package(rows, publisher="Métropole de Lille", uri="https://exemple.fr/contrats", on=ON))
        == []
    )


def test_a_release_keeps_who_what_and_how_much() -> None:
    found = release(
        contract(3, social=["clause", "reserved"], environmental=["criterion"]), "ocds-abc123", ON, {}
    )
    assert found["ocid"] == "ocds-abc123-20009320100016-2024-0003"
    assert [(party["roles"], party["identifier"]["id"]) for party in found["parties"]] == [
        (["buyer"], "20009320100016"),
        (["supplier"], "90000001700012"),
    ]
    assert found["contracts"][0]["value"] == {"amount": 100_000, "currency": "EUR"}
    assert found["tender"]["mainProcurementCategory"] == "services"
    assert found["tender"]["sustainability"] == [
        {"goal": "social", "strategies": ["contractPerformanceConditions", "reservedParticipation"]},
        {"goal": "environmental", "strategies": ["awardCriteria"]},
    ]


def test_an_aim_nobody_told_is_other_and_an_unknown_answer_is_no_answer() -> None:
    assert eforms_codes(contract()) == {
        "BT-06": ["soc-obj"], "BT-71": ["none"], "BT-774": [], "BT-775": ["other"], "BT-776": [],
    }  # fmt: skip
    assert eforms_codes(contract(social=None, environmental=None, innovative=None)) == dict.fromkeys(
        ("BT-06", "BT-71", "BT-774", "BT-775", "BT-776")
    )


def test_the_aims_a_buyer_told_are_exported() -> None:
    said = {"social": ["opp"], "reserved": ["res-ws"]}
    found = eforms_codes(contract(social=["reserved"], environmental=["clause"]), said)
    assert (found["BT-06"], found["BT-71"], found["BT-774"], found["BT-775"]) == (
        ["soc-obj", "env-imp"], ["res-ws"], ["other"], ["opp"],
    )  # fmt: skip


def test_a_reserved_contract_does_not_say_to_whom_unless_its_buyer_does() -> None:
    assert eforms_codes(contract(social=["reserved"]))["BT-71"] is None


def test_official_words_of_the_crosswalk_are_those_of_the_schema() -> None:
    definitions = schema("decp_schema_2_0_3.json")["definitions"]["marche"]["definitions"]
    for aim, name in (
        ("social", "considerationSocialeArray"),
        ("environmental", "considerationEnvironnementaleArray"),
    ):
        ours = decp_considerations(aim, crosswalk()["considerations"][aim])
        assert ours == definitions[name]["items"]["enum"]


def test_every_eforms_code_has_words() -> None:
    for field in ("social", "environmental", "innovation", "reserved"):
        assert [purpose_label(code).fr for code in purpose_codes(field)].count("") == 0


def test_the_category_comes_from_the_purchase_family() -> None:
    codes = ["45210000", "90910000", "30190000", "48000000", None, "x"]
    assert [ocds_category(code) for code in codes] == ["works", "services", "goods", "goods", None, None]


def test_what_leaves_as_an_official_file_comes_back_the_same(tmp_path: Path) -> None:
    rows = [
        contract(),
        AMENDED,
        contract(3, social=["criterion", "reserved"], environmental=["clause", "criterion"]),
    ]
    path = tmp_path / "contrats.json"
    path.write_text(json.dumps(decp_file(rows)[0], ensure_ascii=False), encoding="utf-8")
    store = ContractStore(tmp_path / "contracts")
    import_files([path], store, on=ON)
    with duckdb.connect() as database:
        found = database.execute(f"SELECT * FROM read_parquet('{store.table()}') ORDER BY key")
        names = [each[0] for each in found.description or ()]
        back = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert decp_file(back) == decp_file(rows)


@pytest.mark.shared_data
def test_real_files_leave_valid_in_both_standards(
    shared_data: Path, tmp_path: Path, decp: jsonschema_rs.Validator, ocds: jsonschema_rs.Validator
) -> None:
    paths = sorted((shared_data / "decp" / "v2_official_examples").glob("*.json"))
    paths += sorted((shared_data / "decp" / "v2_samples").glob("*.json"))
    store = ContractStore(tmp_path / "contracts")
    import_files(paths, store, on=ON)
    with duckdb.connect() as database:
        found = database.execute(f"SELECT * FROM read_parquet('{store.table()}') ORDER BY key")
        names = [each[0] for each in found.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    content, left_out = decp_file(rows)
    assert len(rows) > 20
    assert len(content["marches"]["marche"]) + len(left_out) == len(rows)
    assert faults(decp, content) == []
    assert faults(ocds, package(rows, publisher="Essaim", uri="urn:essaim:test", on=ON)) == []
