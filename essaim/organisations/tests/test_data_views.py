"""The open data page, its downloads, its catalogue, the sitemap."""

import csv
import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from essaim.organisations.exports import catalogue, kept, sitemap
from essaim.organisations.exports.columns import NAMES
from essaim.organisations.exports.files import FORMATS
from essaim.organisations.exports.triples import PREFIXES, Iri, Literal, as_jsonld, as_turtle, expanded
from essaim.organisations.models import Steward
from essaim.organisations.operations.exporting import export_directory
from essaim.organisations.search import rebuild
from essaim.organisations.tests.factories import (
    TODAY,
    make_authority,
    make_organisation,
    make_site,
    make_user,
)

pytestmark = pytest.mark.django_db
CSV = "/organisations/data/organisations.csv"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def exported(home: Path) -> kept.Kept:
    make_site(make_organisation(name="Ruche"))
    export_directory(by=None, on=TODAY)
    return kept.current(home / "exports")


def body(answer: object) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


def test_before_the_first_export_the_page_says_what_to_do(client: Client) -> None:
    page = client.get("/organisations/data/?lang=en")
    assert "No file has been written yet" in page.content.decode()
    assert client.get(CSV).status_code == 404


def test_the_page_offers_every_form_and_explains_every_column(client: Client, exported: kept.Kept) -> None:
    page = client.get("/organisations/data/").content.decode()
    assert [form for form in FORMATS if f'href="/organisations/data/organisations.{form}"' not in page] == []
    assert [name for name in NAMES if f"<code>{name}</code></th>" not in page] == []
    assert [file.sha256 for file in exported.files.values() if file.sha256 not in page] == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_download_is_the_file_itself_with_its_name_and_its_dictionary(
    client: Client, exported: kept.Kept, form: str
) -> None:
    answer = client.get(f"/organisations/data/organisations.{form}")
    assert body(answer) == exported.files[form].path.read_bytes()
    assert answer.headers["Content-Type"] == FORMATS[form][0]
    assert answer.headers["Content-Disposition"] == (
        f'attachment; filename="organisations-ess-2026-11-22.{form}"'
    )
    assert '</organisations/data/dictionary.json>; rel="describedby"' in answer.headers["Link"]
    assert int(answer.headers["Content-Length"]) == exported.files[form].bytes


def test_an_unchanged_file_is_not_sent_again(client: Client, exported: kept.Kept) -> None:
    first = client.get(CSV)
    body(first)
    for header, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        assert client.get(CSV, headers={header: value}).status_code == 304
    other = client.get(CSV, headers={"If-None-Match": '"other"'})
    assert (other.status_code, bool(body(other))) == (200, True)


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-3", 206, 0, 3),
        ("bytes=5-", 206, 5, None),
        ("bytes=-7", 206, -7, None),
        ("bytes=10-999999999", 206, 10, None),
        ("bytes=999999999-", 416, None, None),
        ("bytes=-0", 416, None, None),
        ("bytes=5-2", 200, 0, None),
        ("bytes=0-1,4-5", 200, 0, None),
        ("lines=0-1", 200, 0, None),
    ],
)
def test_a_download_cut_off_is_resumed(
    client: Client, exported: kept.Kept, asked: str, status: int, first: int | None, last: int | None
) -> None:
    whole = exported.files["csv"].path.read_bytes()
    answer = client.get(CSV, headers={"Range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"
        return
    expected = whole[first : None if last is None else last + 1]
    assert body(answer) == expected
    assert int(answer.headers["Content-Length"]) == len(expected)
    if status == 206:
        start = len(whole) - len(expected) if last is None else first
        assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(whole)}"


def test_a_range_of_another_version_gives_the_whole_file(client: Client, exported: kept.Kept) -> None:
    same = client.get(
        CSV, headers={"Range": "bytes=0-3", "If-Range": f'"{exported.files["csv"].sha256[:32]}"'}
    )
    other = client.get(CSV, headers={"Range": "bytes=0-3", "If-Range": '"former"'})
    assert (same.status_code, other.status_code) == (206, 200)
    assert (len(body(same)), len(body(other))) == (4, exported.files["csv"].bytes)


def test_the_dictionary_and_the_checksums(client: Client, exported: kept.Kept) -> None:
    described = client.get("/organisations/data/dictionary.json").json()
    assert [column["name"] for column in described["columns"]] == list(NAMES)
    named = {column["values"] for column in described["columns"] if column["values"]}
    assert named == set(described["values"])
    assert described["values"]["status"]["member"] == {"fr": "Membre de l'ESS", "en": "SSE member"}
    sums = client.get("/organisations/data/SHA256SUMS").content.decode()
    assert len(sums.splitlines()) == len(FORMATS)


@pytest.mark.parametrize("form", ["../../secret_key", "csv.bak", "CSV", ""])
def test_only_the_forms_listed_are_served(client: Client, exported: kept.Kept, form: str) -> None:
    assert client.get(f"/organisations/data/organisations.{form}").status_code == 404


# --- what a search finds ----------------------------------------------------------------------------------


def test_what_a_search_finds_is_taken_away(client: Client, home: Path) -> None:
    found = make_site(make_organisation(name="Recyclerie du Nord"))
    make_site(make_organisation(name="Théâtre du Nord"))
    make_site(make_organisation(name="Recyclerie cachée", hidden="objection"))
    rebuild()
    answer = client.get("/organisations/data/selection.csv?q=recyclerie")
    assert answer.headers["Content-Disposition"].endswith('-selection.csv"')
    lines = list(csv.DictReader(io.StringIO(body(answer).decode())))
    assert [line["siret"] for line in lines] == [found.siret]
    assert [path for path in (home / "exports").iterdir() if path.name.startswith(".asked")] == []
    assert client.get("/organisations/data/selection.docx?q=recyclerie").status_code == 404


def test_a_search_that_finds_too_much_says_what_to_do(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("essaim.organisations.operations.exporting.MOST_SELECTED", 0)
    make_site()
    rebuild()
    answer = client.get("/organisations/data/selection.csv")
    assert answer.status_code == 422
    assert "take the whole file: http://localhost:8000/organisations/data/" in answer.content.decode()


def test_my_organisations_are_mine_only(client: Client) -> None:
    bob, held = make_user(), make_organisation(name="Ma ruche")
    Steward.objects.create(organisation=held, user=bob, role="owner", since=TODAY)
    Steward.objects.create(
        organisation=make_organisation(name="Leur ruche"), user=make_user(), role="owner", since=TODAY
    )
    client.force_login(bob)
    page = client.get("/organisations/mine/").content.decode()
    assert f'<a href="/organisations/{held.pk}/"><strong>Ma ruche</strong></a>' in page
    assert "Leur ruche" not in page


# --- catalogue --------------------------------------------------------------------------------------------

TURTLE_NODE = re.compile(r'<([^<>"{}|^`\\\x00-\x20]*)>|"((?:[^"\\\n]|\\.)*)"(?:@([a-z]+)|\^\^([a-z]+:\w+))?')


def read_turtle(text: str) -> set[tuple[str, str, str]]:
    """A reader of the little Turtle we write, as an oracle: raises on what it does not understand."""
    found = set()
    for block in text.split("\n\n")[1:]:
        subject, *statements = block.rstrip().removesuffix(" .").split("\n")
        assert subject.startswith("<")
        for statement in statements:
            predicate, rest = statement.strip().removesuffix(" ;").split(" ", 1)
            assert predicate.split(":")[0] in PREFIXES
            while rest:
                node = TURTLE_NODE.match(rest)
                assert node, rest
                text = node[2] and re.sub(
                    r"\\(.)", lambda m: {"n": "\n", "r": "\r", "t": "\t"}.get(m[1], m[1]), node[2]
                )
                value = f"<{node[1]}>" if node[1] is not None else f"{text}|{node[3] or ''}|{node[4] or ''}"
                found.add((subject[1:-1], predicate, value))
                rest = rest[node.end() :].removeprefix(", ")
    return found


def read_jsonld(text: str) -> set[tuple[str, str, str]]:
    found = set()
    for entry in json.loads(text)["@graph"]:
        for predicate, nodes in entry.items():
            if predicate == "@type":
                found |= {(entry["@id"], "rdf:type", f"<{expanded(node)}>") for node in nodes}
            elif predicate != "@id":
                for node in nodes:
                    value = (
                        f"<{node['@id']}>"
                        if "@id" in node
                        else f"{node['@value']}|{node.get('@language', '')}|{node.get('@type', '')}"
                    )
                    found.add((entry["@id"], predicate, value))
    return found


def test_the_two_catalogues_say_the_same(client: Client, exported: kept.Kept) -> None:
    turtle = client.get("/organisations/data/catalogue.ttl")
    jsonld = client.get("/organisations/data/catalogue.jsonld")
    assert turtle.headers["Content-Type"].startswith("text/turtle")
    assert jsonld.headers["Content-Type"].startswith("application/ld+json")
    said = read_turtle(turtle.content.decode())
    assert said == read_jsonld(jsonld.content.decode())
    assert len(said) > 80


def test_awkward_words_survive_both_writings() -> None:
    awkward = 'Un "grand"\\ marché\n\tde l’ESS ; . @fr'
    triples = [
        (Iri("http://x/é#a"), "dct:title", Literal(awkward, "fr")),
        (Iri("http://x/é#a"), "dct:publisher", Iri('http://x/a b<c>"')),
    ]
    expected = {
        ("http://x/é#a", "dct:title", f"{awkward}|fr|"),
        ("http://x/é#a", "dct:publisher", "<http://x/a%20b%3Cc%3E%22>"),
    }
    assert read_turtle(as_turtle(triples)) == read_jsonld(as_jsonld(triples)) == expected


MANDATORY = {
    "dcat:Catalog": {"dct:title", "dct:description", "dct:publisher", "dcat:dataset"},
    "dcat:Dataset": {"dct:title", "dct:description", "dct:publisher", "dcat:distribution", "dcat:theme"},
    "dcat:Distribution": {"dcat:accessURL", "dcat:downloadURL", "dct:license", "dct:format", "spdx:checksum"},
    "dcat:DataService": {"dct:title", "dcat:endpointURL", "dcat:servesDataset"},
    "spdx:Checksum": {"spdx:algorithm", "spdx:checksumValue"},
    "foaf:Organization": {"foaf:name"},
}


def test_the_catalogue_has_what_dcat_ap_requires(exported: kept.Kept) -> None:
    make_authority(name="Métropole de Lille")
    said: dict[str, dict[str, list]] = {}
    for subject, predicate, node in catalogue.statements(exported):
        said.setdefault(subject.address, {}).setdefault(predicate, []).append(node)
    kinds = {address: entry["rdf:type"][0].address for address, entry in said.items()}
    for kind, required in MANDATORY.items():
        entries = [said[address] for address, found in kinds.items() if found == expanded(kind)]
        assert entries, kind
        assert [required - set(entry) for entry in entries if required - set(entry)] == [], kind
    # Whatever is pointed at inside the catalogue is described in it.
    inside = {
        node.address
        for entry in said.values()
        for nodes in entry.values()
        for node in nodes
        if isinstance(node, Iri) and "/organisations/data/#" in node.address
    }
    assert inside - set(said) == set()
    assert said[catalogue.address("#publisher")]["foaf:name"] == [Literal("Métropole de Lille")]
    assert len(said[catalogue.address("#dataset")]["dcat:distribution"]) == len(FORMATS)


@pytest.mark.parametrize(
    ("accept", "leads"),
    [
        ("text/turtle", "/organisations/data/catalogue.ttl"),
        ("application/ld+json;q=0.9, text/html;q=0.1", "/organisations/data/catalogue.jsonld"),
        ("text/html,application/xhtml+xml,text/turtle;q=0.5", None),
        ("*/*", None),
        ("", None),
    ],
)
def test_the_address_of_the_data_answers_a_page_or_the_catalogue(
    client: Client, accept: str, leads: str | None
) -> None:
    answer = client.get("/organisations/data/", headers={"accept": accept})
    assert (answer.status_code, answer.headers.get("Location")) == ((303, leads) if leads else (200, None))
    assert "Accept" in [each.strip() for each in answer.headers["Vary"].split(",")]


# --- sitemap ----------------------------------------------------------------------------------------------

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(answer: object) -> list[str]:
    return [each.text for each in ElementTree.fromstring(body(answer)).iter(f"{SPACE}loc")]


def test_the_sitemap_names_published_organisations_only_part_by_part(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "PART", 2)
    shown = [make_organisation().pk for _ in range(5)]
    make_organisation(hidden="objection")
    make_organisation(closed_on=TODAY)
    make_organisation(merged_into_id=shown[0])
    parts = locations(client.get("/sitemap.xml"))
    assert parts == [f"http://localhost:8000/sitemap-{number}.xml" for number in range(4)]
    named = [locations(client.get(part.removeprefix("http://localhost:8000"))) for part in parts]
    assert "http://localhost:8000/organisations/data/" in named[0]
    assert [one for part in named[1:] for one in part] == [
        f"http://localhost:8000/organisations/{pk}/" for pk in shown
    ]
    assert [len(part) for part in named[1:]] == [2, 2, 1]
    assert client.get("/sitemap-4.xml").status_code == 404


def test_robots_are_told_where_the_sitemap_is(client: Client) -> None:
    assert (
        "Sitemap: http://localhost:8000/sitemap.xml"
        in client.get("/robots.txt").content.decode().splitlines()
    )


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_asks_the_database_nothing_of_the_rows(
    client: Client, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        make_site(make_organisation())
    export_directory(by=None, on=TODAY)
    with django_assert_num_queries(0):
        client.get("/organisations/data/")
