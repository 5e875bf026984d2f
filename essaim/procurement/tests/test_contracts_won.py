"""Public contracts on an organisation's page: a panel, a list, a file; never a person's, nor of who objects."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from essaim.observatory.contracts.store import ContractStore
from essaim.organisations.models import Organisation
from essaim.organisations.tests.factories import make_organisation
from essaim.procurement.queries import contracts_won
from essaim.procurement.tests.contracts_factory import ROUBAIX, contract
from essaim.procurement.tests.schemes_factory import fill, supplied_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Organisation:
    """Five contracts with two buyers: one shared, one of unbelievable amount, and one that is a concession."""
    organisation = make_organisation(name="Propreté du Nord")
    own = supplied_by(organisation.siren or "")
    rows = [
        contract(1, suppliers=own, notified_on=date(2023, 1, 2)),
        contract(2, suppliers=own + supplied_by("900000033"), notified_on=date(2024, 1, 2)),
        contract(3, suppliers=own, buyer_siren=ROUBAIX, buyer_name="Roubaix", notified_on=date(2025, 1, 2)),
        contract(4, suppliers=own, amount_cents=99_999_999_900, amount_flag="repeated_digits"),
        contract(5, suppliers=own, kind="concession"),
        contract(6, suppliers=supplied_by("900000033")),
    ]
    fill(monkeypatch, tmp_path, rows)
    return organisation


def ask(organisation: Organisation, name: str = "organisation_contracts", **more: Any) -> HttpResponse:
    return Client().get(reverse(f"procurement:{name}", args=[organisation.pk]), **more)


def panel(organisation: Organisation) -> HttpResponse:
    return ask(organisation, headers={"HX-Request": "true"})


def words(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_panel_says_how_many_how_much_with_whom_when_and_from_where(supplier: Organisation) -> None:
    answer = panel(supplier)
    shown = words(answer)
    assert "<html" not in shown
    assert "<strong>4 marchés publics</strong> connus, avec 2 acheteurs" in shown
    assert "300" in shown
    assert "Un montant absent ou invraisemblable" in shown
    assert "Un marché est tenu à plusieurs" in shown
    assert "Métropole de Lille (3), Roubaix (1)" in shown
    assert "2025 : 1, 2024 : 2, 2023 : 1" in shown
    assert "données essentielles" in shown
    assert "2 avril 2024" in shown
    assert reverse("procurement:organisation_contracts", args=[supplier.pk]) in shown
    assert "HX-Request" in answer.headers["Vary"]


def test_without_javascript_the_link_leads_to_a_whole_page_with_the_list_and_its_file(
    supplier: Organisation,
) -> None:
    page = words(ask(supplier))
    assert "<html" in page
    assert page.count("Nettoyage des locaux") == 4
    sheet = ask(supplier, "organisation_contracts_csv").content.decode().removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(sheet)))
    assert [row[-1] for row in rows[1:]] == ["2024-0003", "2024-0004", "2024-0002", "2024-0001"]
    organisation_page = (
        Client().get(reverse("organisations:organisation", args=[supplier.pk])).content.decode()
    )
    assert 'data-panel="procurement:organisation_contracts"' in organisation_page


@pytest.mark.parametrize(
    "values",
    [
        {"hidden": "objection"}, {"hidden": "non_diffusible"}, {"hidden": "erased"}, {"hidden": "pending"},
        {"legal_category": "1000"},
    ],
)  # fmt: skip
def test_nothing_of_who_objects_is_not_published_or_is_a_person(
    supplier: Organisation, values: dict[str, str]
) -> None:
    Organisation.objects.filter(pk=supplier.pk).update(**values)
    answers = [ask(supplier), panel(supplier), ask(supplier, "organisation_contracts_csv")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert all(b"Nettoyage" not in answer.content for answer in answers)


def test_nothing_to_show_is_no_panel_and_a_page_that_says_what_it_means(
    supplier: Organisation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    without, nameless = make_organisation(), make_organisation(siren=None, rna_id="W595000001")
    for one in (without, nameless):
        assert panel(one).status_code == 204
        assert "Aucun marché public connu ici" in words(ask(one))
    monkeypatch.setattr(contracts_won, "contract_store", lambda: ContractStore(tmp_path / "none"))
    assert panel(supplier).status_code == 204
    assert "que rien n" in words(ask(supplier))
    assert ask(supplier, "organisation_contracts_csv").content.decode().count("\n") == 1
