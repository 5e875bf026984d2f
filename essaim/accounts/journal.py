"""Who did what, when. The only writer of the journal; every operation of every room calls it."""

from datetime import date

from django.db import models

from essaim.accounts.models import Authority, Entry, User


def record(
    act: str,
    subject: models.Model,
    *,
    by: User | None,
    on: date,
    authority: Authority | None = None,
    **details: object,
) -> Entry:
    """Write one line: `by` did `act` on `subject`. Call it inside the operation's transaction, after the change.

    `details` are JSON values without personal data (a role, an amount in cents, an identifier).
    """
    return Entry.objects.create(
        act=act,
        object_type=subject._meta.label,
        object_id=str(subject.pk),
        by=by,
        on=on,
        authority=authority,
        details=details,
    )
