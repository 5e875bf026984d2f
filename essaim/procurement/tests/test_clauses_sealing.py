"""A new identity key takes the place of the old one, and no name is lost on the way."""

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet

from essaim.accounts.models import Entry
from essaim.law.text import ExplainedError
from essaim.procurement.cli.clauses import seal_identities
from essaim.procurement.models import BeneficiaryIdentity
from essaim.procurement.operations.clauses.people import read_identity
from essaim.procurement.operations.clauses.sealing import seal_identities_again
from essaim.procurement.tests.clauses_factory import TODAY, make_authority, make_beneficiary, make_person

pytestmark = pytest.mark.django_db
NAMES = ("Zéphirine Quatrebarbes", "Ada Lovelace")


@pytest.fixture
def keys(settings) -> tuple[str, str]:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.IDENTITY_KEY = old
    return old, new


def names(authority, people) -> list[str]:
    by = make_person(authority)
    return [read_identity(beneficiary=each, by=by, on=TODAY).name for each in people]


def test_names_are_read_with_both_keys_then_with_the_new_one_alone(settings, keys) -> None:
    old, new = keys
    authority = make_authority()
    people = [make_beneficiary(authority, name) for name in NAMES]
    settings.IDENTITY_KEY = f"{new},{old}"
    assert names(authority, people) == list(NAMES)
    assert seal_identities_again(by=None, on=TODAY) == (2, 0)
    settings.IDENTITY_KEY = new
    assert names(authority, people) == list(NAMES)
    assert Entry.objects.filter(act="identity enciphered again").count() == 2
    assert not any(name in str(line.details) for line in Entry.objects.all() for name in NAMES)


def test_a_name_no_key_opens_is_left_and_said(settings, keys) -> None:
    _, new = keys
    authority = make_authority()
    lost = make_beneficiary(authority, NAMES[0])
    settings.IDENTITY_KEY = new
    make_beneficiary(authority, NAMES[1])
    before = BeneficiaryIdentity.objects.get(beneficiary=lost).sealed
    assert seal_identities_again(by=None, on=TODAY) == (1, 1)
    assert BeneficiaryIdentity.objects.get(beneficiary=lost).sealed == before


def test_the_command_counts_first_and_writes_when_told(settings, keys) -> None:
    old, new = keys
    authority = make_authority()
    person = make_beneficiary(authority, NAMES[0])
    settings.IDENTITY_KEY = f"{new},{old}"
    before = BeneficiaryIdentity.objects.get().sealed
    assert "1 noms à chiffrer" in CliRunner().invoke(seal_identities).output
    assert BeneficiaryIdentity.objects.get().sealed == before
    assert "1 noms chiffrés" in CliRunner().invoke(seal_identities, ["--apply"]).output
    settings.IDENTITY_KEY = new
    assert names(authority, [person]) == [NAMES[0]]
    settings.IDENTITY_KEY = Fernet.generate_key().decode()
    said = CliRunner().invoke(seal_identities, ["--apply"])
    assert isinstance(said.exception, ExplainedError)
    assert "1 noms" in said.exception.text.fr
