"""Mail to companies bound by a clause: plain text in both languages, from templates/procurement/mail/."""

import logging
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

log = logging.getLogger(__name__)


def address(url_name: str, **kwargs: object) -> str:
    """The full address of a page of this room, as it stands in a mail."""
    return settings.PUBLIC_URL + reverse(f"procurement:{url_name}", kwargs=kwargs)


def send_after(name: str, to: Iterable[str], **context: object) -> None:
    """Send to each, apart, once the transaction is over. A mail that cannot leave is logged and stops nothing."""
    for recipient in dict.fromkeys(each for each in to if each):
        transaction.on_commit(partial(_try, name, recipient, context), robust=True)


def _try(name: str, to: str, context: dict[str, object]) -> None:
    subjects, bodies = [], []
    for language in ("fr", "en"):
        text = render_to_string(f"procurement/mail/{name}.{language}.txt", context)
        subject, _, body = text.strip().partition("\n")
        subjects.append(" ".join(subject.split()))
        bodies.append(body.strip() + "\n")
    try:
        EmailMessage(" / ".join(subjects), "\n-- \n\n".join(bodies), to=[to]).send()
    except OSError:
        log.warning("mail %s could not leave", name, exc_info=True)
