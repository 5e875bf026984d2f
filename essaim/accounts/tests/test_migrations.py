"""People registered before addresses were confirmed by mail can still come in."""

import importlib

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps

from essaim.accounts.models import User

take = importlib.import_module("essaim.accounts.migrations.0004_mail_addresses").take


@pytest.mark.django_db
def test_everyone_keeps_their_address_and_two_accounts_do_not_share_one() -> None:
    User.objects.create_user(username="a", email="a@exemple.fr", is_active=False)
    for username, email in (("b", "B@exemple.fr"), ("a2", "A@exemple.fr"), ("nobody", "")):
        User.objects.create_user(username=username, email=email)
    take(apps, None)
    take(apps, None)
    assert sorted(EmailAddress.objects.values_list("user__username", "email", "verified", "primary")) == [
        ("a2", "a@exemple.fr", True, True),
        ("b", "b@exemple.fr", True, True),
    ]
