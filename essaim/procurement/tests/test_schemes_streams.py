"""Exports written as they are read: the same text as the one made in one go, whatever the entries."""

import io
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from essaim.observatory.contracts.importing import import_files
from essaim.observatory.contracts.store import ContractStore
from essaim.procurement.cli.schemes import export
from essaim.procurement.models import ContractPurpose
from essaim.procurement.queries import schemes_contracts
from essaim.procurement.queries.schemes_contracts import contracts_of
from essaim.procurement.queries.schemes_exports import FORMATS, export_contracts, write_export
from essaim.procurement.rules.json_lists import HERE, JsonList
from essaim.procurement.rules.schemes_decp import LeftOut
from essaim.procurement.tests.contracts_factory import MEL, ROUBAIX, contract
from essaim.procurement.tests.schemes_factory import fill, mel, six_contracts

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=4), st.integers(0, 3))
def test_a_list_written_by_pieces_is_the_list_written_whole(entries: list[Any], depth: int) -> None:
    def frame(inner: list[Any]) -> Any:
        found: Any = inner
        for level in range(depth):
            found = {"before": [level], "here": found, "after": "é\n"}
        return found

    out = io.StringIO()
    writer = JsonList(out, frame([HERE]))
    for each in entries:
        writer.add(each)
    writer.close()
    assert out.getvalue() == json.dumps(frame(entries), ensure_ascii=False, indent=1)


def both_ways(form: str, **asked: Any) -> tuple[str, str, Sequence[LeftOut], Sequence[LeftOut]]:
    question = {"sirens": None, "first_year": None, "last_year": None, "on": ON} | asked
    out, left_out = io.StringIO(), list[LeftOut]()
    written = write_export(form, out, left_out.append, **question)
    whole = export_contracts(form, **question)
    assert written == whole.written
    return (
        out.getvalue(),
        json.dumps(whole.content, ensure_ascii=False, indent=1),
        left_out,
        whole.left_out,
    )


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "asked", [{}, {"sirens": [ROUBAIX]}, {"first_year": 2025}, {"sirens": ["999999999"]}]
)
def test_a_stream_says_what_the_one_shot_says(
    form: str, asked: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(monkeypatch, tmp_path, six_contracts())
    ContractPurpose.objects.create(authority=mel(), contract_key=contract(1)["key"], social=["opp"])
    streamed, whole, left_out, all_left_out = both_ways(form, **asked)
    assert streamed == whole
    assert left_out == all_left_out


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_imported_is_an_empty_file(
    form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(schemes_contracts, "contract_store", lambda: ContractStore(tmp_path / "none"))
    streamed, whole, _some, _all = both_ways(form)
    assert streamed == whole


@pytest.mark.shared_data
def test_real_files_are_streamed_as_they_are_written_whole(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = ContractStore(tmp_path / "contracts")
    import_files(sorted((shared_data / "decp" / "v2_samples").glob("*.json")), store, on=ON)
    monkeypatch.setattr(schemes_contracts, "contract_store", lambda: store)
    monkeypatch.setattr(schemes_contracts, "BATCH", 3)
    keys = [each["key"] for each in contracts_of(None, None, None, with_concessions=True)]
    assert len(keys) > 10
    # Nothing is sorted while reading: the table itself is in that order.
    assert keys == sorted(keys)
    for form in FORMATS:
        streamed, whole, left_out, all_left_out = both_ways(form)
        assert streamed == whole
        assert left_out == all_left_out


def test_the_command_streams_and_lists_what_it_leaves_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(monkeypatch, tmp_path, six_contracts())
    to = tmp_path / "tout.json"
    done = CliRunner().invoke(export, ["--format", "decp", "--to", str(to)])
    assert done.exit_code == 0
    assert to.read_text(encoding="utf-8") == both_ways("decp")[1]
    assert f"{contract(7)['key']} : " in done.output
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_a_file_already_there_stays_whole_when_the_export_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(monkeypatch, tmp_path, [contract(buyer_siren=MEL)])
    to = tmp_path / "tout.json"
    to.write_text("before", encoding="utf-8")

    def broken(*_args: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(JsonList, "add", broken)
    done = CliRunner().invoke(export, ["--format", "ocds", "--to", str(to)])
    assert done.exit_code == 1
    assert to.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.glob("*.part")] == []
