"""How people come in: what django-allauth asks of the site, answered in our words.

Whoever signs up is named by their mail address everywhere; `username`, which Django wants, follows it.
"""

import base64
import json
from hashlib import sha256
from typing import Any

import jwt
import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from essaim.accounts import letters
from essaim.accounts.models import User


class Door(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | letters.REFUSALS

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP

    def populate_username(self, request: HttpRequest, user: User) -> None:
        user.username = free_username(user.email)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        is_confirmed = super().confirm_email(request, email_address)
        if is_confirmed and email_address.primary:
            User.objects.filter(pk=email_address.user_id).update(
                username=free_username(email_address.email, but_for=email_address.user_id)
            )
        return is_confirmed

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        subject, text = letters.letter(template_prefix, {"email": email} | context)
        EmailMessage(subject, text, self.get_from_email(), [email]).send()

    def add_message(  # allauth's own arguments
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        said = message or letters.said(message_template or "", message_context or {})
        if said:
            messages.add_message(request, level, said, extra_tags=extra_tags)


def free_username(address: str, *, but_for: int | None = None) -> str:
    """The address; with a tail when another account, which has since moved to another address, still bears it."""
    name = address.strip().lower()
    if User.objects.filter(username=name).exclude(pk=but_for).exists():
        return f"{name[:140]}-{get_random_string(8)}"
    return name[:150]


class ProviderDoor(DefaultSocialAccountAdapter):
    error_messages = (
        DefaultSocialAccountAdapter.error_messages
        | letters.REFUSALS
        | {
            "email_taken": _(
                "Cette adresse a déjà un compte ici. Connectez-vous d'abord, "
                "puis ajoutez %s depuis votre compte."
            )
        }
    )

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        return settings.SIGNUP

    def get_requests_session(self) -> requests.Session:
        session = requests.Session()
        session.request = with_timeout(session.request)  # type: ignore[method-assign]  # allauth gives none
        session.hooks["response"].append(opened)
        return session


def with_timeout(request: Any, seconds: float = 10) -> Any:
    def asked(*arguments: Any, **more: Any) -> requests.Response:
        return request(*arguments, **{"timeout": seconds} | more)

    return asked


def opened(response: requests.Response, *args: object, **more: object) -> None:
    """ProConnect answers who someone is with a signed token: its content, as the JSON that others answer.

    The token came from the provider itself, over TLS: its signature need not be checked again
    (OpenID Connect Core 1.0, section 3.1.3.7, point 6, says so of the identity token).
    """
    if response.headers.get("Content-Type", "").startswith("application/jwt"):
        claims = jwt.decode(response.text.strip(), options={"verify_signature": False})
        response._content = json.dumps(claims).encode()
        response.headers["Content-Type"] = "application/json"


class FactorDoor(DefaultMFAAdapter):
    """The keys of code applications are kept enciphered: a copy of the database alone opens no account."""

    error_messages = DefaultMFAAdapter.error_messages | letters.REFUSALS

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()


def cipher() -> Fernet:
    """From the site's secret key: whoever changes that key makes people turn their second factor on again."""
    return Fernet(base64.urlsafe_b64encode(sha256(b"second factor" + settings.SECRET_KEY.encode()).digest()))
