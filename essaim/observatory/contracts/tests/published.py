"""Files of contracts as platforms publish them, small and invented."""

import csv
import json
from pathlib import Path
from typing import Any

from essaim.observatory.contracts.store import ContractStore

BUYER = "11111111111118"


def entry(id: str = "2024-1", **fields: Any) -> dict[str, Any]:
    """One contract of the second format; `fields` replace or, when None, remove."""
    whole = {
        "id": id,
        "acheteur": {"id": BUYER},
        "nature": "Marché",
        "objet": "Entretien des jardins partagés",
        "codeCPV": "77310000-6",
        "procedure": "Procédure adaptée",
        "dureeMois": 12,
        "dateNotification": "2024-03-01",
        "datePublicationDonnees": "2024-04-01",
        "montant": 50000,
        "marcheInnovant": False,
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": "22222222222226"}}],
        "considerationsSociales": {"considerationSociale": ["Clause sociale"]},
        "considerationsEnvironnementales": {
            "considerationEnvironnementale": ["Pas de considération environnementale"]
        },
    }
    return {name: value for name, value in (whole | fields).items() if value is not None}


def amendment(number: int, on: str, **fields: Any) -> dict[str, Any]:
    return {"modification": {"id": number, "dateNotificationModification": on, **fields}}


def json_file(folder: Path, *entries: Any, name: str = "contracts.json") -> Path:
    path = folder / name
    path.write_text(json.dumps({"marches": {"marche": list(entries)}}, ensure_ascii=False), encoding="utf-8")
    return path


TABULAR = (
    "uid", "id", "acheteur_id", "acheteur_nom", "objet", "montant", "dureeMois", "dateNotification",
    "datePublicationDonnees", "considerationsSociales", "considerationsEnvironnementales", "marcheInnovant",
    "modification_id", "titulaire_id", "titulaire_typeIdentifiant", "titulaire_nom",
)  # fmt: skip


def tabular_file(folder: Path, *rows: dict[str, Any], name: str = "decp.csv") -> Path:
    """Rows of the consolidated shape; what is not given is an ordinary first version."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, TABULAR)
        writer.writeheader()
        for row in rows:
            whole = {
                "id": "2024-1",
                "acheteur_id": BUYER,
                "montant": "50000",
                "dateNotification": "2024-03-01",
                "modification_id": "0",
                "titulaire_id": "22222222222226",
                "titulaire_typeIdentifiant": "SIRET",
            } | row
            whole["uid"] = f"{whole['acheteur_id']}{whole['id']}"
            writer.writerow(whole)
    return path


def contracts(store: ContractStore) -> list[dict[str, Any]]:
    """Every contract of the store, by key."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    return pq.read_table(store.table()).sort_by("key").to_pylist()
