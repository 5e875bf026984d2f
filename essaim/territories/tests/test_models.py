"""The database itself refuses what is not a territory."""

import pytest
from django.db import IntegrityError, transaction

from essaim.territories.models import Territory
from essaim.territories.tests.factories import territories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("changes", [{"kind": "canton"}, {"name": ""}, {"code": "commune:59512"}])
def test_constraints_hold(changes):
    lille, _ = territories("commune:59350", "commune:59512")
    with pytest.raises(IntegrityError), transaction.atomic():
        Territory.objects.filter(pk=lille.pk).update(**changes)


def test_a_territory_says_its_name_and_nature():
    (lille,) = territories("epci:200093201")
    assert str(lille) == "Métropole Européenne de Lille (epci:200093201)"
    assert (lille.nature_label.fr, lille.nature_label.en) == ("Métropole", "Metropolis")
    assert Territory.objects.current().count() == 1
