"""Who won what, with each contract counted once a supplier, and natural zeros told from nothing."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from essaim.observatory.contracts.columns import COLUMNS
from essaim.observatory.contracts.winners import Buyer, Wins, contracts_won, held_by, winners

A, B, HERE, THERE = "900000017", "900000025", "200093201", "215905126"


def supplier(siren: str, kind: str = "SIRET", place: str = "00012") -> dict[str, str | None]:
    return {"kind": kind, "id": f"{siren}{place}", "name": None}


ROWS = (
    # key, buyer, name, kind, cpv, suppliers, notified, amount, flag, published
    ("1", HERE, "Lille", "contract", "90910000", [supplier(A)], date(2024, 1, 2), 100, None, date(2024, 2, 1)),
    ("2", HERE, "MEL", "contract", "90900000", [supplier(A), supplier(A, place="00020"), supplier(B)], date(2025, 1, 2),
     300, None, date(2025, 2, 1)),
    ("3", THERE, "Roubaix", "contract", "90500000", [supplier(A)], date(2023, 1, 2), 99, "repeated_digits", None),
    ("4", THERE, "Roubaix", "contract", "77310000", [supplier(A)], date(2022, 1, 2), None, None, date(2023, 1, 1)),
    ("5", THERE, "Roubaix", "concession", "90910000", [supplier(A)], date(2024, 1, 2), 5, None, None),
    ("6", THERE, "Roubaix", "contract", "90910000", [supplier(A, "TVA"), supplier("12")], None, 5, None, None),
    ("7", THERE, None, "contract", None, [], date(2024, 1, 2), 5, None, None),
)  # fmt: skip
NAMES = ("key", "buyer_siren", "buyer_name", "kind", "cpv", "suppliers", "notified_on", "amount_cents", "amount_flag",
         "published_on")  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "contracts.parquet"
    with duckdb.connect() as database:
        database.execute(f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
        marks = ", ".join(f"?::{COLUMNS[name]}" for name in NAMES)
        for row in ROWS:
            database.execute(f"INSERT INTO t ({', '.join(NAMES)}) VALUES ({marks})", list(row))
        database.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    return path


def test_contracts_of_a_family_with_a_buyer_and_with_the_others(table: Path) -> None:
    found = winners(table, ["90"], HERE)
    assert found.by_siren == {
        A: Wins(2, date(2024, 1, 2), 1, date(2023, 1, 2)),
        B: Wins(1, date(2025, 1, 2), 0, None),
    }
    assert found.vintage == date(2025, 2, 1)
    assert winners(table, ["90", "77"], None).by_siren[A] == Wins(0, None, 4, date(2022, 1, 2))
    assert winners(table, ["45"], HERE).by_siren == {}


def test_a_table_made_again_at_the_same_place_is_read_again(table: Path) -> None:
    assert winners(table, ["77"], None).by_siren[A].elsewhere == 1
    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT * FROM read_parquet('{table}') WHERE key <> '4') TO '{table}.new' (FORMAT parquet)"
        )
    table.with_name("contracts.parquet.new").replace(table)
    assert winners(table, ["77"], None).by_siren == {}


def test_the_contracts_of_a_supplier_are_summed_without_what_cannot_be_believed(table: Path) -> None:
    held = held_by(table, A)
    assert (held.contracts, held.value_cents, held.without_amount, held.shared, held.buyers) == (
        4,
        400,
        2,
        1,
        2,
    )
    assert held.main_buyers == (Buyer(HERE, "MEL", 2), Buyer(THERE, "Roubaix", 2))
    assert held.years == ((2025, 1), (2024, 1), (2023, 1), (2022, 1))
    assert held_by(table, "900000033").contracts == 0


def test_the_contracts_of_a_supplier_come_newest_first(table: Path) -> None:
    assert [(each["key"], each["suppliers"]) for each in contracts_won(table, A)] == [
        ("2", 3), ("1", 1), ("3", 1), ("4", 1),
    ]  # fmt: skip
    assert [each["key"] for each in contracts_won(table, A, most=1)] == ["2"]
