"""Pure rules of needs: what is missing, when it comes back, codes from wording, advice, rows of a file."""

import io
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from essaim.law.text import Text
from essaim.matching.suppliers import Held, Part, Scored, Supplier
from essaim.organisations.rules.cpv import families
from essaim.procurement.rules import needs, needs_cpv, needs_rows
from essaim.procurement.rules.needs_advice import BASES, advise, counts_by_basis

DAY = date(2026, 11, 22)


def test_what_is_not_said_is_asked_and_nothing_else() -> None:
    assert [name for name, _ in needs.missing({"kind": "works", "cpv": ["45"]})] == [
        "amount_cents", "starts_on", "duration_months",
    ]  # fmt: skip
    assert needs.missing(dict.fromkeys(needs.MISSING, 1)) == []


def test_a_yearly_budget_takes_both_the_amount_and_the_duration() -> None:
    assert [needs.yearly_cents(*given) for given in ((None, 12), (100, None), (100, 6), (2_400, 24))] == [
        None, None, 100, 1_200,
    ]  # fmt: skip
    assert [needs.jobs_of(yearly) for yearly in (None, 1, 6_000_000, 6_000_001)] == [None, 1, 1, 2]


def test_a_recurring_need_comes_back_on_a_day_that_exists() -> None:
    assert needs.next_start(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert needs.next_start(date(2026, 11, 22), 14) == date(2028, 1, 22)
    assert needs.next_start(None, 12) is None
    assert needs.next_start(DAY, None) is None


def test_codes_are_kept_without_their_check_digit() -> None:
    typed = ["90910000-9", " 909 ", "9091 0000", "9", "123456789", "abc", "10000000", "-"]
    assert [needs.cpv_code(each) for each in typed] == ["90910000", "909", "90910000", "", "", "", "", ""]


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        ("Nettoyage des locaux municipaux", "90910000"),
        ("Entretien des espaces verts", "77310000"),
        ("Traiteur pour les réceptions", "55520000"),
        ("Travaux de peinture des couloirs", "45442100"),
        ("Impression de brochures", "79810000"),
        ("netoyage des vitres", "90911300"),
        ("Collecte des encombrants", "90511000"),
        ("Accueil de la petite enfance en crèche", "85312110"),
    ],
)
def test_the_wording_calls_for_a_code_and_says_why(wording: str, code: str) -> None:
    best = needs_cpv.suggestions(wording)[0]
    assert best.code == code
    assert best.reasons


def test_words_that_say_nothing_suggest_nothing() -> None:
    assert [needs_cpv.suggestions(text) for text in ("", "Marché de prestations de services divers", "xyzzy")] == [
        [], [], [],
    ]  # fmt: skip


def test_every_activity_and_every_code_of_the_tables_has_the_right_shape() -> None:
    activities = needs_cpv._activities()
    shape = re.compile(r"\d{2}(\.\d{1,2}[A-Z]?)?")
    assert [code for code in activities if code[:2] not in families()] == []
    assert [naf for beginnings in activities.values() for naf in beginnings if not shape.fullmatch(naf)] == []
    assert [entry.code for entry in needs_cpv.entries() if not needs.cpv_code(entry.code)] == []


def test_activities_are_those_of_the_longest_family_listed() -> None:
    assert needs_cpv.activities_of(["90910000"]) == ("81.21", "81.22")
    assert needs_cpv.activities_of(["90919200"]) == ("81.21", "81.22")
    assert needs_cpv.activities_of(["9099", "77310000"]) == ("81.2", "81.30")
    assert needs_cpv.activities_of(["00"]) == ()


def supplier(points: int, *, status: str = "member", labels: tuple[Held, ...] = ()) -> Scored:
    part = Part("activity", points, Text("x", "x"))
    return Scored(Supplier(1, status=status, labels=labels), (part,))


def test_esus_and_sse_members_never_count_for_integration_or_disability() -> None:
    ended = Held("siae_ei", "siae", "EI", valid_to=date(2026, 11, 21))
    found = [
        supplier(60, labels=(Held("esus", "approval", "ESUS"),)),
        supplier(60, labels=(ended,)),
        supplier(60, status="to_confirm", labels=(Held("esat", "disability", "ESAT"),)),
        supplier(49, labels=(Held("siae_aci", "siae", "ACI"),)),
    ]
    assert counts_by_basis(found, on=DAY) == {"integration": 0, "disability": 1, "sse": 2}


def counted(integration: int = 0, disability: int = 0, sse: int = 0) -> dict[str, int]:
    return {"integration": integration, "disability": disability, "sse": sse}


def advised(counts: dict[str, int], turnovers: list[int], yearly: int | None, **more: Any) -> tuple[str, str]:
    found = advise(counts, turnovers, yearly, **more)
    assert len(found.lines) == 5
    return found.code, found.basis


def test_the_advice_follows_its_arithmetic() -> None:
    rich = [100_000_000] * 3
    assert advised(counted(31), rich, 20_000_000) == ("reserve", "integration")
    assert advised(counted(31), rich, 30_000_000) == ("lot", "integration")
    assert advised(counted(31), rich[:2], 20_000_000) == ("lot", "integration")
    assert advised(counted(31), rich, None) == ("lot", "integration")
    assert advised(counted(11), rich, 1) == ("lot", "integration")
    assert advised(counted(1, 1), rich, 1) == ("clause", "")
    assert advised(counted(1, 0, 10), rich, 1) == ("open", "")


def test_a_reservation_that_the_law_closes_is_not_advised() -> None:
    assert advised(counted(12, 0, 40), [], None, closed=("sse",)) == ("lot", "integration")
    assert advised(counted(5, 0, 40), [], None, closed=("sse",)) == ("clause", "")
    assert advised(counted(50, 50, 50), [], None, closed=tuple(BASES)) == ("clause", "")


CSV = """\ufeffObjet;Nature;CPV;Montant HT;Lancement;Durée;Récurrence;Lieu;Référence
Nettoyage;services;90910000-9;55 000,50 €;15/01/2027;12;12;commune:59350;A1
;services;90910000;1;;;;;A2
"Peinture";travaux;45442100;=1+1;;;;;A3
Papier;cadeaux;;;;;;;
Vélos;fournitures;34430000;;T1 2027;;;;
Traiteur;;xx;;;;;;
Repas;services;;-5;;;;;
Étude;services;79311000;;;;;;A4
"""


def test_good_rows_are_kept_and_bad_ones_say_why() -> None:
    rows = needs_rows.read(CSV.encode(), "achats.csv")
    assert [(row.line, row.reason.fr if row.reason else row.values["title"]) for row in rows] == [
        (2, "Nettoyage"),
        (3, "l'objet est vide"),
        (4, "montant illisible : « =1+1 »"),
        (5, "nature inconnue : « cadeaux »"),
        (6, "date illisible : « T1 2027 » (écrivez 15/01/2027)"),
        (7, "code CPV inconnu : « xx »"),
        (8, "montant impossible : « -5 »"),
        (9, "Étude"),
    ]
    assert rows[0].values == {
        "title": "Nettoyage", "reference": "A1", "description": "", "kind": "services", "cpv": ["90910000"],
        "amount_cents": 5_500_050, "starts_on": "2027-01-15", "duration_months": 12, "recurs_months": 12,
        "places": ["commune:59350"],
    }  # fmt: skip
    assert (rows[7].values["amount_cents"], rows[7].values["starts_on"]) == (None, None)


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_is_read_and_its_formulas_are_never_run() -> None:
    content = workbook(
        ("Objet", "Montant", "Lancement"), ("Repas", 1500.5, date(2027, 3, 1)), ("Bois", "=1+1", None)
    )
    rows = needs_rows.read(content, "achats.xlsx")
    assert [(r.values["title"], r.values["amount_cents"], r.values["starts_on"]) for r in rows] == [
        ("Repas", 150_050, "2027-03-01"),
        ("Bois", None, None),
    ]


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"a;b\n1;2\n", b"\xff\xfe\x00", workbook(("x",))]
)
def test_what_is_no_calendar_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(needs_rows.UnreadableCalendar):
        needs_rows.read(content, "x")


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80), st.text(max_size=30), st.text(max_size=30))
def test_no_cell_breaks_the_reading(title: str, amount: str, day: str) -> None:
    cells = (title.replace('"', ""), amount.replace('"', ""), day.replace('"', ""))
    line = ";".join(f'"{cell}"' for cell in cells)
    for row in needs_rows.read(f"objet;montant;lancement\n{line}\n".encode("utf-8", "replace"), "x.csv"):
        assert (row.reason is None) == bool(row.values)
