"""The pages, on a small invented store whose counts can be checked by hand."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from essaim.atlas import queries, readings
from essaim.observatory.store import Build, Store
from essaim.observatory.tests.stores import ARRAS, MEL, StoreFactory

LILLE = "/atlas/epci/200093201/"
PAGES = [
    "/atlas/",
    "/atlas/?q=lil",
    "/atlas/?within=departement:59",
    LILLE,
    "/atlas/country/FR/",
    "/atlas/commune/59350/",
    "/atlas/commune/59013/",  # nothing of the SSE there
    "/atlas/qpv/QN05901M/",
    f"/atlas/compare/?t={MEL}&t={ARRAS}",
    f"{LILLE}establishments/",
    f"{LILLE}sector/social_action/",
    f"{LILLE}family/mutual/",
    f"{LILLE}map/sse_employer_share_pct/",
    f"{LILLE}map/sse_establishments/",
    "/atlas/country/FR/map/sse_density_per_10000/?of=departement",
    "/atlas/method/",
    "/atlas/method/sse_jobs/",
    "/atlas/method/sources/",
]


def said(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_in_both_languages(
    store: Store, client: Client, address: str, language: str
) -> None:
    html = said(client, address + ("&" if "?" in address else "?") + f"lang={language}")
    assert f'<html lang="{language}">' in html
    words = text_of(html)
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", words), re.findall(
        r".{30}(?:nan|None|inf)\b.{10}", words
    )
    assert 'style="' not in html  # the content policy forbids inline style
    assert "<script>" not in html


@pytest.mark.django_db
def test_the_page_counts_what_the_list_holds(store: Store, client: Client) -> None:
    listed = queries.establishments(store, readings.found(store, MEL), queries.Filters(status="member"))
    html = said(client, LILLE)
    assert listed.total == 84
    assert re.search(r'key-figure-value">\s*<span class="number">84</span>', html)


@pytest.mark.django_db
def test_jobs_are_an_interval_on_the_page(store: Store, client: Client) -> None:
    assert "3\u202f157 à 5\u202f127" in said(client, LILLE)


@pytest.mark.django_db
def test_every_question_has_a_drawing_a_table_and_a_source(store: Store, client: Client) -> None:
    html = said(client, LILLE)
    questions = re.findall(r'<section class="section atlas-section" id="(\w+)".*?</section>', html, re.DOTALL)
    assert questions == [
        "employers",
        "activities",
        "families",
        "sizes",
        "where",
        "moves",
        "ages",
        "neighbourhoods",
    ]
    for block in re.findall(r'<section class="section atlas-section".*?</section>', html, re.DOTALL):
        assert "<svg" in block
        assert "<table>" in block
        assert "Périmètre" in block
        assert "/atlas/method/" in block


@pytest.mark.django_db
def test_fictitious_data_is_marked_on_the_page(store: Store, client: Client) -> None:
    assert "Données fictives" in said(client, LILLE)


@pytest.mark.django_db
def test_units_in_doubt_are_shown_apart(store: Store, client: Client) -> None:
    html = said(client, LILLE)
    assert "7\xa0unités restent à confirmer" in html
    listed = said(client, f"{LILLE}establishments/?status=to_confirm")
    assert listed.count('class="tag is-doubtful"') == 7
    assert 'class="tag is-good"' not in listed


@pytest.mark.django_db
def test_an_unknown_territory_is_explained_with_what_was_perhaps_meant(store: Store, client: Client) -> None:
    html = said(client, "/atlas/epci/59350/", status=404)
    assert "/atlas/commune/59350/" in html


@pytest.mark.django_db
def test_a_territory_outside_the_build_is_explained(store: Store, client: Client) -> None:
    assert "n&#x27;est pas dans les chiffres construits" in said(client, "/atlas/region/11/", status=404)


@pytest.mark.django_db
def test_without_any_build_the_page_says_the_command_to_run(
    tmp_path: Path, settings: Settings, client: Client
) -> None:
    settings.STORE = tmp_path / "nothing"
    for address in ("/atlas/", LILLE, "/atlas/compare/", "/atlas/method/sources/", f"{LILLE}data.csv"):
        assert "essaim observatory build --from" in said(client, address, status=404)


@pytest.mark.django_db
def test_the_definitions_can_be_read_before_any_build(
    tmp_path: Path, settings: Settings, client: Client
) -> None:
    settings.STORE = tmp_path / "nothing"
    assert "Postes salariés" in said(client, "/atlas/method/")
    assert "trancheEffectifsEtablissement" in said(client, "/atlas/method/sse_jobs/")


@pytest.mark.django_db
def test_a_sixth_territory_is_refused_with_a_message(store: Store, client: Client) -> None:
    codes = ["59350", "59512", "59599", "59009", "59013", "62041"]
    address = "/atlas/compare/?" + "&".join(f"t=commune:{code}" for code in codes)
    html = said(client, address, status=422)
    assert "Impossible de comparer 6 territoires" in html
    assert "<tbody>" not in html


@pytest.mark.django_db
def test_a_comparison_puts_each_territory_in_its_column(store: Store, client: Client) -> None:
    html = said(client, f"/atlas/compare/?t={MEL}&t={ARRAS}")
    row = re.search(r'sse_establishments/">Établissements de l&#x27;ESS</a></th>(.*?)</tr>', html)
    assert row is not None
    assert re.findall(r">(\d+)</td>", row[1]) == ["84", "17"]


def test_two_builds_are_never_put_side_by_side(tmp_path: Path) -> None:
    StoreFactory().write(tmp_path / "a", "20260101T000000Z-a")
    StoreFactory().write(tmp_path / "b", "20260201T000000Z-b")
    first = readings.compared(Store(tmp_path / "a"), [MEL])
    second = readings.compared(Store(tmp_path / "b"), [ARRAS])
    with pytest.raises(readings.NotComparable):
        readings.same_build([*first, *second])


@pytest.mark.django_db
def test_an_unchanged_page_is_not_sent_again_and_a_new_build_is(store: Store, client: Client) -> None:
    first = client.get(LILLE)
    again = client.get(LILLE, headers={"if-none-match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(f"{LILLE}?lang=en", headers={"if-none-match": first.headers["ETag"]}).status_code == 200
    StoreFactory(establishments={"59350": 3}).write(store.path, "20261201T000000Z-next")
    assert client.get(f"{LILLE}?lang=fr", headers={"if-none-match": first.headers["ETag"]}).status_code == 200


@pytest.mark.django_db
def test_a_name_cannot_write_in_the_page(tmp_path: Path, settings: Settings, client: Client) -> None:
    StoreFactory(names={0: "<script>alert(1)</script>"}).write(tmp_path)
    settings.STORE = tmp_path
    html = said(client, f"{LILLE}establishments/?sector=social_action")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


@pytest.mark.django_db
def test_the_reader_s_words_cannot_write_in_the_page(store: Store, client: Client) -> None:
    for address in ("/atlas/?q=", "/atlas/compare/?q=", f"{LILLE}establishments/?q="):
        assert "<b>x" not in said(client, address + "<b>x")


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["0", "-3", "9999999999999999999999", "abc", "²"])
def test_a_page_out_of_range_is_the_nearest_one(store: Store, client: Client, asked: str) -> None:
    said(client, f"{LILLE}establishments/?page={asked}")


@pytest.mark.django_db
def test_equal_values_are_tied_in_the_ranking_and_unknown_ones_come_last(
    tmp_path: Path, settings: Settings, client: Client
) -> None:
    StoreFactory(
        establishments={"59350": 10, "59512": 10, "59599": 4},
        unavailable={("commune:59013", "sse_density_per_10000"): "no_population"},
    ).write(tmp_path)
    settings.STORE = tmp_path
    html = said(client, f"{LILLE}map/sse_establishments/")
    ranks = re.findall(r'<td class="is-number">(\d+|–)(?: <span class="soft small">(à égalité))?', html)
    assert [rank for rank in ranks if rank[0] in "123–"][:3] == [
        ("1", "à égalité"),
        ("1", "à égalité"),
        ("3", ""),
    ]
    html = said(client, f"{LILLE}map/sse_density_per_10000/")
    last = re.findall(r"<tr>.*?</tr>", html, re.DOTALL)[-1]
    assert "Annœullin" in last
    assert "Population du territoire inconnue" in last or "population" in last


@pytest.mark.django_db
def test_a_count_is_listed_but_never_shaded_on_a_map(store: Store, client: Client) -> None:
    assert "is-choropleth" not in said(client, f"{LILLE}map/sse_establishments/")
    assert "is-choropleth" in said(client, f"{LILLE}map/sse_employer_share_pct/")


@pytest.mark.django_db
def test_what_does_not_exist_is_not_found(store: Store, client: Client) -> None:
    for address in (
        f"{LILLE}sector/nothing/",
        f"{LILLE}map/sse_jobs/",
        f"{LILLE}data.exe",
        "/atlas/method/nothing/",
        "/atlas/planet/3/",
    ):
        said(client, address, status=404)


@pytest.mark.django_db
def test_suggestions_lead_to_atlases(store: Store, client: Client) -> None:
    html = said(client, "/atlas/suggestions/?q=villeneuve d'as")
    assert 'href="/atlas/commune/59009/"' in html
    assert "<html" not in html


@pytest.mark.django_db
def test_a_page_costs_as_many_reads_for_one_establishment_as_for_thirty(
    tmp_path: Path, settings: Settings, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    original = Build.read

    def counting(self: Build, table: str, **more: object) -> object:
        reads.append(table)
        return original(self, table, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Build, "read", counting)
    seen = []
    for count in (1, 30):
        StoreFactory(establishments={"59350": count}).write(tmp_path / str(count))
        settings.STORE = tmp_path / str(count)
        client.get(LILLE)  # the first page of a build reads its territories once
        reads.clear()
        client.get(LILLE)
        seen.append(sorted(reads))
    assert seen[0] == seen[1] == ["breakdowns", "figures", "figures", "years"]


@pytest.mark.django_db
def test_the_points_say_what_the_list_says(store: Store, client: Client) -> None:
    content = client.get(f"{LILLE}points.geojson?status=member").json()
    assert content["shown"] == "points"
    assert content["fictitious"] is True
    assert len(content["features"]) == 84
    assert content["features"][0]["properties"]["url"].startswith(f"{LILLE}establishments/?q=")


@pytest.mark.django_db
def test_too_many_points_become_hexagons_that_add_up(
    store: Store, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_POINTS", 20)
    content = client.get(f"{LILLE}points.geojson").json()
    assert content["shown"] == "hexagons"
    assert sum(feature["properties"]["count"] for feature in content["features"]) == 91
    assert {feature["properties"]["shade"] for feature in content["features"]} <= {1, 2, 3, 4, 5}
    assert not any("siret" in feature["properties"] for feature in content["features"])
