"""The question "what does the law allow?" as a page, as files, through the API and from the command line."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import date

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from essaim.law.rules.procurement import ROUTES
from essaim.procurement.cli.routes import routes as command
from essaim.procurement.rules.routes import NotAnAmount, cents_of, suggestions

pytestmark = pytest.mark.django_db
QUESTION = {"amount": "55 000", "kind": "supplies", "on": "2026-05-02"}


def ask(client: Client, **changed: str) -> str:
    return client.get(reverse("procurement:routes"), QUESTION | changed).content.decode()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def answers(rows: list[Mapping[str, object]]) -> dict[object, object]:
    return {row["route"]: row["open"] for row in rows}


def test_without_a_question_the_form_stands_alone(client: Client) -> None:
    page = client.get(reverse("procurement:routes"))
    assert page.status_code == 200
    assert "Votre achat" in page.content.decode()
    assert "La réponse au" not in page.content.decode()


def test_every_route_is_answered_with_its_articles(client: Client) -> None:
    html = ask(client)
    assert [name for name in ROUTES if f'id="route-{name}"' not in html] == []
    assert "Le besoin entier (55\u202f000\u00a0€) est en dessous de 60\u202f000\u00a0€." in html
    assert html.count("CCP, art. R2122-8</a>") == 1
    assert "à vérifier" in html


def test_nothing_is_kept_of_a_question(client: Client) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ask(client)
    assert [each["sql"] for each in queries if not each["sql"].startswith("SELECT")] == []


def test_the_change_of_law_is_named_and_leads_to_the_day_before(client: Client) -> None:
    html = ask(client)
    assert "La loi a changé pour cet achat le 1er\u00a0avril\u00a02026" in html
    assert "on=2026-03-31" in html
    assert "La loi change pour cet achat" not in html
    assert "La loi change pour cet achat le 1er\u00a0avril\u00a02026" in ask(client, on="2026-03-02")


def test_the_act_that_was_not_read_is_a_notice_from_its_date(client: Client) -> None:
    assert ["loi 2026-403" in ask(client, on=on).lower() for on in ("2026-05-25", "2026-05-26")] == [
        False,
        True,
    ]


def test_what_is_missing_is_asked(client: Client) -> None:
    page = client.get(reverse("procurement:routes"), {"on": "2026-05-02", "amount": ""})
    html = page.content.decode()
    assert page.status_code == 422
    assert "Il manque le montant. Donnez une estimation" in html
    assert "Il manque la nature de l&#x27;achat." in html


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"amount": "beaucoup"}, "n&#x27;est pas un montant"),
        ({"amount": "0"}, "Le montant doit être supérieur à zéro."),
        ({"on": "2031-01-01"}, "Le droit de la commande publique est connu ici du 01/01/2016 au 31/12/2027"),
        ({"on": "2026-02-30"}, "Cette date n&#x27;existe pas."),
        ({"cpv": "8531"}, "n&#x27;est pas un code CPV"),
        ({"lot": "no", "operation_total": "90000"}, "des lots sont décrits"),
        ({"operation_total": "50000"}, "Les montants se contredisent"),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_answer_is_explained_beside_its_question(
    client: Client, changed: dict[str, str], said: str
) -> None:
    page = client.get(reverse("procurement:routes"), QUESTION | changed)
    assert (page.status_code, said in page.content.decode()) == (422, True)


def test_words_instead_of_a_code_offer_codes_to_choose(client: Client) -> None:
    html = ask(client, kind="services", cpv="services sociaux")
    assert "Codes proches de «\u00a0services sociaux\u00a0»" in html.replace("« ", "«\u00a0").replace(
        " »", "\u00a0»"
    )
    assert "cpv=85311300" in html
    assert "Donnez le code CPV du service" in html
    assert "Aucun code ne porte ces mots." in ask(client, cpv="zzz")


def test_suggestions_put_the_services_that_may_be_reserved_first() -> None:
    found = suggestions("service social", date(2026, 5, 2))
    assert next(code for code, _, listed in found if listed) == found[0][0]
    assert ("85312000", "Services sociaux sans hébergement", True) in suggestions(
        "sans hébergement", date(2026, 5, 2)
    )
    assert suggestions("zz", date(2026, 5, 2)) == []


def test_a_lot_is_told_by_its_totals(client: Client) -> None:
    html = ask(client, kind="works", amount="90000", operation_total="1200000", small_lots_total="200000")
    assert "les petits lots font au plus 20 % de tous les lots" in html


def test_english_readers_read_english(client: Client) -> None:
    html = ask(client, lang="en")
    assert "The whole need (€55,000) is below €60,000." in html
    assert "The law changed for this purchase on 1\u00a0April\u00a02026" in html


def test_the_answer_is_downloaded_as_a_table_and_as_objects(client: Client) -> None:
    address = reverse("procurement:routes_file", kwargs={"form": "csv"})
    rows = list(csv.reader(io.StringIO(client.get(address, QUESTION).content.decode("utf-8-sig"))))
    assert rows[0] == ["Procédure", "Code", "Réponse", "Raisons", "Articles", "À vérifier"]
    assert [row[1] for row in rows[1:]] == list(ROUTES)
    found = client.get(reverse("procurement:routes_file", kwargs={"form": "json"}), QUESTION).json()
    assert answers(found)["direct"] is True
    refused = client.get(address, {"kind": "works"})
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["amount"])


def test_the_api_answers_the_same_objects(client: Client) -> None:
    found = client.get("/api/procurement/routes", QUESTION).json()
    assert [row["route"] for row in found] == list(ROUTES)
    page = client.get(reverse("procurement:routes_file", kwargs={"form": "json"}), QUESTION).json()
    assert answers(found) == answers(page)
    refused = client.get("/api/procurement/routes", QUESTION | {"cpv": "1"})
    assert (refused.status_code, refused.json()["error"]) == (422, "BadNeed")
    assert (
        client.get("/api/procurement/routes", QUESTION | {"on": "2031-01-01"}).json()["error"] == "UnknownLaw"
    )


def test_the_command_answers_in_json_and_differs_where_the_law_does() -> None:
    arguments = ("--amount", "55000", "--kind", "supplies", "--format", "json", "--on")
    before, after = (json.loads(run(*arguments, on).stdout) for on in ("2026-03-02", "2026-05-02"))
    assert {name for name, open in answers(after).items() if answers(before)[name] != open} == {"direct"}
    assert set(after[0]) == {"route", "label", "open", "reasons", "citations"}
    assert "2026-403" not in json.dumps(after)
    later = json.loads(run(*arguments, "2026-06-02").stdout)
    assert [name["route"] for name in later if "2026-403" not in name["reasons"][-1]] == []


def test_the_command_reads_lots_and_innovation() -> None:
    lot = run("--amount", "90000", "--kind", "works", "--on", "2026-06-15", "--operation-total", "400000",
              "--small-lots-total", "90000", "--format", "json")  # fmt: skip
    assert {name: answers(json.loads(lot.stdout))[name] for name in ("small-lot", "innovative", "adapted")} == {
        "small-lot": False, "innovative": False, "adapted": True,
    }  # fmt: skip
    new = run(
        "--amount",
        "95000",
        "--kind",
        "services",
        "--on",
        "2026-05-04",
        "--innovative",
        "yes",
        "--format",
        "json",
    )
    assert answers(json.loads(new.stdout))["innovative"] is True


def test_the_command_prints_a_page_that_ends_in_a_counted_sentence() -> None:
    told = run("--amount", "55000", "--kind", "supplies", "--on", "2026-05-02", "--lang", "en").stdout
    assert told.endswith("6 routes open, 1 to be specified, 2 closed on 2026-05-02.\n")
    assert "The law changed on 2026-04-01" in told
    assert "[to be verified]" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Il manque : --amount, --kind."),
        (("--amount", "5", "--kind", "works", "--cpv", "12"), "n'est pas un code CPV"),
        (("--amount", "x", "--kind", "works"), "n'est pas un montant"),
    ],
)  # fmt: skip
def test_the_command_says_what_is_missing_and_what_next(arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, said in result.output) == (2, True)


def test_amounts_are_read_as_people_write_them() -> None:
    assert [cents_of(each) for each in ("55 000,50 €", "55000.5", "", "0,005")] == [
        5_500_050,
        5_500_050,
        None,
        1,
    ]
    for wrong in ("-1", "1e400", "NaN", "un million"):
        with pytest.raises(NotAnAmount):
            cents_of(wrong)
