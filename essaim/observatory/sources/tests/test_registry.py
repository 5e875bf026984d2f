"""Every source says who publishes it, under which licence, where, and with which columns."""

import pytest

from essaim.observatory.errors import SourceError
from essaim.observatory.intake.taken import (
    ESTABLISHMENT_COLUMNS,
    GEOLOCATION_COLUMNS,
    HISTORY_COLUMNS,
    UNIT_COLUMNS,
)
from essaim.observatory.sources.registry import all_sources, source
from essaim.observatory.sources.sirene_establishments import SINCE_2024
from essaim.observatory.sources.source import CSV_FORM

IDS = (
    "city_portal",
    "ess_france",
    "qpv",
    "sirene_establishments",
    "sirene_geolocation",
    "sirene_history",
    "sirene_units",
    "territories",
)


def test_the_registry_finds_every_module() -> None:
    assert tuple(all_sources()) == IDS


@pytest.mark.parametrize("id", IDS)
def test_a_source_is_whole(id: str) -> None:
    found = source(id)
    assert found.id == id
    assert found.publisher
    assert found.licence == "Licence Ouverte 2.0 (Etalab)"
    assert found.page.startswith("https://")
    for words in (found.title, found.rhythm, found.notes):
        assert words.fr
        assert words.en
        assert words.fr != words.en
    names = [column.name for column in found.columns]
    # A portal's file carries SIREN once for both tables; elsewhere no name comes twice.
    assert len(names) == len(set(names))
    assert {column.parquet for column in found.columns} <= set(CSV_FORM)
    for resource in found.resources:
        assert resource.url.startswith("https://www.data.gouv.fr/api/1/datasets/r/")
        assert resource.file.endswith(f".{resource.format}")
        assert resource.file.startswith(found.stem)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("id", IDS)
def test_a_source_describes_itself(id: str, lang: str) -> None:
    found = source(id)
    text = found.describe(lang)
    assert text.startswith(f"{id} : {found.title.in_(lang)}")
    for part in (found.publisher, found.licence, found.page, found.notes.in_(lang)):
        assert part in text
    for resource in found.resources:
        assert resource.url in text


def test_layouts_have_the_published_number_of_columns() -> None:
    assert {id: len(source(id).columns) for id in IDS if id.startswith(("sirene", "ess"))} == {
        "ess_france": 8,
        "sirene_establishments": 54,
        "sirene_geolocation": 19,
        "sirene_history": 18,
        "sirene_units": 35,
    }
    assert len(source("sirene_establishments").columns) - len(SINCE_2024) == 48


@pytest.mark.parametrize(
    ("id", "read"),
    [
        ("sirene_units", UNIT_COLUMNS),
        ("sirene_establishments", ESTABLISHMENT_COLUMNS),
        ("sirene_geolocation", GEOLOCATION_COLUMNS),
        ("sirene_history", HISTORY_COLUMNS),
    ],
)
def test_what_the_pipeline_reads_is_official_and_required_or_recent(id: str, read: tuple[str, ...]) -> None:
    found = source(id)
    assert set(found.required_columns) <= set(read)
    assert set(read) <= {column.name for column in found.columns}


def test_types_differ_between_csv_and_parquet_where_documented() -> None:
    columns = {c.name: (c.parquet, c.csv) for id in IDS for c in source(id).columns}
    assert columns["categorieJuridiqueUniteLegale"] == ("int64", "integer")
    assert columns["etablissementSiege"] == ("bool", "true/false")
    assert columns["dateCreationEtablissement"] == ("date", "YYYY-MM-DD")
    assert columns["coordonneeLambertAbscisseEtablissement"] == ("string", "text")


def test_parquet_is_fetched_unless_another_format_is_asked() -> None:
    units = source("sirene_units")
    assert units.resource() == units.resource("parquet")
    zipped = units.resource("zip")
    assert zipped is not None
    assert zipped.file == "StockUniteLegale_utf8.zip"
    assert source("territories").resource() is None


def test_an_unknown_source_is_answered_with_those_that_exist() -> None:
    with pytest.raises(SourceError) as error:
        source("sirene")
    assert ", ".join(IDS) in error.value.text.fr
