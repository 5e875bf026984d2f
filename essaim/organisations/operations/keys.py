"""Keys to the API: made, shown once, kept hashed, revoked."""

import secrets
from datetime import date

from django.db import transaction
from django.db.models import Q

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import ExplainedError, Text
from essaim.organisations.models import ApiKey
from essaim.organisations.queries.keys import PREFIX, PREFIX_LENGTH, hashed

MOST_KEYS = 10


class KeyRefused(ExplainedError):
    """The key cannot be made or revoked."""


@transaction.atomic
def create_key(*, name: str, by: User, on: date) -> tuple[ApiKey, str]:
    """A new key of `by`, and its secret, which is not kept and cannot be shown again. Raises KeyRefused."""
    use = name.strip()
    if not use or len(use) > 120:
        raise KeyRefused(
            Text("Dites à quoi servira la clé, en 120 caractères au plus : c'est ainsi que vous la reconnaîtrez.",
                 "Say what the key is for, in 120 characters at most: that is how you will recognise it.")
        )  # fmt: skip
    # Locked: two requests at once must not both make the last key allowed.
    User.objects.select_for_update().get(pk=by.pk)
    if ApiKey.objects.filter(user=by, revoked_on__isnull=True).count() >= MOST_KEYS:
        raise KeyRefused(
            Text(f"Vous avez déjà {MOST_KEYS} clés. Retirez-en une qui ne sert plus, puis recommencez.",
                 f"You already have {MOST_KEYS} keys. Revoke one that no longer serves, then try again.")
        )  # fmt: skip
    secret = PREFIX + secrets.token_urlsafe(40)
    while ApiKey.objects.filter(prefix=_prefix_of(secret)).exists():
        secret = PREFIX + secrets.token_urlsafe(40)
    key = ApiKey.objects.create(
        user=by, name=use, prefix=_prefix_of(secret), key_hash=hashed(secret), made_on=on
    )
    journal.record("API key created", key, by=by, on=on)
    return key, secret


@transaction.atomic
def revoke_key(*, key: ApiKey, by: User, on: date) -> None:
    """Stop a key for ever: its owner, or who administers the installation. Raises KeyRefused."""
    if key.user_id != by.pk and not by.is_superuser:
        raise KeyRefused(
            Text("Cette clé n'est pas la vôtre. Demandez à la personne qui l'a créée de la retirer.",
                 "This key is not yours. Ask the person who made it to revoke it.")
        )  # fmt: skip
    if ApiKey.objects.filter(pk=key.pk, revoked_on__isnull=True).update(revoked_on=on):
        journal.record("API key revoked", key, by=by, on=on)


def note_use(*, key: ApiKey, by: User, on: date) -> None:
    """Remember the day a key last served: one write a day at most, so that unused keys can be found."""
    if key.last_used_on != on:
        ApiKey.objects.filter(Q(last_used_on__lt=on) | Q(last_used_on__isnull=True), pk=key.pk).update(
            last_used_on=on
        )


def _prefix_of(secret: str) -> str:
    return secret.removeprefix(PREFIX)[:PREFIX_LENGTH]
