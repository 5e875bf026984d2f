"""A joint scheme of two buyers with contracts, suppliers in the directory, and people on both sides."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from essaim.accounts.models import Authority, User
from essaim.accounts.tests import factories
from essaim.organisations.models import Label
from essaim.organisations.tests.factories import make_organisation
from essaim.procurement.models import Scheme
from essaim.procurement.operations.schemes import add_buyer, create_scheme
from essaim.procurement.queries import contracts_won, schemes_contracts, schemes_duty
from essaim.procurement.queries.needs import past
from essaim.procurement.tests.contracts_factory import MEL, ROUBAIX, FilledStore, contract

ON = date(2026, 11, 22)
READERS = (schemes_contracts, schemes_duty, past, contracts_won)
ESUS_SIREN, PLAIN_SIREN = "900000017", "900000025"


def mel(**values: Any) -> Authority:
    authority = factories.authority(**values)
    if authority.slug == "mel":
        authority.siren = MEL
        authority.save()
    return authority


def buyer_of(authority: Authority, name: str = "boris") -> User:
    return factories.with_role(factories.person(name), authority, "buyer")


def joint_scheme(authority: Authority, by: User | None = None) -> Scheme:
    scheme = create_scheme(
        authority=authority, name="SPASER 2024-2027", first_year=2024, last_year=2027, by=by, on=ON
    )
    add_buyer(scheme=scheme, siren=ROUBAIX, name="Ville de Roubaix", by=by, on=ON)
    return scheme


def known_suppliers() -> None:
    """One company approved ESUS in 2024 only, one of the SSE without any label."""
    approved = make_organisation(siren=ESUS_SIREN, name="Propreté solidaire")
    Label.objects.create(
        organisation=approved,
        kind="esus",
        valid_from=date(2024, 1, 1),
        valid_to=date(2024, 12, 31),
        seen_on=ON,
    )
    make_organisation(siren=PLAIN_SIREN, name="Atelier du Nord")


def supplied_by(siren: str) -> list[dict[str, str]]:
    return [{"kind": "SIRET", "id": f"{siren}00012", "name": "fournisseur"}]


def six_contracts() -> list[dict[str, Any]]:
    """Four of the metropolis, two of Roubaix; one unknown, one without believable amount, one of 2025."""
    return [
        contract(1, suppliers=supplied_by(ESUS_SIREN)),
        contract(2, social=["none"], suppliers=supplied_by(PLAIN_SIREN), amount_cents=30_000_000),
        contract(3, social=None, environmental=None, suppliers=supplied_by("900000033")),
        contract(
            4, social=["none"], suppliers=supplied_by(ESUS_SIREN), notified_on=date(2025, 2, 1),
            amount_cents=20_000_000,
        ),
        contract(5, buyer_siren=ROUBAIX, social=["reserved"], environmental=["criterion"], amount_cents=5_000_000),
        contract(6, buyer_siren=ROUBAIX, social=["none"], amount_cents=99_999_999_900, amount_flag="repeated_digits"),
        contract(7, kind="concession", social=["clause"]),
    ]  # fmt: skip


def fill(monkeypatch: pytest.MonkeyPatch, folder: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Every reader of contracts finds these."""
    store = FilledStore(folder, rows)
    for reader in READERS:
        monkeypatch.setattr(reader, "contract_store", lambda: store)
