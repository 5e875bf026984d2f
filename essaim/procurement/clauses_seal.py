"""Names of beneficiaries, enciphered with the installation's identity key (ESSAIM_IDENTITY_KEY).

While a key takes the place of another, the setting holds both: the first enciphers, both decipher.
"""

import json
from dataclasses import asdict, dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Without a `repr`: a name must not slip into a log."""

    name: str
    born_on: str
    contact: str


def seal(identity: Identity) -> str:
    return _cipher().encrypt(json.dumps(asdict(identity)).encode()).decode()


def opened(sealed: str) -> Identity | None:
    """None when it was enciphered with another key."""
    try:
        return Identity(**json.loads(_cipher().decrypt(sealed.encode())))
    except InvalidToken:
        return None


def sealed_again(sealed: str) -> str | None:
    """The same, enciphered with the newest key; None when no key we have opens it."""
    try:
        return _cipher().rotate(sealed.encode()).decode()
    except InvalidToken:
        return None


def _cipher() -> MultiFernet:
    return MultiFernet([Fernet(each) for each in settings.IDENTITY_KEY.split(",")])
