"""Mail about needs: plain text, from templates/procurement/mail/<name>.txt, French first and English below."""

import logging
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


def send_after(name: str, to: str, **context: object) -> None:
    """Send once the transaction is over. A mail that cannot leave is logged and stops nothing."""
    transaction.on_commit(partial(_try, name, to, context), robust=True)


def _try(name: str, to: str, context: dict[str, object]) -> None:
    # The text is not HTML: nothing is escaped. A line break in a title never reaches the subject.
    text = render_to_string(f"procurement/mail/{name}.txt", context).strip()
    subject, _, body = text.partition("\n")
    try:
        EmailMessage(" ".join(subject.split()), body.strip() + "\n", to=[to]).send()
    except OSError:
        log.warning("mail %s could not leave", name, exc_info=True)
