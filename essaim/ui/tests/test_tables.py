import io

import pytest
from django.utils import translation
from openpyxl import load_workbook

from essaim.law.text import Text
from essaim.ui.tables import Column, Hidden, Table

SECRET = Hidden(Text("Secret", "Secrecy"))
TABLE = Table(
    [Column(Text("Secteur", "Sector")), Column("n", "number"), Column(Text("Emplois", "Jobs"), "number")],
    [(Text("Santé", "Health"), 1234, (10, 20)), ("Sport", None, (5, None)), ("Banque", SECRET, SECRET)],
)


def test_cells_are_said_in_the_active_language() -> None:
    with translation.override("en"):
        assert [[cell.text for cell in row["cells"]] for row in TABLE.body] == [
            ["Health", "1,234", "10 to 20"],
            ["Sport", "–", "at least 5"],
            ["Banque", "Secrecy", "Secrecy"],
        ]
        assert [cell.is_hidden for cell in TABLE.body[2]["cells"]] == [False, True, True]


def test_csv_keeps_raw_numbers_and_both_ends_of_intervals() -> None:
    with translation.override("fr"):
        assert TABLE.as_csv().splitlines() == [
            "Secteur,n,Emplois (min),Emplois (max)",
            "Santé,1234,10,20",
            "Sport,,5,",
            "Banque,[Secret],[Secret],",
        ]


def test_a_row_of_the_wrong_width_is_refused() -> None:
    try:
        _ = Table([Column("a"), Column("b")], [("x",)]).body
    except ValueError:
        return
    raise AssertionError("a row shorter than the columns was accepted")


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+33", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_file_holds_a_formula(text: str) -> None:
    table = Table([Column("a"), Column("b", "number")], [(text, -3.5)], "A/B: [c]?")
    assert table.lines()[1] == ["'" + text, -3.5]
    sheet = load_workbook(io.BytesIO(table.as_xlsx())).active
    assert sheet.title == "A B   c"
    assert [cell.data_type for cell in sheet[2]] == ["s", "n"]


def test_a_workbook_survives_control_characters() -> None:
    table = Table([Column("a")], [("be\x07ll",)], "x")
    assert load_workbook(io.BytesIO(table.as_xlsx())).active["A2"].value == "bell"
