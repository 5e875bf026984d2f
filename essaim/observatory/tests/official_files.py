"""Small official files for the tests: one unit, one establishment, in the published layout."""

import csv
import io
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from essaim.observatory.intake import Intake, intake
from essaim.observatory.sources import sirene_establishments, sirene_units
from essaim.observatory.sources.source import Source

UNIT = {
    "siren": "005520135",
    "statutDiffusionUniteLegale": "O",
    "dateCreationUniteLegale": "1999-01-02",
    "denominationUniteLegale": "LES AMIS DU CAFÉ, ASSOCIÉS",
    "categorieJuridiqueUniteLegale": "9220",
    "etatAdministratifUniteLegale": "A",
    "economieSocialeSolidaireUniteLegale": "O",
}
ESTABLISHMENT = {
    "siren": "005520135",
    "siret": "00552013500011",
    "etablissementSiege": "true",
    "codeCommuneEtablissement": "59350",
    "etatAdministratifEtablissement": "A",
    "coordonneeLambertAbscisseEtablissement": "[ND]",
}


def content(
    source: Source, *rows: dict[str, str], without: tuple[str, ...] = (), delimiter: str = ","
) -> str:
    names = [column.name for column in source.columns if column.name not in without]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names, delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def units(*rows: dict[str, str], **how: Any) -> str:
    return content(sirene_units.SOURCE, *(rows or (UNIT,)), **how)


def establishments(*rows: dict[str, str], **how: Any) -> str:
    return content(sirene_establishments.SOURCE, *(rows or (ESTABLISHMENT,)), **how)


def official_folder(under: Path) -> Path:
    made = under / "official"
    made.mkdir()
    (made / "StockUniteLegale_utf8.csv").write_text(units(), encoding="utf-8")
    (made / "StockEtablissement_utf8.csv").write_text(establishments(), encoding="utf-8")
    return made


def take(folder: Path) -> Intake:
    return intake(folder, folder.parent / "work")


def rows(path: Path | None) -> list[dict[str, Any]]:
    assert path is not None
    return pq.read_table(path).to_pylist()


def said(error: pytest.ExceptionInfo[Any]) -> tuple[str, str]:
    return error.value.text.fr, error.value.text.en
