"""Contracts for tests, as the store gives them: one mapping each, complete unless said otherwise."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from essaim.observatory.contracts.columns import COLUMNS

MEL, ROUBAIX = "200093201", "215905126"


def contract(number: int = 1, **values: Any) -> dict[str, Any]:
    """A cleaning contract of 100,000 euros notified in 2024, with a social clause."""
    siret = values.pop("buyer_siret", f"{values.get('buyer_siren', MEL)}00016")
    row: dict[str, Any] = {
        "id": f"2024-{number:04d}",
        "buyer_siret": siret,
        "buyer_siren": siret[:9],
        "buyer_name": "Métropole de Lille",
        "kind": "contract",
        "nature": "Marché",
        "object": f"Nettoyage des locaux {number}",
        "cpv": "90910000",
        "procedure": "Appel d'offres ouvert",
        "techniques": ["Sans objet"],
        "modalities": ["Bons de commande"],
        "ccag": "Fournitures courantes et services",
        "offers_received": 3,
        "innovative": False,
        "notified_on": date(2024, 3, 1),
        "published_on": date(2024, 4, 2),
        "duration_months": 24,
        "amount_cents": 10_000_000,
        "initial_amount_cents": 10_000_000,
        "price_kinds": ["Définitif révisable"],
        "price_form": "Unitaire",
        "advance": False,
        "grouping": "Pas de groupement",
        "subcontracting": False,
        "place_code": "59350",
        "place_kind": "Code commune",
        "framework_id": None,
        "suppliers": [{"kind": "SIRET", "id": "90000001700012", "name": "Propreté du Nord"}],
        "amendments": [],
        "social": ["clause"],
        "environmental": ["none"],
        "amount_flag": None,
        "format": "v2-json",
        "source": "fixture",
    }
    row |= values
    row["key"] = f"{row['buyer_siret']}/{row['id']}"
    return row


class FilledStore:
    """Stands for the store of contracts: a table with these rows, in the order of the real one."""

    def __init__(self, folder: Path, rows: Iterable[dict[str, Any]]) -> None:
        self.path = folder / "contracts.parquet"
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        with duckdb.connect() as database:
            database.execute(f"CREATE TABLE contracts ({columns})")
            for row in rows:
                marks = ", ".join(f"?::{kind}" for kind in COLUMNS.values())
                values = [row.get(name) for name in COLUMNS]
                database.execute(f"INSERT INTO contracts VALUES ({marks})", values)
            database.execute(
                f"COPY (SELECT * FROM contracts ORDER BY buyer_siren, key) TO '{self.path}' (FORMAT parquet)"
            )

    def table(self) -> Path:
        return self.path
