from django.utils import translation

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
