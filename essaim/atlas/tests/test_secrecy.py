"""A hidden number is nowhere: not in a page, not in a file, not in the paper, not in the API. Neither is a person."""

import io
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pypdf
import pytest
from django.test import Client
from openpyxl import load_workbook
from pytest_django.fixtures import Settings

from essaim.observatory.store import Store
from essaim.observatory.tests.stores import MEL, StoreFactory

LILLE = "/atlas/epci/200093201/"
BOUNDS = {"3157", "5127"}  # what the jobs of the metropolis would be, were they not hidden
PAGES = (
    LILLE,
    f"/atlas/compare/?t={MEL}&t=departement:59",
    f"{LILLE}sector/health/",
    f"{LILLE}family/mutual/",
    f"{LILLE}map/sse_establishments/",
    f"/api/atlas/{MEL}",
    f"/api/compare?codes={MEL},departement:59",
    f"{LILLE}data.csv",
    f"{LILLE}data.json",
    f"{LILLE}data-metadata.json",
)


@pytest.fixture
def hidden(tmp_path: Path, settings: Settings) -> Store:
    """Jobs hidden everywhere, mutuals hidden in the metropolis."""
    StoreFactory(
        hide={(code, "sse_jobs") for code in (MEL, "departement:59", "region:32", "country:FR")},
        hidden_slices={(MEL, "family", "mutual")},
    ).write(tmp_path)
    settings.STORE = tmp_path
    return Store(tmp_path)


def pdf_text(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"(?<=\d)\s(?=\d{3}(?!\d))", "", text)  # the reader gives thin spaces as plain ones


def spreadsheet_text(content: bytes) -> str:
    book = load_workbook(io.BytesIO(content))
    return " ".join(str(cell.value) for sheet in book for row in sheet.rows for cell in row)


def numbers(text: str) -> set[str]:
    """The whole numbers written in a text, thousands put together, drawings' coordinates left out."""
    plain = re.sub(r' d="[^"]*"', "", text)
    together = re.sub(r"(?<=\d)[\u202f\xa0,](?=\d{3}(?!\d))", "", plain)
    return set(re.findall(r"(?<![\d.])\d+(?![\d])", together))


@pytest.mark.django_db
def test_hidden_jobs_are_in_no_page_and_no_file(hidden: Store, client: Client) -> None:
    for address in PAGES:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert BOUNDS.isdisjoint(numbers(answer.content.decode())), address
    for text in (
        pdf_text(client.get(f"{LILLE}atlas.pdf").content),
        spreadsheet_text(client.get(f"{LILLE}data.xlsx").content),
        str(pq.read_table(io.BytesIO(client.get(f"{LILLE}data.parquet").content)).to_pylist()),
    ):
        assert BOUNDS.isdisjoint(numbers(text))


@pytest.mark.django_db
def test_these_bounds_would_be_seen_were_they_not_hidden(store: Store, client: Client) -> None:
    """The test above can fail: every place it looks at shows the bounds when nothing is hidden."""
    for address in (
        LILLE,
        f"/atlas/compare/?t={MEL}&t=departement:59",
        f"/api/atlas/{MEL}",
        f"{LILLE}data.csv",
    ):
        assert numbers(client.get(address).content.decode()) >= BOUNDS, address
    assert numbers(pdf_text(client.get(f"{LILLE}atlas.pdf").content)) >= BOUNDS
    assert numbers(spreadsheet_text(client.get(f"{LILLE}data.xlsx").content)) >= BOUNDS


@pytest.mark.django_db
def test_a_hidden_figure_says_why_on_the_page_and_in_the_paper(hidden: Store, client: Client) -> None:
    reason = "Secret statistique : moins de trois entreprises"
    assert reason in client.get(LILLE).content.decode()
    assert "moins de trois entreprises" in " ".join(pdf_text(client.get(f"{LILLE}atlas.pdf").content).split())


@pytest.mark.django_db
def test_a_hidden_part_is_hatched_and_has_no_number_in_the_table(hidden: Store, client: Client) -> None:
    html = client.get(LILLE).content.decode()
    families = html[html.index('id="families"') : html.index('id="sizes"')]
    row = next(part for part in families.split("<tr>") if 'scope="row">Mutuelles' in part)
    assert row.count("hatched") == 3
    assert "Secret statistique" in row
    assert "-hatch)" in families  # the drawing too


@pytest.mark.django_db
def test_hidden_rows_of_the_files_have_a_status_and_no_value(hidden: Store, client: Client) -> None:
    table = pq.read_table(io.BytesIO(client.get(f"{LILLE}data.parquet").content)).to_pylist()
    rows = [row for row in table if row["status"] == "secret"]
    assert {(row["table"], row["item"]) for row in rows} == {("figures", "sse_jobs"), ("by_family", "mutual")}
    for row in rows:
        assert [row[key] for key in ("value", "low", "high", "numerator", "denominator")] == [None] * 5


@pytest.mark.django_db
def test_the_api_gives_null_and_the_reason(hidden: Store, client: Client) -> None:
    figures = {row["id"]: row for row in client.get(f"/api/atlas/{MEL}").json()["figures"]}
    jobs = figures["sse_jobs"]
    assert (jobs["value"], jobs["low"], jobs["high"], jobs["status"]) == (None, None, None, "secret")
    assert jobs["note_text"].startswith("Secret statistique")


@pytest.mark.django_db
def test_only_what_the_store_lists_is_ever_listed(hidden: Store, client: Client) -> None:
    """The store holds legal persons with a public record only; no page adds anyone."""
    listed = client.get(f"/api/atlas/{MEL}/establishments").json()
    categories = {row["legal_category"] for row in listed["establishments"]}
    assert not any(category.startswith("1") for category in categories)
    sirets = set(hidden.current().read("establishments", columns=["siret"]).column("siret").to_pylist())
    assert {row["siret"] for row in listed["establishments"]} <= sirets
    points = json.loads(client.get(f"{LILLE}points.geojson").content)
    assert {feature["properties"]["siret"] for feature in points["features"]} <= sirets
