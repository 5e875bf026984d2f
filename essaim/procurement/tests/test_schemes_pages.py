"""A scheme from its first line to its publication, as its keepers and as anyone sees it."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.accounts.models import Entry
from essaim.accounts.tests import factories
from essaim.observatory.contracts.indicators import of_buyer
from essaim.procurement.cli.schemes import export
from essaim.procurement.models import ContractPurpose, Scheme, SchemePublication
from essaim.procurement.operations.schemes import (
    SchemeRefused,
    add_buyer,
    change_scheme,
    create_scheme,
    publish_figures,
    remove_buyer,
    remove_objective,
    set_objective,
    show_scheme,
)
from essaim.procurement.operations.schemes_purposes import say_purposes
from essaim.procurement.queries.schemes_contracts import contract_store, contracts_of
from essaim.procurement.queries.schemes_figures import figures_of
from essaim.procurement.tests.contracts_factory import MEL, ROUBAIX, FilledStore, contract
from essaim.procurement.tests.schemes_factory import (
    ON,
    buyer_of,
    fill,
    joint_scheme,
    known_suppliers,
    mel,
    six_contracts,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(monkeypatch, tmp_path, six_contracts())


@pytest.fixture
def scheme() -> Scheme:
    return joint_scheme(mel())


@pytest.fixture
def buyer(scheme: Scheme, client: Client) -> Client:
    client.force_login(buyer_of(scheme.authority))
    return client


def page(name: str, *arguments: object) -> str:
    return reverse(f"procurement:{name}", args=arguments)


def rates_of(rows: list[dict], name: str) -> dict:
    return next(each["rates"] for each in rows if each["name"] == name)


def test_figures_of_six_contracts_counted_by_hand(contracts: None, scheme: Scheme) -> None:
    known_suppliers()
    figures = figures_of(scheme, 2024, 2025, ON)
    assert (figures["contracts"], figures["without_amount"]) == (6, 1)
    social = figures["total"]["social"]
    assert [social["number"][name] for name in ("positive", "known", "total", "pct", "unknown_pct")] == [
        2, 5, 6, 40.0, 16.67,
    ]  # fmt: skip
    assert [social["value"][name] for name in ("positive", "known", "total")] == [
        15_000_000, 65_000_000, 75_000_000,
    ]  # fmt: skip
    esus = figures["total"]["esus"]["number"]
    # The approval ended before the contract of 2025; two suppliers are known, the same one twice.
    assert [esus[name] for name in ("positive", "known", "floor_pct", "ceiling_pct")] == [3, 5, 50.0, 66.67]
    assert [each["contracts"] for each in figures["buyers"]] == [4, 2]
    assert [(each["year"], each["contracts"]) for each in figures["years"]] == [(2024, 5), (2025, 1)]


def test_the_total_of_the_page_is_the_sum_of_its_buyers(contracts: None, scheme: Scheme) -> None:
    known_suppliers()
    figures = figures_of(scheme, 2024, 2025, ON)
    for category, bases in figures["total"].items():
        for basis, total in bases.items():
            for name in ("positive", "known", "total"):
                summed = sum(each["rates"][category][basis][name] for each in figures["buyers"])
                assert summed == total[name]


def test_considerations_agree_with_the_indicators_of_the_command_line(
    contracts: None, scheme: Scheme, tmp_path: Path
) -> None:
    figures = figures_of(scheme, 2024, 2024, ON)
    for each in figures["buyers"]:
        same = of_buyer(tmp_path / "contracts.parquet", each["siren"], 2024)
        for aim in ("social", "environmental"):
            for basis, measure in (("number", same.by_number), ("value", same.by_value)):
                ours, theirs = each["rates"][aim][basis], getattr(measure, aim)
                assert (ours["positive"], ours["known"], ours["total"]) == (
                    theirs.positive, theirs.known, measure.total,
                )  # fmt: skip


def test_a_scheme_without_contracts_has_no_rate_rather_than_zero(
    scheme: Scheme, settings: object, tmp_path: Path
) -> None:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    assert contracts_of([MEL], None, None) == []
    figures = figures_of(scheme, 2024, 2025, ON)
    assert figures["total"]["social"]["number"]["pct"] is None
    with pytest.raises(SchemeRefused, match="No contract of these buyers"):
        publish_figures(scheme=scheme, first_year=2024, last_year=2025, figures=figures, by=None, on=ON)


def test_what_is_published_does_not_change_when_contracts_do(
    contracts: None, scheme: Scheme, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = publish_figures(
        scheme=scheme,
        first_year=2024,
        last_year=2025,
        figures=figures_of(scheme, 2024, 2025, ON),
        by=None,
        on=ON,
    )
    before = client.get(page("scheme_publication_file", done.pk, "json")).json()
    (tmp_path / "later").mkdir()
    fill(monkeypatch, tmp_path / "later", [contract(1)])
    assert client.get(page("scheme_publication_file", done.pk, "json")).json() == before
    again = publish_figures(
        scheme=scheme,
        first_year=2024,
        last_year=2025,
        figures=figures_of(scheme, 2024, 2025, ON),
        by=None,
        on=ON,
    )
    assert (again.edition, again.figures["contracts"]) == (2, 1)
    assert (
        page("scheme_publication", again.pk)
        in client.get(page("scheme_publication", done.pk)).content.decode()
    )


def test_a_publication_says_source_vintage_perimeter_and_denominator(
    contracts: None, scheme: Scheme, client: Client
) -> None:
    set_objective(
        scheme=scheme, category="social", measure="number", target_pct=30, target_year=2027, by=None, on=ON
    )
    done = publish_figures(
        scheme=scheme,
        first_year=2024,
        last_year=2025,
        figures=figures_of(scheme, 2024, 2025, ON),
        by=None,
        on=ON,
    )
    answer = client.get(page("scheme_publication", done.pk))
    assert answer.status_code == 200
    for words in ("licence ouverte 2.0", "avril", "une ligne par contrat", "la part inconnue", "18,7"):
        assert words in answer.content.decode()
    found = client.get(page("scheme_publication_file", done.pk, "json")).json()
    assert found["objectives"] == [
        {
            "category": "social",
            "measure": "number",
            "target_pct": 30.0,
            "target_year": 2027,
            "reached_pct": 40.0,
        }
    ]
    lines = (
        client.get(page("scheme_publication_file", done.pk, "csv")).content.decode("utf-8-sig").splitlines()
    )
    # Two buyers, the total and two years; four categories, two bases; and the header.
    assert len(lines) == 1 + 5 * 4 * 2


def test_a_buyer_writes_a_scheme_and_publishes_it(contracts: None, client: Client) -> None:
    authority = mel()
    client.force_login(buyer_of(authority))
    answer = client.post(
        page("new_scheme"),
        {"authority": authority.pk, "name": "SPASER", "first_year": 2024, "last_year": 2027},
    )
    scheme = Scheme.objects.get()
    assert answer.headers["Location"] == page("scheme", scheme.pk)
    assert [(each.siren, each.name) for each in scheme.buyers.all()] == [(MEL, authority.name)]
    client.post(page("add_scheme_buyer", scheme.pk), {"siren": ROUBAIX, "name": "Roubaix"})
    client.post(
        page("set_scheme_objective", scheme.pk),
        {"category": "esus", "measure": "value", "target_pct": "5", "target_year": 2027},
    )
    for name in ("scheme", "edit_scheme", "scheme_figures", "scheme_figures_csv", "scheme_what_if"):
        assert client.get(page(name, scheme.pk)).status_code == 200
    answer = client.post(page("publish_scheme_figures", scheme.pk), {"first_year": 2024, "last_year": 2025})
    publication = SchemePublication.objects.get()
    assert answer.headers["Location"] == page("scheme_publication", publication.pk)
    assert Client().get(page("scheme", scheme.pk)).status_code == 200
    assert list(Entry.objects.filter(object_id=str(scheme.pk)).order_by("id").values_list("act", flat=True)) == [
        "scheme created", "scheme buyer added", "scheme objective set", "scheme shown", "scheme figures published",
    ]  # fmt: skip


def test_a_draft_is_seen_by_its_keepers_only(scheme: Scheme, buyer: Client) -> None:
    assert Client().get(page("scheme", scheme.pk)).status_code == 404
    assert buyer.get(page("scheme", scheme.pk)).status_code == 200
    assert scheme.name not in Client().get(page("schemes")).content.decode()
    show_scheme(scheme=scheme, by=None, on=ON)
    assert Client().get(page("scheme", scheme.pk)).status_code == 200
    assert scheme.name in Client().get(page("schemes")).content.decode()


@pytest.mark.parametrize(
    "name", ["edit_scheme", "scheme_figures", "scheme_figures_csv", "scheme_what_if", "scheme_contracts"]
)
def test_another_authority_finds_nothing_to_keep_here(scheme: Scheme, client: Client, name: str) -> None:
    show_scheme(scheme=scheme, by=None, on=ON)
    client.force_login(buyer_of(mel(slug="lyon", name="Lyon", territory="epci:200046977"), "chloe"))
    assert client.get(page(name, scheme.pk)).status_code == 404


def test_another_authority_cannot_write_even_past_the_pages(scheme: Scheme) -> None:
    other = buyer_of(mel(slug="lyon", name="Lyon", territory="epci:200046977"), "chloe")
    first = scheme.buyers.first()
    for act in (
        lambda: create_scheme(
            authority=scheme.authority, name="x", first_year=2024, last_year=2025, by=other, on=ON
        ),
        lambda: change_scheme(scheme=scheme, name="x", by=other, on=ON),
        lambda: add_buyer(scheme=scheme, siren="900000017", name="x", by=other, on=ON),
        lambda: remove_buyer(scheme=scheme, buyer=first, by=other, on=ON),
        lambda: set_objective(
            scheme=scheme,
            category="social",
            measure="number",
            target_pct=1,
            target_year=2025,
            by=other,
            on=ON,
        ),
        lambda: show_scheme(scheme=scheme, by=other, on=ON),
        lambda: say_purposes(scheme=scheme, contract_key=f"{MEL}00016/1", by=other, on=ON),
    ):
        with pytest.raises(SchemeRefused, match="Only buyers, agents"):
            act()


def test_what_contradicts_itself_is_refused_with_what_to_do(scheme: Scheme, buyer: Client) -> None:
    with pytest.raises(SchemeRefused, match="ends before it starts"):
        change_scheme(scheme=scheme, last_year=2020, by=None, on=ON)
    with pytest.raises(SchemeRefused, match="already in the scheme"):
        add_buyer(scheme=scheme, siren=ROUBAIX, name="Roubaix", by=None, on=ON)
    remove_buyer(scheme=scheme, buyer=scheme.buyers.get(siren=ROUBAIX), by=None, on=ON)
    with pytest.raises(SchemeRefused, match="at least one buyer"):
        remove_buyer(scheme=scheme, buyer=scheme.buyers.get(), by=None, on=ON)
    same = {"category": "social", "measure": "number", "target_pct": 30, "target_year": 2027}
    objective = set_objective(scheme=scheme, by=None, on=ON, **same)
    with pytest.raises(SchemeRefused, match="already a target"):
        set_objective(scheme=scheme, by=None, on=ON, **same)
    remove_objective(scheme=scheme, objective=objective, by=None, on=ON)
    with pytest.raises(SchemeRefused, match="not within the years"):
        publish_figures(
            scheme=scheme, first_year=2020, last_year=2021, figures={"contracts": 1}, by=None, on=ON
        )
    answer = buyer.post(page("add_scheme_buyer", scheme.pk), {"siren": "123", "name": "Roubaix"})
    assert (answer.status_code, "pas un SIREN" in answer.content.decode()) == (422, True)


def test_what_if_three_lots_were_reserved_shows_its_arithmetic(
    contracts: None, scheme: Scheme, buyer: Client
) -> None:
    answer = buyer.get(
        page("scheme_what_if", scheme.pk),
        {
            "first_year": 2024, "last_year": 2025, "treatment": "reserved",
            "keys": [contract(2)["key"]], "wording_1": "Espaces verts", "amount_1": "50000", "amount_2": "40000",
        },
    )  # fmt: skip
    steps = {(each["step"].category, each["step"].basis): each["step"] for each in answer.context["steps"]}
    by_number, by_value = steps["social", "number"], steps["social", "value"]
    assert (by_number.before.positive, by_number.before.known) == (2, 5)
    assert (by_number.after.positive, by_number.after.known) == (5, 7)
    assert (by_value.after.positive, by_value.after.known) == (54_000_000, 74_000_000)
    assert "(2 + 3) ÷ (5 + 2) = 5 ÷ 7" in answer.content.decode()


def test_a_lot_without_amount_is_asked_for_it(contracts: None, scheme: Scheme, buyer: Client) -> None:
    answer = buyer.get(
        page("scheme_what_if", scheme.pk), {"treatment": "clause", "wording_1": "Espaces verts"}
    )
    assert (answer.status_code, "Indiquez le montant" in answer.content.decode()) == (422, True)


def test_contracts_leave_in_open_formats_with_what_their_buyer_said(
    contracts: None, scheme: Scheme, buyer: Client
) -> None:
    query = "?first_year=2024&last_year=2025"
    key = contract(1)["key"]
    aims = page("scheme_contract_purposes", scheme.pk) + f"?key={key}"
    assert buyer.get(aims).status_code == 200
    assert buyer.post(aims, {"social": ["opp"]}).status_code == 302
    assert ContractPurpose.objects.get().codes == {"social": ["opp"]}
    assert buyer.get(page("scheme_contracts", scheme.pk) + query).status_code == 200
    found = {
        form: buyer.get(page("scheme_contracts_file", scheme.pk, form) + query)
        for form in ("decp", "ocds", "eforms")
    }
    assert len(found["decp"].json()["marches"]["marche"]) == 5
    assert len(found["ocds"].json()["releases"]) == 7
    assert next(each["BT-775"] for each in found["eforms"].json()["contracts"] if each["key"] == key) == [
        "opp"
    ]
    left_out = buyer.get(page("scheme_contracts_file", scheme.pk, "left-out") + query).content.decode()
    assert left_out.count("\n") == 3
    assert buyer.get(page("scheme_contracts_file", scheme.pk, "xml")).status_code == 404


def test_aims_are_codes_of_the_regulation_on_contracts_of_the_scheme(scheme: Scheme) -> None:
    with pytest.raises(SchemeRefused, match="Unknown eForms code: x"):
        say_purposes(scheme=scheme, contract_key=f"{MEL}00016/1", social=["x"], by=None, on=ON)
    with pytest.raises(SchemeRefused, match="not of a buyer of this scheme"):
        say_purposes(scheme=scheme, contract_key="99999999900016/1", by=None, on=ON)


def test_the_command_line_writes_the_official_file_and_counts(contracts: None, tmp_path: Path) -> None:
    to, apart = tmp_path / "decp.json", tmp_path / "apart.json"
    done = CliRunner().invoke(
        export,
        ["--format", "decp", "--buyer", MEL, "--year", "2024", "--to", str(to), "--left-out", str(apart)],
    )
    assert (done.exit_code, done.output) == (0, f"2 contrats écrits dans {to}, 2 à part.\n")
    schema = Path(__file__).parent / "standards" / "decp_schema_2_0_3.json"
    validator = jsonschema_rs.validator_for(json.loads(schema.read_text(encoding="utf-8")))
    assert validator.is_valid(json.loads(to.read_text(encoding="utf-8")))
    assert [each["key"] for each in json.loads(apart.read_text(encoding="utf-8"))] == [
        contract(3)["key"], contract(7)["key"],
    ]  # fmt: skip


def test_a_factory_table_is_read_as_the_store_is(tmp_path: Path) -> None:
    assert FilledStore(tmp_path, [contract()]).table().exists()
    assert contract_store().path.name == "contracts"


def test_a_list_of_schemes_costs_the_same_for_one_and_for_ten() -> None:
    authority = mel()
    client = Client()
    counts = []
    for more in (1, 9):
        for _ in range(more):
            show_scheme(scheme=joint_scheme(authority), by=None, on=ON)
        with CaptureQueriesContext(connection) as queries:
            client.get(page("schemes"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_people_without_a_role_are_told_so(client: Client) -> None:
    client.force_login(factories.person("zoe"))
    assert client.get(page("new_scheme")).status_code == 403
    assert client.get(page("article35")).status_code == 403
