import pytest

from essaim.accounts import rules
from essaim.accounts.models import Role


@pytest.mark.parametrize(
    "code",
    ["country:FR", "region:32", "departement:59", "departement:2A", "departement:974", "epci:200093201",
     "ept:200057867", "commune:59350", "commune:2B033", "qpv:QN05901M"],
)  # fmt: skip
def test_every_kind_of_territory_has_a_code(code: str) -> None:
    assert rules.is_territory_code(code)


@pytest.mark.parametrize(
    "code", ["", "59350", "commune:5935", "epci:2000932011", "commune:59350\n", "city:59350"]
)
def test_other_words_are_not_codes(code: str) -> None:
    assert not rules.is_territory_code(code)


def test_a_siren_has_its_check_digit() -> None:
    assert rules.is_siren("200093201")
    assert [rules.is_siren(number) for number in ("200093202", "20009320", "200 093 201", "")] == [False] * 4


def test_roles_of_the_database_are_those_of_the_rules() -> None:
    assert tuple(Role.values) == rules.GRANTED_ROLES
