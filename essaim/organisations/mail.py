"""Mail the directory sends: plain text, from templates/organisations/mail/<name>.<language>.txt, subject on line one.

Whoever's language is not known gets both, French first.
"""

import logging
from collections.abc import Iterable
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

LANGUAGES = ("fr", "en")
log = logging.getLogger(__name__)


def address(url_name: str, **kwargs: object) -> str:
    """The full address of a page of this room, as it stands in a mail."""
    return settings.PUBLIC_URL + reverse(f"organisations:{url_name}", kwargs=kwargs)


def written(name: str, language: str | None, context: dict[str, object]) -> tuple[str, str]:
    """(subject, body). Nothing is escaped: the text is not HTML. A line break in a name never reaches the subject."""
    subjects, bodies = [], []
    for each in (language,) if language in LANGUAGES else LANGUAGES:
        text = render_to_string(f"organisations/mail/{name}.{each}.txt", context)
        subject, _, body = text.strip().partition("\n")
        subjects.append(" ".join(subject.split()))
        bodies.append(body.strip() + "\n")
    return " / ".join(subjects), "\n-- \n\n".join(bodies)


def send(name: str, to: str, *, language: str | None = None, **context: object) -> None:
    """Send now. Raises OSError (SMTPException is one) when the mail cannot leave."""
    subject, body = written(name, language, context)
    EmailMessage(subject, body, to=[to]).send()


def send_after(name: str, to: Iterable[str], *, language: str | None = None, **context: object) -> None:
    """Send to each, apart, once the transaction is over. A mail that cannot leave is logged and stops nothing."""
    for recipient in dict.fromkeys(each for each in to if each):
        transaction.on_commit(partial(_try, name, recipient, language, context), robust=True)


def _try(name: str, to: str, language: str | None, context: dict[str, object]) -> None:
    try:
        send(name, to, language=language, **context)
    except OSError:
        log.warning("mail %s could not leave", name, exc_info=True)
