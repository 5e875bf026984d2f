"""Must a buyer adopt a scheme: on which date, with which purchases, told or counted, and what is not known."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from essaim.observatory.contracts.store import ContractStore
from essaim.procurement.queries import schemes_duty
from essaim.procurement.queries.schemes_duty import spent_in
from essaim.procurement.rules.schemes_duty import Spent, compared, duty_answer
from essaim.procurement.tests.contracts_factory import MEL, contract
from essaim.procurement.tests.schemes_factory import buyer_of, fill, mel, six_contracts

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)
HERE = "/procurement/schemes/duty/"


def page(client: Client, status: int = 200, **asked: str) -> str:
    answer = client.get(HERE, asked)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_threshold_is_that_of_the_day_and_must_be_exceeded() -> None:
    fifty = 50_000_000_00
    assert [duty_answer(Spent(cents), ON, "local").duty.due for cents in (fifty, fifty + 1)] == [False, True]  # type: ignore[union-attr]
    assert duty_answer(Spent(fifty + 1), date(2022, 6, 1), "local").duty.due is False  # type: ignore[union-attr]
    assert duty_answer(None, ON, "local").duty.due is None  # type: ignore[union-attr]
    assert duty_answer(Spent(fifty * 4), date(2022, 6, 1), "other").duty.due is False  # type: ignore[union-attr]
    before = duty_answer(Spent(1), date(2018, 1, 1), "local")
    assert (before.duty, before.problem is None, before.verdict) == (None, False, None)


def test_the_comparison_can_be_redone() -> None:
    assert compared(60_000_000_00, 50_000_000_00).en == (
        "Purchases of the year: €60,000,000. Threshold: €50,000,000. "
        "€60,000,000 − €50,000,000 = €10,000,000 above the threshold."
    )
    assert compared(50_000_000_00, 50_000_000_00).en.endswith("= €0 under the threshold, or exactly at it.")


def test_contracts_of_the_year_are_added_up_and_what_cannot_be_believed_is_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(monkeypatch, tmp_path, [*six_contracts(), contract(8, amount_cents=None)])
    spent, lacking = spent_in(MEL, 2024)
    assert (spent, lacking) == (Spent(50_000_000, 2024, 4, 1, date(2024, 4, 2)), None)
    nothing, why = spent_in(MEL, 2019)
    assert (nothing, why is None) == (None, False)


def test_nothing_imported_is_not_zero_purchases(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(schemes_duty, "contract_store", lambda: ContractStore(tmp_path / "none"))
    assert spent_in(MEL, 2024)[0] is None


def test_the_page_answers_with_what_is_told(client: Client) -> None:
    asked = page(client)
    assert "tag is-" not in asked
    yes = page(client, spending="60 000 000", on="2026-11-22", buyer="local")
    assert "Oui, le SPASER est obligatoire" in yes
    assert "D2111-3" in yes
    assert "#procurement_spaser" in yes
    assert "Non, le SPASER" in page(client, spending="50000000")
    assert "Il manque les achats" in page(client, buyer="local")
    assert "pas connu ici" in page(client, spending="1", on="2018-01-01")


def test_the_page_counts_contracts_and_says_what_they_are_not(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fill(monkeypatch, tmp_path, six_contracts())
    found = page(client, siren=MEL, year="2024")
    assert "3 contrats notifiés en 2024" in found
    assert "les contrats disent ce qui est signé" in found
    assert "publiées jusqu" in found
    assert "ce n&#x27;est pas zéro achat" in page(client, siren=MEL, year="2018")


def test_what_is_badly_asked_is_said(client: Client) -> None:
    assert "Dites de quelle année" in page(client, 422, siren=MEL)
    assert "Ce SIREN" in page(client, 422, siren="123456789", year="2024")
    assert "montant" in page(client, 422, spending="beaucoup")
    assert "Cette date" in page(client, 422, on="hier")


def test_a_keeper_finds_the_own_siren_written(client: Client) -> None:
    client.force_login(buyer_of(mel()))
    assert f'value="{MEL}"' in page(client)
    assert HERE in client.get(reverse("procurement:schemes")).content.decode()
