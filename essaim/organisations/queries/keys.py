"""Finding the key someone gives."""

from hashlib import sha256
from hmac import compare_digest

from django.db.models import QuerySet

from essaim.accounts.models import User
from essaim.organisations.models import ApiKey

PREFIX = "essaim_"
PREFIX_LENGTH = 8


def hashed(secret: str) -> str:
    """A key holds 256 bits of chance: a plain digest cannot be turned back."""
    return sha256(secret.encode()).hexdigest()


def key_of(secret: str) -> ApiKey | None:
    """The key whose secret this is, unless revoked or of a closed account."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    prefix = secret.removeprefix(PREFIX)[:PREFIX_LENGTH]
    found = ApiKey.objects.select_related("user").filter(
        prefix=prefix, revoked_on__isnull=True, user__is_active=True
    )
    return next((key for key in found if compare_digest(key.key_hash, hashed(secret))), None)


def keys_of(user: User) -> QuerySet[ApiKey]:
    """A person's keys, latest first, revoked ones last."""
    return ApiKey.objects.filter(user=user).order_by("revoked_on", "-id")
