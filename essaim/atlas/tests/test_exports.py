"""Files: what they hold, what they say of themselves, and that no cell can run."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from essaim.atlas import exports, readings
from essaim.observatory.atlas import Atlas, as_json
from essaim.observatory.store import Store
from essaim.observatory.tests.stores import ARRAS, MEL, StoreFactory

LILLE = "/atlas/epci/200093201/"


@pytest.fixture
def atlases(tmp_path: Path) -> list[Atlas]:
    StoreFactory(history=False).write(tmp_path)
    return readings.compared(Store(tmp_path), [MEL, ARRAS])


def test_each_number_is_a_row_with_its_source_and_date(atlases: list[Atlas]) -> None:
    rows = list(csv.DictReader(io.StringIO(exports.as_csv(atlases, "fr"))))
    found = {(row["territory"], row["table"], row["item"], row["measure"]): row for row in rows}
    assert len(found) == len(rows)
    assert found[MEL, "figures", "sse_establishments", "value"]["value"] == "84"
    assert found[ARRAS, "by_family", "association", "establishments"]["value"] == "10"
    jobs = found[MEL, "figures", "sse_jobs", "value"]
    assert (jobs["value"], jobs["low"], jobs["high"]) == ("", "3157", "5127")
    for row in rows:
        assert (row["vintage"], row["fictitious"]) == ("2026-11-01", "true")
        assert row["source"].startswith("Insee")


def test_what_is_not_known_is_empty_and_never_zero(atlases: list[Atlas]) -> None:
    rows = list(csv.DictReader(io.StringIO(exports.as_csv(atlases, "fr"))))
    closures = [row for row in rows if row["measure"] == "closures"]
    assert closures
    assert {(row["value"], row["status"]) for row in closures} == {("", "unavailable")}


def test_all_formats_hold_the_same_rows(atlases: list[Atlas]) -> None:
    tidy = exports.tidy_rows(atlases, "en")
    assert pq.read_table(io.BytesIO(exports.as_parquet(atlases, "en"))).to_pylist() == tidy
    book = load_workbook(io.BytesIO(exports.as_xlsx(atlases, "en")))
    assert book.sheetnames[0] == "Read me"
    held = sum(sheet.max_row - 1 for sheet in book.worksheets[1:-1])
    assert held == len(tidy)
    assert exports.as_csv(atlases, "en").count("\r\n") == len(tidy) + 1


def test_json_is_what_the_observatory_says(atlases: list[Atlas]) -> None:
    content = json.loads(exports.as_json_text(atlases, "fr"))
    compared = content.pop("compared")
    assert content == as_json(atlases[0], "fr")
    assert [one["territory"]["code"] for one in compared] == [ARRAS]


def test_metadata_travel_inside_the_file(atlases: list[Atlas]) -> None:
    schema = pq.read_schema(io.BytesIO(exports.as_parquet(atlases, "fr")))
    described = json.loads(schema.metadata[b"essaim"])
    assert described == exports.metadata(atlases, "fr")
    assert described["warning"].startswith("Données fictives")
    assert {one["id"] for one in described["figures"]} == set(atlases[0].figures)
    sheet = load_workbook(io.BytesIO(exports.as_xlsx(atlases, "fr"))).worksheets[0]
    assert "Données fictives" in " ".join(str(cell.value) for row in sheet.rows for cell in row)


@given(st.text(max_size=20))
def test_no_text_begins_as_a_formula(text: str) -> None:
    assert not str(exports.neutral(text)).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_negative_numbers_stay_numbers() -> None:
    assert exports.neutral(-3.5) == -3.5


def test_no_cell_of_the_workbook_is_a_formula(tmp_path: Path) -> None:
    StoreFactory().write(tmp_path)
    atlases = readings.compared(Store(tmp_path), [MEL])
    named = replace(atlases[0].territory, name="=cmd|' /C calc'!A0")
    dangerous = [replace(atlases[0], territory=named)]
    book = load_workbook(io.BytesIO(exports.as_xlsx(dangerous, "fr")))
    cells = [cell for sheet in book for row in sheet.rows for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    assert "'=cmd|' /C calc'!A0" in {cell.value for cell in cells}
    assert "\r\nepci:200093201,'=cmd" in exports.as_csv(dangerous, "fr")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("parquet", "application/vnd.apache.parquet"),
        ("json", "application/json"),
    ],
)
def test_a_download_says_its_type_its_name_and_where_its_definitions_are(
    store: Store, client: Client, form: str, kind: str
) -> None:
    answer = client.get(f"{LILLE}data.{form}")
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="fictif-atlas-ess-epci-200093201-2026-11-01.{form}"'
    )
    assert answer.headers["Link"].startswith("</atlas/epci/200093201/data-metadata.json>")


@pytest.mark.django_db
def test_the_metadata_have_an_address(store: Store, client: Client) -> None:
    content = client.get(f"{LILLE}data-metadata.json").json()
    assert content["licence"] == "Licence Ouverte 2.0 (Etalab)"
    assert content["fictitious"] is True
